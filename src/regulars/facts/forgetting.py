"""Forgetting a person: their names and ids leave every file of the lake at once.

What is done, in an order that a killed process can take up again: note the customer keys (they
name nobody); remember keyed hashes of the ids; clean the kept rejects; write the tables without
the person; publish; destroy the old files and log entries of those tables, and the snapshots where
the person's facts went; drop the note.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError
from regulars.facts import delta, leases
from regulars.facts.forgotten import Erasure, read_forgotten, remember
from regulars.facts.merging import content_hash, old_rows
from regulars.facts.records import REJECTS
from regulars.facts.sql import identifier, literal, parquet
from regulars.facts.tables import FACTS, FactTable
from regulars.facts.tables.people import PERSONAL_COLUMNS
from regulars.facts.versions import FactsVersion, publish, sync_folder, write_whole

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Columns outside the personal tables that may say who somebody is; they are emptied.
TELLING = {
    "customers": ("household", "account", "attributes", "tier_override_reason"),
    "memberships": ("card",),
}

_NOTE = "forgetting.json"
_SHORT = 3


@dataclass(frozen=True, kw_only=True)
class ForgetReport:
    """What forgetting removed.

    Attributes
    ----------
    found : whether the id was known.
    removed : rows removed by table; ``emptied`` rows whose telling columns were emptied.
    rejects : kept rejects whose content was removed.
    facts_version : the version without the person.
    before : an earlier forgetting of the same id, if there was one. What it left of the person's
        facts names nobody, so that nobody can find it either.
    """

    found: bool
    removed: dict[str, int]
    emptied: dict[str, int]
    rejects: int
    facts_version: int | None
    before: Erasure | None = None


def forget(
    con: DuckDBPyConnection,
    facts: Path,
    current: FactsVersion,
    *,
    source: str,
    external_id: str,
    purge: bool,
    recorded_at: str | None,
) -> ForgetReport:
    """Forget the person behind an id, under the writer's lock."""
    keys, ids = _person(con, facts, current, source=source, external_id=external_id)
    forgotten = read_forgotten(facts)
    before = forgotten.erasures.get(forgotten.hash(source, external_id))
    hashes = {forgotten.hash(*one) for one in {*ids, (source, external_id)}}
    if keys:
        note_down(facts, keys=keys, purge=purge, hashes=hashes, recorded_at=recorded_at)
    remember(facts, [Erasure(one, purge, recorded_at) for one in hashes])
    texts = personal_texts(con, facts, current, keys)
    rejects = clean_rejects(con, facts, ids=[*ids, (source, external_id)], texts=texts)
    if not keys:
        return ForgetReport(
            found=False, removed={}, emptied={}, rejects=rejects, facts_version=current.number,
            before=before,
        )  # fmt: skip
    report = remove(con, facts, current, keys=keys, purge=purge, recorded_at=recorded_at)
    return replace(report, rejects=rejects, before=before)


def note_down(
    facts: Path,
    *,
    keys: Sequence[int],
    purge: bool,
    hashes: Iterable[str] = (),
    recorded_at: str | None,
) -> None:
    """Note who is being forgotten, so that the next writer can finish it; names nobody."""
    note = {"keys": [*keys], "purge": purge, "hashes": sorted(hashes), "recorded_at": recorded_at}
    write_whole(facts / _NOTE, json.dumps(note).encode())


def was_killed(facts: Path) -> bool:
    """Whether a forgetting did not come to its end."""
    return (facts / _NOTE).exists()


def resume(con: DuckDBPyConnection, facts: Path, current: FactsVersion) -> None:
    """Finish a forgetting that was killed half way."""
    note = json.loads((facts / _NOTE).read_text("utf-8"))
    purge, at = bool(note["purge"]), note.get("recorded_at")
    remember(facts, [Erasure(one, purge, at) for one in note["hashes"]])
    keys: list[int] = note["keys"]
    ids = _ids(con, facts, current, keys)
    clean_rejects(con, facts, ids=ids, texts=personal_texts(con, facts, current, keys))
    remove(con, facts, current, keys=keys, purge=purge, recorded_at=at)


def rows_of(con: DuckDBPyConnection, facts: Path, current: FactsVersion, name: str) -> str | None:
    if name not in current.tables:
        return None
    files = delta.files(facts / name, current.tables[name])
    return old_rows(con, FACTS[name], files)


def _person(
    con: DuckDBPyConnection, facts: Path, current: FactsVersion, *, source: str, external_id: str
) -> tuple[list[int], list[tuple[str, str]]]:
    """Every key and id of the person, those merged with theirs included."""
    identities = rows_of(con, facts, current, "identities")
    if identities is None:
        return [], []
    keys = con.execute(
        "SELECT DISTINCT other.customer_key FROM "
        f"{identities} own JOIN {identities} other ON "
        "coalesce(own.merged_into, own.customer_key) = "
        "coalesce(other.merged_into, other.customer_key) "
        f"WHERE own.source = {literal(source)} AND own.external_id = {literal(external_id)}"
    ).fetchall()
    found = sorted(int(row[0]) for row in keys)
    return found, _ids(con, facts, current, found)


