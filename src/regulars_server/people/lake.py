"""What the facts of the served workspace say of people, read through DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.errors import ParameterError
from regulars.facts.sql import identifiers, literal
from regulars.identities.region import region_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Workspace
    from regulars.facts.versions import FactsVersion

BATCH = 20_000
# One row a customer: what names them in all records that are theirs. The oldest record is first.
PEOPLE = """
CREATE TABLE found AS
WITH roots AS (
  SELECT customer_key, coalesce(min(merged_into), customer_key) AS root
  FROM identities GROUP BY customer_key
), ids AS (
  SELECT r.root, list({source: i.source, external_id: i.external_id, customer_key: i.customer_key}
    ORDER BY i.customer_key, i.source, i.external_id) AS ids
  FROM identities i JOIN roots r USING (customer_key) GROUP BY r.root
), records AS (
  SELECT r.root, list({customer_key: p.customer_key, name: p.name, phone: p.phone, email: p.email,
    address: p.address, birth_date: p.birth_date::VARCHAR} ORDER BY p.customer_key) AS records
  FROM people p JOIN roots r USING (customer_key) GROUP BY r.root
), cards AS (
  SELECT r.root, list(DISTINCT m.card ORDER BY m.card) AS cards
  FROM memberships m JOIN roots r USING (customer_key) WHERE m.card IS NOT NULL GROUP BY r.root
), together AS (
  SELECT root, to_json({ids: ids, records: coalesce(records, []), cards: coalesce(cards, [])})
    ::VARCHAR AS known
  FROM ids LEFT JOIN records USING (root) LEFT JOIN cards USING (root)
)
SELECT root AS customer_key, known, md5(known) AS digest FROM together
"""
_DIFFERING = "FROM found ANTI JOIN before USING (customer_key, digest)"


@dataclass(frozen=True, kw_only=True)
class Held:
    """The rows of one table of facts that are a person's."""

    table: str
    rows: int
    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A row of ``consents``, with the key that the customer's records are together under."""

    key: int
    root: int
    purpose: str | None
    channel: str | None
    state: str
    at: dt.datetime | None
    source: str | None
    status: str


def region(ws: Workspace) -> str:
    """The country of numbers that do not say theirs; empty where nothing tells."""
    said = ws.settings.identities.get("region")
    if said:
        return str(said).strip().upper()
    try:
        return region_of(zone=ws.settings.zone, currency=ws.settings.currency)
    except ParameterError:
        return ""


def compare(con: DuckDBPyConnection, digests: Iterator[Sequence[tuple[int, str]]]) -> int:
    """How many people are new or not as they were.

    Makes the tables ``found`` (all people), ``before`` and ``gone`` (keys that are there no more).
    """
    from regulars.identities.tables import register

    con.execute(PEOPLE).fetchall()
    con.execute("CREATE TABLE before (customer_key BIGINT, digest VARCHAR)").fetchall()
    for batch in digests:
        if batch:
            keys, said = zip(*batch, strict=True)
            import numpy as np

            register(con, "batch", customer_key=np.asarray(keys, "int64"), digest=list(said))
            con.execute("INSERT INTO before SELECT * FROM batch").fetchall()
    con.execute(
        "CREATE TABLE gone AS SELECT customer_key FROM before ANTI JOIN found USING (customer_key)"
    ).fetchall()
    return int(con.execute(f"SELECT count(*) {_DIFFERING}").fetchall()[0][0])


def differing(con: DuckDBPyConnection, *, rows: int) -> Iterator[list[tuple[int, str, str]]]:
    """Batches of (customer_key, known, digest) that are new or not as they were; after `compare`.

    By key, so that an index by it grows at its end.
    """
    with con.cursor() as reader:
        reader.execute(f"SELECT * {_DIFFERING} ORDER BY customer_key")
        while batch := reader.fetchmany(rows):
            yield batch


def gone(con: DuckDBPyConnection) -> list[int]:
    """The keys of ``gone``, after `compare`."""
    return [int(row[0]) for row in con.execute("SELECT customer_key FROM gone").fetchall()]


def named(con: DuckDBPyConnection, keys: Sequence[int]) -> set[int]:
    """Those of the keys that the facts still have an id for, withdrawn ones too."""
    rows = con.execute(
        f"SELECT DISTINCT customer_key FROM all_identities WHERE customer_key IN ({listed(keys)})"
    ).fetchall()
    return {int(row[0]) for row in rows}


def count(con: DuckDBPyConnection) -> int:
    """How many people the facts have, after `compare`."""
    return int(con.execute("SELECT count(*) FROM found").fetchall()[0][0])


def ids_of(ws: Workspace, keys: Sequence[int]) -> list[tuple[int, str, str]]:
    """Key, source and id of every record of the customers that these keys belong to."""
    from regulars.identities.tables import open_tables

    with ws.lake.reading() as (con, current):
        open_tables(con, ws.lake, current)
        rows = con.execute(
            "SELECT customer_key, source, external_id FROM all_identities "
            "WHERE coalesce(merged_into, customer_key) IN (SELECT coalesce(merged_into, "
            f"customer_key) FROM all_identities WHERE customer_key IN ({listed(keys)})) ORDER BY 1"
        ).fetchall()
    return [(int(row[0]), str(row[1]), str(row[2])) for row in rows]


