"""The lifetime-value table as cells that somebody types in: read, checked, made a plan of.

Pure but for the words of faults, which are codes here; `wording` says them. The arithmetic is that
of `regulars.strategy` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

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

Side = Literal["now", "plan"]
SIDES: tuple[Side, ...] = ("now", "plan")
MOST_PERIODS = 20
"""Columns that a page can show; a file may have more."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "customers": ("customers", "retention", "referral_rate", "referral_incentive"),
    "sales": ("orders", "aov", "direct_cost_rate"),
    "costs": ("acquisition_cost", "marketing", "programme", "database", "renewal_cost"),
    "discount": ("interest", "risk_factor", "payment_delay_days", "discount_factors"),
}
ROWS = tuple(name for names in GROUPS.values() for name in names)
ONCE = ("customers", *(name for name, one in FIELDS.items() if not one.per_period))
"""Inputs with one value for the table."""

WANTED = (
    "customers", "retention", "orders", "aov", "direct_cost_rate", "acquisition_cost", "marketing",
)  # fmt: skip
"""What no table can do without: it is asked for, and nothing stands for 0."""

SHARES = ("retention", "direct_cost_rate")
"""Rates that are hardly ever under one per cent: 0.6 was meant to be 60."""

EMPTY = {"risk_factor": Decimal(1)}
"""What an empty cell means, where that is not 0."""

NAMES = tuple(f"{side}.{name}" for side in SIDES for name in ROWS)
PLAN = "plan"
LONGEST_TITLE, LONGEST_CELL = 120, 60
MOST_DECIMALS = 6
DIGITS = Decimal("0.000001")
MOST_ERROR = 10.0
"""Variance of a share: more is no measurement."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Retention as the facts gave it: an interval stands while nobody changes the rates.

    Attributes
    ----------
    rates : as shares, rounded as the cells show them.
    covariance : of their errors.
    said : how they were obtained, in both languages.
    """

    rates: tuple[Decimal, ...]
    covariance: tuple[tuple[float, ...], ...]
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_text(self) -> str:
        """As a hidden field of a form holds it."""
        return json.dumps({
            "rates": [str(one) for one in self.rates], "covariance": self.covariance,
            "said": self.said,
        }, ensure_ascii=False)  # fmt: skip


def measured_of(text: str) -> Measured | None:
    """What `Measured.to_text` wrote; None where it is empty or was tampered with."""
    try:
        told: Any = json.loads(text) if len(text) < 200_000 else None
        rates = tuple(Decimal(str(one)) for one in told["rates"])
        covariance = np.array(told["covariance"], dtype=np.float64)
        said = {lang: tuple(map(str, told["said"].get(lang, ()))) for lang in ("en", "zh")}
        if not rates:
            return None
        right = covariance.shape == (len(rates), len(rates)) and _possible(covariance)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return None
    if not right or not all(one.is_finite() for one in rates):
        return None
    return Measured(rates=rates, covariance=tuple(map(tuple, covariance.tolist())), said=said)


