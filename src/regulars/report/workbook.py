"""The tables of the report as one XLSX file: numbers as numbers, text as text, no formula."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from regulars.declare import Column, Language, Text
from regulars.errors import MissingExtra
from regulars.report.context import ReportContext
from regulars.result import Result, neutral, plain, written_aside
from regulars.words import bracketed

MOST_ROWS = 1_048_575  # what a sheet holds below its head

CONTENTS = Text("Contents", "目录")
COLUMNS_SHEET = Text("Columns", "字段说明")
SHEET, QUESTION, ROWS, NOTES = (
    Text("Sheet", "工作表"),
    Text("Question", "问题"),
    Text("Rows", "行数"),
    Text("Notes", "说明"),
)
COLUMN, MEANING, UNIT = Text("Column", "字段"), Text("Meaning", "含义"), Text("Unit", "单位")
NAME = Text("Name in files", "文件中的列名")
FIGURES_SHEET = Text("Figures", "指标")
FIGURE, VALUE = Text("Figure", "指标"), Text("Value", "数值")
LIMITED = Text(
    "At most the first {limit} rows were asked for (of a cut: of each value); there may be more.",
    "最多只列出前{limit}行（分项时为每个取值），其余未列。",
)
CUT_OFF = Text(
    "Only the first {shown} of {rows} rows fit into a sheet.",
    "工作表容量所限，仅列出{rows}行中的前{shown}行。",
)


def write_workbook(
    results: Mapping[str, Result],
    path: str | os.PathLike[str],
    *,
    context: ReportContext,
    lang: Language = "en",
) -> Path:
    """Write answers as a workbook: contents, one sheet an analysis, figures, meanings.

    Money stands in units of the currency, shares as per cent, days as dates; what is not known is
    an empty cell. A text is written as text whatever it begins with, and marked so that it stays
    one when it is edited.

    Raises
    ------
    MissingExtra : XlsxWriter is not installed (``pip install 'regulars[report]'``).
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra("XLSX needs XlsxWriter: pip install 'regulars[report]'") from error
    target = Path(path)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with written_aside(target) as aside, xlsxwriter.Workbook(str(aside), options) as book:
        book.set_properties({"title": context.workspace, "comments": "Regulars"})
        # The same answers make the same file: no clock in it.
        book.set_properties({"created": _made_on(context)})
        _Writer(book, context, lang).write(results)
    return target


def _made_on(context: ReportContext) -> dt.datetime:
    day = context.as_of or dt.date(2000, 1, 1)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).replace(tzinfo=None)


def _figures_of(results: Mapping[str, Result]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The figures of each answer; of a cut, those of each of its values."""
    for name, result in results.items():
        if "by" in result.parameters:
            yield from ((f"{name}:{value}", own) for value, own in result.figures.items())
        else:
            yield name, result.figures


class Cells:
    """Sheets and cells of one book, in one language and one money: whatever stands in a text, it
    stays text, and is marked so that it stays one when it is edited."""

    def __init__(self, book: Any, context: ReportContext, lang: Language) -> None:
        self.book, self.context, self.lang = book, context, lang
        places = "0" * context.exponent
        self.money = book.add_format({"num_format": f"#,##0.{places}" if places else "#,##0"})
        self.percent = book.add_format({"num_format": "0.0%"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.number = book.add_format({"num_format": "#,##0.00"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.text = book.add_format({})
        self.quoted = book.add_format({"quote_prefix": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})

    def sheet(self, name: str, heads: Sequence[str], widths: Sequence[float]) -> Any:
        """A sheet with these heads."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, self.head)
        return sheet

    def heading(self, column: Column) -> str:
        """What the column is called, and the money it stands in."""
        words = column.heading(self.lang)
        if column.unit != "minor":
            return words
        return bracketed(words, self.context.currency, self.lang)

    def cell(self, sheet: Any, row: int, place: int, column: Column, value: Any) -> None:
        """A value as its column has it; what is not known is an empty cell."""
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, value, self.day)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, *self._numeric(column, value))
        else:
            self.write_text(sheet, row, place, column.said(str(plain(value)), self.lang))

    def _numeric(self, column: Column, value: int | float) -> tuple[float, Any]:
        if column.unit == "minor":
            return value / 10**self.context.exponent, self.money
        if column.unit == "share":
            return value, self.percent
        if column.key:
            return value, self.text
        return value, self.whole if isinstance(value, int) else self.number

    def write_text(self, sheet: Any, row: int, place: int, value: str) -> None:
        """A text, whatever it begins with."""
        risky = neutral(value) != value
        sheet.write_string(row, place, value[:32_767], self.quoted if risky else self.text)


