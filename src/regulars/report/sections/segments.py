"""Cells of recency, frequency and money (002-6c)."""

from __future__ import annotations

from typing import Any

from regulars import charts
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.parts import Block, Section, Table
from regulars.report.words import phrases
from regulars.report.words import segments as words

Rows = list[dict[str, Any]]


def section(answers: Answers) -> Section:
    return Section(
        name="segments",
        label=phrases.SECTION_SEGMENTS.say(answers.lang),
        blocks=[_block(answers)],
    )


def _sum(rows: Rows, column: str) -> float | None:
    """Sum of a column; None when any part is unknown, so that no part is taken for 0."""
    values = [r[column] for r in rows]
    return sum(values) if all(known(v) for v in values) else None


def _block(answers: Answers) -> Block:
    rows = answers.rows("segments")
    everybody = _sum(rows, "customers")
    if not rows or not everybody:
        return answers.unknown_block("segments", words.SUBJECT, "segments")
    numbers, why = answers.numbers, answers.why("segments")
    best = [r for r in rows if r["r_score"] >= 4 and r["f_score"] >= 4]
    fading = [r for r in rows if r["r_score"] <= 2 and r["f_score"] >= 4]
    held = _sum(best, "customers")
    return Block(
        name="segments",
        title=answers.say(
            words.TITLE,
            customers=numbers.share(held / everybody if held is not None else None, reason=why),
            spend=numbers.share(_sum(best, "spend_share"), reason=why),
        ),
        lead=[
            answers.say(words.LEAD),
            answers.say(
                words.AT_RISK,
                customers=numbers.about(_sum(fading, "customers"), reason=why),
                spend=numbers.share(_sum(fading, "spend_share"), reason=why),
            ),
        ],
        picture=answers.draw(
            "segments",
            answers.say(words.PICTURE),
            lambda canvas: charts.segments(rows, canvas),
        ),
        source=answers.window_of("segments"),
        tables=[_plane_table(answers, rows, why), _cells_table(answers, rows, why)],
        notes=answers.notes("segments"),
    )


def _plane_table(answers: Answers, rows: Rows, why: str) -> Table:
    """The numbers of the picture: monetary scores added up."""
    numbers = answers.numbers
    cells: list[list[Any]] = []
    for f in (5, 4, 3, 2, 1):
        for r in (5, 4, 3, 2, 1):
            some = [x for x in rows if x["f_score"] == f and x["r_score"] == r]
            if some:
                cells.append(
                    [
                        f"R {r} · F {f}",
                        numbers.count(_sum(some, "customers"), reason=why),
                        numbers.amount(_sum(some, "spend_minor"), reason=why),
                        numbers.percent(_sum(some, "spend_share"), reason=why),
                    ]
                )
    heads = [
        answers.head(words.CELL, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.money_head(phrases.REVENUE),
        answers.head(phrases.SHARE_OF_REVENUE),
    ]
    return Table(caption=answers.say(words.PLANE), heads=heads, rows=cells, folded=True)


def _cells_table(answers: Answers, rows: Rows, why: str) -> Table:
    numbers = answers.numbers
    ranked = sorted(rows, key=lambda r: (-(r["spend_minor"] or 0), str(r["cell"])))
    cells = [
        [
            str(r["cell"]),
            numbers.count(r["r_score"], reason=why),
            numbers.count(r["f_score"], reason=why),
            numbers.count(r["m_score"], reason=why),
            numbers.count(r["customers"], reason=why),
            numbers.amount(r["spend_minor"], reason=why),
            numbers.percent(r["spend_share"], reason=why),
        ]
        for r in ranked
    ]
    heads = [
        answers.head(words.CELL, numeric=False),
        answers.head(words.RECENCY),
        answers.head(words.FREQUENCY),
        answers.head(words.MONEY),
        answers.head(phrases.CUSTOMERS),
        answers.money_head(phrases.REVENUE),
        answers.head(phrases.SHARE_OF_REVENUE),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells, folded=True)
