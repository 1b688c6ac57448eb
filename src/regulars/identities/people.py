"""Finding a record by the id that its source gave it, and what is known of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.errors import ParameterError, UnknownName
from regulars.facts.tables.people import PERSONAL_COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ATTRIBUTES = tuple(c.name for c in PERSONAL_COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record as it was named: its id with source, its key, the customer that it counts for."""

    named: str
    key: int
    root: int


def find_record(con: DuckDBPyConnection, external_id: str) -> Record:
    """The record of this id, ``source:id`` where several sources know it.

    Raises
    ------
    UnknownName : nobody of this id.
    ParameterError : several sources know the id.
    """
    query = (
        "SELECT source || ':' || external_id, customer_key, coalesce(merged_into, customer_key) "
        "FROM identities WHERE {} ORDER BY 1"
    )
    found = con.execute(query.format("external_id = ?"), [external_id]).fetchall()
    if not found:
        whole = "source || ':' || external_id = ?"
        found = con.execute(query.format(whole), [external_id]).fetchall()
    if not found:
        raise UnknownName(f"there is no customer {external_id!r}")
    if len(found) > 1:
        names = ", ".join(row[0] for row in found)
        raise ParameterError(f"several customers have this id; name one of {names}")
    return Record(named=found[0][0], key=found[0][1], root=found[0][2])


def known_of(con: DuckDBPyConnection, keys: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """id, customer_key and personal attributes of each record."""
    listed = ", ".join(str(int(key)) for key in keys) or "NULL"
    names = ("id", "customer_key", *ATTRIBUTES)
    rows = con.execute(
        f"SELECT r.source || ':' || r.external_id, r.customer_key, "
        f"{', '.join(f'p.{name}' for name in ATTRIBUTES)} FROM records r "
        f"LEFT JOIN people p USING (customer_key) WHERE r.customer_key IN ({listed}) "
        "ORDER BY r.customer_key"
    ).fetchall()
    return {row[1]: dict(zip(names, row, strict=True)) for row in rows}


def named_roots(con: DuckDBPyConnection, keys: Sequence[int]) -> tuple[str, ...]:
    """The ids of these customers, oldest first."""
    return tuple(str(one["id"]) for one in known_of(con, keys).values())
