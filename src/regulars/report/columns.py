"""Tables of a report straight from the rows of an answer: which column, how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from regulars.declare import Column, Text
from regulars.report.answers import Answers, Row
from regulars.report.days import as_day, say_day
from regulars.report.parts import Head, Table

Kind = Literal["text", "count", "share", "money", "number", "day"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One column: its head, where it comes from and how it is written."""

    head: Text
    column: str
    kind: Kind = "text"
    decimals: int | None = None


def table_of(
    answers: Answers,
    analysis: str,
    rows: Iterable[Row],
    columns: Sequence[Shown],
    *,
    caption: Text,
    folded: bool = True,
) -> Table:
    """A table of these columns; what is not known is a dash with the reason of the analysis."""
    why = answers.why(analysis)
    declared = {column.name: column for column in answers.columns(analysis)}
    return Table(
        caption=answers.say(caption),
        heads=[_head(answers, column) for column in columns],
        rows=[
            [_cell(answers, column, declared[column.column], row, why) for column in columns]
            for row in rows
        ],
        folded=folded,
    )


def _head(answers: Answers, column: Shown) -> Head:
    if column.kind == "money":
        return answers.money_head(column.head)
    return answers.head(column.head, numeric=column.kind not in ("text", "day"))


def _cell(answers: Answers, column: Shown, declared: Column, row: Row, why: str) -> Any:
    numbers, value = answers.numbers, row[column.column]
    if value is None:
        return numbers.unknown(why)
    write: Mapping[Kind, Callable[[], Any]] = {
        "text": lambda: declared.said(str(value), answers.lang),
        "day": lambda: _day(answers, value),
        "count": lambda: numbers.count(value, reason=why),
        "share": lambda: numbers.percent(value, decimals=_or(column.decimals, 1), reason=why),
        "money": lambda: numbers.amount(value, reason=why),
        "number": lambda: numbers.least(value, decimals=_or(column.decimals, 2), reason=why),
    }
    return write[column.kind]()


def _or(decimals: int | None, usual: int) -> int:
    return usual if decimals is None else decimals


def _day(answers: Answers, value: Any) -> str:
    day = as_day(value)
    return say_day(day, answers.lang) if day else str(value)
