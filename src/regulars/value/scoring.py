"""Scores of distinct histories: alive, expected orders, their intervals, what spend is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from regulars.models import Fit, PurchaseModel
from regulars.value.base import YEAR_DAYS, Base, Floats, Terms
from regulars.value.spending import SpendLaw

LONGEST_WAIT_DAYS = 3650.0


@dataclass(frozen=True, eq=False)
class Scores:
    """One value a history; not a number where it is unknown.

    Attributes
    ----------
    alive : P(alive).
    orders : expected purchase days in the next 365 days; ``variance`` of their number.
    orders_low, orders_high : predictive interval of that number, whole.
    year, lifetime : discounted expected purchase days, of 365 days and of the lifetime horizon.
    spend_base, spend_slope : expected spend per purchase day is base + slope·(spend so far).
    spend_new : the same where no spend is known yet.
    spend_low, spend_high : predictive interval of the spend in 365 days, in units of its mean.
    noise : variance of that spend over its squared mean, parameters taken as known.
    wait_days : median days to the next purchase, given alive; not a number after one purchase,
        unless `Terms` wants it.
    """

    alive: Floats
    orders: Floats
    variance: Floats
    orders_low: Floats
    orders_high: Floats
    year: Floats
    lifetime: Floats
    spend_base: Floats
    spend_slope: Floats
    spend_new: Floats
    spend_low: Floats
    spend_high: Floats
    noise: Floats
    wait_days: Floats


def score(
    base: Base, fit: Fit[PurchaseModel], spend: SpendLaw, terms: Terms, *, lifetime: bool = True
) -> Scores:
    """Score the histories of one segment; of the lifetime only where it is wanted."""
    model, given = fit.model, base.given
    alive = model.alive(given)
    law = model.law(given, base.horizon)
    rate = model.rate_per_unit(terms.yearly_rate)
    far = terms.lifetime_years * YEAR_DAYS / base.unit_days
    base_, slope = spend.line(given.x)
    new = spend.mean_of_new
    unknown = np.full(len(base), np.nan)
    low = high = spend_low = spend_high = unknown
    own, within = spend.spread(given.x)
    noise = relative_noise(law.mean, law.variance, own, within)
    if terms.intervals:
        tail = (1 - terms.level) / 2
        low, high = model.quantiles(given, base.horizon, (tail, 1 - tail)).astype(float)
        if spend.known:
            error = _parameter_error(base, fit) + spend.error(given.x)
            spend_low, spend_high = interval_of_spend(law.none, noise + error, tail)
    with np.errstate(over="ignore"):  # hardly anybody ever comes back: longer than any number
        wait = model.median_wait_if_alive(given.x, given.T) * base.unit_days
    return Scores(
        alive=alive,
        orders=law.mean,
        variance=law.variance,
        orders_low=low,
        orders_high=high,
        year=model.discounted(given, rate=rate, horizon=base.horizon),
        lifetime=model.discounted(given, rate=rate, horizon=far) if lifetime else unknown,
        spend_base=base_,
        spend_slope=slope,
        spend_new=np.full(len(base), np.nan if new is None else new),
        spend_low=spend_low,
        spend_high=spend_high,
        noise=noise,
        wait_days=np.where(
            ((given.x > 0) | terms.due_after_one) & (wait <= LONGEST_WAIT_DAYS), wait, np.nan
        ),
    )


def relative_noise(mean: Floats, variance: Floats, own: Floats, within: Floats) -> Floats:
    """Variance of the spend over its squared mean, the customer's own mean shared by his orders.

    ``Var(S) = E[N]·E[Var(Z|ζ)] + E[N²]·E[ζ²] − (E[N]·E[ζ])²``. The orders of one customer share
    his own mean ζ, so its uncertainty does not average out over them; E[N]·Var(Z) + Var(N)·E[Z]²
    would treat it as drawn anew for every order.
    """
    safe = np.maximum(mean, 1e-150)  # its square is a number still
    result: Floats = within / safe + (variance / safe**2 + 1) * own - 1
    return result


def _parameter_error(base: Base, fit: Fit[PurchaseModel]) -> Floats:
    """Variance of the expected orders from the parameters, over their square."""
    given, horizon = base.given, base.horizon

    def logs(model: PurchaseModel) -> Floats:
        return np.log(np.maximum(model.orders(given, horizon), 1e-300))

    result: Floats = fit.variance(logs)
    return result


def interval_of_spend(none: Floats, noise: Floats, tail: float) -> tuple[Floats, Floats]:
    """Quantiles ``tail`` and ``1 − tail`` of a spend, in units of its mean.

    With the chance ``none`` it is 0; given that it is not, it is taken as gamma with the mean and
    variance that follow.

    Parameters
    ----------
    none : chance of no order; noise : variance over the squared mean.
    """
    some = np.maximum(1 - none, 1e-12)
    # Given some order: mean 1/some, second moment (noise + 1)/some.
    squared = np.maximum((noise + 1) * some - 1, 1e-9)
    shape = 1 / squared
    found = []
    for level in (tail, 1 - tail):
        within = np.clip((level - none) / some, 0.0, 1.0)
        found.append(np.where(within > 0, gammaincinv(shape, within) / shape / some, 0.0))
    return found[0], found[1]