def held(ws: Workspace, keys: Sequence[int]) -> list[Held]:
    """How many live rows each table of facts has of a person; tables without any left out."""
    found = []
    for name, con, rows, mine in _mine(ws, keys):
        days = "min(r.day), max(r.day)" if _has_day(name) else "NULL, NULL"
        line = con.execute(
            f"SELECT count(*), {days} FROM {rows} r WHERE ({mine}) AND r.status = 'live'"
        ).fetchall()[0]
        if line[0]:
            found.append(Held(table=name, rows=line[0], first_day=line[1], last_day=line[2]))
    return found


def consents(ws: Workspace, keys: Sequence[int]) -> list[dict[str, Any]]:
    """The consents of a person that were imported as facts, the latest first."""
    names = ("purpose", "channel", "state", "at", "day", "source")
    with ws.lake.reading() as (con, current):
        from regulars.facts import FACTS
        from regulars.facts.merging import old_rows

        files = ws.lake.files("consents", current) if current.number else ()
        rows = con.execute(
            f"SELECT {identifiers(names)} FROM {old_rows(con, FACTS['consents'], files)} "
            f"WHERE customer_key IN ({listed(keys)}) AND status = 'live' "
            'ORDER BY coalesce("at", day) DESC, purpose, channel'
        ).fetchall()
    return [_said(dict(zip(names, row, strict=True))) for row in rows]


# A day without a time begins at midnight of the workspace's zone.
_CONSENTS_SINCE = """
WITH roots AS (
  SELECT customer_key, coalesce(min(merged_into), customer_key) AS root
  FROM identities GROUP BY customer_key
)
SELECT customer_key AS key, root, purpose, channel, state,
  coalesce("at", ("day"::TIMESTAMP AT TIME ZONE {zone}) AT TIME ZONE 'UTC') AS "at",
  source, status
FROM {rows} JOIN roots USING (customer_key)
WHERE import_seq > {seq} ORDER BY import_seq, key, purpose, channel, "at"
"""


def consents_since(
    con: DuckDBPyConnection, ws: Workspace, current: FactsVersion, *, seq: int, rows: int
) -> Iterator[list[Said]]:
    """The rows of ``consents`` that imports after ``seq`` wrote, of customers who have an id."""
    from regulars.facts import FACTS
    from regulars.facts.merging import old_rows
    from regulars.identities.tables import open_tables

    files = ws.lake.files("consents", current) if current.number else ()
    if not files:
        return
    open_tables(con, ws.lake, current)
    con.execute(
        _CONSENTS_SINCE.format(
            rows=old_rows(con, FACTS["consents"], files), seq=int(seq),
            zone=literal(ws.settings.zone),
        )
    )  # fmt: skip
    names = [column[0] for column in con.description or []]
    while found := con.fetchmany(rows):
        yield [Said(**_said(dict(zip(names, row, strict=True)))) for row in found]


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """The lake keeps instants in UTC and without a zone."""
    at = row["at"]
    return {**row, "at": at.replace(tzinfo=dt.UTC) if isinstance(at, dt.datetime) else at}


def rows_of(ws: Workspace, keys: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of facts that is a person's, withdrawn ones too."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, con, rows, mine in _mine(ws, keys):
        answer = con.execute(f"SELECT * FROM {rows} r WHERE {mine}")
        names = [column[0] for column in answer.description or []]
        lines = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        if lines:
            found[name] = lines
    return found


def rejects_of(ws: Workspace, keys: Sequence[int]) -> list[dict[str, Any]]:
    """The rejected rows that are kept and name a person, as forgetting would find them."""
    from regulars.facts.forgetting import kept_rejects, naming, personal_texts

    ids = [(source, given) for _key, source, given in ids_of(ws, keys)]
    paths = [str(path) for path in kept_rejects(ws.lake.folder)]
    if not ids or not paths:
        return []
    with ws.lake.reading() as (con, current):
        hit = naming(ids=ids, texts=personal_texts(con, ws.lake.folder, current, keys))
        listed_paths = ", ".join(literal(path) for path in paths)
        rows = con.execute(
            "SELECT file, line, column_name, code, raw FROM "
            f"read_parquet([{listed_paths}]) WHERE {hit} ORDER BY file, line"
        ).fetchall()
    names = ("file", "line", "column", "code", "raw")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _mine(ws: Workspace, keys: Sequence[int]) -> Iterator[tuple[str, DuckDBPyConnection, str, str]]:
    """Table, connection, rows as SQL, and the condition for a person's rows ``r``."""
    from regulars.facts import FACTS
    from regulars.facts.merging import old_rows

    with ws.lake.reading() as (con, current):
        for name, table in FACTS.items():
            files = ws.lake.files(name, current) if current.number else ()
            if not files:
                continue
            mine = " OR ".join(
                f"r.{column} IN ({listed(keys)})" for column in table.customer_columns
            )
            if name == "order_lines":
                theirs = old_rows(con, FACTS["orders"], ws.lake.files("orders", current))
                mine = (
                    f"r.order_id IN (SELECT order_id FROM {theirs} "
                    f"WHERE customer_key IN ({listed(keys)}))"
                )
            elif name == "assignments":
                mine = f"r.unit IN ({', '.join(literal(str(int(key))) for key in keys)})"
            if mine:
                yield name, con, old_rows(con, table, files), mine


def _has_day(name: str) -> bool:
    from regulars.facts import FACTS

    return any(column.name == "day" for column in FACTS[name].columns)


def listed(keys: Sequence[int]) -> str:
    return ", ".join(str(int(key)) for key in keys) or "NULL"
