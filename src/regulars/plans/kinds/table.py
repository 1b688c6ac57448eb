"""A lifetime-value table and the scenarios beside it, as a file says them (001-11, 003-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.declare import Language, Text
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.places import Place, PlanError
from regulars.plans.retention import Retention, read_retention
from regulars.plans.section import Section
from regulars.strategy import (
    FIELDS,
    Comparison,
    InputError,
    Interval,
    LifetimeValueTable,
    compare,
    delta_interval,
)

KIND = "table"
PER_TABLE = ("customers", "acquisition_cost", "interest", "risk_factor", "payment_delay_days")
PER_PERIOD = tuple(n for n, f in FIELDS.items() if f.per_period and n != "retention")
LENGTHS: Mapping[str, Decimal] = {
    "year": Decimal(365),
    "quarter": Decimal(365) / 4,
    "month": Decimal(365) / 12,
    "week": Decimal(7),
}
MOST_PERIODS = 120
MOST_DAYS = 36_525


@dataclass(frozen=True)
class Scenario:
    """What is changed of the table, and what it is called.

    Parameters
    ----------
    title : for people.
    table : the table with the changes.
    place : where it stands.
    """

    title: Text
    table: LifetimeValueTable
    place: Place


@dataclass(frozen=True, kw_only=True)
class TablePlan:
    """One table, its errors, and the scenarios held against it.

    Parameters
    ----------
    table : as things are.
    errors : by input, as `regulars.strategy.delta_interval` takes them.
    level : coverage of intervals.
    retention : where the rates come from, and what they were measured as.
    scenarios : by name.
    """

    header: Header
    table: LifetimeValueTable
    errors: Mapping[str, Any]
    level: float
    retention: Retention
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)

    def interval(self, table: LifetimeValueTable | None = None) -> Interval | None:
        """Of the table's value, or a scenario's; None where no error of an input is known.

        What a scenario sets is a plan: it has no error of measurement.
        """
        asked = self.table if table is None else table
        errors = {
            name: _cut(error, asked.periods or 1)
            for name, error in self.errors.items()
            if _begins_alike(asked.inputs[name], self.table.inputs[name])
        }
        return delta_interval(asked, errors, level=self.level) if errors else None

    def growth(self, table: LifetimeValueTable) -> list[Interval | None]:
        """The interval of the value up to and with each period."""
        last = table.periods or 1
        return [self.interval(table.changed(periods=upto)) for upto in range(1, last + 1)]

    def comparisons(self) -> dict[str, Comparison]:
        """Each scenario against the table, the best first; the order in the file is no matter.

        Raises
        ------
        PlanError : a scenario of other periods or another currency.
        """
        found = {}
        for name, scenario in self.scenarios.items():
            try:
                found[name] = compare(self.table, scenario.table)
            except InputError as error:
                raise PlanError(scenario.place, str(error)) from None
        return dict(sorted(found.items(), key=lambda item: (-item[1].value_gain, item[0])))

    def beside(self, other: TablePlan) -> TablePlan:
        """This plan with another file's table as one more scenario."""
        name, n = other.header.file, 2
        while name in self.scenarios:
            name, n = f"{other.header.file} {n}", n + 1
        scenario = Scenario(other.header.title, other.table, Place(other.header.file, 1, 1))
        return replace(self, scenarios={**self.scenarios, name: scenario})

    def answer(self, lang: Language = "en") -> Answer:
        """What a customer is worth, when it turns positive, and what moves it."""
        from regulars.plans.kinds.table_value import answer

        return answer(self, lang)

    def comparison(self, lang: Language = "en") -> Answer:
        """What each scenario changes, line by line, and what that is worth in all.

        Raises
        ------
        ParameterError : the plan has no scenario; or one that cannot be compared.
        """
        from regulars.plans.kinds.table_change import answer

        return answer(self, lang)


def read(section: Section, facts: Facts | None = None) -> TablePlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    rates = read_retention(section, facts, currency=header.currency)
    given = _inputs(section, rates)
    given.setdefault("returning", rates.origin == "orders")
    if rates.curve is not None:
        _as_long(given, rates)
    if rates.period_days is not None:
        given.setdefault("period_days", rates.period_days)
    with section.placed():
        _limit(given)
        table = LifetimeValueTable(
            **{**given, "retention": _fitting(rates, given)}, currency=header.currency
        )
    errors = _errors(section, table)
    if rates.curve is not None:
        errors["retention"] = rates.curve.covariance[: table.periods, : table.periods]
    level = float(section.number("level", Decimal("0.95")))
    if not 0.5 <= level < 1:
        raise section.error("level", f"{level} is not between 0.5 and 1")
    plan = TablePlan(
        header=header,
        table=table,
        errors=errors,
        level=level,
        retention=rates,
        scenarios=_scenarios(section, table),
    )
    section.end()
    with section.placed():
        plan.interval()
    plan.comparisons()
    return plan


