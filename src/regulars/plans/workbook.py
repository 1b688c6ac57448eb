"""Sheets written as an XLSX file; formulas stay alive, and carry what they come to now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from regulars.errors import MissingExtra
from regulars.plans.answer import Answer
from regulars.plans.sheets import Cell, Sheet
from regulars.result import neutral, written_aside

INPUT_INK, INPUT_GROUND = "#163F7D", "#EEF3F9"


def write_workbook(answer: Answer, path: Path) -> Path:
    """Write the answer's sheets; an earlier file is replaced only by a complete one.

    Raises
    ------
    MissingExtra : XlsxWriter is not installed (``pip install 'regulars[report]'``).
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra("XLSX needs XlsxWriter: pip install 'regulars[report]'") from error
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with written_aside(path) as aside, xlsxwriter.Workbook(str(aside), options) as book:
        title = answer.header.title.say(answer.lang)
        # The same plan makes the same file: no clock in it.
        made = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
        book.set_properties({"title": title, "comments": "Regulars", "created": made})
        _Writer(book, answer.header.exponent).write(answer.sheets)
    return path


class _Writer:
    """Cells of one book."""

    def __init__(self, book: Any, exponent: int) -> None:
        self.book = book
        cents = "0" * max(2, exponent)
        self.shown: dict[str, dict[str, Any]] = {
            "text": {},
            "title": {"bold": True, "font_size": 14},
            "note": {"font_color": "#59616D"},
            "head": {"bold": True, "bottom": 1, "align": "right"},
            "price": {"num_format": f"#,##0.{cents}"},
            "total": {"num_format": "#,##0"},
            "rate": {"num_format": "0.0#%"},
            "count": {"num_format": "#,##0"},
            "number": {"num_format": "#,##0.0###"},
        }
        self.formats: dict[tuple[str, bool, bool], Any] = {}

    def write(self, sheets: Iterable[Sheet]) -> None:
        for sheet in sheets:
            page = self.book.add_worksheet(sheet.name)
            for column, width in enumerate(sheet.widths):
                page.set_column(column, column, width)
            last = max((column for _, column in sheet.cells), default=0)
            page.set_column(len(sheet.widths), max(last, len(sheet.widths)), sheet.widths[-1])
            for (row, column), cell in sheet.cells.items():
                self._cell(page, row, column, cell)

    def _cell(self, page: Any, row: int, column: int, cell: Cell) -> None:
        value = cell.value
        if cell.formula is not None:
            now = float(value) if isinstance(value, Decimal | int | float) else (value or "")
            page.write_formula(row, column, cell.formula, self._format(cell), now)
        elif isinstance(value, str):
            page.write_string(row, column, value, self._format(cell, neutral(value) != value))
        elif value is None:
            page.write_blank(row, column, None, self._format(cell))
        else:
            page.write_number(row, column, float(value), self._format(cell))

    def _format(self, cell: Cell, quoted: bool = False) -> Any:
        key = (cell.style, cell.given, quoted)
        if key not in self.formats:
            look = dict(self.shown[cell.style])
            if cell.given:
                look |= {"font_color": INPUT_INK, "bg_color": INPUT_GROUND}
            if quoted:
                look["quote_prefix"] = True
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]