def _ids(
    con: DuckDBPyConnection, facts: Path, current: FactsVersion, keys: Sequence[int]
) -> list[tuple[str, str]]:
    identities = rows_of(con, facts, current, "identities")
    if identities is None or not keys:
        return []
    rows = con.execute(
        f"SELECT source, external_id FROM {identities} WHERE customer_key IN ({_list(keys)})"
    ).fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def personal_texts(
    con: DuckDBPyConnection, facts: Path, current: FactsVersion, keys: Sequence[int]
) -> list[str]:
    """Names, numbers and addresses of the person, in this and every state still on disk."""
    if "people" not in current.tables or not keys:
        return []
    columns = [c.name for c in PERSONAL_COLUMNS if c.type == "VARCHAR"]
    files = [str(file) for file in sorted((facts / "people").glob("*.parquet"))]
    if not files:
        return []
    rows = con.execute(
        f"SELECT {', '.join(columns)} FROM {parquet(files)} WHERE customer_key IN ({_list(keys)})"
    ).fetchall()
    return sorted({str(value) for row in rows for value in row if value})


def _list(keys: Sequence[int]) -> str:
    return ", ".join(str(int(key)) for key in keys) or "NULL"


def clean_rejects(
    con: DuckDBPyConnection,
    facts: Path,
    *,
    ids: Sequence[tuple[str, str]],
    texts: Sequence[str],
) -> int:
    """Remove the content of kept rejects that name the person; their count stays."""
    if not ids:
        return 0
    hit = naming(ids=ids, texts=texts)
    cleaned = 0
    for path in kept_rejects(facts):
        cleaned += clean_file(con, path, hit)
    return cleaned


def kept_rejects(facts: Path) -> list[Path]:
    """The files of rejected rows, of refused imports too."""
    found = (sorted(facts.glob(f"{folder}/*/{REJECTS}")) for folder in ("imports", "refused"))
    return [path for paths in found for path in paths]


def naming(*, ids: Sequence[tuple[str, str]], texts: Sequence[str]) -> str:
    """The condition, as SQL, under which a rejected row names a person of these ids and texts."""
    pairs = ", ".join(f"({literal(s)}, {literal(i)})" for s, i in ids)
    bounds = "[^0-9A-Za-z_]"
    conditions = [f"(source, external_id) IN ({pairs})"]
    for word in {i for _, i in ids} | {t for t in texts if len(t) < _SHORT}:
        conditions += [
            f"regexp_matches(raw, '(^|{bounds})' || regexp_escape({literal(form)}) || "
            f"'($|{bounds})')"
            for form in _forms(word)
        ]
    for text in texts:
        if len(text) >= _SHORT:
            conditions += [f"contains(lower(raw), lower({literal(f)}))" for f in _forms(text)]
    return f"coalesce({' OR '.join(conditions)}, false)"


def _forms(text: str) -> set[str]:
    """A text as it is, and as it stands inside JSON."""
    return {text, json.dumps(text, ensure_ascii=False)[1:-1], text.replace('"', '""')}


def clean_file(con: DuckDBPyConnection, path: Path, hit: str) -> int:
    place = f"read_parquet({literal(str(path))})"
    count = int(con.execute(f"SELECT count(*) FROM {place} WHERE {hit}").fetchall()[0][0])
    if not count:
        return 0
    aside = path.with_suffix(".tmp")
    con.execute(
        "COPY (SELECT file, line, column_name, code, "
        f"CASE WHEN NOT {hit} THEN raw END AS raw, CASE WHEN NOT {hit} THEN source END AS source, "
        f"CASE WHEN NOT {hit} THEN external_id END AS external_id FROM {place}) "
        f"TO {literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
    ).fetchall()
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    os.rename(aside, path)
    sync_folder(path.parent)
    return count


