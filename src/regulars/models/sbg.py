"""sBG: how long customers stay under contract, when each renewal may be declined.

Fader & Hardie, "How to project customer retention", Journal of Interactive Marketing 21 (2007)
76–90; residual lifetime from "Customer-base valuation in a contractual setting", Marketing Science
29 (2010) 85–93, eq. 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, psi

from regulars.models.fit import Fit, fitted
from regulars.models.fitting import around, maximise
from regulars.models.histories import Floats
from regulars.models.parametric import Parametric
from regulars.models.purchase import YEAR_DAYS
from regulars.models.quadrature import logit_law


@dataclass(frozen=True)
class ShiftedBetaGeometric(Parametric):
    """At each renewal a customer leaves with a chance θ of his own, θ ~ Beta(α, β).

    Parameters
    ----------
    alpha, beta : shapes.
    unit_days : days in one contract period.
    """

    name: ClassVar[str] = "sbg"
    settings: ClassVar[tuple[str, ...]] = ("unit_days",)
    alpha: float
    beta: float
    unit_days: float = YEAR_DAYS

    @classmethod
    def fit(
        cls,
        periods: ArrayLike,
        lost: ArrayLike,
        weight: ArrayLike | None = None,
        *,
        unit_days: float = YEAR_DAYS,
    ) -> Fit[Self]:
        """Maximum likelihood.

        Parameters
        ----------
        periods : shape (n,), whole: renewals come up for. A customer lost at his t-th renewal has
            t, one who renewed t times and is still here has t.
        lost : shape (n,), whether he was lost at the last of them.
        weight : shape (n,), customers; left out, one each.

        Raises
        ------
        ValueError : values that cannot be, or nobody ever came up for renewal.
        """
        t, gone, n = _checked(periods, lost, weight)
        if not float((n * t).sum()) > 0:
            raise ValueError("nobody has come up for renewal")
        blank = cls(1.0, 1.0, unit_days)
        starts = [np.log(pair) for pair in ([1.0, 1.0], [0.5, 3.0], [2.0, 8.0])]
        objective = Likelihood(t, gone, n)
        optimum = maximise(objective, starts, around(np.zeros(2)), cls.parameter_names())
        return fitted(blank, optimum, customers=float(n.sum()), histories=len(t))

    def log_likelihood(
        self, periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None
    ) -> float:
        """Σ weight·ln L."""
        theta = np.log(list(self.parameters.values()))
        return Likelihood(*_checked(periods, lost, weight))(theta)[0]

    def gradient(
        self, periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None
    ) -> Floats:
        """Of `log_likelihood` in the parameters themselves, in their declared order."""
        theta = np.array(list(self.parameters.values()))
        slopes: Floats = Likelihood(*_checked(periods, lost, weight))(np.log(theta))[1] / theta
        return slopes

    def survival(self, t: ArrayLike) -> Floats:
        """Share still here after t renewals: ``S(t) = B(α, β+t)/B(α, β)``."""
        when = np.asarray(t, dtype=float)
        result: Floats = np.exp(
            betaln(self.alpha, self.beta + when) - betaln(self.alpha, self.beta)
        )
        return result

    def retention(self, t: ArrayLike) -> Floats:
        """Share of those before the t-th renewal who renew: ``(β+t−1)/(α+β+t−1)``, t ≥ 1."""
        when = np.asarray(t, dtype=float)
        result: Floats = (self.beta + when - 1) / (self.alpha + self.beta + when - 1)
        return result

    def discounted_lifetime(self, renewals: ArrayLike, *, yearly_rate: float) -> Floats:
        """Discounted expected residual periods of a customer who has renewed so often, DERL.

        Counted just before the next renewal, the first period in full:
        ``Σ_t S(t | renewals)/(1+d)^(t−1)``; with n − 1 renewals this is eq. 6.

        Parameters
        ----------
        renewals : renewals so far, 0 or more.
        yearly_rate : effective rate per year, over 0.
        """
        if not (np.isfinite(yearly_rate) and yearly_rate > 0):
            raise ValueError("the yearly rate must be over 0")
        done = np.atleast_1d(np.asarray(renewals, dtype=float))
        if not (np.isfinite(done).all() and (done >= 0).all()):
            raise ValueError("renewals are negative, missing or infinite")
        d = float(np.expm1(np.log1p(yearly_rate) * self.unit_days / YEAR_DAYS))
        distinct, place = np.unique(done, return_inverse=True)
        theta, weights, ends = logit_law(self.alpha, self.beta + distinct, 1 / d)
        # Nothing is left of him at θ = 1.
        expected = (weights * (1 - theta) * (1 + d) / (d + theta)).sum(axis=1)
        expected += ends[:, 0] * (1 + d) / d
        result: Floats = expected[place]
        return result

    def simulate(
        self, customers: int, *, periods: int, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Draw a cohort followed for so many renewals: ``periods`` and ``lost`` as `fit` takes."""
        theta = np.maximum(rng.beta(self.alpha, self.beta, customers), 1e-12)
        left = rng.geometric(theta)
        return np.minimum(left, periods).astype(float), (left <= periods).astype(float)


def _checked(
    periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    t, gone = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (periods, lost))
    n = np.ones(len(t)) if weight is None else np.atleast_1d(np.asarray(weight, dtype=float))
    if not t.shape == gone.shape == n.shape:
        raise ValueError("periods, lost and weight need one value a customer each")
    if not (np.isfinite(t).all() and (t >= 0).all() and (t == np.floor(t)).all()):
        raise ValueError("periods are whole numbers, 0 or more")
    if not np.isin(gone, (0, 1)).all() or ((gone == 1) & (t < 1)).any():
        raise ValueError("lost is true or false, and nobody is lost before a first renewal")
    if not (np.isfinite(n).all() and (n >= 0).all()):
        raise ValueError("a weight is negative, missing or infinite")
    return t, gone, n


class Likelihood:
    """Lost at t: ``ln B(α+1, β+t−1) − ln B(α, β)``; still here: ``ln B(α, β+t) − ln B(α, β)``."""

    def __init__(self, t: Floats, gone: Floats, n: Floats) -> None:
        # Both are ln B(α + lost, β + kept): pooled over the two counts.
        pairs = np.stack([gone, t - gone], axis=1)
        self.pairs, place = np.unique(pairs, axis=0, return_inverse=True)
        self.weight = np.bincount(np.ravel(place), weights=n)
        self.total = float(n.sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        alpha, beta = (float(v) for v in np.exp(point))
        a, b = alpha + self.pairs[:, 0], beta + self.pairs[:, 1]
        value = float(self.weight @ betaln(a, b)) - self.total * float(betaln(alpha, beta))
        both = psi(a + b)
        before = float(psi(alpha + beta))
        gradient: Floats = np.array(
            [
                float(self.weight @ (psi(a) - both)) - self.total * (float(psi(alpha)) - before),
                float(self.weight @ (psi(b) - both)) - self.total * (float(psi(beta)) - before),
            ]
        )
        return value, gradient * np.exp(point)
