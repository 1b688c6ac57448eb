"""How many customers a condition selects, and how they differ from the base: kept by question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.conditions import Condition, can_be_unknown, columns_of, sql, write
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
    ok = sql(condition, as_of=of.as_of)
    selected = answered(of, _statement(of, ok))
    unknown, lacking = _unknown(of, condition, ok)
    return Measured(
        customers=sum(row[1] for row in selected),
        unknown=unknown,
        revenue=_summed(selected, 2) if of.revenue else None,
        value=_summed(selected, 3) if of.value else None,
        parts=_parts(of, selected),
        lacking=lacking,
    )


def _statement(of: Catalogue, ok: str) -> Statement:
    revenue = quoted(of.revenue) if of.revenue else "NULL"
    value = quoted(of.value) if of.value else "NULL"
    return lambda read, cell: (
        f"SELECT {cell}, count(*), sum({revenue}), sum({value}) FROM {read} WHERE ({ok}) GROUP BY 1"
    )


def _unknown(of: Catalogue, condition: Condition, ok: str) -> tuple[int, dict[str, int]]:
    """Of how many it cannot be told, and how many of them lack each column."""
    names = [name for name in columns_of(condition) if of.told[name].unknown]
    if not can_be_unknown(condition, names):
        return 0, {}
    asked = ", ".join(
        ["count(*)", *(f"count(*) FILTER (WHERE {quoted(name)} IS NULL)" for name in names)]
    )
    rows = answered(of, lambda read, _cell: f"SELECT {asked} FROM {read} WHERE ({ok}) IS NULL")
    unknown, *lacking = rows[0]
    return unknown, {name: n for name, n in zip(names, lacking, strict=True) if n}


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
            counts[codes[row[0] // stride % len(codes)]] += row[1]
        found[part] = counts
    return found


def forget_all() -> None:
    """For tests: what this process keeps."""
    with _lock:
        _kept.clear()
