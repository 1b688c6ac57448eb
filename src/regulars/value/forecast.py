"""What a fit expects of past customers in a horizon, customer by customer and in any sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from regulars.models import Fit, GammaGamma, PurchaseModel
from regulars.value.base import Floats
from regulars.value.past import Past
from regulars.value.scoring import interval_of_spend, relative_noise
from regulars.value.spending import SpendLaw

Groups = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Expected:
    """An expectation for each customer, with all that its intervals need; shape (n,) each.

    Attributes
    ----------
    mean : expected; variance : what the customer does by chance.
    low, high : predictive interval of the single customer.
    moves : for each direction of the parameters, how much one standard deviation moves the mean.
        All customers are moved together: this error does not average out in a sum.
    """

    mean: Floats
    variance: Floats
    low: Floats
    high: Floats
    moves: Sequence[Floats]

    def sums(self, group: Groups, groups: int, *, level: float) -> tuple[Floats, Floats, Floats]:
        """For each group the sum and its interval: Σ variances for chance, gᵀΣg for the fit."""
        value: Floats = np.bincount(group, self.mean, groups).astype(float)
        variance: Floats = np.bincount(group, self.variance, groups).astype(float)
        for move in self.moves:
            variance = variance + np.bincount(group, weights=move, minlength=groups) ** 2
        low, high = around(value, variance, level=level)
        return value, low, high


def around(value: Floats, variance: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Normal interval of a sum, never below 0."""
    half = float(ndtri((1 + level) / 2)) * np.sqrt(np.maximum(variance, 0.0))
    return np.maximum(value - half, 0.0), value + half


def expected_orders(past: Past, fit: Fit[PurchaseModel], *, level: float) -> Expected:
    """Purchase days in the horizon after the cut."""
    given, place = past.distinct
    model, tail = fit.model, (1 - level) / 2
    law = model.law(given, past.horizon)
    low, high = model.quantiles(given, past.horizon, (tail, 1 - tail)).astype(float)
    moves = [
        ((up.orders(given, past.horizon) - down.orders(given, past.horizon)) / (2 * step))[place]
        for up, down, step in fit.moved()
    ]
    return Expected(law.mean[place], law.variance[place], low[place], high[place], moves)


def expected_spend(
    past: Past, fit: Fit[PurchaseModel], law: SpendLaw, orders: Expected, *, level: float
) -> Expected | None:
    """Net spend in the horizon after the cut; None where no spend is known to go by.

    A customer whose refunds exceed what he spent is taken at the mean of all.
    """
    if not law.known:
        return None
    given, place = past.distinct
    each = _each(law, past)
    moves = [move * each for move in orders.moves]
    if law.fit is not None:
        for up, down, step in law.fit.moved():
            change = np.nan_to_num(_each(law, past, up) - _each(law, past, down))
            moves.append(orders.mean * change / (2 * step))
    future = fit.model.law(given, past.horizon)
    own, within = law.spread(given.x)
    noise = relative_noise(future.mean, future.variance, own, within)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = sum((m / orders.mean) ** 2 for m in orders.moves)
    error = np.nan_to_num(error, nan=0.0, posinf=0.0) + law.error(given.x)[place]
    tail = (1 - level) / 2
    low, high = interval_of_spend(future.none[place], noise[place] + error, tail)
    mean = orders.mean * each
    return Expected(mean, noise[place] * mean**2, low * mean, high * mean, moves)


def _each(law: SpendLaw, past: Past, model: GammaGamma | None = None) -> Floats:
    """Expected spend per purchase day of every customer."""
    given, place = past.distinct
    base, slope = law.line(given.x, model)
    of_new = law.line(np.zeros(1), model)[0]
    told = (past.x > 0) & (past.spend > 0)
    return np.where(told, base[place] + slope[place] * past.spend, of_new)
