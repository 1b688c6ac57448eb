"""sBG: how long customers stay under contract, when each renewal may be declined.

Fader & Hardie, "How to project customer retention", Journal of Interactive Marketing 21 (2007)
76–90; residual lifetime from "Customer-base valuation in a contractual setting", Marketing Science
29 (2010) 85–93, eq. 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, psi

from regulars.models.contract import STEADIEST, ContractModel
from regulars.models.fitting import Objective
from regulars.models.histories import Floats
from regulars.models.purchase import YEAR_DAYS
from regulars.models.quadrature import logit_law


@dataclass(frozen=True)
class ShiftedBetaGeometric(ContractModel):
    """At each renewal a customer leaves with a chance θ of his own, θ ~ Beta(α, β).

    Parameters
    ----------
    alpha, beta : shapes.
    unit_days : days in one contract period.
    """

    name: ClassVar[str] = "sbg"
    starts: ClassVar[tuple[tuple[float, ...], ...]] = ((1.0, 1.0), (0.5, 3.0), (2.0, 8.0))
    alpha: float
    beta: float
    unit_days: float = YEAR_DAYS

    @classmethod
    def likelihood(cls, t: Floats, gone: Floats, n: Floats) -> Objective:
        return Likelihood(t, gone, n)

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

    def discounted_after(self, renewals: Floats, d: float) -> Floats:
        theta, weights, ends = logit_law(self.alpha, self.beta + renewals, 1 / d)
        # Nothing is left of him at θ = 1.
        expected: Floats = (weights * (1 - theta) * (1 + d) / (d + theta)).sum(axis=1)
        expected += ends[:, 0] * (1 + d) / d
        return expected

    def leave(self, customers: int, rng: np.random.Generator) -> Floats:
        theta = np.maximum(rng.beta(self.alpha, self.beta, customers), STEADIEST)
        return rng.geometric(theta).astype(float)


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
