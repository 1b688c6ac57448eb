"""What scenarios change, line by line, and what that is worth in all (001-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.errors import ParameterError
from regulars.plans.answer import Answer
from regulars.plans.kinds.table import TablePlan
from regulars.plans.kinds.table_parts import (
    curve_rows,
    curve_source,
    inputs_data,
    interval_data,
    line_figure,
    lines_data,
    period_of,
    period_word,
)
from regulars.plans.kinds.table_sheets import change_sheets
from regulars.plans.sheets import Later
from regulars.plans.voice import Voice, fine
from regulars.plans.words import table as words
from regulars.plans.words import terms
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import Comparison, LifetimeValueTable

NOW = "now"
DRAWN = (
    "revenue",
    "direct_cost",
    "acquisition",
    "marketing",
    "renewal",
    "referral_incentive",
    "gross_profit",
    "npv",
)
"""Lines of money, of which bars of all periods together can be drawn."""


def answer(plan: TablePlan, lang: Language) -> Answer:
    """The answer of `TablePlan.comparison`."""
    found = plan.comparisons()
    if not found:
        raise ParameterError(
            f"{plan.header.file} has no scenarios to compare: add them under scenarios, "
            "or name a second file."
        )
    voice = Voice(plan.header, lang)
    sections = [voice.section(_plans(plan, found, voice))]
    for n, (name, change) in enumerate(found.items(), 1):
        title = _title(plan, name, lang)
        block = change_block(f"change-{n}", title, change, plan.table, voice)
        sections.append(voice.section(block, title))
    return Answer(
        header=replace(plan.header, kind="compare"),
        lang=lang,
        headline=headline(plan, found, voice),
        sections=sections,
        data=_data(plan, found),
        sheets=Later(lambda: change_sheets(plan, voice)),
    )


def _title(plan: TablePlan, name: str, lang: Language) -> str:
    return plan.scenarios[name].title.say(lang)


def gain_title(plan: str, change: Comparison, voice: Voice) -> Sentence:
    """The finding of one comparison."""
    gain = change.value_gain
    if gain == 0:
        return voice.say(words.SAME, plan=plan)
    return voice.say(
        words.GAINS if gain > 0 else words.LOSES,
        plan=plan,
        value=voice.money(abs(gain)),
        total=voice.money(abs(change.total_gain)),
    )


def headline(plan: TablePlan, found: Mapping[str, Comparison], voice: Voice) -> Headline:
    """The finding: the best scenario, what it gains, and what that is."""
    best, change = next(iter(found.items()))
    said = [
        voice.say(
            words.NOW_AND_THEN,
            before=voice.money(change.before.lines["ltv"][-1]),
            after=voice.money(change.after.lines["ltv"][-1]),
        )
    ]
    if len(found) > 1:
        said.append(voice.say(words.OTHERS, n=len(found)))
    said.append(voice.say(words.PLANNED))
    return Headline(title=gain_title(_title(plan, best, voice.lang), change, voice), sentences=said)


def _plans(plan: TablePlan, found: Mapping[str, Comparison], voice: Voice) -> Block:
    tables = {NOW: plan.table} | {name: plan.scenarios[name].table for name in found}
    names = {NOW: words.NOW.say(voice.lang)} | {n: _title(plan, n, voice.lang) for n in found}
    growth = {name: plan.growth(table) for name, table in tables.items()}
    rows = [r for name, t in tables.items() for r in curve_rows(name, t, growth[name], voice)]
    banded = any(one for many in growth.values() for one in many)
    cells = []
    for name, table in tables.items():
        change = found.get(name)
        cells.append(
            [
                names[name],
                voice.price(table.value),
                voice.price(change.value_gain, signed=True) if change else "",
                voice.total(change.total_gain, signed=True) if change else "",
                _from(table, voice),
            ]
        )
    heads = [
        voice.head(words.PLAN, numeric=False),
        voice.money_head(words.VALUE),
        voice.money_head(words.GAIN),
        voice.money_head(words.TOTAL_GAIN),
        voice.head(words.PAYS_FROM),
    ]
    return Block(
        name="plans",
        title=voice.say(
            words.PLANS_TITLE,
            best=voice.money(next(iter(found.values())).after.lines["ltv"][-1]),
            now=voice.money(plan.table.value),
        ),
        picture=voice.draw(
            "plans",
            voice.say(words.CURVE),
            lambda canvas: charts.lifetime_value(rows, canvas, names=names),
        ),
        source=curve_source(plan, voice, banded=banded),
        tables=[Table(caption=voice.say(words.PLANS), heads=heads, rows=cells)],
    )


def _from(table: LifetimeValueTable, voice: Voice) -> str:
    first = table.first_profitable
    if first is None:
        return words.NEVER.say(voice.lang)
    return terms.nth(first, period_of(table), voice.lang)


def change_block(
    name: str, title: str, change: Comparison, table: LifetimeValueTable, voice: Voice
) -> Block:
    """Before and after by line, and the differences period by period."""
    moved = [line for line in change.changed_lines if line in terms.LINES]
    rows = list(_pairs(change, voice))
    if not moved or not rows:
        said = voice.say(words.CHANGE_NONE, plan=title)
        return Block(name=name, title=said)
    lang = voice.lang
    largest = max(
        (line for line in DRAWN if line in change.differences),
        key=lambda line: abs(sum(change.differences[line], Decimal(0))),
    )
    listed = voice.listed(terms.LINES[line].say(lang) for line in moved)
    series = [words.BEFORE.say(lang), words.AFTER.say(lang)]
    return Block(
        name=name,
        title=voice.say(
            words.CHANGE_TITLE,
            plan=title,
            line=terms.LINES[largest].say(lang),
            value=voice.money(sum(change.differences[largest], Decimal(0)), signed=True),
        ),
        lead=[voice.say(words.CHANGED, lines=listed)],
        picture=voice.draw(
            name,
            voice.say(words.PAIRS),
            lambda canvas: charts.pairs(rows, canvas, series=series),
        ),
        source=voice.say(words.PAIRS_SOURCE),
        tables=[_differences(change, table, voice)],
    )


def _pairs(change: Comparison, voice: Voice) -> Iterator[dict[str, Any]]:
    for line in DRAWN:
        if line not in change.differences:
            continue
        values = [sum(side.lines[line], Decimal(0)) for side in (change.before, change.after)]
        if any(values):
            yield {
                "label": terms.LINES[line].say(voice.lang),
                "values": [voice.minor(value) for value in values],
                "said": [str(voice.money(value)) for value in values],
            }


def _differences(change: Comparison, table: LifetimeValueTable, voice: Voice) -> Table:
    kind, lang = period_of(table), voice.lang
    small = fine(change.before.lines["revenue"])
    rows = []
    for line, values in change.differences.items():
        if not any(values) or line not in terms.LINES:
            continue
        adds = line in DRAWN
        summed = sum(values, Decimal(0))
        total = line_figure(line, summed, voice, small=small, signed=True) if adds else ""
        rows.append(
            [
                terms.LINES[line].say(lang),
                *(line_figure(line, value, voice, small=small, signed=True) for value in values),
                total,
            ]
        )
    heads = [
        voice.head(words.LINE, numeric=False),
        *(
            voice.head(
                terms.NTH, nth=terms.ordinal(n), n=n, period=terms.PERIODS[kind][0].say(lang)
            )
            for n in range(1, (table.periods or 1) + 1)
        ),
        voice.head(words.TOTAL),
    ]
    said = voice.say(words.DIFFERENCES, period=period_word(table, lang))
    return Table(caption=said, heads=heads, rows=rows)


def comparison_data(change: Comparison) -> dict[str, Any]:
    """One comparison for machines."""
    return {
        "ltv": float(change.after.lines["ltv"][-1]),
        "value_gain": float(change.value_gain),
        "total_gain": float(change.total_gain),
        "lines": lines_data(change.after.lines),
        "differences": lines_data(change.differences),
        "changed_lines": list(change.changed_lines),
    }


def _data(plan: TablePlan, found: Mapping[str, Comparison]) -> dict[str, Any]:
    return {
        "periods": plan.table.periods,
        "ltv": float(plan.table.value),
        "interval": interval_data(plan.interval()),
        "lines": lines_data(plan.table.lines),
        "scenarios": [
            {
                "name": name,
                "inputs": inputs_data(plan.scenarios[name].table),
                "interval": interval_data(plan.interval(plan.scenarios[name].table)),
                **comparison_data(change),
            }
            for name, change in found.items()
        ],
    }
