"""Retention as measured: a curve for a lifetime-value table, and the words of how it was got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from regulars.declare import Language
from regulars.errors import ParameterError
from regulars.result import Note, Result
from regulars.strategy import InputError, LifetimeValueTable, RetentionCurve

Source = Literal["orders", "subscriptions"]
ANALYSES: Mapping[str, str] = {"orders": "retention", "subscriptions": "renewals"}
COSTS = ("direct_cost_rate", "acquisition_cost", "marketing")
"""What no order tells, and no table can do without."""


@dataclass(frozen=True)
class MeasuredRetention(RetentionCurve):
    """Rates with covariance, as `RetentionCurve`, measured on a workspace's own customers.

    Where nothing is known at all, ``rates`` is empty and ``notes`` say why.

    Attributes
    ----------
    source : "orders" (without contract; rates may exceed 1) or "subscriptions".
    bases : where each rate comes from: seen, extrapolated, carried, expected.
    customers : behind the first rate: customers, or contracts that came up for renewal.
    period_days : length of a period; None where no term has a length.
    orders, aov_minor : of an active customer in each period as far as it was seen, the first period
        first; under contract one order a period, at the price of a term. Empty: unknown.
    notes : how the rates were obtained; ``words`` says them.
    minor_per_major : minor units in one unit of the currency.
    """

    source: Source
    bases: tuple[str, ...]
    customers: int
    period_days: float | None
    orders: tuple[float, ...]
    aov_minor: tuple[float, ...]
    notes: tuple[Note, ...]
    minor_per_major: int = 100

    def words(self, lang: Language = "en") -> tuple[str, ...]:
        """How the rates were obtained, one sentence each."""
        return tuple(note.say(lang) for note in self.notes)

    @property
    def missing(self) -> tuple[str, ...]:
        """Inputs of a lifetime-value table that these facts do not tell, by name."""
        unknown = [
            name
            for name, known in (
                ("retention", len(self.rates)),
                ("period_days", self.period_days),
                ("orders", self.orders),
                ("aov", self.aov_minor),
            )
            if not known
        ]
        return (*unknown, *COSTS)

    def table_inputs(self) -> dict[str, Any]:
        """What these facts tell of `LifetimeValueTable`'s inputs, money in major units.

        Orders and their value beyond what was seen are those of the last period seen.
        """
        periods = len(self.rates) + 1
        told: dict[str, Any] = {
            "customers": self.customers,
            "periods": periods,
            "returning": self.source == "orders",
        }
        if len(self.rates):
            told["retention"] = tuple(self.rates.tolist())
        if self.period_days:
            told["period_days"] = self.period_days
        if self.orders:
            told["orders"] = _held(self.orders, periods)
        if self.aov_minor:
            told["aov"] = tuple(v / self.minor_per_major for v in _held(self.aov_minor, periods))
        return told

    def table(self, **given: Any) -> LifetimeValueTable:
        """The table of these customers with the costs that its owner gives.

        Raises
        ------
        InputError : what neither the facts nor `given` tell, by its name.
        """
        for name in self.missing:
            if name not in given:
                raise InputError(name, "the facts do not tell it; give it, 0 where there is none")
        return LifetimeValueTable(**{**self.table_inputs(), **given})


def _held(values: tuple[float, ...], periods: int) -> tuple[float, ...]:
    return (*values[:periods], *[values[-1]] * (periods - len(values)))


def measured(
    result: Result, source: Source, *, plan: str, auto_renew: str, minor_per_major: int
) -> MeasuredRetention:
    """The curve that an answer of `retention` or `renewals` holds.

    Raises
    ------
    ParameterError : no such plan, or way of renewing, among the answer's strata.
    """
    if source == "orders":
        return _of_orders(result, minor_per_major)
    curves = result.details.get("curves") or []
    named = {(c["plan"], c["auto_renew"]): c for c in curves}
    if curves and (plan, auto_renew) not in named:
        known = ", ".join(f"{p}/{a}" for p, a in named)
        raise ParameterError(f"no subscriptions of plan {plan}, auto_renew {auto_renew}: {known}")
    told = named.get((plan, auto_renew), {})
    price = told.get("price_minor")
    return MeasuredRetention(
        **_curve(told),
        source=source,
        period_days=told.get("term_days"),
        orders=(1.0,),
        aov_minor=() if price is None else (float(price),),
        notes=result.notes,
        minor_per_major=minor_per_major,
    )


def _of_orders(result: Result, minor_per_major: int) -> MeasuredRetention:
    told = result.details.get("curve") or {}
    seen = [r for r in result.rows if r["active_share"] and r["period"] <= told["observed"]]
    known = [r for r in seen if r["orders_per_active"] and r["aov_minor"] is not None]
    return MeasuredRetention(
        **_curve(told),
        source="orders",
        period_days=result.figures.get("period_days"),
        orders=tuple(r["orders_per_active"] for r in known),
        aov_minor=tuple(max(r["aov_minor"], 0.0) for r in known),
        notes=result.notes,
        minor_per_major=minor_per_major,
    )


def _curve(told: Mapping[str, Any]) -> dict[str, Any]:
    rates = np.array(told.get("rates", ()), dtype=float)
    covariance = np.array(told.get("covariance", ()), dtype=float).reshape(len(rates), len(rates))
    return {
        "rates": rates,
        "covariance": covariance,
        "observed": int(told.get("observed", 0)),
        "bases": tuple(told.get("bases", ())),
        "customers": int(told.get("customers", 0)),
    }
