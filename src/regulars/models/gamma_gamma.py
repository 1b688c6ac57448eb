"""Gamma-Gamma: what customers spend per order, when that varies about a mean of their own.

Fader & Hardie, "The Gamma-Gamma model of monetary value", note 025, 2013.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from regulars.models.fit import Fit, fitted
from regulars.models.fitting import around, maximise
from regulars.models.histories import Floats
from regulars.models.parametric import Parametric

BINS = 64
"""Spends of one x are pooled into so many for the first climb."""


@dataclass(frozen=True)
class GammaGamma(Parametric):
    """An order's spend is Gamma(p, ν), with ν ~ Gamma(q, γ) over customers.

    It takes spend to be independent of how often somebody buys; the backtest shows where it is not.

    Parameters
    ----------
    p : shape of the spend about a customer's own mean; q : shape of ν.
    gamma : scale of ν, in units of money.
    """

    name: ClassVar[str] = "gamma_gamma"
    p: float
    q: float
    gamma: float

    @classmethod
    def fit(cls, x: ArrayLike, mean: ArrayLike, weight: ArrayLike | None = None) -> Fit[Self]:
        """Maximum likelihood.

        Parameters
        ----------
        x : shape (n,), orders that the mean is over; rows with 0 say nothing and are left out.
        mean : shape (n,), their mean spend, positive where x > 0.
        weight : shape (n,), customers; left out, one each.

        Raises
        ------
        ValueError : a mean that is not positive, nothing to fit, or means all equal (then nothing
            varies, and every customer's expected spend is that amount).
        """
        orders, spend, n = _checked(x, mean, weight)
        if not len(orders) or not n.sum() > 0:
            raise ValueError("no customer has an order with a spend")
        counted = n > 0
        orders, spend, n = orders[counted], spend[counted], n[counted]
        if np.ptp(spend) <= 1e-12 * spend.max():
            raise ValueError("every customer has the same mean spend: there is nothing to fit")
        whole = Likelihood(orders, spend, n)
        pooled = _pooled(orders, spend, n) if len(orders) > 16 * BINS else None
        typical = float((n * spend).sum() / n.sum())
        starts = [
            np.log([p, q, typical * (q - 1) / p])
            for p, q in ((5.0, 4.0), (1.5, 2.5), (30.0, 6.0), (2.0, 1.2))
        ]
        optimum = maximise(
            whole,
            starts,
            around(np.log([1.0, 1.0, typical])),
            cls.parameter_names(),
            coarse=None if pooled is None else Likelihood(*pooled),
        )
        blank = cls(1.0, 1.0, typical)
        return fitted(blank, optimum, customers=float(n.sum()), histories=len(orders))

    def log_likelihood(
        self, x: ArrayLike, mean: ArrayLike, weight: ArrayLike | None = None
    ) -> float:
        """Σ weight·ln L of the mean spends."""
        return Likelihood(*_checked(x, mean, weight))(np.log(list(self.parameters.values())))[0]

    def gradient(self, x: ArrayLike, mean: ArrayLike, weight: ArrayLike | None = None) -> Floats:
        """Of `log_likelihood` in the parameters themselves, in their declared order."""
        theta = np.array(list(self.parameters.values()))
        slopes: Floats = Likelihood(*_checked(x, mean, weight))(np.log(theta))[1] / theta
        return slopes

    @property
    def population_mean(self) -> float | None:
        """Mean spend of a customer of whom nothing is known, ``pγ/(q−1)``; None if q ≤ 1, where
        it is without bound."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else None

    def expected_spend(self, x: ArrayLike, mean: ArrayLike) -> Floats:
        """Expected spend of an order, given x orders of this mean: ``p(γ + x·m)/(p·x + q − 1)``.

        Not a number where it is without bound (q ≤ 1 and x = 0); the mean is not looked at where
        x is 0.
        """
        orders = np.asarray(x, dtype=float)
        total = np.where(orders > 0, orders * np.asarray(mean, dtype=float), 0.0)
        below = self.p * orders + self.q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            result: Floats = np.where(below > 0, self.p * (self.gamma + total) / below, np.nan)
        return result

    def spend_moments(self, x: ArrayLike, mean: ArrayLike) -> tuple[Floats, Floats]:
        """E[Z] and what spreads it: E[(p/ν)²] of the customer's own mean and p·E[1/ν²] within it.

        Returns
        -------
        Second moment of the customer's own mean, and mean variance of one order about it; not a
        number where they are without bound (p·x + q ≤ 2).
        """
        orders = np.asarray(x, dtype=float)
        total = np.where(orders > 0, orders * np.asarray(mean, dtype=float), 0.0)
        shape = self.p * orders + self.q
        with np.errstate(divide="ignore", invalid="ignore"):
            squared = np.where(
                shape > 2, (self.gamma + total) ** 2 / ((shape - 1) * (shape - 2)), np.nan
            )
        return self.p**2 * squared, self.p * squared

    def simulate(
        self, orders: Sequence[int] | Floats, *, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Draw customers with so many orders each: their mean spend, and their own true mean."""
        count = np.asarray(orders, dtype=float)
        nu = rng.gamma(self.q, 1 / self.gamma, len(count))
        total = rng.gamma(np.maximum(self.p * count, 1e-300)) / nu
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(count > 0, total / count, np.nan)
        return mean, self.p / nu


def _checked(
    x: ArrayLike, mean: ArrayLike, weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    orders, spend = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (x, mean))
    n = np.ones(len(orders)) if weight is None else np.atleast_1d(np.asarray(weight, dtype=float))
    if not orders.shape == spend.shape == n.shape:
        raise ValueError("x, mean and weight need one value a customer each")
    if not (np.isfinite(orders).all() and (orders >= 0).all()):
        raise ValueError("x is negative, missing or infinite")
    if not (np.isfinite(n).all() and (n >= 0).all()):
        raise ValueError("a weight is negative, missing or infinite")
    told = orders > 0
    wrong = ~(np.isfinite(spend[told]) & (spend[told] > 0))
    if wrong.any():
        i = int(np.flatnonzero(told)[np.argmax(wrong)])
        raise ValueError(
            f"row {i}: a mean spend of {spend[i]:g} over {orders[i]:g} orders must be"
            " positive and finite"
        )
    return orders[told], spend[told], n[told]


def _pooled(orders: Floats, spend: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Neighbouring spends of the same x pooled at their geometric mean."""
    order = np.lexsort((spend, orders))
    x, logs, weight = orders[order], np.log(spend[order]), n[order]
    starts = np.flatnonzero(np.r_[True, x[1:] != x[:-1]])
    sizes = np.diff(np.r_[starts, len(x)])
    rank = np.arange(len(x)) - np.repeat(starts, sizes)
    place = rank * BINS // np.repeat(np.maximum(sizes, BINS), sizes)
    key = np.repeat(np.arange(len(starts)), sizes) * BINS + place
    edges = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    total = np.add.reduceat(weight, edges)
    kept = total > 0
    with np.errstate(invalid="ignore"):
        middle = np.exp(np.add.reduceat(weight * logs, edges) / total)
    return x[edges][kept], middle[kept], total[kept]


class Likelihood:
    """The log-likelihood and its gradient, in log-parameters.

    ``ln L = ln Γ(px+q) − ln Γ(px) − ln Γ(q) + q·ln γ + (px−1)·ln m + px·ln x − (px+q)·ln(γ+x·m)``;
    only the last term is needed customer by customer.
    """

    def __init__(self, orders: Floats, spend: Floats, n: Floats) -> None:
        self.orders, self.total, self.n = orders, orders * spend, n
        self.customers = float(n.sum())
        self.x, self.place = np.unique(orders, return_inverse=True)
        self.of_x = np.bincount(self.place, weights=n)
        logs = n * np.log(spend)
        self.logs = float(logs.sum())
        self.x_logs = float((orders * (logs + n * np.log(orders))).sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        p, q, gamma = (float(v) for v in np.exp(point))
        summed = gamma + self.total
        weighted = self.n * np.log(summed)
        of_x = np.bincount(self.place, weights=weighted, minlength=len(self.x))
        inverse = np.bincount(self.place, weights=self.n / summed, minlength=len(self.x))
        shape = p * self.x + q
        each = gammaln(shape) - gammaln(p * self.x)
        value = float(self.of_x @ each) + self.customers * (q * np.log(gamma) - gammaln(q))
        value += p * self.x_logs - self.logs - float(shape @ of_x)
        by_shape = psi(shape)
        gradient = np.array(
            [
                float(self.of_x @ (self.x * (by_shape - psi(p * self.x))))
                + self.x_logs
                - float(self.x @ of_x),
                float(self.of_x @ by_shape)
                + self.customers * (np.log(gamma) - psi(q))
                - of_x.sum(),
                self.customers * q / gamma - float(shape @ inverse),
            ]
        )
        return value, gradient * np.exp(point)
