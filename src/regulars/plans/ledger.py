"""A sheet of labelled inputs and of results that follow from them, beneath each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regulars.plans.sheets import Cell, Sheet, Style, Value, here, sheet_names
from regulars.plans.voice import Voice
from regulars.plans.words import sheets as words


class Ledger:
    """Rows are added from the top; each gives the reference to its value."""

    def __init__(self, voice: Voice, name: str = "") -> None:
        title = voice.header.title.say(voice.lang)
        self.sheet = Sheet(sheet_names([name or title])[0], widths=(42, 18))
        self.sheet.put(0, 0, Cell(title, "title"))
        self.sheet.put(1, 0, Cell(words.CHANGE_INPUTS.say(voice.lang), "note"))
        if voice.header.illustrative:
            self.sheet.put(2, 0, Cell(words.ILLUSTRATIVE.say(voice.lang), "note"))
        self.row = 4

    def given(self, label: str, value: Value, style: Style = "number") -> str:
        """An input."""
        return self._line(label, Cell(value, style, given=True))

    def found(self, label: str, value: Value, formula: str, style: Style = "number") -> str:
        """What follows; `formula` without its ``=``."""
        return self._line(label, Cell(value, style, "=" + formula))

    def heads(self, labels: Iterable[str]) -> None:
        """A row of heads."""
        self.row += 1
        self.sheet.line(self.row, labels, "head")
        self.row += 1

    def cells(self, label: str, cells: Sequence[Cell]) -> int:
        """A row of a grid; gives its number, from 0."""
        self.sheet.put(self.row, 0, Cell(label))
        for column, cell in enumerate(cells, 1):
            self.sheet.put(self.row, column, cell)
        self.row += 1
        return self.row - 1

    def _line(self, label: str, cell: Cell) -> str:
        self.cells(label, [cell])
        return here(self.row - 1, 1)
