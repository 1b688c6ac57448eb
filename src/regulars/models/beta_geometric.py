"""What BG/NBD and MBG/NBD share: customers may drop out right after a purchase."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import numpy as np
from scipy.special import betaln, gammaln, psi

from regulars.models.fitting import Objective, dot
from regulars.models.histories import Floats, Histories, Places
from regulars.models.purchase import PurchaseModel, negative_binomial, poisson_times
from regulars.models.quadrature import beta_law, fewest_nodes, legendre, logit_law

NODES = (8, 16, 24, 32)
"""Nodes of Gauss's rule, the fewest that do; where none does, another rule stands in."""

LONG = 40.0
"""Beyond an exponent of this nothing is left that a float could show."""

AT_ONCE = 262_144
"""Values worked out at once: bounds the memory."""

OverP = Callable[[Floats, Floats, Floats], Floats]
"""From p, the rate α+T and the shape r+x to what is averaged over p."""


class BetaGeometric(PurchaseModel):
    """Rates λ ~ Gamma(r, α); dropout after a purchase with p ~ Beta(a, b).

    A living customer with x repeats has survived ``x + first`` chances to drop out, where ``first``
    is 1 when the very first purchase counts as one (MBG/NBD) and 0 when it does not (BG/NBD). So
    λ ~ Gamma(r+x, α+T) and p ~ Beta(a, b+x+first), independently; every prediction is a mean over
    p of something that is closed in λ.
    """

    first: ClassVar[int]
    r: float
    alpha: float
    a: float
    b: float

    # ---- likelihood ----------------------------------------------------------------------

    @classmethod
    def likelihood(cls, given: Histories) -> Objective:
        return Likelihood(given, cls.first)

    @classmethod
    def starts(cls, given: Histories) -> tuple[list[Floats], Floats]:
        age = float((given.weight * given.T).sum() / given.customers)
        orders = max(float((given.weight * given.x).sum() / given.customers), 1e-3)
        starts = [
            np.log([r, r * age / (orders * more), a, b])
            for r, more, a, b in ((0.5, 1.5, 0.8, 2.4), (1.0, 1.0, 0.1, 2.0), (0.2, 3.0, 1.5, 2.0))
        ]
        return starts, np.log([1.0, age, 1.0, 1.0])

    def log_odds_dead(self, given: Histories) -> Floats:
        silence = np.log(self.alpha + given.by_T[0])[given.by_T[1]]
        silence -= np.log(self.alpha + given.by_t_x[0])[given.by_t_x[1]]
        odds: Floats = self._odds_of_x(given.by_x[0])[given.by_x[1]]
        return odds + (self.r + given.x) * silence

    def _odds_of_x(self, x: Floats) -> Floats:
        """ln a/(b + x + first − 1); no chance yet to drop out, no odds."""
        chances = x + self.first
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(chances > 0, np.log(self.a) - np.log(self.b + chances - 1), -np.inf)

    # ---- what a living customer does --------------------------------------------------------

    def orders_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """E over p of ``(1 − (A/(A+p·t))^(r+x))/p``, with A = α+T."""
        return self._over_p(
            x,
            T,
            horizon,
            lambda p, rate, shape: _bought(p * horizon / rate, shape) * horizon / rate,
        )

    def pairs_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """E over p of ``2(1−p)/p²·[1 − q^(r+x)·(1 + (r+x)·p·t/(A+p·t))]``, q = A/(A+p·t)."""
        return self._over_p(
            x,
            T,
            horizon,
            lambda p, rate, shape: (
                2 * (1 - p) * _twice(p * horizon / rate, shape) * (horizon / rate) ** 2
            ),
        )

    def exceeding_if_alive(self, x: Floats, T: Floats, horizon: float) -> Iterator[Floats]:
        """``P(N > k) = E[(1−p)^k]·P(NegBin > k)``: the k-th order left him alive, and came."""
        shape, rate = self.r + x, self.alpha + T
        survived = self.b + x + self.first
        alive = np.ones(len(shape))
        for k, exceeding in enumerate(negative_binomial(shape, horizon / (rate + horizon))):
            yield alive * exceeding
            alive *= (survived + k) / (self.a + survived + k)

    def discounted_if_alive(
        self, x: Floats, T: Floats, *, rate: float, horizon: float | None
    ) -> Floats:
        """By parts: ``e^(−δH)·Y(H) + ∫_0^H δe^(−δu)·Y(u) du`` with Y the orders up to u."""
        if rate == 0:
            assert horizon is not None
            return self.orders_if_alive(x, T, horizon)
        end = LONG / rate if horizon is None else min(horizon, LONG / rate)
        times, weights = self._times(x, T, rate=rate, end=end)
        total: Floats = np.exp(-rate * end) * self.orders_if_alive(x, T, end)
        for time, weight in zip(times.tolist(), weights.tolist(), strict=True):
            total = total + weight * self.orders_if_alive(x, T, time)
        return total

    def active_share_of_new(self, until: float, since: float = 0.0) -> float:
        """Share of new customers with a repeat in (since, until], times from the first purchase.

        ``E[(1−p)^first·e^(−λp·since)·(1 − e^(−λ·(until−since)))]``: still alive at its start, as a
        living customer drops out at a rate λp, and then a purchase, before which nobody drops out.
        Over λ it is closed, ``(α/(α+p·since))^r − (α/(α+p·since+until−since))^r``.
        """
        if not 0 <= since < until:
            raise ValueError(f"no time from {since} to {until}")
        width = until - since

        def bought(p: Floats, rate: Floats, shape: Floats) -> Floats:
            waited = p * since
            still = np.exp(-shape * np.log1p(waited / rate))
            found: Floats = still - np.exp(-shape * np.log1p((waited + width) / rate))
            return found

        zero = np.zeros(1)
        alive = (self.b / (self.a + self.b)) ** self.first
        return float(alive * self._over_p(zero, zero, until, bought)[0])

    def _times(self, x: Floats, T: Floats, *, rate: float, end: float) -> tuple[Floats, Floats]:
        """Times u and weights of ``∫_0^end δe^(−δu)·Y(u) du``, in ln(1 + u/scale)."""
        # The orders up to u bend where the customer has had time to buy or to drop out.
        survived = self.b + x + self.first
        early = np.minimum(1.0, (self.a + survived) / (self.a * (self.r + x)))
        scale = float(((self.alpha + T) * early).min(initial=end))
        reach = float(np.log1p(end / scale))
        nodes, weights = legendre(8 + int(np.ceil(2.5 * reach + 3 * np.sqrt(rate * end))))
        times = scale * np.expm1(reach * nodes)
        return times, weights * reach * (scale + times) * rate * np.exp(-rate * times)

    def _over_p(self, x: Floats, T: Floats, horizon: float, what: OverP) -> Floats:
        """The mean over p ~ Beta(a, b+x+first) for each (x, T)."""
        result = np.zeros(len(x))
        if horizon <= 0 or not len(x):
            return result
        rate, shape = self.alpha + T, self.r + x
        distinct, place = np.unique(x, return_inverse=True)
        # A pole lies at p = −A/t: the nearer to 0, the more nodes.
        nearest = fewest_nodes(self.r + distinct, NODES)
        level = ((rate / horizon)[:, None] < nearest[place]).sum(axis=1)
        for chosen in np.flatnonzero(np.bincount(level)).tolist():
            (rows,) = np.nonzero(level == chosen)
            own = place[rows]
            if chosen < len(NODES):
                # Of every x, needed here or not: the same rule is then found again, not made again.
                p, weight = beta_law(self.a, self.b + distinct + self.first, NODES[chosen])
            else:
                used, own = np.unique(own, return_inverse=True)
                survived = self.b + distinct[used] + self.first
                bend = float((shape[rows] * horizon / rate[rows]).max())
                p, weight, ends = logit_law(self.a, survived, bend)
                p = np.concatenate([p, np.tile([0.0, 1.0], (len(p), 1))], axis=1)
                weight = np.concatenate([weight, ends], axis=1)
            step = max(1, AT_ONCE // p.shape[1])
            for begin in range(0, len(rows), step):
                part, at = rows[begin : begin + step], own[begin : begin + step]
                values = what(p[at], rate[part, None], shape[part, None])
                result[part] = np.einsum("ij,ij->i", weight[at], values)
        return result

    # ---- simulation ------------------------------------------------------------------------

    def lives(self, rng: np.random.Generator, customers: int, most: float) -> tuple[Places, Floats]:
        rates = rng.gamma(self.r, 1 / self.alpha, customers)
        dropout = np.maximum(rng.beta(self.a, self.b, customers), 1e-12)
        orders = rng.geometric(dropout, customers) - self.first
        who, when = poisson_times(rng, rates, np.full(customers, most))
        begins = np.searchsorted(who, np.arange(customers))
        kept = np.arange(len(who)) - begins[who] < orders[who]
        return who[kept], when[kept]


def _bought(step: Floats, shape: Floats) -> Floats:
    """``(1 − (1+z)^(−k))/z``; k where z is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(step > 0, -np.expm1(-shape * np.log1p(step)) / step, shape)


def _twice(step: Floats, shape: Floats) -> Floats:
    """``[1 − (1+z)^(−k)·(1 + k·z/(1+z))]/z²``; k(k+1)/2 where z is 0, by its series nearby."""
    grown = shape * np.log1p(step)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Not from 1: what is left of it may be as small as z².
        plain = (-np.expm1(-grown) / step - np.exp(-grown) * shape / (1 + step)) / step
    near = shape + 2
    third = shape * (shape + 1) * (0.5 - near * step / 3 + near * (near + 1) * step**2 / 8)
    return np.where(step * near < 1e-4, third, plain)


class Likelihood:
    """The log-likelihood of either model and its gradient, in log-parameters.

    ``ln L = c(x) − (r+x)·ln(α+T) + ln(1 + e^u)`` with u the log odds of having dropped out. All but
    the last term depends on x or on (x, T) alone and is summed over those.
    """

    def __init__(self, given: Histories, first: int) -> None:
        self.first = first
        x, place = given.by_x
        self.x = x
        self.of_x = np.bincount(place, weights=given.weight, minlength=len(x))
        self.T, T_place = given.by_T
        self.t_x, t_x_place = given.by_t_x
        self.of_T = np.bincount(T_place, weights=given.weight, minlength=len(self.T))
        self.x_of_T = np.bincount(T_place, weights=given.weight * given.x, minlength=len(self.T))
        # Where nobody can have dropped out yet the last term is 0.
        may = given.x + first > 0
        self.weight, self.repeats = given.weight[may], given.x[may]
        self.x_place, self.T_place, self.t_x_place = place[may], T_place[may], t_x_place[may]

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = (float(v) for v in np.exp(point))
        x, survived = self.x, self.x + self.first + b
        total = self.of_x.sum()
        log_T, log_t_x = np.log(alpha + self.T), np.log(alpha + self.t_x)
        value = float(self.of_x @ (gammaln(r + x) + betaln(a, survived)))
        value += total * (r * np.log(alpha) - gammaln(r) - betaln(a, b))
        exponents = r * self.of_T + self.x_of_T
        value -= float(exponents @ log_T)
        gradient = np.array(
            [
                float(self.of_x @ psi(r + x))
                - total * (psi(r) - np.log(alpha))
                - float(self.of_T @ log_T),
                total * r / alpha - float(exponents @ (1 / (alpha + self.T))),
                total * psi(a + b) - float(self.of_x @ psi(a + survived)),
                float(self.of_x @ (psi(survived) - psi(a + survived)))
                - total * (psi(b) - psi(a + b)),
            ]
        )
        extra, slopes = self._dropped((r, alpha, a), survived, log_T, log_t_x)
        value, gradient = value + extra, gradient + slopes
        return value, gradient * np.exp(point)

    def _dropped(
        self,
        theta: tuple[float, float, float],
        survived: Floats,
        log_T: Floats,
        log_t_x: Floats,
    ) -> tuple[float, Floats]:
        """Σ w·ln(1 + e^u) and its derivatives."""
        r, alpha, a = theta
        slopes = np.zeros(4)
        if not len(self.weight):
            return 0.0, slopes
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = np.log(a) - np.log(survived - 1)
        silence = log_T[self.T_place] - log_t_x[self.t_x_place]
        exponent = self.repeats + r
        u = odds[self.x_place] + exponent * silence
        # ln(1 + e^u) and e^u/(1 + e^u) from one exponential, of what is not positive.
        small = np.exp(-np.abs(u))
        extra = dot(self.weight, np.maximum(u, 0.0) + np.log(1 + small))
        share = self.weight * np.where(u > 0, 1.0, small) / (1 + small)
        slower = (1 / (alpha + self.T))[self.T_place] - (1 / (alpha + self.t_x))[self.t_x_place]
        slopes[0] = dot(share, silence)
        slopes[1] = dot(share, exponent * slower)
        slopes[2] = share.sum() / a
        of_x = np.bincount(self.x_place, weights=share, minlength=len(self.x))
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes[3] = -float(np.where(of_x > 0, of_x / (survived - 1), 0.0).sum())
        return extra, slopes
