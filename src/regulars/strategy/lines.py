"""The lines of the lifetime-value table, from inputs already checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import accumulate
from types import MappingProxyType
from typing import Any, TypeAlias

from regulars.strategy.inputs import EXACT, ONE, ZERO, Series

Lines: TypeAlias = Mapping[str, Series]

SUMMED = (
    "kept",
    "referred",
    "customers",
    "revenue",
    "direct_cost",
    "acquisition",
    "marketing",
    "renewal",
    "referral_incentive",
    "gross_profit",
    "npv",
    "cumulative",
)
"""Lines that add over cohorts."""

LINES = (
    "kept",
    "referred",
    "customers",
    "orders",
    "aov",
    "revenue",
    "direct_cost",
    "acquisition",
    "marketing",
    "renewal",
    "referral_incentive",
    "gross_profit",
    "discount",
    "npv",
    "cumulative",
    "ltv",
)
"""Every line in the order of the page. `marketing` holds marketing, programme and database."""


def calculate(inputs: Mapping[str, Any]) -> Lines:
    """The table's lines by name, one decimal a period."""
    with localcontext(EXACT):
        found = _customers(inputs)
        found |= _money(inputs, found)
        found["discount"] = discounts(inputs)
        found["npv"] = _each(lambda gp, d: gp / d, found["gross_profit"], found["discount"])
        found["cumulative"] = tuple(accumulate(found["npv"]))
        found["ltv"] = tuple(sum_ / inputs["customers"] for sum_ in found["cumulative"])
    return MappingProxyType({line: found[line] for line in LINES})


def discounts(inputs: Mapping[str, Any]) -> Series:
    """``D_y = (1 + i·rf)^((y·period_days + d)/365)``, rounded where asked; or as given."""
    if inputs["discount_factors"] is not None:
        given: Series = inputs["discount_factors"]
        return given
    base = ONE + inputs["interest"] * inputs["risk_factor"]
    days = (y * inputs["period_days"] + inputs["payment_delay_days"] for y in _range(inputs))
    factors = tuple(_power(base, day / 365) for day in days)
    if inputs["discount_decimals"] is None:
        return factors
    step = ONE.scaleb(-inputs["discount_decimals"])
    return tuple(factor.quantize(step, rounding=ROUND_HALF_UP) for factor in factors)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    # Whole powers by multiplication: 1.16² is 1.3456, not the exponential of a logarithm.
    if exponent == exponent.to_integral_value():
        return base ** int(exponent)
    return base**exponent


def _customers(inputs: Mapping[str, Any]) -> dict[str, Series]:
    kept, referred, here = [], [], []
    now = inputs["customers"]
    for y in _range(inputs):
        kept.append(now)
        referred.append(now * inputs["referral_rate"][y])
        here.append(kept[-1] + referred[-1])
        now = here[-1] * inputs["retention"][y]
    return {"kept": tuple(kept), "referred": tuple(referred), "customers": tuple(here)}


def _money(inputs: Mapping[str, Any], found: Mapping[str, Series]) -> dict[str, Series]:
    here = found["customers"]
    up_for_renewal = (ZERO, *here[:-1])
    per_head = _each(
        lambda *parts: sum(parts, ZERO),
        *(inputs[n] for n in ("marketing", "programme", "database")),
    )
    acquisition = inputs["customers"] * inputs["acquisition_cost"]
    lines = {
        "orders": inputs["orders"],
        "aov": inputs["aov"],
        "revenue": _each(lambda n, o, a: n * o * a, here, inputs["orders"], inputs["aov"]),
        "acquisition": (acquisition, *(ZERO for _ in here[1:])),
        "marketing": _each(_times, here, per_head),
        "renewal": _each(_times, up_for_renewal, inputs["renewal_cost"]),
        "referral_incentive": _each(_times, found["referred"], inputs["referral_incentive"]),
    }
    lines["direct_cost"] = _each(_times, lines["revenue"], inputs["direct_cost_rate"])
    costs = ("direct_cost", "acquisition", "marketing", "renewal", "referral_incentive")
    lines["gross_profit"] = _each(
        lambda revenue, *spent: revenue - sum(spent, ZERO),
        lines["revenue"],
        *(lines[cost] for cost in costs),
    )
    return lines


def _times(a: Decimal, b: Decimal) -> Decimal:
    return a * b


def _each(rule: Any, *series: Series) -> Series:
    return tuple(rule(*values) for values in zip(*series, strict=True))


def _range(inputs: Mapping[str, Any]) -> range:
    return range(inputs["periods"])
