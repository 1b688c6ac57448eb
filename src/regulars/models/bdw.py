"""BdW: how long customers stay under contract, when the chance of leaving also changes with time.

Fader, Hardie, Liu, Davin & Steenburgh, "How to project customer retention revisited: the role of
duration dependence", Journal of Interactive Marketing 43 (2018) 1–16.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.models.contract import STEADIEST, ContractModel
from regulars.models.fitting import REACH, Box, Objective
from regulars.models.histories import Floats
from regulars.models.purchase import YEAR_DAYS

FASTEST = 50.0
"""No duration dependence c is fitted beyond it or under its inverse: the second renewal would be
declined by all, or by nobody."""

LONGEST = 300.0  # ln t^c: beyond it nothing changes, and squares would pass the largest float
TERMS = 1024
NEGLIGIBLE = 1e-13


@dataclass(frozen=True)
class BetaDiscreteWeibull(ContractModel):
    """Of a kind of customers, (1−θ)^(t^c) are here after t renewals; θ ~ Beta(α, β).

    Parameters
    ----------
    alpha, beta : shapes.
    c : over 1 everybody's chance of leaving rises with time, under 1 it falls; with 1 it is sBG.
    unit_days : days in one contract period.
    """

    name: ClassVar[str] = "bdw"
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (1.0, 1.0, 1.0),
        (0.5, 3.0, 1.0),
        (2.0, 8.0, 1.0),
        (0.3, 1.5, 1.5),
        (3.0, 8.0, 0.6),
    )
    alpha: float
    beta: float
    c: float
    unit_days: float = YEAR_DAYS

    @classmethod
    def range(cls) -> Box:
        reach = np.array([REACH, REACH, np.log(FASTEST)])
        return Box(-reach, reach)

    @classmethod
    def likelihood(cls, t: Floats, gone: Floats, n: Floats) -> Objective:
        return Likelihood(t, gone, n)

    def survival(self, t: ArrayLike) -> Floats:
        """Share still here after t renewals: ``S(t) = B(α, β+t^c)/B(α, β)``."""
        when = np.asarray(t, dtype=float)
        result: Floats = np.exp(-hazard(self.alpha, self.beta, _power(when, self.c))[0])
        return result

    def retention(self, t: ArrayLike) -> Floats:
        """Share of those before the t-th renewal who renew, ``S(t)/S(t−1)``, t ≥ 1."""
        when = np.asarray(t, dtype=float)
        before, more = _power(when - 1, self.c), _rise(when, self.c)
        result: Floats = np.exp(-hazard(self.alpha, self.beta + before, more)[0])
        return result

    def discounted_after(self, renewals: Floats, d: float) -> Floats:
        return np.array([self._discounted(done, d) for done in renewals.tolist()])

    def _discounted(self, done: float, d: float) -> float:
        """Term by term: no closed form is known. What is left is less than the last term for
        ever, and the sum ends where that no longer shows."""
        base = _power(np.array(done), self.c)
        total = 0.0
        for first in count(1, TERMS):
            j = first + np.arange(TERMS, dtype=float)
            more = np.maximum(_power(done + j, self.c) - base, 0.0)
            lived = -hazard(self.alpha, self.beta + base, more)[0]
            terms = np.exp(lived - np.log1p(d) * (j - 1))
            total += float(terms.sum())
            if terms[-1] / d <= NEGLIGIBLE * total:
                break
        return total

    def leave(self, customers: int, rng: np.random.Generator) -> Floats:
        theta = np.clip(rng.beta(self.alpha, self.beta, customers), STEADIEST, 1 - STEADIEST)
        # He outlasts t with (1−θ)^(t^c), the chance that an exponential time exceeds −t^c·ln(1−θ).
        lasted = np.log(rng.exponential(size=customers) / -np.log1p(-theta)) / self.c
        result: Floats = np.floor(np.exp(np.minimum(lasted, LONGEST))) + 1
        return result


def _power(t: Floats, c: float) -> Floats:
    """t^c."""
    with np.errstate(divide="ignore"):
        result: Floats = np.exp(np.minimum(c * np.log(t), LONGEST))
    return result


def _rise(t: Floats, c: float) -> Floats:
    """t^c − (t−1)^c, which keeps its digits where t is large or c small."""
    with np.errstate(divide="ignore"):
        result: Floats = -_power(t, c) * np.expm1(c * np.log1p(-1 / t))
    return result


class Likelihood:
    """Lost at t: ``ln(S(t−1) − S(t))``; still here: ``ln S(t)``."""

    def __init__(self, t: Floats, gone: Floats, n: Floats) -> None:
        pairs, place = np.unique(np.stack([t, gone], axis=1), axis=0, return_inverse=True)
        weight = np.bincount(np.ravel(place), weights=n)
        lost = pairs[:, 1] == 1
        self.lost, self.lost_weight = pairs[lost, 0], weight[lost]
        # Who never came up for renewal is here with certainty and says nothing.
        here = ~lost & (pairs[:, 0] > 0)
        self.here, self.here_weight = pairs[here, 0], weight[here]

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        alpha, beta, c = (float(v) for v in np.exp(point))
        here, here_slopes = _outlasts(alpha, beta, c, self.here)
        before, slopes = _outlasts(alpha, beta, c, self.lost - 1)
        leaves, leaves_slopes = _leaves(alpha, beta, c, self.lost)
        value = float(self.here_weight @ here + self.lost_weight @ (before + leaves))
        gradient = here_slopes @ self.here_weight + (slopes + leaves_slopes) @ self.lost_weight
        return value, gradient * np.exp(point)


def _outlasts(alpha: float, beta: float, c: float, t: Floats) -> tuple[Floats, Floats]:
    """ln S(t) with its slopes in the parameters, of shape (3, n)."""
    power = _power(t, c)
    value, by_alpha, by_b, by_h = hazard(alpha, beta, power)
    return -value, -np.stack([by_alpha, by_b, by_h * power * np.log(np.maximum(t, 1))])


def _leaves(alpha: float, beta: float, c: float, t: Floats) -> tuple[Floats, Floats]:
    """ln(1 − S(t)/S(t−1)) with its slopes in the parameters, of shape (3, n)."""
    before, more = _power(t - 1, c), _rise(t, c)
    value, by_alpha, by_b, by_h = hazard(alpha, beta + before, more)
    earlier = before * np.log(np.maximum(t - 1, 1))
    later = _power(t, c) * np.log(t) - earlier
    slopes = np.stack([by_alpha, by_b, by_b * earlier + by_h * later])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(-np.expm1(-value)), slopes / np.expm1(np.minimum(value, 700))


SHIFT = 16
"""Stirling's series is used from here: four terms of it give sixteen digits."""


