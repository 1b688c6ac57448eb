"""What the purchase models share: is he still a customer, and what does a living one do?

A buy-till-you-die model answers two questions. *Is this customer alive?* depends on the whole
history (x, t_x, T). *What will a living customer do?* depends on (x, T) only, because a living
customer's silence says nothing that T does not. Every prediction is one times the other, so the
costly half is worked out once per distinct (x, T): a few thousand times for millions of customers.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from regulars.models.fit import Fit, fitted
from regulars.models.fitting import Box, Objective, around, maximise
from regulars.models.histories import Floats, Histories, Places, histories
from regulars.models.parametric import Parametric
from regulars.models.quadrature import chebyshev, interpolate

YEAR_DAYS = 365.2425
"""Days of a mean Gregorian year: a rate per year is turned into one per unit of time by it."""

COARSE_FROM = 4_000
"""Histories from which a fit starts on pooled ones."""

DIGITS = 27.0
"""Natural logarithm of what interpolated figures of (x, T) are to be sure to."""

BLOCK = 4_096
"""Pairs (x, T) worked on at once when a whole law is needed: bounds the memory."""


@dataclass(frozen=True)
class OrderLaw:
    """What is known of the number of orders in a horizon, for each history.

    Attributes
    ----------
    mean, variance : of the number of orders.
    none : chance of no order at all.
    """

    mean: Floats
    variance: Floats
    none: Floats


class PurchaseModel(Parametric):
    """Repeat purchases of customers who drop out unseen.

    Times are in one unit; ``unit_days`` says how many days that is. Array arguments are broadcast;
    histories that cannot be raise ValueError (see `regulars.models.histories`).
    """

    settings: ClassVar[tuple[str, ...]] = ("unit_days",)
    r: float
    alpha: float
    unit_days: float

    # ---- what each model gives -----------------------------------------------------------

    @abstractmethod
    def log_odds_dead(self, given: Histories) -> Floats:
        """ln P(dropped out)/P(alive) for each history; −inf where nobody can have dropped out."""

    @abstractmethod
    def orders_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """Expected orders in (T, T + horizon] of a customer alive at T."""

    @abstractmethod
    def pairs_if_alive(self, x: Floats, T: Floats, horizon: float) -> Floats:
        """E[N(N − 1)] of the number of orders in (T, T + horizon] of a customer alive at T."""

    @abstractmethod
    def exceeding_if_alive(self, x: Floats, T: Floats, horizon: float) -> Iterator[Floats]:
        """P(N > 0), P(N > 1), … without end, of a customer alive at T."""

    @abstractmethod
    def discounted_if_alive(
        self, x: Floats, T: Floats, *, rate: float, horizon: float | None
    ) -> Floats:
        """Expected orders of a customer alive at T, one at time u counted as e^(−rate·u).

        ``rate`` is continuous and per unit of time; without a horizon, for ever.
        """

    @classmethod
    @abstractmethod
    def likelihood(cls, given: Histories) -> Objective:
        """From log-parameters to the weighted log-likelihood and its analytic gradient."""

    @classmethod
    @abstractmethod
    def starts(cls, given: Histories) -> tuple[list[Floats], Floats]:
        """Log-parameters to start from, and the centre of their range; in the data's own scale."""

    @abstractmethod
    def lives(self, rng: np.random.Generator, customers: int, most: float) -> tuple[Places, Floats]:
        """Drawn repeat purchases up to ``most``: whose, and when; by customer, then time."""

    @property
    def shortest(self) -> float:
        """The shortest scale of time over which a living customer's prospects change."""
        return self.alpha

    # ---- fitting -------------------------------------------------------------------------

    @classmethod
    def fit(
        cls,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        weight: ArrayLike | None = None,
        *,
        unit_days: float = 1.0,
        start: Self | None = None,
    ) -> Fit[Self]:
        """Maximum likelihood, without priors.

        Parameters
        ----------
        x, t_x, T : shape (n,): repeat purchases, time of the last, time observed; both times from
            the first purchase.
        weight : shape (n,): customers with each history; left out, one each.
        unit_days : days in one unit of time (7 for weeks); only rates per year depend on it.
        start : parameters to start from as well, say yesterday's.

        Returns
        -------
        Fit : its ``determination`` says how well the data determine the optimum; a flat ridge, as
            small data often give, is said there and not raised.

        Raises
        ------
        ValueError : histories that cannot be, or none.
        """
        given = histories(x, t_x, T, weight)
        return cls.fit_histories(given, unit_days=unit_days, start=start)

    @classmethod
    def fit_histories(
        cls, given: Histories, *, unit_days: float = 1.0, start: Self | None = None
    ) -> Fit[Self]:
        """As `fit`, of checked histories."""
        if not given.customers > 0:
            raise ValueError("there is no history to fit")
        if not given.T[given.weight > 0].max() > 0:
            raise ValueError("every customer was first seen at the as-of time: nothing to fit")
        pooled = given.coarse() if len(given) >= COARSE_FROM else None
        starts, centre = cls.starts(given if pooled is None else pooled)
        if start is not None:
            starts = [np.log(list(start.parameters.values())), *starts]
        optimum = maximise(
            cls.likelihood(given),
            starts,
            cls.box(centre),
            cls.parameter_names(),
            coarse=None if pooled is None else cls.likelihood(pooled),
        )
        blank = cls(*np.exp(centre).tolist(), unit_days=unit_days)  # type: ignore[call-arg]
        return fitted(blank, optimum, customers=given.customers, histories=len(given))

    @classmethod
    def box(cls, centre: Floats) -> Box:
        return around(centre)

    def log_likelihood(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weight: ArrayLike | None = None
    ) -> float:
        """Σ weight·ln L of the histories."""
        theta = np.log(list(self.parameters.values()))
        return self.likelihood(histories(x, t_x, T, weight))(theta)[0]

    def gradient(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weight: ArrayLike | None = None
    ) -> Floats:
        """Of `log_likelihood` in the parameters themselves, in their declared order."""
        theta = np.array(list(self.parameters.values()))
        slopes: Floats = self.likelihood(histories(x, t_x, T, weight))(np.log(theta))[1] / theta
        return slopes

    # ---- predicting ----------------------------------------------------------------------

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Probability that the customer has not dropped out by T."""
        return self.alive(histories(x, t_x, T))

    def expected_orders(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, until: float, since: float = 0.0
    ) -> Floats:
        """Expected orders between T + since and T + until, given the history."""
        if not 0 <= since <= until < np.inf:
            raise ValueError("until is at least since, and both are 0 or more and finite")
        given = histories(x, t_x, T)
        far = self.over_x_T(given, lambda x, T: self.orders_if_alive(x, T, until))
        if since > 0:
            far = far - self.over_x_T(given, lambda x, T: self.orders_if_alive(x, T, since))
        return self.alive(given) * far

    def expected_orders_of_new(self, until: float, since: float = 0.0) -> float:
        """E[X(t)]: expected repeat orders of a customer just acquired."""
        return float(self.expected_orders(0, 0, 0, until, since)[0])

    def discounted_orders(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        *,
        yearly_rate: float,
        horizon: float | None = None,
    ) -> Floats:
        """Discounted expected residual orders, DERT; with a horizon, of the orders up to it.

        Parameters
        ----------
        yearly_rate : effective rate **per year**, .10 for ten per cent, whatever the unit of time.
        horizon : in units of time; left out, for ever, which wants a rate over 0.
        """
        if not (np.isfinite(yearly_rate) and yearly_rate >= 0):
            raise ValueError("the yearly rate must be 0 or more")
        if horizon is None and yearly_rate == 0:
            raise ValueError("without a horizon the yearly rate must be over 0")
        if horizon is not None:
            _check_horizon(horizon)
        given = histories(x, t_x, T)
        rate = self.rate_per_unit(yearly_rate)
        return self.alive(given) * self.over_x_T(
            given, lambda x, T: self.discounted_if_alive(x, T, rate=rate, horizon=horizon)
        )

    def order_law(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float) -> OrderLaw:
        """Mean, variance and chance of none, of the orders in the horizon."""
        _check_horizon(horizon)
        return self.law(histories(x, t_x, T), horizon)

    def order_quantiles(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float, levels: Sequence[float]
    ) -> NDArray[np.int64]:
        """Smallest k with P(orders ≤ k) ≥ level, by the law itself; shape (levels, n)."""
        _check_horizon(horizon)
        return self.quantiles(histories(x, t_x, T), horizon, levels)

    def median_wait_if_alive(self, x: ArrayLike, T: ArrayLike) -> Floats:
        """Median time to the next order of a living customer: ``(α+T)(2^(1/(r+x)) − 1)``.

        Infinite where r + x is so small that the time is beyond what floats hold: never.
        """
        count, age = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
        with np.errstate(over="ignore"):
            result: Floats = (self.alpha + age) * np.expm1(np.log(2.0) / (self.r + count))
        return result

    def simulate(
        self, T: ArrayLike, *, horizon: float = 0.0, rng: np.random.Generator
    ) -> dict[str, Floats]:
        """Draw customers observed for T, and what they do after.

        Returns
        -------
        dict : ``x``, ``t_x``, ``T``, and ``after``: orders in (T, T + horizon].
        """
        age = np.atleast_1d(np.asarray(T, dtype=float))
        if not (np.isfinite(age).all() and (age >= 0).all() and len(age)):
            raise ValueError("T is negative, missing or infinite, or there is none")
        _check_horizon(horizon)
        who, when = self.lives(rng, len(age), float(age.max()) + horizon)
        seen = when <= age[who]
        next_ones = ~seen & (when <= age[who] + horizon)
        last = np.zeros(len(age))
        np.maximum.at(last, who[seen], when[seen])
        return {
            "x": np.bincount(who[seen], minlength=len(age)).astype(float),
            "t_x": last,
            "T": age,
            "after": np.bincount(who[next_ones], minlength=len(age)).astype(float),
        }

    # ---- the same over checked histories ---------------------------------------------------

    def rate_per_unit(self, yearly_rate: float) -> float:
        """The continuous rate per unit of time: ``ln(1 + yearly)·unit_days/365.2425``."""
        return float(np.log1p(yearly_rate)) * self.unit_days / YEAR_DAYS

    def alive(self, given: Histories) -> Floats:
        result: Floats = expit(-self.log_odds_dead(given))
        return result

    def over_x_T(self, given: Histories, what: Callable[[Floats, Floats], Floats]) -> Floats:
        """A figure of (x, T), worked out once for each distinct pair.

        Where one x has many T it is worked out at a few of them and interpolated: every figure of
        a living customer is analytic in ln(m+T), m its shortest scale of time. The error is some
        1e-10 of the figure at parameters that data give, and under 1e-5 at any.
        """
        pairs = given.by_x_T
        _, begins, counts = np.unique(pairs.x, return_index=True, return_counts=True)
        scale = np.log(self.shortest + pairs.time)
        low, high = scale[begins], scale[begins + counts - 1]
        points = _points(float((high - low).max(initial=0.0)))
        if counts.max(initial=0) <= 2 * points:
            result: Floats = what(pairs.x, pairs.time)[pairs.place]
            return result
        sparse = counts <= 2 * points
        kept = np.repeat(sparse, counts)
        nodes, rows = chebyshev(points), np.flatnonzero(~sparse)
        at = low[rows, None] + (high - low)[rows, None] * nodes
        ages = np.clip(np.exp(at) - self.shortest, 0.0, None)
        x = np.repeat(pairs.x[begins[rows]], points)
        values = what(
            np.concatenate([x, pairs.x[kept]]), np.concatenate([ages.ravel(), pairs.time[kept]])
        )
        found = np.empty(len(pairs.x))
        found[kept] = values[len(x) :]
        table = values[: len(x)].reshape(-1, points)
        # Figures over decades of size are smoother, and as sure where small, in logarithms.
        positive = bool((table > 0).all())
        own = np.repeat(np.arange(len(rows)), counts[rows])
        share = (scale[~kept] - low[rows][own]) / (high - low)[rows][own]
        between = interpolate(np.log(table) if positive else table, own, share)
        found[~kept] = np.exp(between) if positive else between
        return found[pairs.place]

    def orders(self, given: Histories, horizon: float) -> Floats:
        return self.alive(given) * self.over_x_T(
            given, lambda x, T: self.orders_if_alive(x, T, horizon)
        )

    def discounted(self, given: Histories, *, rate: float, horizon: float | None) -> Floats:
        return self.alive(given) * self.over_x_T(
            given, lambda x, T: self.discounted_if_alive(x, T, rate=rate, horizon=horizon)
        )

    def law(self, given: Histories, horizon: float) -> OrderLaw:
        alive = self.alive(given)
        mean = alive * self.over_x_T(given, lambda x, T: self.orders_if_alive(x, T, horizon))
        twos = alive * self.over_x_T(given, lambda x, T: self.pairs_if_alive(x, T, horizon))
        some = self.over_x_T(given, lambda x, T: next(self.exceeding_if_alive(x, T, horizon)))
        return OrderLaw(mean, np.maximum(twos + mean - mean**2, 0.0), 1 - alive * some)

    def quantiles(
        self, given: Histories, horizon: float, levels: Sequence[float]
    ) -> NDArray[np.int64]:
        for level in levels:
            if not 0 < level < 1:
                raise ValueError("a level lies between 0 and 1")
        alive, pairs = self.alive(given), given.by_x_T
        found = np.zeros((len(levels), len(given)), dtype=np.int64)
        # N ≤ k has the chance 1 − alive·P(N > k): k is enough as soon as P(N > k) ≤ (1−q)/alive.
        with np.errstate(divide="ignore"):
            enough = (1 - np.asarray(levels, dtype=float))[:, None] / alive
        order = np.argsort(self.orders_if_alive(pairs.x, pairs.time, horizon), kind="stable")
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.arange(len(order))
        members = np.argsort(rank[pairs.place], kind="stable")
        edges = np.searchsorted(rank[pairs.place][members], np.arange(0, len(order) + BLOCK, BLOCK))
        for block, start in enumerate(range(0, len(order), BLOCK)):
            these = order[start : start + BLOCK]
            own = members[edges[block] : edges[block + 1]]
            local = rank[pairs.place[own]] - start
            law = self.exceeding_if_alive(pairs.x[these], pairs.time[these], horizon)
            found[:, own] = _count(law, local, enough[:, own])
        return found


def _points(reach: float) -> int:
    """Points to interpolate at over a stretch of ln(m+T), for some ten digits.

    The singularities of a living customer's figures lie where m+T is negative, π beside it.
    """
    return int(np.ceil(DIGITS / np.arcsinh(2 * np.pi / max(reach, 0.1))))


def _check_horizon(horizon: float) -> None:
    if not 0 <= horizon < np.inf:
        raise ValueError("a horizon is 0 or more and finite")


def _count(law: Iterator[Floats], place: Any, enough: Floats) -> NDArray[np.int64]:
    """For each history the number of k with P(N > k) above what is enough."""
    found = np.zeros(enough.shape, dtype=np.int64)
    open_ = np.flatnonzero((enough < 1).any(axis=0))
    for exceeding in law:
        if not len(open_):
            break
        above = exceeding[place[open_]] > enough[:, open_]
        found[:, open_] += above
        open_ = open_[above.any(axis=0)]
    return found


def poisson_times(rng: np.random.Generator, rates: Floats, until: Floats) -> tuple[Places, Floats]:
    """Random purchases at these rates until these times: whose, and when, in order."""
    who = np.repeat(np.arange(len(rates)), rng.poisson(rates * until))
    when = rng.uniform(0.0, 1.0, len(who)) * until[who]
    order = np.lexsort((when, who))
    return who[order], when[order]


def negative_binomial(shape: Floats, chance: Floats) -> Iterator[Floats]:
    """P(N > 0), P(N > 1), … of ``P(N = k) = Γ(k+c)/(Γ(c) k!)·(1−q)^c·q^k``; c broadcasts to q.

    Parameters
    ----------
    shape : c > 0; chance : q in [0, 1).
    """
    none = shape * np.log1p(-chance)
    more = -np.expm1(none)
    # A chance under what floats hold is carried by its logarithm until it comes back.
    tiny = bool((none < -700).any())
    probability = none if tiny else np.exp(none)
    k = 0
    while True:
        yield more
        k += 1
        with np.errstate(divide="ignore"):
            factor = (shape + k - 1) / k * chance
            probability = probability + np.log(factor) if tiny else probability * factor
        more = np.maximum(more - (np.exp(probability) if tiny else probability), 0.0)
