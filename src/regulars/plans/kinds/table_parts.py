"""Parts that every answer about a table shares: periods, lines, curves, inputs, data."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any

from regulars.charts import Figure
from regulars.declare import Language
from regulars.plans.kinds.table import TablePlan
from regulars.plans.voice import Voice, fine
from regulars.plans.words import table as words
from regulars.plans.words import terms
from regulars.report.parts import Sentence, Table
from regulars.strategy import (
    FIELDS,
    Interval,
    LifetimeValueTable,
)
from regulars.strategy.lines import Lines


def period_of(table: LifetimeValueTable) -> str:
    """What the table's periods are called: ``year`` …"""
    return terms.period_kind(float(table.period_days))


def lasting(table: LifetimeValueTable, lang: Language) -> str:
    """``3 years``."""
    return terms.lasting(table.periods or 1, period_of(table), lang)


def period_word(table: LifetimeValueTable, lang: Language) -> str:
    """``year``."""
    return terms.PERIODS[period_of(table)][0].say(lang)


def level_of(plan: TablePlan) -> str:
    """``95%``."""
    return f"{plan.level * 100:g}%"


def curve_source(plan: TablePlan, voice: Voice, *, banded: bool) -> Sentence:
    """What stands under the curves."""
    periods = terms.PERIODS[period_of(plan.table)][1].say(voice.lang)
    said = words.CURVE_SOURCE_BAND if banded else words.CURVE_SOURCE
    return voice.say(said, periods=periods, level=level_of(plan))


def curve_rows(
    name: str, table: LifetimeValueTable, growth: list[Interval | None], voice: Voice
) -> list[dict[str, Any]]:
    """Rows for the picture: one a period."""
    return [
        {
            "plan": name,
            "period": at,
            "value_minor": voice.minor(value),
            "low_minor": voice.minor(one.low) if one else None,
            "high_minor": voice.minor(one.high) if one else None,
        }
        for at, (value, one) in enumerate(zip(table.ltv, growth, strict=True), 1)
    ]


def line_figure(
    line: str, value: Decimal, voice: Voice, *, small: bool = False, signed: bool = False
) -> Figure:
    """One cell of a line, as its kind is written; `small`, money to the minor unit."""
    if line in terms.COUNTED:
        return voice.count(value, signed=signed)
    if line in terms.PER_HEAD:
        return voice.price(value, signed=signed)
    if line == "orders":
        return voice.plain(value)
    if line == "discount":
        return voice.factor(value)
    return voice.total(value, fine=small, signed=signed)


def lines_table(
    lines: Lines,
    table: LifetimeValueTable,
    voice: Voice,
    *,
    growth: list[Interval | None] | None = None,
) -> Table:
    """Every line that says something, one column a period."""
    kind = period_of(table)
    heads = [
        voice.head(words.LINE, numeric=False),
        *(
            voice.money_head(terms.NTH, nth=terms.ordinal(n), n=n,
                             period=terms.PERIODS[kind][0].say(voice.lang))
            for n in range(1, (table.periods or 1) + 1)
        ),
    ]  # fmt: skip
    small = fine(lines["revenue"])
    rows: list[list[Any]] = [
        [
            terms.LINES[line].say(voice.lang),
            *(line_figure(line, value, voice, small=small) for value in values),
        ]
        for line, values in lines.items()
        if line in terms.LINES and _speaks(line, values)
    ]
    if growth and all(growth):
        for label, end in ((words.LOW, "low"), (words.HIGH, "high")):
            ends = [getattr(one, end) for one in growth]
            rows.append([label.say(voice.lang), *(voice.price(value) for value in ends)])
    return Table(caption=voice.say(words.TABLE), heads=heads, rows=rows)


def _speaks(line: str, values: tuple[Decimal, ...]) -> bool:
    """A cost of nothing needs no line; those of the customers kept stand in their sum."""
    return line not in ("kept", "referred", "renewal", "referral_incentive") or (
        line != "kept" and any(values)
    )


def inputs_table(table: LifetimeValueTable, voice: Voice) -> Table:
    """Every input that is not left at nothing, as it was understood."""
    periods = table.periods or 1
    kind = period_of(table)
    rows = []
    for name in ("customers", *FIELDS):
        value = table.inputs[name]
        values = value if isinstance(value, tuple) else (value,)
        if any(values) and not (name == "risk_factor" and value == 1):
            said = [_input(name, one, voice) for one in values]
            rows.append([terms.INPUTS[name].say(voice.lang), *said, *[""] * (periods - len(said))])
    heads = [
        voice.head(words.INPUT, numeric=False),
        *(
            voice.head(terms.NTH, nth=terms.ordinal(n), n=n,
                       period=terms.PERIODS[kind][0].say(voice.lang))
            for n in range(1, periods + 1)
        ),
    ]  # fmt: skip
    return Table(caption=voice.say(words.INPUTS), heads=heads, rows=rows)


def _input(name: str, value: Decimal, voice: Voice) -> Figure:
    if name == "customers":
        return voice.count(value)
    if name in FIELDS and FIELDS[name].rate:
        return voice.percent(value)
    return voice.plain(value)


def inputs_data(table: LifetimeValueTable) -> dict[str, Any]:
    """Inputs for machines: one number, or one a period."""
    return {name: _plain(value) for name, value in table.inputs.items()}


def lines_data(lines: Lines) -> dict[str, list[float | None]]:
    """Lines for machines."""
    return {line: [_finite(value) for value in values] for line, values in lines.items()}


def interval_data(interval: Interval | None) -> dict[str, float] | None:
    """An interval for machines; none where none is known."""
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "level": interval.level}


def _finite(value: Decimal) -> float | None:
    """The nearest float; none beyond what floats reach, such as a factor of a thousand years."""
    found = float(value)
    return found if isfinite(found) else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [float(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value
