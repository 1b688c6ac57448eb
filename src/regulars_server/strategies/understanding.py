"""Cells that were typed, read and checked: every fault at its cell, or the plan that they make.

Pure but for the words of faults, which are codes here; `wording` says them. The arithmetic is that
of `regulars.strategy` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.declare import Text
from regulars.errors import ParameterError
from regulars.facts.money import exponent
from regulars.plans.header import Header
from regulars.plans.kinds.table import LENGTHS, Scenario, TablePlan
from regulars.plans.places import Place
from regulars.plans.retention import Retention
from regulars.strategy import FIELDS, InputError, LifetimeValueTable
from regulars_server.console.pages import number_of
from regulars_server.strategies.cells import Fault, Unreadable, amount, percent, said_as
from regulars_server.strategies.sheet import (
    EMPTY,
    ONCE,
    PLAN,
    ROWS,
    SHARES,
    SIDES,
    WANTED,
    Sheet,
    Side,
    is_rate,
)

MOST_DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a sheet comes to: a plan, or the faults that stand in the way."""

    plan: TablePlan | None
    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...] = ()


def understood(sheet: Sheet) -> Reading:
    """Every fault of the cells at once; without one, the plan."""
    faults: list[Fault] = []
    hints: list[Fault] = []
    days = _days(sheet, faults)
    places = _decimals(sheet, faults)
    try:
        digits = exponent(sheet.currency)
    except ParameterError:
        faults.append(Fault("currency", "no_currency", {"given": sheet.currency}))
        digits = 2
    values = {
        side: _values(sheet, side, faults, hints)
        for side in SIDES
        if side == "now" or sheet.planned
    }
    if faults:
        return Reading(plan=None, faults=tuple(faults), hints=tuple(hints))
    shared: dict[str, Any] = {
        "periods": sheet.periods, "period_days": days, "discount_decimals": places,
        "returning": sheet.returning, "currency": sheet.currency,
    }  # fmt: skip
    tables: dict[Side, LifetimeValueTable] = {}
    for side, given in values.items():
        try:
            tables[side] = LifetimeValueTable(**given, **shared)
            _ = tables[side].lines
        except (InputError, ArithmeticError) as error:
            faults.append(_refused(side, error))
    if faults:
        return Reading(plan=None, faults=tuple(faults), hints=tuple(hints))
    return Reading(plan=_plan(sheet, tables, digits), faults=(), hints=tuple(hints))


def _refused(side: Side, error: Exception) -> Fault:
    """What the library refuses and the checks above did not foresee, at its cell."""
    if isinstance(error, InputError):
        place = f"{side}.{error.field}.{error.period or 1}"
        return Fault(place, "refused", {"said": str(error).partition(": ")[2]})
    return Fault(f"{side}.customers.1", "too_large", {})


def _plan(sheet: Sheet, tables: Mapping[Side, LifetimeValueTable], digits: int) -> TablePlan:
    title = Text(sheet.title, sheet.title) if sheet.title else Text("Value table", "价值表")
    header = Header(
        kind="table", title=title, about=None, illustrative=sheet.illustrative,
        currency=sheet.currency, exponent=digits, file=title.en,
    )  # fmt: skip
    now = tables["now"]
    scenarios = {}
    if "plan" in tables:
        called = sheet.plan_title or "2"
        place = Place(header.file, 1, 1)
        scenarios[PLAN] = Scenario(Text(called, called), tables["plan"], place)
    return TablePlan(
        header=header, table=now, errors=_errors(sheet, now), level=0.95,
        retention=Retention(now.inputs["retention"]), scenarios=scenarios,
    )  # fmt: skip


def _errors(sheet: Sheet, table: LifetimeValueTable) -> dict[str, Any]:
    """Errors of rates that still stand as they were measured."""
    steps = max(sheet.periods - 1, 0)
    measured = sheet.measured
    if measured is None or not steps or len(measured.rates) < steps:
        return {}
    if tuple(table.inputs["retention"][:steps]) != measured.rates[:steps]:
        return {}
    found = np.asarray(measured.covariance, dtype=float)[:steps, :steps]
    return {"retention": found}


def _days(sheet: Sheet, faults: list[Fault]) -> Decimal:
    if sheet.period in LENGTHS:
        return LENGTHS[sheet.period]
    try:
        found = amount(sheet.period_days)
    except Unreadable as error:
        faults.append(Fault("period", error.code, error.values))
        return Decimal(365)
    if found is None or not 0 < found <= 36_525:
        faults.append(Fault("period", "days_range", {}))
        return Decimal(365)
    return found


def _decimals(sheet: Sheet, faults: list[Fault]) -> int | None:
    if not sheet.decimals:
        return None
    found = number_of(sheet.decimals)
    if found is None:
        faults.append(Fault("discount_decimals", "no_number", {"given": sheet.decimals}))
        return None
    if found > MOST_DECIMALS:
        faults.append(Fault("discount_decimals", "over", {"high": str(MOST_DECIMALS)}))
        return None
    return found


def _values(sheet: Sheet, side: Side, faults: list[Fault], hints: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ROWS:
        read = [_value(sheet, side, name, at, faults, hints) for at in sheet.columns(name)]
        if name == "discount_factors":
            found[name] = _factors(sheet, side, read, faults)
        elif name in ONCE:
            found[name] = read[0]
        else:
            found[name] = tuple(read)
    return found


def _factors(
    sheet: Sheet, side: Side, read: list[Any], faults: list[Fault]
) -> tuple[Decimal, ...] | None:
    """All of them, or none: then they are calculated."""
    given = [
        at for at in sheet.columns("discount_factors") if sheet.cell(side, "discount_factors", at)
    ]
    if not given:
        return None
    for at, value in enumerate(read, 1):
        place = f"{side}.discount_factors.{at}"
        if at not in given:
            faults.append(Fault(place, "all_factors", {}))
        elif value == 0:
            faults.append(Fault(place, "over_zero", {}))
    return tuple(read)


def _value(
    sheet: Sheet, side: Side, name: str, at: int, faults: list[Fault], hints: list[Fault]
) -> Decimal:
    place, text = f"{side}.{name}.{at}", sheet.cell(side, name, at)
    rate = is_rate(name)
    try:
        value = percent(text) if rate else amount(text)
    except Unreadable as error:
        faults.append(Fault(place, error.code, error.values))
        return Decimal(0)
    if value is None:
        return _absent(sheet, name, at, place, faults)
    _check(sheet, name, value, place, faults)
    if name in SHARES and 0 < value < Decimal("0.01") and not _signed(text):
        hints.append(Fault(place, "small_rate", {"given": text, "meant": said_as(value * 100)}))
    return value


def _signed(text: str) -> bool:
    return text.rstrip().endswith(("%", "％"))


def _absent(sheet: Sheet, name: str, at: int, place: str, faults: list[Fault]) -> Decimal:
    last = name == "retention" and at == sheet.periods
    if name in WANTED and not last:
        faults.append(Fault(place, "missing", {}))
    return EMPTY.get(name, Decimal(0))


def _check(sheet: Sheet, name: str, value: Decimal, place: str, faults: list[Fault]) -> None:
    if name == "customers":
        if value <= 0:
            faults.append(Fault(place, "over_zero", {}))
        return
    if name == "discount_factors":
        return
    one = FIELDS[name]
    high = None if name == "retention" and sheet.returning else one.high
    if high is not None and value > high:
        faults.append(Fault(place, "over", {"high": f"{said_as(high * 100)}%"}))
    if name == "payment_delay_days" and value > 36_525:
        faults.append(Fault(place, "over", {"high": "36,525"}))
