"""Texts of strangers in a file that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

# What a cell begins with that a spreadsheet takes for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A value as text that no spreadsheet works out."""
    said = str(value)
    return f"'{said}" if said.lstrip(" ").startswith(_FORMULAS) else said


def lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """A CSV in UTF-8, line by line, with the mark by which spreadsheets know it."""
    yield "\ufeff".encode()
    yield _line(header)
    for values in rows:
        yield _line(map(cell, values))


def _line(values: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(list(values))
    return out.getvalue().encode()
