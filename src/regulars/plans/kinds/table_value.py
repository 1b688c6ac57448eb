"""What a table says: value, when it turns positive, the levers of 003-1, and what moves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.plans.answer import Answer
from regulars.plans.kinds.table import TablePlan
from regulars.plans.kinds.table_parts import (
    curve_rows,
    curve_source,
    inputs_data,
    inputs_table,
    interval_data,
    lasting,
    level_of,
    lines_data,
    lines_table,
    period_of,
    period_word,
)
from regulars.plans.kinds.table_sheets import value_sheets
from regulars.plans.sheets import Later
from regulars.plans.voice import Voice
from regulars.plans.words import table as words
from regulars.plans.words import terms
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import (
    FIELDS,
    Interval,
    LifetimeValueTable,
    Swing,
    break_even,
    levers,
    sensitivity,
)

MOST_BARS = 8


def answer(plan: TablePlan, lang: Language) -> Answer:
    """The answer of `TablePlan.answer`."""
    voice = Voice(plan.header, lang)
    swings = sensitivity(plan.table)
    growth = plan.growth(plan.table)
    return Answer(
        header=plan.header,
        lang=lang,
        headline=headline(plan, growth[-1], voice),
        sections=[
            voice.section(_value(plan, growth, voice)),
            voice.section(_levers(plan.table, swings, voice)),
            voice.section(
                Block(
                    name="inputs",
                    title=voice.say(words.INPUTS_TITLE),
                    tables=[inputs_table(plan.table, voice)],
                )
            ),
        ],
        data=_data(plan, growth, swings),
        sheets=Later(lambda: value_sheets(plan, voice)),
    )


def headline(plan: TablePlan, interval: Interval | None, voice: Voice) -> Headline:
    """The finding, and in sentences what it rests on and how sure it is."""
    said = [*statements(plan.table, voice), *ceiling(plan.table, voice)]
    said += _sure(plan, interval, voice)
    return Headline(title=worth(plan, interval, voice), sentences=said)


def worth(plan: TablePlan, interval: Interval | None, voice: Voice) -> Sentence:
    """What a customer is worth, with its interval where one is known."""
    value, over = plan.table.value, lasting(plan.table, voice.lang)
    if value < 0:
        return voice.say(words.COSTS, value=voice.money(-value), lasting=over)
    if interval is None:
        return voice.say(words.WORTH, value=voice.money(value), lasting=over)
    return voice.say(
        words.WORTH_BETWEEN,
        value=voice.money(value),
        lasting=over,
        low=voice.money(interval.low),
        high=voice.money(interval.high),
    )


def statements(table: LifetimeValueTable, voice: Voice) -> Iterator[Sentence]:
    """The three statements of 003-1."""
    found, lang = levers(table), voice.lang
    earned = found.acquisition_result > 0
    yield voice.say(
        words.ACQUISITION_EARNS if earned else words.ACQUISITION_LOSES,
        period=period_word(table, lang),
        value=voice.money(found.acquisition_result),
    )
    if found.first_profitable is None:
        yield voice.say(words.NEVER_POSITIVE, lasting=lasting(table, lang))
    elif found.first_profitable > 1:
        when = terms.nth(found.first_profitable, period_of(table), lang)
        yield voice.say(words.FIRST_POSITIVE, nth=when)
    people = Decimal(table.customers)
    point, percent = found.retention_point, found.acquisition_percent
    yield voice.say(
        words.LEVERS,
        point=voice.money(point),
        points=voice.money(point * people),
        percent=voice.money(percent),
        percents=voice.money(percent * people),
    )
    if percent > 0 and point > 0:
        yield voice.say(words.RATE, equal=voice.share(point / percent / 100))


def ceiling(table: LifetimeValueTable, voice: Voice) -> Iterator[Sentence]:
    """What acquisition may cost at most."""
    most = break_even(table, "acquisition_cost").value
    if most is not None and most > 0:
        yield voice.say(words.CEILING, ceiling=voice.money(most))


def _sure(plan: TablePlan, interval: Interval | None, voice: Voice) -> Iterator[Sentence]:
    if plan.retention.curve is not None:
        steps, observed = len(plan.errors["retention"]), plan.retention.curve.observed
        if observed < steps:
            yield voice.say(words.OBSERVED, observed=observed, all=steps)
        else:
            yield voice.say(words.MEASURED)
        for said in plan.retention.words(voice.lang):
            yield voice.say(words.SAID, said=said)
    if interval is None:
        yield voice.say(words.NO_ERRORS)
        return
    yield voice.say(
        words.BETWEEN,
        low=voice.money(interval.low),
        high=voice.money(interval.high),
        level=level_of(plan),
    )
    if interval.low <= 0 <= interval.high:
        yield voice.say(words.MAY_BE_NOTHING)


def _value(plan: TablePlan, growth: list[Interval | None], voice: Voice) -> Block:
    table = plan.table
    rows = curve_rows("", table, growth, voice)
    return Block(
        name="value",
        title=_risen(table, voice),
        picture=voice.draw(
            "lifetime_value",
            voice.say(words.CURVE),
            lambda canvas: charts.lifetime_value(rows, canvas, names={}),
        ),
        source=curve_source(plan, voice, banded=any(growth)),
        tables=[lines_table(table.lines, table, voice, growth=growth)],
    )


def _risen(table: LifetimeValueTable, voice: Voice) -> Sentence:
    periods, kind = table.periods or 1, period_of(table)
    first, last = voice.money(table.ltv[0]), voice.money(table.value)
    word = period_word(table, voice.lang)
    if periods == 1:
        return voice.say(words.VALUE_TITLE_ONE, first=first, period=word)
    when = terms.nth(periods, kind, voice.lang)
    return voice.say(words.VALUE_TITLE, first=first, last=last, period=word, nth=when)


def _levers(table: LifetimeValueTable, swings: tuple[Swing, ...], voice: Voice) -> Block:
    if not swings:
        return Block(name="levers", title=voice.say(words.NOTHING_MOVES))
    lang = voice.lang
    rows = [
        {
            "label": terms.INPUTS[s.field].say(lang),
            "low_minor": voice.minor(s.low),
            "high_minor": voice.minor(s.high),
        }
        for s in swings[:MOST_BARS]
    ]
    base = voice.minor(table.value)
    cells = [
        [terms.INPUTS[s.field].say(lang), _step(s, voice), voice.price(s.low), voice.price(s.high)]
        for s in swings
    ]
    heads = [
        voice.head(words.INPUT, numeric=False),
        voice.head(words.MOVED_BY),
        voice.money_head(words.IF_LOWER),
        voice.money_head(words.IF_HIGHER),
    ]
    return Block(
        name="levers",
        title=voice.say(words.TORNADO_TITLE, field=rows[0]["label"]),
        lead=[
            voice.say(words.STEP),
            *([voice.say(words.CUT)] if any(s.cut for s in swings) else []),
        ],
        picture=voice.draw(
            "tornado",
            voice.say(words.TORNADO),
            lambda canvas: charts.tornado(rows, canvas, base=base),
        ),
        tables=[Table(caption=voice.say(words.SWINGS), heads=heads, rows=cells)],
    )


def _step(swing: Swing, voice: Voice) -> str:
    percent = f"{float(swing.step) * 100:g}"
    if FIELDS[swing.field].rate:
        return words.POINTS.fill(voice.lang, n=percent)
    return f"{percent}%"


def _data(
    plan: TablePlan, growth: list[Interval | None], swings: tuple[Swing, ...]
) -> Mapping[str, Any]:
    table, found = plan.table, levers(plan.table)
    return {
        "periods": table.periods,
        "inputs": inputs_data(table),
        "lines": lines_data(table.lines),
        "ltv": float(table.value),
        "interval": interval_data(growth[-1]),
        "intervals": [interval_data(one) for one in growth],
        "retention_from": plan.retention.origin,
        "acquisition_result": float(found.acquisition_result),
        "first_profitable": found.first_profitable,
        "retention_point": float(found.retention_point),
        "acquisition_percent": float(found.acquisition_percent),
        "sensitivity": [
            {
                "input": s.field,
                "step": float(s.step),
                "low": float(s.low),
                "high": float(s.high),
                "cut": s.cut,
            }
            for s in swings
        ],
    }
