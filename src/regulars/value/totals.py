"""Sums over customers, with intervals of the sum.

The error of the parameters is shared by all customers and does not average out: it enters as
gᵀΣg, with g the slope of the sum. What single customers do by chance does average out: it enters
as the sum of their variances. Both are in the interval: it is one for what will be seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from regulars.models import GammaGamma, Histories, PurchaseModel
from regulars.models.fitting import dot
from regulars.models.quadrature import legendre
from regulars.value.base import YEAR_DAYS, Base, Floats, Terms
from regulars.value.fitting import Fitted
from regulars.value.scoring import Scores
from regulars.value.spending import SpendLaw


@dataclass(frozen=True)
class Sum:
    """A sum and its interval; None where it is unknown."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Totals:
    """What a segment, or the whole base, is expected to do.

    Attributes
    ----------
    segment : its name; customers, alive : how many, and how many of them are expected to be alive.
    orders, spend : purchase days and spend (minor units) of the next 365 days.
    value_year, value_lifetime : discounted contribution; unknown without a margin.
    beyond : share of the lifetime value that lies further ahead than the history is long.
    """

    segment: str
    customers: float
    alive: float
    orders: Sum
    spend: Sum
    value_year: Sum
    value_lifetime: Sum
    beyond: float | None

    def to_dict(self) -> dict[str, Any]:
        return {
            name: vars(value) if isinstance(value, Sum) else value
            for name, value in vars(self).items()
        }


BINS, NODES = 12, 5  # of time, for the slopes of sums in the parameters
FIGURES = ("orders", "spend", "value_year", "value_lifetime")


@dataclass(frozen=True)
class Certainty:
    """How sure sums are of what was fitted; needs no scores.

    Attributes
    ----------
    variances : of each figure, from the parameters; beyond : share of the lifetime value that comes
        later than the history is long.
    """

    variances: Mapping[str, float]
    beyond: float | None


def certainty_of(base: Base, fitted: Fitted, terms: Terms) -> Certainty:
    """Of the sums over the histories given, one segment's or several together."""
    return Certainty(_parameter_variance(base, fitted, terms), _beyond(base, fitted, terms))


def total_of(
    base: Base, scored: Scores, certainty: Certainty, terms: Terms, *, name: str
) -> Totals:
    """Totals of the histories given, one segment's or several together.

    Parameters
    ----------
    scored : their scores, each by its own segment's fit.
    """
    weight = base.given.weight
    others = weight - base.spenders
    spend_of = base.spenders * scored.spend_base + scored.spend_slope * base.spend
    spend_of += np.where(others > 0, others * scored.spend_new, 0.0)
    values = {
        "orders": dot(weight, scored.orders),
        "spend": dot(spend_of, scored.orders),
        "value_year": dot(spend_of, scored.year),
        "value_lifetime": dot(spend_of, scored.lifetime),
    }
    chance = _noise(base, scored)
    margin = terms.margin
    sums = {}
    for figure, value in values.items():
        scale = 1.0
        if figure.startswith("value"):
            scale = np.nan if margin is None else margin
        noise = chance["orders" if figure == "orders" else "spend"]
        if figure.startswith("value"):  # what is discounted varies less, by the same share
            noise = noise * (value / max(values["spend"], 1e-300)) ** 2
        sums[figure] = _interval(
            value * scale, (certainty.variances[figure] + noise) * scale**2, terms
        )
    return Totals(
        segment=name,
        customers=float(weight.sum()),
        alive=dot(weight, scored.alive),
        **sums,
        beyond=certainty.beyond,
    )


def _beyond(base: Base, fitted: Fitted, terms: Terms) -> float | None:
    """Share of the lifetime value that comes later than the history is long."""
    far = whole = 0.0
    lifetime = terms.lifetime_years * YEAR_DAYS / base.unit_days
    for name, _, part in base.parts():
        rough, model = _Rough.of(part), fitted.purchase_of(name).model
        rate = model.rate_per_unit(terms.yearly_rate)
        worth = rough.worth(fitted.spend_of(name))
        near, total = (
            float(worth @ model.discounted(rough.given, rate=rate, horizon=horizon))
            for horizon in (min(base.length, lifetime), lifetime)
        )
        far, whole = far + max(total - near, 0.0), whole + total
    return far / whole if whole > 0 else None


def _interval(value: float, variance: float, terms: Terms) -> Sum:
    if not np.isfinite(value):
        return Sum(None)
    if not np.isfinite(variance):
        return Sum(value)
    half = float(ndtri((1 + terms.sum_level) / 2)) * float(np.sqrt(max(variance, 0.0)))
    return Sum(value, max(value - half, 0.0), value + half)