class _Writer(Cells):
    """The sheets of a report's book."""

    def write(self, results: Mapping[str, Result]) -> None:
        self._contents(results)
        for name, result in results.items():
            self._table(name, result)
        self._figures(results)
        self._columns(results)

    def _contents(self, results: Mapping[str, Result]) -> None:
        from regulars.analyses import find

        heads = [text.say(self.lang) for text in (SHEET, QUESTION, ROWS, NOTES)]
        sheet = self.sheet(CONTENTS.say(self.lang), heads, [22, 60, 10, 90])
        row = 1
        for name, result in results.items():
            sheet.write_url(row, 0, f"internal:'{name[:31]}'!A1", string=name)
            sheet.write_string(row, 1, find(result.name).question.say(self.lang), self.wrapped)
            sheet.write_number(row, 2, len(result), self.whole)
            notes = [note.say(self.lang) for note in result.notes]
            if result.limit is not None:
                notes.append(LIMITED.fill(self.lang, limit=result.limit))
            if len(result) > MOST_ROWS:
                notes.append(CUT_OFF.fill(self.lang, shown=MOST_ROWS, rows=len(result)))
            sheet.write_string(row, 3, "\n".join(notes), self.wrapped)
            row += 1
        for notice in self.context.data_notice:
            row += 1
            sheet.write_string(row, 1, notice.say(self.lang), self.wrapped)

    def _table(self, name: str, result: Result) -> None:
        shown = [c for c in result.columns if c.name in result.table.column_names]
        heads = [self.heading(column) for column in shown]
        widths = [max(11.0, min(32.0, len(head) * 1.2)) for head in heads]
        sheet = self.sheet(name, heads, widths)
        table = result.table.slice(0, min(len(result), MOST_ROWS))
        values = [table.column(column.name).to_pylist() for column in shown]
        for row, cells in enumerate(zip(*values, strict=True), start=1):
            for place, (column, value) in enumerate(zip(shown, cells, strict=True)):
                self.cell(sheet, row, place, column, value)
        if shown:
            sheet.autofilter(0, 0, max(1, table.num_rows), len(shown) - 1)

    def _figures(self, results: Mapping[str, Result]) -> None:
        from regulars.analyses import find

        heads = [text.say(self.lang) for text in (SHEET, FIGURE, VALUE, MEANING)]
        sheet = self.sheet(FIGURES_SHEET.say(self.lang), heads, [22, 32, 18, 90])
        row = 1
        for name, figures in _figures_of(results):
            for figure in find(results[name.partition(":")[0]].name).figures:
                value = figures.get(figure.name)
                if value is None or isinstance(value, list | tuple | dict):
                    continue
                self.write_text(sheet, row, 0, name)
                self.write_text(sheet, row, 1, self.heading(figure))
                self.cell(sheet, row, 2, figure, value)
                sheet.write_string(row, 3, figure.meaning.say(self.lang), self.wrapped)
                row += 1

    def _columns(self, results: Mapping[str, Result]) -> None:
        heads = [text.say(self.lang) for text in (SHEET, COLUMN, UNIT, MEANING, NAME)]
        sheet = self.sheet(COLUMNS_SHEET.say(self.lang), heads, [22, 32, 12, 90, 32])
        row = 1
        for name, result in results.items():
            for column in result.columns:
                self.write_text(sheet, row, 0, name)
                self.write_text(sheet, row, 1, self.heading(column))
                unit = self.context.currency if column.unit == "minor" else column.unit or ""
                self.write_text(sheet, row, 2, unit)
                sheet.write_string(row, 3, column.meaning.say(self.lang), self.wrapped)
                self.write_text(sheet, row, 4, column.name)
                row += 1