def hazard(alpha: float, b: Floats | float, h: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """``−ln E[(1−θ)^h]`` under Beta(α, b), with its slopes in α, b and h.

    That is lnΓ(b) + lnΓ(b+α+h) − lnΓ(b+α) − lnΓ(b+h). Those four may be huge and their sum tiny;
    here only terms of the size of the result are added up: first, by Γ(z+1) = zΓ(z), until z is
    large, then Stirling's series with its differences taken beforehand.

    Parameters
    ----------
    alpha : scalar > 0; b : > 0; h : shape (n,), 0 or more.
    """
    z, h = np.broadcast_arrays(np.asarray(b, dtype=float), h)
    value, by_alpha, by_b, by_h = (np.zeros(h.shape) for _ in range(4))
    for _ in range(int(max(0.0, np.ceil(SHIFT - z.min(initial=SHIFT))))):
        far = z + alpha + h
        value += np.log1p(alpha / z * (h / far))
        by_alpha += h / far / (z + alpha)
        by_h += alpha / far / (z + h)
        by_b -= _reciprocal(alpha, z, h)
        z = z + 1
    far = z + alpha + h
    bend, by_far, by_alpha_far = (
        np.log1p(alpha / z * (h / far)),
        np.log1p(alpha / (z + h)),
        np.log1p(h / (z + alpha)),
    )
    mixed = _reciprocal(alpha, z, h)
    value += alpha * by_alpha_far + h * by_far - (z - 0.5) * bend + mixed / 12
    value += _series(z) + _series(far) - _series(z + alpha) - _series(z + h)
    end = _slope(far)
    by_alpha += by_alpha_far + h / far / (z + alpha) / 2 + end - _slope(z + alpha)
    by_h += by_far + alpha / far / (z + h) / 2 + end - _slope(z + h)
    by_b += _slope(z) + end - _slope(z + alpha) - _slope(z + h) - bend - mixed / 2
    return value, by_alpha, by_b, by_h


def _reciprocal(alpha: float, z: Floats, h: Floats) -> Floats:
    """1/z + 1/(z+α+h) − 1/(z+α) − 1/(z+h)."""
    far = z + alpha + h
    return alpha / (z + alpha) * (h / (z + h)) * ((z + far) / far / z)


def _series(z: Floats) -> Floats:
    """What follows (z − ½)·ln z − z + ½·ln 2π + 1/(12z) in Stirling's series of lnΓ(z)."""
    q = 1 / z
    s = q * q
    return -q * s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))


def _slope(z: Floats) -> Floats:
    """What follows ln z − 1/(2z) in the series of its derivative."""
    s = (1 / z) ** 2
    return -s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))))
