"""Whether 03/04/2026 is in April or in March: decided by the rows that can be read one way only.

Nothing is guessed: when every such day of the files may be read both ways, or when some rows can
only be read the one way and some only the other, the import is refused until somebody says. Days
with points, 03.04.2026, are written with the day first the world over and need no deciding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError
from regulars.facts.mapping import AUTO, ColumnMapping, file_fields
from regulars.facts.reading import Source
from regulars.facts.rejects import StagedFile, places_to_lines
from regulars.facts.sql import literal
from regulars.facts.tables import fact_table
from regulars.facts.text_import import mend, read_broken

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PATTERN = r"^\s*(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})(\D|$)"
_ORDERS = {"dmy": "a > 12", "mdy": "b > 12"}


@dataclass(frozen=True)
class _Seen:
    """The days of one column: rows that decide for each order, the first of them, and others."""

    source: Source
    column: str
    rows: int
    deciding: dict[str, int]
    first: dict[str, int]
    unclear: int
    first_unclear: int
    example: str


def settle(
    con: DuckDBPyConnection, mapping: ColumnMapping, sources: Sequence[Source], work: Path
) -> tuple[ColumnMapping, int]:
    """The mapping with the order that the files' rows decide, and how many rows do.

    Raises
    ------
    FactsError : no row decides, or rows decide for both orders.
    """
    if mapping.day_order != AUTO:
        return mapping, 0
    seen = [
        _look(con, source, column, work)
        for source in sources
        for column in _columns(mapping, source)
    ]
    rows = {order: sum(one.deciding[order] for one in seen) for order in _ORDERS}
    if all(rows.values()):
        raise FactsError(_both(con, seen))
    for order, count in rows.items():
        if count:
            return replace(mapping, day_order=order), count
    for one in seen:
        if one.unclear:
            line = _line(con, one, one.first_unclear)
            raise FactsError(
                f"{one.source.name}, line {line}, column {one.column!r}: {one.example} may be read "
                "with the day or with the month first, and no row decides which. Nothing was "
                "changed. Say --date-order dmy (day first) or --date-order mdy (month first)."
            )
    return replace(mapping, day_order="ymd" if not seen else "dmy"), 0


def _columns(mapping: ColumnMapping, source: Source) -> list[str]:
    """The file's columns that hold days in such a form, as far as its first rows show."""
    fields = file_fields(fact_table(mapping.table))
    pattern = re.compile(PATTERN)
    return [
        column
        for name, column in mapping.columns.items()
        if fields[name].type in ("DATE", "TIMESTAMP")
        and isinstance(column, str)
        and source.types[source.header.index(column)] == "VARCHAR"
        and any(pattern.search(str(value or "")) for value in source.sample.get(column, ()))
    ]


def _look(con: DuckDBPyConnection, source: Source, column: str, work: Path) -> _Seen:
    mend(con, source, work)
    place = source.header.index(column)
    unclear = "a <= 12 AND b <= 12 AND a <> b AND sign <> '.'"
    # With 31 and 13 in one day it is no day at all, and decides nothing.
    decides = {order: f"({sql} AND least(a, b) BETWEEN 1 AND 12)" for order, sql in _ORDERS.items()}
    picked = ", ".join(
        f"count(*) FILTER {test}, min(n) FILTER {test}"
        for test in (f"(WHERE {sql})" for sql in (*decides.values(), unclear))
    )
    row: tuple[Any, ...] = con.execute(
        f"SELECT max(n) + 1, {picked}, arg_min(x, n) FILTER (WHERE {unclear}) FROM "
        "(SELECT n, x, TRY_CAST(p.a AS INTEGER) AS a, TRY_CAST(p.b AS INTEGER) AS b, p.sign FROM "
        f"(SELECT row_number() OVER () - 1 AS n, c{place} AS x, regexp_extract(c{place}, "
        f"{literal(PATTERN)}, ['a', 'sign', 'b']) AS p FROM {source.relation}))"
    ).fetchall()[0]
    deciding = dict(zip(_ORDERS, (row[1] or 0, row[3] or 0), strict=True))
    first = dict(zip(_ORDERS, (row[2] or 0, row[4] or 0), strict=True))
    return _Seen(
        source, column, row[0] or 0, deciding, first, row[5] or 0, row[6] or 0, row[7] or ""
    )


def _both(con: DuckDBPyConnection, seen: Sequence[_Seen]) -> str:
    said = []
    for order, words in (("dmy", "the day first"), ("mdy", "the month first")):
        one = next(one for one in seen if one.deciding[order])
        line = _line(con, one, one.first[order])
        said.append(f"{one.source.name}, line {line}, column {one.column!r} can only have {words}")
    return (
        f"{'; '.join(said)}. Nothing was changed. Import the files one by one, or say --date-order "
        "dmy or --date-order mdy: then the rows of the other order are rejected."
    )


def _line(con: DuckDBPyConnection, one: _Seen, place: int) -> int | str:
    import numpy as np

    broken = read_broken(con) if one.source.text else []
    part = StagedFile(one.source, 0, one.rows, broken)
    lines, _ = places_to_lines(part, np.array([place], dtype=np.int64))
    return int(lines[0]) or "unknown"