def _possible(covariance: Any) -> bool:
    """Whether errors of shares can be so: symmetric, none negative, none beyond all measure."""
    if not (np.isfinite(covariance).all() and np.abs(covariance).max() <= MOST_ERROR):
        return False
    alike = np.allclose(covariance, covariance.T, rtol=1e-6, atol=1e-12)
    return bool(alike and np.linalg.eigvalsh(covariance).min() >= -1e-9)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands in the cells, as it was typed.

    Attributes
    ----------
    cells : ``now.retention.2`` → text; cells beyond the last period are kept for whoever makes the
        table longer again.
    periods : columns that count.
    period : ``year`` …, or ``days`` with `period_days`.
    decimals : of discount factors; empty: exact.
    planned : there is a second scenario, called `plan_title`.
    returning : customers without contract, who may come back: retention may be over 100%.
    """

    title: str
    currency: str
    cells: Mapping[str, str]
    periods: int = 3
    period: str = "year"
    period_days: str = "365"
    decimals: str = ""
    planned: bool = False
    plan_title: str = ""
    illustrative: bool = False
    returning: bool = False
    measured: Measured | None = None

    def cell(self, side: Side, name: str, period: int = 1) -> str:
        return self.cells.get(f"{side}.{name}.{period}", "")

    def columns(self, name: str) -> range:
        """The periods in which an input has a cell, from 1."""
        return range(1, 2 if name in ONCE else self.periods + 1)

    def with_plan(self, title: str) -> Sheet:
        """A second scenario that is equal to the first, to be changed."""
        copied = {
            "plan" + name.removeprefix("now"): text
            for name, text in self.cells.items()
            if name.startswith("now.")
        }
        return replace(
            self, planned=True, plan_title=self.plan_title or title, cells={**self.cells, **copied}
        )

    def without_plan(self) -> Sheet:
        return replace(self, planned=False)

    def lasting(self, periods: int) -> Sheet:
        """The same over so many periods; what is new goes on as the last one does."""
        wanted = min(max(periods, 1), MOST_PERIODS)
        cells = dict(self.cells)
        for side in SIDES:
            for name in ROWS:
                if name in ONCE:
                    continue
                last = cells.get(f"{side}.{name}.{self.periods}", "")
                if name == "retention" and not last.strip() and self.periods > 1:
                    last = cells.get(f"{side}.{name}.{self.periods - 1}", "")
                    cells[f"{side}.{name}.{self.periods}"] = last
                for at in range(self.periods + 1, wanted + 1):
                    cells.setdefault(f"{side}.{name}.{at}", last)
        return replace(self, cells=cells, periods=wanted)


def read(given: Mapping[str, Any]) -> Sheet:
    """A sheet from the fields of a form; what is missing is empty."""

    def text(name: str, default: str = "", most: int = LONGEST_TITLE) -> str:
        # NUL is the one character that PostgreSQL's text cannot hold.
        return str(given.get(name, default)).replace("\x00", "")[:most].strip()

    cells = {}
    for name in NAMES:
        for at in range(1, 2 if name.partition(".")[2] in ONCE else MOST_PERIODS + 1):
            said = text(f"{name}.{at}", most=LONGEST_CELL)
            if f"{name}.{at}" in given:
                cells[f"{name}.{at}"] = said
    asked = number_of(text("periods", "3"))
    periods = 3 if asked is None else asked
    return Sheet(
        title=text("title"), currency=text("currency", "USD"), cells=cells,
        periods=min(max(periods, 1), MOST_PERIODS), period=text("period", "year"),
        period_days=text("period_days", "365"), decimals=text("discount_decimals"),
        planned=text("planned") == "1", plan_title=text("plan_title"),
        illustrative=text("illustrative") == "1", returning=text("returning") == "1",
        measured=measured_of(str(given.get("measured", ""))),
    )  # fmt: skip


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


def is_rate(name: str) -> bool:
    """A share, typed in per cent."""
    return name in FIELDS and FIELDS[name].rate


# ---- from a plan --------------------------------------------------------------------------------


def sheet_of(plan: TablePlan, lang: str, scenario: str | None = None) -> Sheet:
    """The cells of a plan, with one of its scenarios beside it (None: the first, if any).

    Rates with more digits than a cell shows are rounded to six decimals.
    """
    table, header = plan.table, plan.header
    cells = dict(_cells("now", table))
    name = scenario if scenario is not None else next(iter(plan.scenarios), None)
    chosen = plan.scenarios[name] if name is not None else None
    if chosen is not None:
        cells |= dict(_cells("plan", chosen.table))
    period = next((n for n, days in LENGTHS.items() if days == table.period_days), "days")
    decimals = table.discount_decimals
    return Sheet(
        title=header.title.say("zh" if lang == "zh" else "en"), currency=header.currency,
        cells=cells, periods=table.periods or 1, period=period,
        period_days=said_as(Decimal(table.period_days)),
        decimals="" if decimals is None else str(decimals),
        planned=chosen is not None,
        plan_title=chosen.title.say("zh" if lang == "zh" else "en") if chosen else "",
        illustrative=header.illustrative, returning=table.returning,
        measured=_measured(plan),
    )  # fmt: skip


def _measured(plan: TablePlan) -> Measured | None:
    if "retention" not in plan.errors:
        return None
    found = np.asarray(plan.errors["retention"], dtype=float)
    rates = plan.table.inputs["retention"]
    if found.ndim == 0:
        steps = max(len(rates) - 1, 1)
        covariance = np.full((steps, steps), float(found) ** 2)
    else:
        covariance = np.diag(found**2) if found.ndim == 1 else found
    return Measured(
        rates=tuple(map(_rounded, rates[: len(covariance)])),
        covariance=tuple(map(tuple, covariance.tolist())),
        said={lang: plan.retention.words(lang) for lang in ("en", "zh")},
    )


def _cells(side: Side, table: LifetimeValueTable) -> Iterator[tuple[str, str]]:
    for name in ROWS:
        value = table.inputs[name]
        values = value if isinstance(value, tuple) else (value,)
        for at, one in enumerate(values, 1):
            if one is None or (name not in WANTED and one == EMPTY.get(name, 0)):
                text = ""
            elif is_rate(name):
                text = said_as(_rounded(one) * 100)
            else:
                text = said_as(_rounded(Decimal(one)), grouped=True)
            yield f"{side}.{name}.{at}", text


def _rounded(value: Decimal) -> Decimal:
    """As many decimals as a cell can show; a value that has fewer stays as it is."""
    exact = Decimal(value)
    digits = exact.as_tuple().exponent
    return exact if isinstance(digits, int) and digits >= -6 else exact.quantize(DIGITS)