def _inputs(section: Section, rates: Retention | None = None) -> dict[str, Any]:
    """The keys that are inputs of a table and are there, retention apart.

    `rates` is given for the table itself: what it cannot do without is asked for by name.
    """
    readers: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys((*PER_TABLE, "period_days"), section.number),
        **dict.fromkeys(PER_PERIOD, section.numbers),
        **dict.fromkeys(("discount_decimals", "periods"), section.whole),
        "discount_factors": section.list_of_numbers,
        "returning": section.flag,
    }
    found = {name: reader(name) for name, reader in readers.items() if section.has(name)}
    if section.has("period"):
        found["period_days"] = LENGTHS[section.choice("period", tuple(LENGTHS))]
    if rates is None:
        return found
    if rates.inputs:
        return _completed(section, found, rates)
    for name in ("customers", "aov"):
        if name not in found:
            found[name] = section.number(name)  # says that it is missing
    return found


def _completed(section: Section, given: dict[str, Any], rates: Retention) -> dict[str, Any]:
    """What the file gives, and for the rest what the facts tell.

    Raises
    ------
    PlanError : neither tells an input; all such are named.
    """
    wanted = [name for name in rates.missing if name not in given]
    if wanted:
        problem = f"the facts do not tell {', '.join(wanted)}: give that too, 0 where there is none"
        raise section.error("data", problem)
    told = dict(rates.inputs)
    series = [len(value) for value in given.values() if isinstance(value, tuple)]
    periods = int(given.get("periods", max(series, default=told["periods"])))
    for name in PER_PERIOD:
        if isinstance(told.get(name), tuple):
            told[name] = told[name][:periods]
    return {**told, "periods": periods, **given}


def _scenarios(section: Section, table: LifetimeValueTable) -> dict[str, Scenario]:
    if not section.has("scenarios"):
        return {}
    found = {}
    for name, one in section.entries("scenarios").items():
        title = one.words("title", Text(name, name))
        changes = _inputs(one)
        if one.has("retention"):
            changes["retention"] = one.numbers("retention")
        if one.has("currency"):
            changes["currency"] = one.text("currency")
        one.end()
        with one.placed():
            _limit(changes)
            found[name] = Scenario(title, table.changed(**changes), one.place)
    return found


def _errors(section: Section, table: LifetimeValueTable) -> dict[str, Any]:
    if not section.has("errors"):
        return {}
    inner = section.section("errors")
    found: dict[str, Any] = {}
    for name in FIELDS:
        if inner.has(name):
            value = inner.errors(name)
            found[name] = np.array(value, dtype=float)
    inner.end()
    with inner.placed():
        delta_interval(table, found)
    return found


def _as_long(given: dict[str, Any], rates: Retention) -> None:
    """Where nothing else says how long the table is, the measured rates do."""
    series = any(isinstance(value, tuple) for value in given.values())
    if "periods" not in given and not series:
        given["periods"] = len(rates.rates) + 1


def _fitting(rates: Retention, given: Mapping[str, Any]) -> Any:
    """Measured rates beyond the table's end are not used; given ones must fit."""
    if rates.curve is None:
        return rates.rates
    series = [len(value) for value in given.values() if isinstance(value, tuple)]
    wanted = int(given.get("periods", max(series, default=len(rates.rates) + 1)))
    return rates.rates[: max(wanted, 1)]


def _limit(given: Mapping[str, Any]) -> None:
    asked = [given.get("periods", 0), *(len(v) for v in given.values() if isinstance(v, tuple))]
    if max(asked) > MOST_PERIODS:
        raise InputError("periods", f"{max(asked)} is over {MOST_PERIODS}")
    for name in ("period_days", "payment_delay_days"):
        if given.get(name, 0) > MOST_DAYS:
            raise InputError(name, f"{given[name]} is over {MOST_DAYS}")


def _cut(error: Any, periods: int) -> Any:
    """The error of the first periods."""
    found = np.asarray(error, dtype=float)
    if found.ndim == 0:
        return found
    return found[:periods] if found.ndim == 1 else found[:periods, :periods]


def _begins_alike(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one == other[: len(one)]
    return bool(one == other)
