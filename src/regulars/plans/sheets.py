"""Sheets of a workbook before they are written: cells with values, or with live formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias, overload

Style: TypeAlias = Literal[
    "text", "title", "note", "head", "price", "total", "rate", "count", "number"
]
Value: TypeAlias = Decimal | float | int | str | None

LONGEST = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    value : what stands there; of a formula, what it comes to as long as nobody changes an input.
    style : how it is shown.
    formula : beginning with ``=``; None for a value.
    given : an input, to be changed.
    """

    value: Value
    style: Style = "text"
    formula: str | None = None
    given: bool = False


@dataclass
class Sheet:
    """Cells by row and column, from 0."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    widths: tuple[int, ...] = (36, 16)

    def put(self, row: int, column: int, cell: Cell) -> None:
        self.cells[row, column] = cell

    def line(self, row: int, values: Iterable[str], style: Style = "text") -> None:
        """Texts side by side."""
        for column, value in enumerate(values):
            self.put(row, column, Cell(value, style))

    def at(self, row: int, column: int) -> str:
        """A reference from another sheet: ``'Name'!$B$3``."""
        return f"'{self.name}'!{here(row, column)}"


class Later(Sequence[Sheet]):
    """Sheets that are made once somebody takes one: a page shows an answer without them."""

    def __init__(self, make: Callable[[], Sequence[Sheet]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Sequence[Sheet]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> Sheet: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sheet]: ...
    def __getitem__(self, index: int | slice) -> Sheet | Sequence[Sheet]:
        return self._made[index]

    def __len__(self) -> int:
        return len(self._made)


def here(row: int, column: int) -> str:
    """A reference within a sheet: ``$B$3``."""
    return f"${letters(column)}${row + 1}"


def letters(column: int) -> str:
    """A, B, … Z, AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that a workbook takes: short, without its own signs, each once."""
    found: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        clean = FORBIDDEN.sub(" ", name).strip() or "-"
        tried, n = clean[:LONGEST], 1
        while tried.casefold() in taken:
            n += 1
            tail = f" {n}"
            tried = clean[: LONGEST - len(tail)] + tail
        taken.add(tried.casefold())
        found.append(tried)
    return found
