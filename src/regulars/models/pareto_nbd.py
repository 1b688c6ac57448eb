"""Pareto/NBD: buys at random while alive, drops out at any time, unseen.

Schmittlein, Morrison & Colombo, Management Science 33 (1987) 1–24; Fader & Hardie, "A note on
deriving the Pareto/NBD model", 2005; the likelihood as an integral over the time of dropping out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import gammaln, psi

from regulars.models.fitting import Objective, dot
from regulars.models.histories import Floats, Histories, Pairs, Places
from regulars.models.purchase import PurchaseModel, negative_binomial, poisson_times
from regulars.models.quadrature import exponential, legendre

LONG = 40.0
"""Beyond an exponent of this nothing is left that a float could show."""

ROWS = 16_384
"""Pairs (x, t) integrated at once: their table of nodes stays near the processor."""


@dataclass(frozen=True)
class ParetoNbd(PurchaseModel):
    """Rates λ ~ Gamma(r, α), dropout rates μ ~ Gamma(s, β), independent.

    A living customer with history (x, T) has λ ~ Gamma(r+x, α+T) and μ ~ Gamma(s, β+T), and lives
    another u with the chance ``((β+T)/(β+T+u))^s``.

    Parameters
    ----------
    r : shape of the purchase rates; alpha : their scale, in units of time.
    s : shape of the dropout rates; beta : their scale, in units of time.
    unit_days : days in one unit of time.
    """

    name: ClassVar[str] = "pareto_nbd"
    r: float
    alpha: float
    s: float
    beta: float
    unit_days: float = 1.0

    # ---- likelihood ----------------------------------------------------------------------

    @classmethod
    def likelihood(cls, given: Histories) -> Objective:
        return Likelihood(given)

    @classmethod
    def starts(cls, given: Histories) -> tuple[list[Floats], Floats]:
        age = float((given.weight * given.T).sum() / given.customers)
        orders = max(float((given.weight * given.x).sum() / given.customers), 1e-3)
        starts = [
            np.log([r, r * age / (orders * more), s, age * wide])
            for r, more, s, wide in (
                (0.5, 1.5, 0.5, 0.4),
                (1.0, 1.0, 1.0, 2.0),
                (0.3, 2.5, 0.3, 0.1),
            )
        ]
        return starts, np.log([1.0, age, 1.0, age])

    def log_odds_dead(self, given: Histories) -> Floats:
        theta = (self.r, self.alpha, self.s, self.beta)
        last, now = given.by_x_t_x, given.by_x_T
        dead = _log_dead(
            np.log(self.s) + _log_tail(last, *theta)[0][last.place],
            np.log(self.s) + _log_tail(now, *theta)[0][now.place],
        )
        alive = -(self.r + now.x) * np.log(self.alpha + now.time)
        alive -= self.s * np.log(self.beta + now.time)
        odds: Floats = dead - alive[now.place]
        return odds

    @property
    def shortest(self) -> float:
        return min(self.alpha, self.beta)

    # ---- what a living customer does --------------------------------------------------------

    def orders_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """``(r+x)(β+T)/((α+T)(s−1))·[1 − ((β+T)/(β+T+t))^(s−1)]``; s = 1 is no special case."""
        born = self.beta + T
        result: Floats = (self.r + x) / (self.alpha + T) * born * _lived(self.s - 1, horizon / born)
        return result

    def pairs_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """``E[λ²]·E[min(life, t)²]``, the second being ``∫_0^t 2u·P(life > u) du``."""
        shape, born = self.r + x, self.beta + T
        squared = 2 * born**2 * (_lived(self.s - 2, horizon / born))
        squared -= 2 * born**2 * _lived(self.s - 1, horizon / born)
        # Over a small part of his age the two cancel.
        (short,) = np.nonzero(horizon < 1e-3 * born)
        squared[short] = self._over_life(T[short], horizon, lambda u: 2 * u)
        result: Floats = shape * (shape + 1) / (self.alpha + T) ** 2 * squared
        return result

    def exceeding_if_alive(self, x: Floats, T: Floats, horizon: float) -> Iterator[Floats]:
        """A negative binomial over the time that he still lives, averaged over that."""
        shape, rate, born = self.r + x, self.alpha + T, self.beta + T
        reach = np.log1p(horizon / born)[:, None]
        # The chance of k orders changes from 0 to 1 within about 1/√k of ln(1 + u/born).
        within = np.minimum(reach, LONG / self.s)
        sharp = np.sqrt(float(shape.max(initial=1.0))) * float(within.max(initial=0.0))
        nodes, weights = legendre(24 + int(4 * sharp))
        # Squared, they crowd at 0: a frequent buyer may order within a small part of his age.
        nodes, weights = nodes**2, 2 * nodes * weights
        lived = np.concatenate(
            [born[:, None] * np.expm1(within * nodes), np.full((len(x), 1), horizon)], axis=1
        )
        share = self.s * within * weights * np.exp(-self.s * within * nodes)
        share = np.concatenate([share, np.exp(-self.s * reach)], axis=1)
        chance = lived / (rate[:, None] + lived)
        for exceeding in negative_binomial(shape[:, None], chance):
            yield np.einsum("ij,ij->i", share, exceeding)

    def discounted_if_alive(
        self, x: Floats, T: Floats, *, rate: float, horizon: float | None
    ) -> Floats:
        """``(r+x)/(α+T)·∫ e^(−δu)·P(life > u) du``."""
        end = LONG / rate if horizon is None else horizon
        discounted = self._over_life(T, end, lambda u: np.exp(-rate * u), rate)
        result: Floats = (self.r + x) / (self.alpha + T) * discounted
        return result

    def _over_life(
        self, T: Floats, horizon: float, what: Callable[[Floats], Floats], rate: float = 0.0
    ) -> Floats:
        """``∫_0^t f(u)·P(life > u) du``, in ln(1 + u/(β+T)), where it is smooth at any scale.

        ``rate`` is that at which f falls, if it does; what is left out beyond is under e^−36.
        """
        ages, place = np.unique(T, return_inverse=True)
        born = (self.beta + ages)[:, None]
        reach = np.log1p(min(horizon, LONG / rate if rate else np.inf) / born)
        if self.s > 1:
            reach = np.minimum(reach, LONG / (self.s - 1))
        nodes, weights = legendre(32 + int(4 * reach.max(initial=0.0)))
        grown = reach * nodes
        values = what(born * np.expm1(grown)) * np.exp((1 - self.s) * grown) * born * reach
        return (values @ weights)[place]

    # ---- simulation ------------------------------------------------------------------------

    def lives(self, rng: np.random.Generator, customers: int, most: float) -> tuple[Places, Floats]:
        rates = rng.gamma(self.r, 1 / self.alpha, customers)
        dropout = np.maximum(rng.gamma(self.s, 1 / self.beta, customers), 1e-300)
        return poisson_times(rng, rates, np.minimum(rng.exponential(1 / dropout), most))


def _lived(power: float, span: Floats) -> Floats:
    """``∫_0^v e^(−c·w) dw`` with v = ln(1 + span): ``(1 − (1 + span)^(−c))/c``, v where c is 0."""
    grown = np.log1p(span)
    return -np.expm1(-power * grown) / power if abs(power) > 1e-12 else grown


def _log_dead(since_last: Floats, since_now: Floats) -> Floats:
    """ln of the difference of two tails; −inf where t_x = T."""
    with np.errstate(divide="ignore"):
        result: Floats = since_last + np.log(-np.expm1(np.minimum(since_now - since_last, 0.0)))
    return result


def _log_tail(
    pairs: Pairs, r: float, alpha: float, s: float, beta: float, *, slopes: bool = False
) -> tuple[Floats, Floats]:
    """``ln ∫_t^∞ (α+y)^−(r+x) (β+y)^−(s+1) dy`` for each (x, t), and its derivatives.

    With v = ln((m+y)/(m+t)), m the larger of α and β, the integrand is
    ``e^(−c·v)·(1 − κ·e^(−v))^−e`` with c = r+s+x, κ = |α−β|/(m+t) in [0, 1) and e the exponent of
    the other factor: smooth, whatever the scales, and the same nodes z = c·v serve every pair.

    Returns
    -------
    The logarithm, shape (pairs,), and with ``slopes`` its derivatives in (r, α, s, β), (4, pairs).
    """
    swapped = beta > alpha
    large = beta if swapped else alpha
    small = min(alpha, beta)
    result, slope = np.empty(len(pairs.x)), np.empty((4 if slopes else 0, len(pairs.x)))
    for begin in range(0, len(pairs.x), ROWS):
        part = slice(begin, begin + ROWS)
        x, base = pairs.x[part], large + pairs.time[part]
        decay = r + s + x
        other = (r + x) if swapped else np.full(len(x), s + 1)
        kappa, rest = abs(alpha - beta) / base, (small + pairs.time[part]) / base
        z, weights = exponential(_fineness(float((decay * rest / other).min(initial=1.0))))
        shrunk = np.exp(-z / decay[:, None])
        # 1 − κ·e^(−v), as a sum: κ may be all but 1.
        left = rest[:, None] - kappa[:, None] * np.expm1(-z / decay[:, None])
        logs = np.log(left)
        # Scaled by its highest node: with many orders the other factor alone may overflow.
        grown = -other[:, None] * logs
        top = grown.max(axis=1, keepdims=True)
        values = weights * np.exp(grown - top)
        integral = values.sum(axis=1)
        result[part] = np.log(integral) + top[:, 0] - np.log(decay) - decay * np.log(base)
        if slopes:
            share = values / integral[:, None]
            # Of ln: by the decay, by the other exponent, by κ.
            by_decay = -np.einsum("ij,j->i", share, z) / decay - np.log(base)
            by_other = -np.einsum("ij,ij->i", share, logs)
            by_kappa = other * np.einsum("ij,ij->i", share, shrunk / left)
            by_base = -decay / base - by_kappa * kappa / base
            if swapped:
                slope[0, part], slope[2, part] = by_decay + by_other, by_decay
                slope[1, part], slope[3, part] = -by_kappa / base, by_base + by_kappa / base
            else:
                slope[0, part], slope[2, part] = by_decay, by_decay + by_other
                slope[1, part], slope[3, part] = by_base + by_kappa / base, -by_kappa / base
    return result, slope


def _fineness(bend: float) -> float:
    """Step of the rule: finer where the other factor bends at a small z, about ``bend``."""
    for least, step in ((0.05, 0.2), (0.005, 0.125), (1e-4, 0.08), (1e-6, 0.05)):
        if bend >= least:
            return step
    return 0.03


class Likelihood:
    """The log-likelihood and its gradient, in log-parameters.

    ``L = Γ(r+x)/Γ(r)·α^r β^s·[(α+T)^−(r+x) (β+T)^−s + s·(J(x, t_x) − J(x, T))]`` with J the tail
    integral: he is alive at T, or dropped out between his last purchase and T.
    """

    def __init__(self, given: Histories) -> None:
        self.weight, self.total = given.weight, given.customers
        x, place = given.by_x
        self.x, self.of_x = x, np.bincount(place, weights=given.weight, minlength=len(x))
        self.last, self.now = given.by_x_t_x, given.by_x_T

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = (float(v) for v in np.exp(point))
        last, now = self.last, self.now
        since_last, last_slopes = _log_tail(last, r, alpha, s, beta, slopes=True)
        since_now, now_slopes = _log_tail(now, r, alpha, s, beta, slopes=True)
        alive = -(r + now.x) * np.log(alpha + now.time) - s * np.log(beta + now.time)
        in_last, in_now = since_last[last.place] + np.log(s), since_now[now.place] + np.log(s)
        dead, living = _log_dead(in_last, in_now), alive[now.place]
        either = np.logaddexp(living, dead)
        value = dot(self.weight, either)
        value += float(self.of_x @ gammaln(r + self.x))
        value += self.total * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
        # Shares of the likelihood, pooled to the pairs that they depend on.
        now_size, last_size = len(now.x), len(last.x)
        of_alive = np.bincount(now.place, self.weight * np.exp(living - either), now_size)
        of_now = np.bincount(now.place, self.weight * np.exp(in_now - either), now_size)
        of_last = np.bincount(last.place, self.weight * np.exp(in_last - either), last_size)
        dead_share = of_last.sum() - of_now.sum()
        slopes = np.einsum("ij,j->i", last_slopes, of_last)
        slopes -= np.einsum("ij,j->i", now_slopes, of_now)
        log_alpha, log_beta = np.log(alpha + now.time), np.log(beta + now.time)
        slopes += np.array(
            [
                float(self.of_x @ psi(r + self.x))
                + self.total * (np.log(alpha) - psi(r))
                - float(of_alive @ log_alpha),
                self.total * r / alpha - float(of_alive @ ((r + now.x) / (alpha + now.time))),
                self.total * np.log(beta) - float(of_alive @ log_beta) + dead_share / s,
                self.total * s / beta - float(of_alive @ (s / (beta + now.time))),
            ]
        )
        return value, slopes * np.exp(point)