def remove(
    con: DuckDBPyConnection,
    facts: Path,
    current: FactsVersion,
    *,
    keys: Sequence[int],
    purge: bool,
    recorded_at: str | None,
) -> ForgetReport:
    """Write the tables without these customers, publish, and destroy what was before."""
    number = current.number + 1
    touched: dict[str, int] = {}
    removed: dict[str, int] = {}
    emptied: dict[str, int] = {}
    for name, table in FACTS.items():
        rows = rows_of(con, facts, current, name)
        if rows is None:
            continue
        mine = _mine(con, facts, current, table, keys)
        if mine is None or not (table.personal or purge or name in TELLING):
            continue
        count = int(con.execute(f"SELECT count(*) FROM {rows} r WHERE {mine}").fetchall()[0][0])
        touched[name] = current.tables[name]
        if not count:
            continue
        gone = table.personal or purge
        kept = _without(rows, mine) if gone else _emptied(table, rows, mine)
        if name == "identities":
            merges = rows_of(con, facts, current, "merges")
            kept = _parted(table, kept, merges=merges, keys=keys)
        touched[name] = delta.write(
            facts / name, con.sql(kept), overwrite=True,
            import_id="forget", import_seq=number,
        )  # fmt: skip
        (removed if gone else emptied)[name] = count
    version = replace(
        current,
        number=number,
        tables={**current.tables, **touched},
        oldest={**current.oldest, **touched},
        operation="forget",
        recorded_at=recorded_at,
    )
    publish(facts / "versions", version)
    for name, at in touched.items():
        # A table that lost no row now may have lost it before a kill: its past goes all the same.
        assert delta.purge_past(facts / name) >= at
    if purge:
        _remove_snapshots(facts.parent / "snapshots")
    _clear_scratch(facts.parent)
    (facts / _NOTE).unlink(missing_ok=True)
    sync_folder(facts)
    return ForgetReport(
        found=True, removed=removed, emptied=emptied, rejects=0, facts_version=number
    )


def _remove_snapshots(folder: Path) -> None:
    """They hold the figures of whoever had their facts removed.

    Raises
    ------
    FactsError : one is left; the note stays, so that the next writer tries again.
    """
    shutil.rmtree(folder, ignore_errors=True)
    left = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if any(not name.startswith(".") for name in left):
        raise FactsError(
            f"The person is forgotten, but the snapshots in {folder} hold their figures and could "
            "not be removed. Remove that folder, or let this program do so, and try again."
        )


def _clear_scratch(root: Path) -> None:
    """What a killed reader spilled may name anybody; while somebody reads, `maintain` has to."""
    # Listed before asking who reads: what a reader makes after that is not on the list.
    spilled = [*(root / "scratch").iterdir()] if (root / "scratch").is_dir() else []
    if leases.held(root):
        return
    for path in spilled:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _mine(
    con: DuckDBPyConnection,
    facts: Path,
    current: FactsVersion,
    table: FactTable,
    keys: Sequence[int],
) -> str | None:
    """The condition for the person's rows of a table ``r``; None where there are none by nature."""
    if table.name == "order_lines":
        orders = rows_of(con, facts, current, "orders")
        if orders is None:
            return None
        return (
            f"r.order_id IN (SELECT order_id FROM {orders} WHERE customer_key IN ({_list(keys)}))"
        )
    if table.name == "assignments":
        return f"r.unit IN ({', '.join(literal(str(int(key))) for key in keys)})"
    if not table.names_customers:
        return None
    if table.name == "identities":
        # Who only counts for them is somebody else: see `_parted`.
        return f"r.customer_key IN ({_list(keys)})"
    # A pair or a merging is the person's whichever side of it they are on.
    return " OR ".join(f"r.{name} IN ({_list(keys)})" for name in table.customer_columns)


def _without(rows: str, mine: str) -> str:
    """The table without the person's rows."""
    return f"SELECT * FROM {rows} r WHERE NOT coalesce({mine}, false)"


def _parted(table: FactTable, kept: str, *, merges: str | None, keys: Sequence[int]) -> str:
    """The identities that stay, none of them counting for a customer who is gone.

    A backup may hold somebody as merged into a person from whom they were parted before that one
    was forgotten. They become the customer that they were before they came to that person.
    """
    gone = _list(keys)
    before = "SELECT NULL::BIGINT AS customer_key, NULL::BIGINT AS was WHERE false"
    if merges is not None:
        before = (
            f"SELECT customer_key, min_by(merged_from, merge_id) AS was FROM {merges} "
            f"WHERE status = 'live' AND merged_into IN ({gone}) GROUP BY customer_key"
        )
    owner = (
        f"CASE WHEN i.merged_into NOT IN ({gone}) THEN i.merged_into "
        f"WHEN b.was NOT IN (i.customer_key, {gone}) THEN b.was END AS merged_into"
    )
    every: Any = [c.name for c in table.columns] + ["status"]
    return (
        f"SELECT * REPLACE ({content_hash(table, every)} AS row_hash) FROM "
        f"(SELECT i.* REPLACE ({owner}) FROM ({kept}) i LEFT JOIN ({before}) b "
        "ON b.customer_key = i.customer_key)"
    )


def _emptied(table: FactTable, rows: str, mine: str) -> str:
    """The table with the person's telling columns emptied."""
    empty = ", ".join(
        f"CASE WHEN NOT coalesce({mine}, false) THEN r.{identifier(c)} END AS {identifier(c)}"
        for c in TELLING[table.name]
    )
    every: Any = [c.name for c in table.columns] + ["status"]
    return (
        f"SELECT * REPLACE ({content_hash(table, every)} AS row_hash) FROM "
        f"(SELECT r.* REPLACE ({empty}) FROM {rows} r)"
    )
