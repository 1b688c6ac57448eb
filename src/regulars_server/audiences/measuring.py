"""How many customers a condition selects, and how they differ from the base: kept by question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.conditions import Condition, columns_of, sql, write
from regulars_server.audiences import deck
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.engine import cursor, quoted, source

MOST_KEPT = 512
Statement = Callable[[str, str], str]
"""SQL, given what is read and the SQL of a customer's cell."""


@dataclass(frozen=True)
class Measured:
    """What a condition selects of a snapshot.

    Attributes
    ----------
    customers, unknown : for whom it holds; for whom it cannot be told.
    revenue, value : summed, in minor units; None where the snapshot has no such column.
    parts : of each part of the profile, customers by code ("" where it is unknown).
    lacking : of the columns named, how many of the unknown lack each.
    """

    customers: int
    unknown: int
    revenue: float | None
    value: float | None
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    lacking: dict[str, int] = field(default_factory=dict)


_kept: OrderedDict[tuple[str, str], Measured] = OrderedDict()
_lock = threading.Lock()


def measure(of: Catalogue, condition: Condition) -> Measured:
    """Count it; the same question of the same snapshot is answered from memory.

    Raises
    ------
    TooSlow : it took too long.
    """
    key = (str(of.snapshot.path), write(condition))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _measured(of, condition)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _measured(of: Catalogue, condition: Condition) -> Measured:
    rows = answered(of, _statement(of, condition))
    selected = [row for row in rows if row[0]]
    unknown = sum(row[2] for row in rows if row[0] is None)
    return Measured(
        customers=sum(row[2] for row in selected),
        unknown=unknown,
        revenue=_summed(selected, 3) if of.revenue else None,
        value=_summed(selected, 4) if of.value else None,
        parts=_parts(of, selected),
        lacking=_lacking(of, condition) if unknown else {},
    )


def _statement(of: Catalogue, condition: Condition) -> Statement:
    ok = sql(condition, as_of=of.as_of)
    revenue = quoted(of.revenue) if of.revenue else "NULL"
    value = quoted(of.value) if of.value else "NULL"
    return lambda read, cell: (
        "SELECT ok, cell, count(*), sum(revenue), sum(value) FROM ("
        f"SELECT ({ok}) AS ok, {cell} AS cell, {revenue} AS revenue, {value} AS value"
        f" FROM {read}) WHERE ok IS NOT FALSE GROUP BY ok, cell"
    )


def answered(
    of: Catalogue, statement: Statement, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """The rows of a statement over a snapshot: from memory, or from its file.

    Raises
    ------
    TooSlow : it took too long.
    """
    import duckdb

    table = deck.table_of(of)
    given = list(parameters)
    from_file = statement(source(of.snapshot), deck.cell_sql(of))
    with cursor(of.snapshot) as con:
        if table is None:
            return con.execute(from_file, given).fetchall()
        try:
            return con.execute(statement(table, deck.CELL), given).fetchall()
        except duckdb.CatalogException:
            # It made room for a newer one between two lines of this function.
            deck.drop(str(of.snapshot.path))
            return con.execute(from_file, given).fetchall()


def _summed(rows: list[Any], place: int) -> float:
    return float(sum(row[place] or 0 for row in rows))


def _parts(of: Catalogue, rows: list[Any]) -> dict[str, dict[str, int]]:
    found = {}
    for part, stride in deck.strides(of).items():
        codes = of.codes(part)
        counts = dict.fromkeys(codes, 0)
        for row in rows:
            counts[codes[row[1] // stride % len(codes)]] += row[2]
        found[part] = counts
    return found


def _lacking(of: Catalogue, condition: Condition) -> dict[str, int]:
    names = [name for name in columns_of(condition) if of.told[name].unknown]
    if not names:
        return {}
    ok = sql(condition, as_of=of.as_of)
    asked = ", ".join(f"count(*) FILTER (WHERE {quoted(name)} IS NULL)" for name in names)
    rows = answered(of, lambda read, _cell: f"SELECT {asked} FROM {read} WHERE ({ok}) IS NULL")
    return {name: n for name, n in zip(names, rows[0], strict=True) if n}


def forget_all() -> None:
    """For tests: what this process keeps."""
    with _lock:
        _kept.clear()
