"""New rows met with the rows that are there: what is new, changed, unchanged, withdrawn.

Only keys are compared until one is found on both sides. Rows that are new are appended; when
one replaces another, the table is written anew without the replaced rows, in one commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.facts import delta
from regulars.facts.sql import identifier, identifiers, literal, parquet, same
from regulars.facts.tables import FACTS, FactTable
from regulars.facts.writing import write_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Tables about things rather than events: a file that lacks a column says nothing about it, so
# what is known stays.
KEEPS_KNOWN = ("customers", "people", "products", "stores", "campaigns", "offers")

_SIGN = chr(31)
_USUAL = {"status": "'live'", "from_lines": "false"}


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What every row written by an import carries."""

    import_id: str
    import_seq: int
    recorded_at: str
    stream: tuple[str, int] | None = None

    @property
    def transaction(self) -> tuple[str, int]:
        """What the Delta commit names: the import, or a stream and how far it has come."""
        return self.stream or (self.import_id, self.import_seq)


@dataclass(frozen=True, kw_only=True)
class Complete:
    """What is known of incoming rows beforehand: all live, nothing required missing.

    ``filled`` are the columns that hold anything but the usual, ``always`` those that do in every
    row.
    """

    rows: int
    filled: frozenset[str]
    always: frozenset[str]


@dataclass
class Outcome:
    """Rows of one table by what became of them; ``version`` its new Delta version, if any."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    void: int = 0
    nothing_to_void: int = 0
    replaced_imports: list[int] = field(default_factory=list)
    version: int | None = None

    @property
    def written(self) -> int:
        return self.new + self.changed


def merge(
    con: DuckDBPyConnection,
    *,
    path: Path,
    version: int | None,
    incoming: str,
    mapped: set[str],
    stamp: Stamp,
    complete: Complete | None = None,
) -> Outcome:
    """Bring the rows of the table or view ``incoming`` into the Delta table at ``path``.

    ``incoming`` has the declared columns, ``status``, and one row for each key. ``mapped`` are
    the columns that it speaks of; ``complete`` is given when every row is live and whole.
    """
    table = FACTS[path.name]
    files = delta.files(path, version) if version is not None else ()
    old = old_rows(con, table, files)
    merged = f"merged_{table.name}"
    met = bool(files) and _meets(con, table, old, incoming)
    if complete is not None and not met:
        # All of them are new: they are worked out while they are written, and kept nowhere else.
        query = _new(table, incoming, complete.filled, complete.always)
        con.execute(f"CREATE VIEW {merged} AS {query}").fetchall()
        outcome = Outcome(new=complete.rows)
    else:
        query = _compared_or_new(con, table, old, incoming, mapped, met=met)
        con.execute(f"CREATE TABLE {merged} AS {query}").fetchall()
        con.execute(f"DROP TABLE IF EXISTS known_{table.name}").fetchall()
        outcome = _count(con, merged)
    if outcome.written:
        outcome.version = _write(con, table, path, old, merged, outcome, stamp)
    return outcome


def old_rows(con: DuckDBPyConnection, table: FactTable, files: Sequence[str]) -> str:
    """The table's rows as declared, whatever columns its files have; or no rows, typed."""
    have: set[str] = set()
    if files:
        described = con.execute(f"DESCRIBE SELECT * FROM {parquet(files)}").fetchall()
        have = {str(row[0]) for row in described}
    columns = ", ".join(
        f"CAST({identifier(c.name) if c.name in have else 'NULL'} AS {c.type}) "
        f"AS {identifier(c.name)}"
        for c in table.stored_columns
    )
    return (
        f"(SELECT {columns} FROM {parquet(files)})"
        if files
        else (f"(SELECT {columns} WHERE false)")
    )


def content_hash(table: FactTable, filled: Collection[str], always: Collection[str] = ()) -> str:
    """Fingerprint of a row's content as SQL; a column added later and empty changes nothing.

    ``filled`` are the columns that may hold anything, ``always`` those that are never empty; the
    others need not be looked at. Each value stands behind its column's number and a sign that
    texts do not hold; what is usual is left out, for the sake of speed: this is worked out for
    every row of every import.
    """
    parts: list[str] = []
    for number, column in enumerate((*table.columns, table.column("status"))):
        name, value = column.name, identifier(column.name)
        if name not in filled:
            continue
        tag = literal(f"{_SIGN}{'s' if name == 'status' else number}:")
        said = f"{tag}, epoch_us({value})" if column.type == "TIMESTAMP" else f"{tag}, {value}"
        if name in _USUAL:
            said = f"CASE WHEN {value} <> {_USUAL[name]} THEN concat({said}) END"
        elif name not in always:
            said = f"CASE WHEN {value} IS NOT NULL THEN concat({said}) END"
        parts.append(said)
    # 64 bits: only rows of one key are ever compared by it.
    return f"left(md5(concat({', '.join(parts) or literal('')})), 16)"


def _filled(con: DuckDBPyConnection, table: FactTable, relation: str) -> set[str]:
    """Columns of a relation that are not empty throughout."""
    names = [*(c.name for c in table.columns), "status"]
    counts = con.execute(
        f"SELECT {', '.join(f'count({identifier(n)})' for n in names)} FROM {relation}"
    ).fetchall()[0]
    return {name for name, count in zip(names, counts, strict=True) if count}


