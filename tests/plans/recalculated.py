"""A workbook opened, changed and recalculated by a spreadsheet engine that knows nothing of us."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import formualizer

from regulars.plans import Answer, write_workbook
from regulars.plans.sheets import Sheet


class Recalculated:
    """The file's sheets, calculated; `change` sets an input, rows and columns from 0."""

    def __init__(self, answer: Answer, path: Path) -> None:
        self.book = formualizer.load_workbook(str(write_workbook(answer, path)))
        self.book.evaluate_all()

    def change(self, sheet: Sheet, row: int, column: int, value: float) -> None:
        assert sheet.cells[row, column].given, "only inputs are changed"
        literal = formualizer.LiteralValue.number(float(value))
        self.book.set_value(sheet.name, row + 1, column + 1, literal)
        self.book.evaluate_all()

    def value(self, sheet: Sheet, row: int, column: int) -> Any:
        return self.book.evaluate_cell(sheet.name, row + 1, column + 1)

    def differing(self, sheets: list[Sheet]) -> list[str]:
        """Formula cells that come to something else than the cell says."""
        found = []
        for sheet in sheets:
            for (row, column), cell in sheet.cells.items():
                if cell.formula is None:
                    continue
                expected = cell.value
                got = self.value(sheet, row, column)
                if not same(got, expected):
                    found.append(
                        f"{sheet.name} {row + 1},{column + 1} {cell.formula}: {got}, not {expected}"
                    )
        return found


def same(got: Any, expected: Any) -> bool:
    """Equal, as far as a spreadsheet's numbers reach."""
    if expected is None or expected == "":
        return got in (None, "")
    if isinstance(got, bool | str | dt.date) or got is None:
        return bool(got == expected)
    return abs(float(got) - float(expected)) <= 1e-9 * max(1.0, abs(float(expected)))
