"""One answer by itself: the report's sentences and picture for it, or a plain picture.

This is the one place that says which picture an analysis has; whoever shows a single answer takes
it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from regulars import charts
from regulars.charts import Canvas, Spec
from regulars.charts.numbers import known
from regulars.declare import Column
from regulars.report.answers import Answers, Row
from regulars.report.parts import Block, Section, Sentence
from regulars.report.sections import (
    backtest,
    change,
    cohorts,
    concentration,
    decline,
    findings,
    groups,
    lifecycle,
    models,
    quality,
    retention,
    segments,
    sources,
    value,
)
from regulars.report.words import single as words
from regulars.report.words import value as value_words
from regulars.result import Result

MOST_BARS = 25
"""A plain picture of more bars is none: the table says it better."""


def blocks(answers: Answers, name: str) -> list[Block]:
    """What is said and drawn of the one answer that is in ``answers``: blocks without tables.

    Empty where the report has no sentence for it and its columns allow no picture.
    """
    result = answers.results[name]
    if "by" in result.parameters:
        return []  # several answers, one below the other
    made = [replace(b, tables=(), notes=()) for b in OWN.get(name, _plain)(answers, name)]
    if made and name not in SAID_ALONE and not any(block.picture for block in made):
        drawn = _plain(answers, name)
        made[0] = replace(made[0], picture=drawn[0].picture if drawn else None)
    return made


# Shares of different wholes are not drawn on one scale.
SAID_ALONE = ("quality", "baskets", "value_backtest", "retention", "renewals")
Made = Callable[[Answers, str], list[Block]]


def _of(section: Callable[[Answers], Section | None], *names: str) -> Made:
    """Blocks of a section of the report, by their names."""

    def made(answers: Answers, name: str) -> list[Block]:
        found = section(answers)
        return [] if found is None else [one for one in found.blocks if one.name in names]

    return made


def _said(finding: Callable[[Answers], Sentence | None]) -> Made:
    """A sentence of the report."""

    def made(answers: Answers, name: str) -> list[Block]:
        sentence = finding(answers)
        return _plain(answers, name) if sentence is None else [Block(name=name, title=sentence)]

    return made


def _tracking(answers: Answers, name: str) -> list[Block]:
    rows = answers.rows(name)
    if not any(row["complete"] for row in rows):
        return []
    return [
        Block(
            name=name,
            title=answers.say(value_words.TRACKING_SUBJECT),
            picture=answers.draw(
                name,
                answers.say(value_words.TRACKING_PICTURE),
                lambda canvas: charts.value_tracking(rows, canvas),
            ),
        )
    ]


def _places(answers: Answers, name: str) -> list[Block]:
    """Contribution by place: what each brings a customer has a zero, so bars."""
    return _bars(answers, name, label="place", number="contribution_minor")


OWN: Mapping[str, Made] = {
    "groups": _of(groups.section, "groups"),
    "migration": _of(groups.section, "migration", "migration-shares"),
    "groups_trend": _of(groups.section, "groups-trend"),
    "bridge": _of(change.section, "bridge"),
    "causes": _of(change.section, "causes"),
    "decline": _of(decline.section, "decline"),
    "segments": _of(segments.section, "segments"),
    "cohorts": _of(cohorts.section, "cohorts", "cohort-triangle"),
    "retention": _of(retention.section, "retention"),
    "renewals": _of(retention.section, "renewals"),
    "lifecycle": _of(lifecycle.section, "lifecycle"),
    "lifecycle_trend": _of(lifecycle.section, "lifecycle-months"),
    "value_distribution": _of(value.section, "value"),
    "value_matrix": lambda answers, name: value.matrix(answers),
    "value_totals": lambda answers, name: value.by_segment(answers),
    "value_backtest": lambda answers, name: backtest.blocks(answers)[:1],
    "value_tracking": _tracking,
    "value_calibration": lambda answers, name: backtest.calibration(answers),
    "concentration": _of(concentration.section, "concentration"),
    "sources": _of(sources.section, "sources"),
    "rejoin": _of(sources.section, "rejoin"),
    "tiers": lambda answers, name: [models.tiers(answers)],
    "matrix": lambda answers, name: [models.matrix(answers)],
    "quality": _of(quality.section, "quality"),
    "profit_loyalty": _places,
    "profile": _said(findings.profile),
    "engagement": _said(findings.engagement),
    "goods": _said(findings.goods),
    "response_index": _said(findings.reactions),
    "profile_value": _said(findings.value),
    "preference": _said(findings.preference),
    "conversion": _said(findings.conversion),
    "interest": _said(findings.interest),
    "baskets": _said(findings.baskets),
    "next_due": _said(findings.due),
}


def _plain(answers: Answers, name: str) -> list[Block]:
    """Bars, where a row is one code with one number; nothing else is guessed at."""
    result = answers.results[name]
    columns = [c for c in result.columns if not c.personal]
    texts = [c for c in columns if c.type == "VARCHAR" and _fills(result, c)]
    if not texts or any(c.name == "customer_key" for c in columns):
        return []
    label = texts[0]
    number = next((c for c in columns if c.unit in COUNTED and c.type != "VARCHAR"), None)
    if number is None or len({row[label.name] for row in result.rows}) < len(result):
        return []
    return _bars(answers, name, label=label.name, number=number.name)


COUNTED = ("customers", "minor", "orders", "share", "points")


def _fills(result: Result, column: Column) -> bool:
    return any(row[column.name] is not None for row in result.rows)


def _bars(answers: Answers, name: str, *, label: str, number: str) -> list[Block]:
    declared = {column.name: column for column in answers.columns(name)}
    rows = [row for row in answers.rows(name) if known(row[number]) and row[label] is not None]
    if not 1 < len(rows) <= MOST_BARS or not any(row[number] for row in rows):
        return []
    heading = declared[number].heading(answers.lang)
    said = [_in_words(answers, declared[number], row[number]) for row in rows]
    drawn: Sequence[Row] = [
        {
            "label": declared[label].said(str(row[label]), answers.lang),
            "values": [float(row[number])],
            "said": [words_of],
        }
        for row, words_of in zip(rows, said, strict=True)
    ]
    items = [f"{one['label']} {one['said'][0]}" for one in drawn]
    per = declared[label].heading(answers.lang)
    title = answers.say(words.BARS, number=heading, label=per)

    def chart(canvas: Canvas) -> Spec:
        return charts.pairs(drawn, canvas, series=[heading])

    return [
        Block(
            name=name,
            title=title,
            picture=answers.draw(
                name, answers.say(words.LISTED, list=answers.listed(items)), chart
            ),
        )
    ]


def _in_words(answers: Answers, column: Column, value: float) -> str:
    numbers = answers.numbers
    if column.unit == "minor":
        return str(numbers.money(value))
    if column.unit == "share":
        return str(numbers.share(value))
    return str(numbers.about(value))
