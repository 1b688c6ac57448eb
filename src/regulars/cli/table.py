"""A compact table as text: figures right-aligned, money in major units, shares in per cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts.numbers import Numbers
from regulars.declare import Column, Language
from regulars.words import bracketed

GAP = "  "
UNKNOWN = "–"
NUMERIC = ("BIGINT", "INTEGER", "DOUBLE", "DECIMAL(18, 6)")


@dataclass(frozen=True)
class Field:
    """A column as shown: its own value, or a value with its interval in brackets."""

    column: Column
    low: str | None = None
    high: str | None = None

    @property
    def right(self) -> bool:
        return self.column.type in NUMERIC


def fields(columns: Sequence[Column]) -> list[Field]:
    """The columns worth showing to a person: bounds join their estimate, inner keys go."""
    names = {column.name for column in columns}
    shown = []
    for column in columns:
        stem = column.name.removesuffix("_low").removesuffix("_high")
        if stem != column.name and stem in names:
            continue
        if column.name == "customer_key" and "external_id" in names:
            continue
        low, high = f"{column.name}_low", f"{column.name}_high"
        both = low in names and high in names
        shown.append(Field(column, low, high) if both else Field(column))
    return shown


def heading(column: Column, numbers: Numbers) -> str:
    """The head of a column with the currency of its amounts."""
    words = column.heading(numbers.lang)
    return bracketed(words, numbers.currency, numbers.lang) if column.unit == "minor" else words


def cell(field: Field, row: Mapping[str, Any], numbers: Numbers) -> str:
    """A value of a row as a person reads it; what is not known is a dash."""
    value = row.get(field.column.name)
    if value is None:
        return UNKNOWN
    if field.low and field.high and field.column.unit == "share":
        low, high = row.get(field.low), row.get(field.high)
        shown = _share(value, numbers)
        if low is None or high is None:
            return shown
        return f"{shown} ({low * 100:.1f}–{high * 100:.1f})"
    return scalar(value, field.column, numbers)


def scalar(value: Any, column: Column, numbers: Numbers) -> str:
    """One value with the unit of its column."""
    if value is None or (isinstance(value, float) and value != value):
        return UNKNOWN
    if isinstance(value, bool):
        return _yes_no(value, numbers.lang)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if column.unit == "minor":
        return str(numbers.amount(value))
    if column.unit == "share":
        return _share(value, numbers)
    if isinstance(value, int):
        return str(value) if column.key else f"{value:,}"
    if isinstance(value, float):
        return _number(value)
    return printable(column.said(str(value), numbers.lang))


def printable(text: str) -> str:
    """Text from a file without control characters, which could steer the reader's terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _number(value: float) -> str:
    """A number with the figures that it needs; what is nearly nothing is not called nothing."""
    if value.is_integer():
        return f"{value:,.0f}"
    if abs(value) < 0.00005:
        return "<0.0001" if value > 0 else ">-0.0001"
    return f"{value:,.{_decimals(value)}f}"


def _share(value: float, numbers: Numbers) -> str:
    if 0 < abs(value) < 0.0005:
        return "<0.1%" if value > 0 else ">-0.1%"
    return str(numbers.percent(value))


def _decimals(value: float) -> int:
    return 1 if abs(value) >= 10 else 2 if abs(value) >= 0.01 else 4


def _yes_no(value: bool, lang: Language) -> str:
    words = ("是", "否") if lang == "zh" else ("yes", "no")
    return words[0] if value else words[1]


def width(text: str) -> int:
    """Columns of a terminal that a text takes; a Chinese character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def lines(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[bool], bold: bool
) -> list[str]:
    """Rows under their heads, parted by blanks only; the heads bold where that can be seen."""
    widths = [max(width(text) for text in column) for column in zip(heads, *rows, strict=True)]

    def line(texts: Sequence[str]) -> str:
        padded = []
        for text, size, to_right in zip(texts, widths, right, strict=True):
            blanks = " " * (size - width(text))
            padded.append(blanks + text if to_right else text + blanks)
        return GAP.join(padded).rstrip()

    head = line(heads)
    return [f"\x1b[1m{head}\x1b[0m" if bold else head, *(line(row) for row in rows)]


def table(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], numbers: Numbers, *, bold: bool
) -> list[str]:
    """The lines of a table of declared columns."""
    shown = fields(columns)
    return lines(
        [heading(field.column, numbers) for field in shown],
        [[cell(field, row, numbers) for field in shown] for row in rows],
        right=[field.right for field in shown],
        bold=bold,
    )