def _noise(base: Base, scored: Scores) -> Mapping[str, float]:
    """Σ of the customers' own variances of orders and of spend."""
    weight, b, s = base.given.weight, scored.spend_base, scored.spend_slope
    squared = base.spenders * b**2 + 2 * b * s * base.spend + s**2 * base.squares
    squared += (weight - base.spenders) * scored.spend_new**2
    return {
        "orders": dot(weight, scored.variance),
        "spend": dot(squared * scored.orders**2, scored.noise),
    }


def _parameter_variance(base: Base, fitted: Fitted, terms: Terms) -> dict[str, float]:
    """gᵀΣg of each sum: an error that segments share moves all of them at once."""
    rough = {name: _Rough.of(part) for name, _, part in base.parts()}
    names = tuple(rough)
    moves = []
    for models, step in fitted.purchases.moved(names):
        changes = [
            rough[name].sums(
                rough[name].expected(up, terms) - rough[name].expected(down, terms),
                rough[name].worth(fitted.spend_of(name)),
            )
            for name, (up, down) in models.items()
        ]
        moves.append(np.sum(changes, axis=0) / (2 * step))
    # How much is bought does not depend on the law of spend: worked out once.
    spends = list(fitted.spends.moved(names)) if fitted.spends else []
    expected = {
        name: rough[name].expected(fitted.purchase_of(name).model, terms)
        for name in (names if spends else ())
    }
    for laws, step in spends:
        changes = [
            rough[name].sums(
                expected[name],
                rough[name].worth(fitted.spend_of(name), up)
                - rough[name].worth(fitted.spend_of(name), down),
                orders=False,
            )
            for name, (up, down) in laws.items()
        ]
        moves.append(np.sum(changes, axis=0) / (2 * step))
    variance = np.sum(np.square(moves), axis=0)
    return dict(zip(FIGURES, variance.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class _Rough:
    """Histories pooled: near enough for slopes, and few."""

    given: Histories
    spenders: Floats
    spend: Floats
    unit_days: float

    @classmethod
    def of(cls, base: Base) -> _Rough:
        given, member = base.given.pooled(BINS)
        spenders, spend = (
            np.bincount(member, weights=one).astype(float) for one in (base.spenders, base.spend)
        )
        return cls(given, spenders, spend, base.unit_days)

    def expected(self, model: PurchaseModel, terms: Terms) -> Floats:
        """Orders of a year, discounted ones of a year and of a lifetime; shape (3, histories)."""
        rate, year = model.rate_per_unit(terms.yearly_rate), YEAR_DAYS / self.unit_days
        whole = model.orders(self.given, year)
        lifetime = year * terms.lifetime_years
        return np.stack(
            [
                whole,
                self._discounted(model, rate=rate, horizon=year, whole=whole),
                self._discounted(
                    model, rate=rate, horizon=lifetime, whole=model.orders(self.given, lifetime)
                ),
            ]
        )

    def _discounted(
        self, model: PurchaseModel, *, rate: float, horizon: float, whole: Floats
    ) -> Floats:
        """``e^(−δH)·Y(H) + ∫ δe^(−δu)·Y(u) du`` by few nodes: for a slope, not for a sum."""
        total: Floats = np.exp(-rate * horizon) * whole
        if rate > 0:
            nodes, weights = legendre(NODES)
            reach = np.log1p(horizon / model.alpha)
            times = model.alpha * np.expm1(reach * nodes)
            weights = weights * reach * (model.alpha + times) * rate * np.exp(-rate * times)
            for time, weight in zip(times.tolist(), weights.tolist(), strict=True):
                total = total + weight * model.orders(self.given, time)
        return total

    def worth(self, law: SpendLaw, spend: GammaGamma | None = None) -> Floats:
        """Spend of one order of each of the customers of a history, summed over them."""
        base, slope = law.line(self.given.x, spend)
        new = law.line(np.zeros(1), spend)[0][0]
        others = self.given.weight - self.spenders
        worth: Floats = self.spenders * base + slope * self.spend + others * new
        return worth

    def sums(self, expected: Floats, worth: Floats, *, orders: bool = True) -> Floats:
        """The four figures; a change of the law of spend changes no number of orders."""
        count = float(self.given.weight @ expected[0]) if orders else 0.0
        return np.array([count, *(expected @ worth).tolist()])


def joined(parts: Sequence[tuple[Any, Scores]], rows: int) -> Scores:
    """The scores of all segments in the order of the base's rows."""
    found = {}
    for name in Scores.__dataclass_fields__:
        whole = np.empty(rows)
        for places, scored in parts:
            whole[places] = getattr(scored, name)
        found[name] = whole
    return Scores(**found)
