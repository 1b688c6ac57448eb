"""An answer as a page shows it: the report's words and picture, figures, a typed table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.charts.numbers import Numbers
from regulars.declare import Column, Language
from regulars.report import ReportContext
from regulars.report.answers import ON_HOW, Answers
from regulars.report.days import as_day, say_day
from regulars.report.parts import Block
from regulars.report.single import blocks
from regulars_server.analyses import kept, pages, results
from regulars_server.analyses.kept import Answer
from regulars_server.analyses.labels import capital
from regulars_server.analyses.parts import EITHER, Part
from regulars_server.analyses.results import ID, KEY
from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid, NotAllowed

KEEPING = "is."
LONG = 28
ROUGH = 1000
MOST_READ = 2000
"""Rows that the words and the picture of an answer are made from."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks at an answer: in which language, and may they see who people are."""

    lang: Language
    named: bool


@dataclass(frozen=True, kw_only=True)
class Head:
    """Head of a column: what it is called, its unit, what it means, how it sorts."""

    name: str
    label: str
    unit: str
    meaning: str
    numeric: bool
    sort: str
    sorted: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value as it is shown, and where it leads."""

    shown: Any
    numeric: bool
    url: str = ""

    @property
    def long(self) -> bool:
        """Whether it may be broken into lines."""
        return not self.numeric and len(str(self.shown)) > LONG


@dataclass(frozen=True, kw_only=True)
class FigureShown:
    label: str
    value: Any
    meaning: str


def numbers_of(answer: Answer, lang: Language) -> Numbers:
    return Numbers(lang=lang, currency=answer.told["currency"], exponent=answer.told["exponent"])


def findings(answer: Answer, reader: Reader) -> list[Block]:
    """What the report says and draws of this answer."""
    answers = _answers(answer, reader)
    return blocks(answers, answer.told["name"])


def _answers(answer: Answer, reader: Reader) -> Answers:
    told = answer.told
    columns = results.columns_of(told)
    names = [column.name for column in columns]
    with kept.reader() as con:
        statement, values = Part(table=answer.table).select(names, after=0, most=MOST_READ)
        table = results.arrow(con, statement, values)
    found = results.result(told, columns, table)
    found = _with_names(found, reader)
    context = ReportContext(
        workspace="",
        currency=told["currency"],
        exponent=told["exponent"],
        zone=told["zone"],
        as_of=as_day(told["as_of"]),
        facts_version=told["facts_version"],
    )
    return Answers(results={told["name"]: found}, context=context, lang=reader.lang)


def _with_names(found: Any, reader: Reader) -> Any:
    """Customers by their ids, or by their numbers for who may not see those."""
    names = [column.name for column in found.columns]
    if KEY not in names or ID in names:
        if ID in names and not reader.named:
            return found.only([name for name in names if name != ID])
        return found
    from arro3.core import Array, ChunkedArray, DataType

    keys = found.table.column(KEY).to_pylist()
    ids = pages.ids_of(keys) if reader.named else {}
    said = [ids.get(key) or _("Customer %(key)s") % {"key": key} for key in keys]
    table = found.table.append_column(ID, ChunkedArray([Array(said, type=DataType.utf8())]))
    return replace(found, columns=(*found.columns, results.ID_COLUMN), table=table)


def figures(answer: Answer, lang: Language) -> list[FigureShown]:
    """Its named figures; of a cut they stand in a table of their own."""
    if "by" in answer.told["parameters"]:
        return []
    return list(_figures(answer, results.figures_of(answer.told), lang))


def _figures(answer: Answer, values: Mapping[str, Any], lang: Language) -> Any:
    numbers, why = numbers_of(answer, lang), _why(answer, lang)
    for figure in results.analysis_of(answer.told["name"]).figures:
        value = values.get(figure.name)
        if isinstance(value, list | dict):
            continue
        shown = numbers.unknown(why) if value is None else written(numbers, figure, value)
        yield FigureShown(
            label=_labelled(figure, numbers), value=shown, meaning=figure.meaning.say(lang)
        )


def _labelled(column: Column, numbers: Numbers) -> str:
    label = capital(column.heading(numbers.lang))
    if column.unit != "minor":
        return label
    unit = numbers.currency_name
    return f"{label}（{unit}）" if numbers.lang == "zh" else f"{label} ({unit})"


def cut_figures(answer: Answer, lang: Language) -> list[tuple[str, list[FigureShown]]]:
    """The figures of each value of a cut."""
    if "by" not in answer.told["parameters"]:
        return []
    return [
        (name, list(_figures(answer, values, lang)))
        for name, values in results.figures_of(answer.told).items()
        if isinstance(values, dict)
    ]


def notes(answer: Answer, lang: Language) -> list[str]:
    """What the reader must know."""
    return list(dict.fromkeys(one["text"][lang] for one in answer.told["notes"]))


def _why(answer: Answer, lang: Language) -> str:
    """Why something in it is not known, as its notes say it."""
    said = [one["text"][lang] for one in answer.told["notes"] if one["code"] not in ON_HOW]
    return ("" if lang == "zh" else " ").join(said)


def written(numbers: Numbers, column: Column, value: Any, reason: str = "") -> Any:
    """A value of a column as people read it."""
    if value is None:
        return numbers.unknown(reason)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if column.type == "DATE":
        day = as_day(value)
        return say_day(day, numbers.lang) if day else str(value)
    if column.type in ("VARCHAR", "TIMESTAMP") or isinstance(value, str):
        return column.said(str(value), numbers.lang)
    # What is worked out has no cents, and no parts, beyond a thousand: they would be false digits.
    rough = column.type == "DOUBLE" and abs(value) >= ROUGH
    if column.unit == "minor":
        if rough and abs(value) >= ROUGH * 10**numbers.exponent:
            return numbers.estimate(value, reason=reason)
        return numbers.amount(value, reason=reason)
    if column.unit == "share":
        return numbers.percent(value, reason=reason)
    if column.type == "DOUBLE":
        return numbers.least(value, decimals=0 if rough else 2, reason=reason)
    return numbers.count(value, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows of an answer a page shows: kept by values, sorted, so many at a time."""

    answer: Answer
    reader: Reader
    keep: Mapping[str, str]
    sort: str = ""

    def __post_init__(self) -> None:
        known = {column["name"] for column in self.answer.columns}
        hidden = {c["name"] for c in self.answer.columns if c["personal"] and not self.reader.named}
        asked = {*self.keep, *([self.sort.removeprefix("-")] if self.sort else [])}
        if asked & hidden:
            raise NotAllowed
        strange = sorted(asked - known)
        if strange:
            said = _("This answer has no such column; it has %(known)s.")
            raise Invalid(fields={strange[0]: said % {"known": ", ".join(sorted(known - hidden))}})

    @property
    def part(self) -> Part:
        return Part(table=self.answer.table, keep=self.keep, coded=self.coded, sort=self.sort)

    @cached_property
    def coded(self) -> frozenset[str]:
        """Columns of codes and of whole numbers: several of these can be meant at once."""
        columns = results.columns_of(self.answer.told)
        return frozenset(c.name for c in columns if c.choices or c.type == "BIGINT")

    @property
    def columns(self) -> list[dict[str, Any]]:
        return self.answer.columns

    def count(self) -> int:
        """How many rows."""
        if not self.keep:
            return int(self.answer.told["rows"])
        with kept.reader() as con:
            return self.part.count(con)

    def rows(self, names: Sequence[str], *, after: int, most: int) -> list[tuple[Any, ...]]:
        """So many of these rows, after the first so many."""
        with kept.reader() as con:
            statement, values = self.part.select(names, after=after, most=most)
            return con.execute(statement, values).fetchall()

    def batches(self, names: Sequence[str], *, most: int) -> Iterator[list[tuple[Any, ...]]]:
        """All of these rows, so many at a time."""
        statement, values = self.part.select(names, after=0, most=None)
        return kept.batches(statement, values, most=most)