def _meets(con: DuckDBPyConnection, table: FactTable, old: str, incoming: str) -> bool:
    """Whether any incoming row has the key of one that is there."""
    keys = identifiers(table.key)
    met = con.execute(
        f"SELECT count(*) FROM (SELECT {keys} FROM {old}) o SEMI JOIN (SELECT {keys} FROM "
        f"{incoming}) i ON {same('o', 'i', table.key)}"
    ).fetchall()
    return bool(met[0][0])


def _new(
    table: FactTable, incoming: str, filled: Collection[str], always: Collection[str] = ()
) -> str:
    columns = identifiers([*(c.name for c in table.columns), "status"])
    return (
        f"SELECT {columns}, {content_hash(table, filled, always)} AS row_hash, 'new' AS outcome, "
        f"NULL::BIGINT AS replaced FROM {incoming}"
    )


def _compared_or_new(
    con: DuckDBPyConnection,
    table: FactTable,
    old: str,
    incoming: str,
    mapped: set[str],
    *,
    met: bool,
) -> str:
    filled = _filled(con, table, incoming)
    if not met:
        required = [c.name for c in table.columns if c.required]
        whole = " AND ".join(f"{identifier(n)} IS NOT NULL" for n in required) or "true"
        outcome = f"CASE WHEN {whole} THEN 'new' ELSE 'nothing_to_void' END"
        return f"SELECT * REPLACE ({outcome} AS outcome) FROM ({_new(table, incoming, filled)})"
    known = f"known_{table.name}"
    con.execute(
        f"CREATE TABLE {known} AS SELECT o.* FROM {old} o SEMI JOIN {incoming} i "
        f"ON {same('o', 'i', table.key)}"
    ).fetchall()
    filled |= _filled(con, table, known)
    return _compared(table, known, incoming, mapped, filled)


def _compared(
    table: FactTable, known: str, incoming: str, mapped: set[str], filled: set[str]
) -> str:
    """Each incoming row beside the known one of its key; a withdrawal keeps what is known."""
    values: list[str] = []
    for column in table.columns:
        name = identifier(column.name)
        whens = f"WHEN k.import_seq IS NOT NULL AND i.status = 'void' THEN k.{name} "
        if table.name in KEEPS_KNOWN and column.name not in mapped:
            whens += f"WHEN k.import_seq IS NOT NULL THEN coalesce(i.{name}, k.{name}) "
        values.append(f"CASE {whens}ELSE i.{name} END AS {name}")
    said = [identifier(n) for n in (*(c.name for c in table.columns), "status") if n in filled]
    before = ", ".join(f"k.{name} AS {identifier('k_' + name[1:-1])}" for name in said)
    joined = (
        f"SELECT {', '.join(values)}, i.status, {before}, k.import_seq AS replaced "
        f"FROM {incoming} i LEFT JOIN {known} k ON {same('i', 'k', table.key)}"
    )
    required = [c.name for c in table.columns if c.required]
    complete = " AND ".join(f"{identifier(n)} IS NOT NULL" for n in required) or "true"
    # The contents themselves are compared, not their fingerprints.
    equal = " AND ".join(
        f"{name} IS NOT DISTINCT FROM {identifier('k_' + name[1:-1])}" for name in said
    )
    outcome = (
        "CASE WHEN replaced IS NULL AND NOT "
        f"({complete}) THEN 'nothing_to_void' WHEN replaced IS NULL THEN 'new' "
        f"WHEN {equal} THEN 'unchanged' ELSE 'changed' END"
    )
    columns = identifiers([*(c.name for c in table.columns), "status"])
    hashed = content_hash(table, filled)
    return f"SELECT {columns}, {hashed} AS row_hash, {outcome} AS outcome, replaced FROM ({joined})"


def _count(con: DuckDBPyConnection, merged: str) -> Outcome:
    counts = dict(con.execute(f"SELECT outcome, count(*) FROM {merged} GROUP BY 1").fetchall())
    void = con.execute(
        f"SELECT count(*) FROM {merged} WHERE status = 'void' AND outcome IN ('new', 'changed')"
    ).fetchall()[0][0]
    replaced = con.execute(
        f"SELECT DISTINCT replaced FROM {merged} WHERE outcome = 'changed' ORDER BY 1"
    ).fetchall()
    return Outcome(
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        unchanged=counts.get("unchanged", 0),
        nothing_to_void=counts.get("nothing_to_void", 0),
        void=void,
        replaced_imports=[row[0] for row in replaced],
    )


def _write(
    con: DuckDBPyConnection,
    table: FactTable,
    path: Path,
    old: str,
    merged: str,
    outcome: Outcome,
    stamp: Stamp,
) -> int:
    declared = ", ".join(
        f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}" for c in table.columns
    )
    rows = (
        f"SELECT {declared}, {stamp.import_seq}::BIGINT AS import_seq, row_hash, "
        f"TIMESTAMP {literal(stamp.recorded_at)} AS recorded_at, status "
        f"FROM {merged} WHERE outcome IN ('new', 'changed')"
    )
    if outcome.changed:
        kept = identifiers(c.name for c in table.stored_columns)
        rows = (
            f"SELECT {kept} FROM {old} o ANTI JOIN (SELECT * FROM {merged} "
            f"WHERE outcome = 'changed') i ON {same('o', 'i', table.key)} UNION ALL {rows}"
        )
    return write_rows(
        con,
        path,
        rows,
        overwrite=bool(outcome.changed),
        import_id=stamp.transaction[0],
        import_seq=stamp.transaction[1],
    )
