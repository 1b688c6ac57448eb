"""Quality now and over the facts versions: the shares that a reader of figures must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars import charts
from regulars.charts import Canvas, Numbers, Spec
from regulars.charts.numbers import known
from regulars.declare import Language, Text
from regulars.report import ReportContext
from regulars.report.answers import Answers
from regulars.report.parts import Picture, Sentence
from regulars.report.words import quality as words
from regulars_server.console.workspace import opened
from regulars_server.data.models import Measured

MOST_SHOWN = 40
MOST_LINES = 6
NO_FAULT = ("one_time_customers", "refunds")
"""Shares that say how customers buy, not how good the data are: they are in the table alone."""
ACROSS = Text("facts version", "数据版本")
ACROSS_DAYS = Text("day", "日期")
SHOWN = Text(
    "Shares of checks over {places} states of the facts.",
    "各项检查占比随数据的变化，共{places}次。",
)
NO_PART = Text("this check is a count, not a share", "此项为计数，无占比")
NOT_MADE = Text("the facts for this check are not imported", "尚未导入此项检查所需的数据")
REJECTED = Text("Rejected rows of imports", "导入中被拒的行")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check of the data: what it counts, of how many rows, which share that is."""

    text: str
    rows: Any
    share: Any


def checks(found: Measured | None, lang: Language) -> list[Check]:
    """The checks of the newest state."""
    numbers = Numbers(lang=lang)
    return [
        Check(
            text=said(row["check"], lang),
            rows=numbers.count(row["rows"], reason=NOT_MADE.say(lang)),
            share=numbers.percent(
                row["share"],
                reason=(NO_PART if row["rows"] is not None else NOT_MADE).say(lang),
            ),
        )
        for row in (found.quality if found else [])
    ]


def said(check: str, lang: Language) -> str:
    """A check in words."""
    return words.CHECKS[check].say(lang) if check in words.CHECKS else check


def over_time(states: Sequence[Measured], lang: Language) -> Picture | None:
    """The shares over the last states; None where there are fewer than two."""
    shown = list(states)[-MOST_SHOWN:]
    rows = [row for place, one in enumerate(shown) for row in _shares(place, one, lang)]
    if len(shown) < 2 or not rows:
        return None
    rows = _largest(rows)
    settings = opened().settings
    context = ReportContext(
        workspace=settings.name, currency=settings.currency, exponent=settings.exponent
    )
    answers = Answers(results={}, context=context, lang=lang)
    across = (ACROSS if settings.lake else ACROSS_DAYS).say(lang)

    def chart(canvas: Canvas) -> Spec:
        return charts.shares_over(rows, canvas, across=across)

    return answers.draw("quality_trend", Sentence(SHOWN, lang, {"places": len(shown)}), chart)


def _shares(place: int, one: Measured, lang: Language) -> list[dict[str, Any]]:
    label = (
        str(one.facts_version) if one.facts_version is not None else one.moment.removeprefix("d")
    )
    return [
        {"place": place, "label": label, "series": said(row["check"], lang), "share": row["share"]}
        for row in one.quality
        if row["check"] not in NO_FAULT
    ]


def _largest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The checks with the largest shares; those that are never over 0 are in the table alone."""
    top: dict[str, float] = {}
    for row in rows:
        if known(row["share"]):
            top[row["series"]] = max(top.get(row["series"], 0.0), row["share"])
    kept = sorted((name for name in top if top[name] > 0), key=lambda name: -top[name])[:MOST_LINES]
    return [row for row in rows if row["series"] in kept]


@dataclass(frozen=True, kw_only=True)
class State:
    """One state of the facts in the table beneath the picture."""

    label: str
    measured_at: Any
    rows: int
    rejected: Any
    shares: list[Any]


def states(
    found: Sequence[Measured], rejected: dict[int | None, tuple[int, int]], lang: Language
) -> tuple[list[str], list[State]]:
    """The checks that have a share, and of each state the shares; the newest first.

    Parameters
    ----------
    rejected : of each facts version the rejected and the read rows of its imports.
    """
    numbers = Numbers(lang=lang)
    shown = list(found)[-MOST_SHOWN:]
    names = list(
        dict.fromkeys(row["check"] for one in shown for row in one.quality if known(row["share"]))
    )
    listed = [_state(one, names, rejected, numbers) for one in reversed(shown)]
    return [said(name, lang) for name in names], listed


def _state(
    one: Measured,
    names: list[str],
    rejected: dict[int | None, tuple[int, int]],
    numbers: Numbers,
) -> State:
    shares = {row["check"]: row["share"] for row in one.quality}
    lost, read = rejected.get(one.facts_version, (0, 0))
    why = NOT_MADE.say(numbers.lang)
    return State(
        label=str(one.facts_version) if one.facts_version is not None else "",
        measured_at=one.measured_at,
        rows=sum(table["rows"] for table in one.tables),
        rejected=numbers.percent(lost / read if read else 0.0),
        shares=[numbers.percent(shares.get(name), reason=why) for name in names],
    )