def table(
    chosen: Selection, *, after: int, most: int, query: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """Heads and cells of a page of rows.

    Parameters
    ----------
    query : the address without page and order, for the links of heads and codes.
    """
    answer, reader = chosen.answer, chosen.reader
    declared = {column.name: column for column in (*results.columns_of(answer.told),)}
    declared.setdefault(ID, results.ID_COLUMN)
    shown = pages.columns(answer, named=reader.named, chosen=[])
    names = [column["name"] for column in shown]
    found = pages.rows(chosen, shown, after=after, most=most)
    numbers = numbers_of(answer, reader.lang)
    # A customer's key and id are one cell: the id, where it may be seen.
    merged = KEY in names and ID in names
    visible = [name for name in names if not (merged and name == ID)]
    heads = [_head(declared[name], numbers, chosen, query) for name in visible]
    writer = _Writer(answer, numbers, declared, query, reader)
    rows = [
        [writer.cell(name, dict(zip(names, row, strict=True))) for name in visible] for row in found
    ]
    return heads, rows


def _head(column: Column, numbers: Numbers, chosen: Selection, query: Mapping[str, str]) -> Head:
    down, up = f"-{column.name}", column.name
    # One way, the other, and back to the answer's own order; of numbers the largest first.
    ways = [down, up, ""] if _numeric(column) else [up, down, ""]
    at = ways.index(chosen.sort) if chosen.sort in (down, up) else -1
    following = ways[at + 1]
    order = {down: "descending", up: "ascending"}.get(chosen.sort, "")
    label = _("Customer") if column.name == KEY else capital(column.heading(numbers.lang))
    sort = urlencode({**query, **({"sort": following} if following else {})})
    return Head(
        name=column.name,
        label=label,
        unit=numbers.currency_name if column.unit == "minor" else "",
        meaning=column.meaning.say(numbers.lang),
        numeric=_numeric(column),
        sort=f"?{sort}",
        sorted=order,
    )


def _numeric(column: Column) -> bool:
    return column.type not in ("VARCHAR", "DATE", "BOOLEAN", "TIMESTAMP") and column.name != KEY


class _Writer:
    """Writes the cells of one answer."""

    def __init__(
        self,
        answer: Answer,
        numbers: Numbers,
        declared: Mapping[str, Column],
        query: Mapping[str, str],
        reader: Reader,
    ) -> None:
        self.numbers, self.declared, self.query, self.reader = numbers, declared, query, reader
        self.why = _why(answer, numbers.lang)
        self.lake = opened().settings.lake
        self.by_code = answer.told["grain"] == "table"
        # Columns that say in a code why another of the row is not known.
        self.reasons = [name for name in declared if name.endswith(("_unknown", "_reason"))]

    def cell(self, name: str, row: Mapping[str, Any]) -> Cell:
        column, value = self.declared[name], row[name]
        if name == KEY:
            return self._customer(row)
        shown = written(self.numbers, column, value, self._reason(column, row))
        return Cell(shown=shown, numeric=_numeric(column), url=self._keeping(column, value))

    def _customer(self, row: Mapping[str, Any]) -> Cell:
        """The id where it may be seen, else our number; a link where the page of people has it."""
        key = row[KEY]
        url = reverse("people:person", args=[key]) if self.lake and self.reader.named else ""
        return Cell(shown=row.get(ID) or str(key), numeric=False, url=url)

    def _reason(self, column: Column, row: Mapping[str, Any]) -> str:
        for name in self.reasons:
            if row.get(name):
                return self.declared[name].said(str(row[name]), self.numbers.lang)
        return self.why or column.meaning.say(self.numbers.lang)

    def _keeping(self, column: Column, value: Any) -> str:
        """Keeps the rows with this code."""
        is_code = column.type == "VARCHAR" and (self.by_code or column.words or column.choices)
        name = KEEPING + column.name
        if not is_code or value is None or name in self.query or column.name == ID:
            return ""
        return "?" + urlencode({**self.query, name: str(value)})


def _said(column: Column, value: str, lang: Language) -> str:
    """One or several codes in words."""
    parts = value.split(EITHER) if column.choices or column.type == "BIGINT" else [value]
    return (" / ").join(column.said(part, lang) for part in parts)


def kept_said(chosen: Selection, query: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Of each value that rows are kept by: what it is of, what it is, an address without it."""
    declared = {column.name: column for column in results.columns_of(chosen.answer.told)}
    lang = chosen.reader.lang
    return [
        (
            capital(declared[name].heading(lang)),
            _said(declared[name], value, lang) if value else _("not known"),
            "?" + urlencode({k: v for k, v in query.items() if k != KEEPING + name}),
        )
        for name, value in chosen.keep.items()
    ]
