"""A lifetime-value table and its scenarios written as the file that says them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.declare import Text
from regulars.plans.kinds.table import LENGTHS, PER_PERIOD, PER_TABLE, TablePlan
from regulars.strategy import LifetimeValueTable

NOTHING = {name: Decimal(0) for name in (*PER_PERIOD, *PER_TABLE)} | {"risk_factor": Decimal(1)}
"""What an input is where the file does not say it."""


def table_text(plan: TablePlan) -> str:
    """The plan as YAML that `regulars.plans.read` understands to the same table, digit by digit.

    Rates that were measured are written as numbers with their errors: the file needs no workspace.
    """
    header = plan.header
    lines = ["kind: table", f"title: {_words(header.title)}"]
    if header.about is not None:
        lines.append(f"about: {_words(header.about)}")
    if header.illustrative:
        lines.append("illustrative: true")
    lines += [f"currency: {header.currency}", ""]
    lines += _inputs(plan.table)
    if plan.errors:
        lines += ["", "errors:"]
        lines += [f"  {name}: {_error(error)}" for name, error in plan.errors.items()]
        lines.append(f"level: {_number(Decimal(repr(plan.level)))}")
    if plan.scenarios:
        lines += ["", "scenarios:"]
        for name, scenario in plan.scenarios.items():
            lines += [f"  {_quoted(name)}:", f"    title: {_words(scenario.title)}"]
            lines += [f"    {line}" for line in _changes(plan.table, scenario.table)]
    return "\n".join(lines) + "\n"


def _inputs(table: LifetimeValueTable) -> Iterator[str]:
    given = table.inputs
    # Written first and always: how long the table is follows from it.
    yield f"customers: {_number(given['customers'])}"
    yield f"periods: {given['periods']}"
    yield _period(given["period_days"])
    yield f"retention: {_value(given['retention'])}"
    for name in (*PER_PERIOD, *PER_TABLE):
        value = given[name]
        alike = set(value) if isinstance(value, tuple) else {value}
        if name != "customers" and (name in ("orders", "aov") or alike != {NOTHING[name]}):
            yield f"{name}: {_value(value)}"
    if given["discount_decimals"] is not None:
        yield f"discount_decimals: {given['discount_decimals']}"
    if given["discount_factors"] is not None:
        yield f"discount_factors: [{', '.join(map(_number, given['discount_factors']))}]"
    if given["returning"]:
        yield "returning: true"


def _changes(before: LifetimeValueTable, after: LifetimeValueTable) -> Iterator[str]:
    """What a scenario sets; its table has the periods of the other."""
    for name in ("customers", "retention", *PER_PERIOD, *PER_TABLE, "discount_decimals"):
        value = after.inputs[name]
        if name != "customers" and value != before.inputs[name] and value is not None:
            yield f"{name}: {_value(value)}"
    if after.customers != before.customers:
        yield f"customers: {_number(after.inputs['customers'])}"
    factors = after.inputs["discount_factors"]
    if factors is not None and factors != before.inputs["discount_factors"]:
        yield f"discount_factors: [{', '.join(map(_number, factors))}]"


def _period(days: Decimal) -> str:
    for name, length in LENGTHS.items():
        if length == days:
            return f"period: {name}"
    return f"period_days: {_number(days)}"


def _value(value: Any) -> str:
    if not isinstance(value, tuple):
        return _number(value)
    if len(set(value)) == 1:
        return _number(value[0])
    return f"[{', '.join(map(_number, value))}]"


def _number(value: Any) -> str:
    """An exact decimal without an exponent where it is not needed."""
    exact = Decimal(value)
    return f"{exact:f}" if abs(exact.adjusted()) < 25 else str(exact)


def _error(error: Any) -> str:
    found = np.asarray(error, dtype=float)
    if found.ndim == 0:
        return _float(float(found))
    if found.ndim == 1:
        return f"[{', '.join(_float(float(one)) for one in found)}]"
    rows = (f"[{', '.join(_float(float(one)) for one in row)}]" for row in found)
    return f"[{', '.join(rows)}]"


def _float(value: float) -> str:
    """The shortest decimal of a float; a plan takes two digits of an exponent."""
    return format(Decimal(repr(value)), "f") if abs(value) > 1e-12 else "0"


def _words(text: Text) -> str:
    if text.en == text.zh:
        return _quoted(text.en)
    both: Mapping[str, str] = {"en": text.en, "zh": text.zh}
    return "{" + ", ".join(f"{lang}: {_quoted(said)}" for lang, said in both.items()) + "}"


def _quoted(text: str) -> str:
    """Any text in double quotes, as JSON and YAML alike have it; what is no letter is escaped."""
    return "".join(map(_escaped, json.dumps(text, ensure_ascii=False)))


def _escaped(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\U{ord(sign):08x}" if ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"
