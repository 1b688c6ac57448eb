"""How many customers have slowed, and how likely it is of each: two groups, gamma–Poisson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, psi

Floats = NDArray[np.float64]

# χ² with two degrees of freedom at 5%. Where everybody is alike (w = 0) the law of the gain is not
# quite this one, but smaller: nobody in particular is said to have slowed rather too often.
WORTH = 5.99
BIN_DAYS = 7
MANY = 100_000
_STARTS = ((0.05, 0.1), (0.1, 0.4), (0.3, 0.2), (0.3, 0.7))
_BOUNDS = ((-6.0, 6.0), (-6.0, 16.0), (1e-6, 0.95), (1e-3, 0.9))


@dataclass(frozen=True)
class Histories:
    """Repeats before the recent window and in it, and the days of both, per distinct history."""

    before: Floats
    recent: Floats
    before_days: Floats
    recent_days: Floats
    counts: Floats

    @classmethod
    def of(
        cls,
        *,
        before: ArrayLike,
        recent: ArrayLike,
        before_days: ArrayLike,
        recent_days: ArrayLike,
        counts: ArrayLike,
    ) -> Histories:
        values = (before, recent, before_days, recent_days, counts)
        return cls(*(np.asarray(v, dtype=float) for v in np.broadcast_arrays(*values)))

    def chosen(self, rows: NDArray[np.bool_]) -> Histories:
        fields = (self.before, self.recent, self.before_days, self.recent_days, self.counts)
        return Histories(*(field[rows] for field in fields))


@dataclass(frozen=True)
class TwoGroups:
    """The fitted law.

    Attributes
    ----------
    share : w, the share of customers whose rate changed in the recent window; 0 where the data
        fit one group as well (`gain` under 5.99).
    factor : c, by which their rate is multiplied, under 1; None where share is 0.
    shape, rate : gamma law of the customers' rates a day, in k-fold counts: mean shape/(k·rate).
    regularity : k.
    gain : twice the gain in log-likelihood over one group.
    """

    share: float
    factor: float | None
    shape: float
    rate: float
    regularity: float
    gain: float

    def local_fdr(self, histories: Histories) -> Floats:
        """Probability, given his counts, that a customer's rate has not changed."""
        if self.factor is None:
            return np.ones_like(histories.before)
        favour = _favour(
            histories, self.regularity, shape=self.shape, rate=self.rate, factor=self.factor
        )
        result: Floats = (1 - self.share) / ((1 - self.share) + self.share * np.exp(favour))
        return result


def fit(histories: Histories, *, regularity: float = 1.0) -> TwoGroups | None:
    """Fit the two groups by maximum likelihood; None without a repeat before the window.

    A customer's rate λ is gamma (r, α). In the recent window it is λ still, or with probability w
    it is c·λ. Integrated over λ, for k-fold counts (`regularity`) that spread as Poisson counts:

    ``f_c(n₁, n₂) ∝ Γ(r+k·n) / (Γ(r)·(α+k·T₁+c·k·T₂)^(r+k·n)) · α^r · c^(k·n₂)``;
    local FDR = ``(1−w)·f_1 / ((1−w)·f_1 + w·f_c)``.

    Takes every customer with days before the window, also those without a repeat: left out, the
    law of the rates would be that of the frequent. With more than 100,000 distinct histories their
    days before the window are rounded to weeks.

    Source: 000-1b; Efron, Large-Scale Inference (2010), ch. 5, for the local FDR.
    """
    rows = (histories.before_days > 0) & (histories.counts > 0)
    data = histories.chosen(rows)
    if len(data.counts) > MANY:
        data = _by_weeks(data)
    if not (data.counts * data.before).sum() > 0:
        return None
    likelihood = _Likelihood(data, regularity)
    single = likelihood.maximised((0.0, 3.0))
    tried = [likelihood.maximised((*single.x, *start)) for start in _STARTS]
    best = min(tried, key=lambda found: float(found.fun))
    gain = 2 * float(data.counts.sum() * (single.fun - best.fun))
    if gain < WORTH:
        shape, rate = np.exp(single.x)
        return TwoGroups(0.0, None, float(shape), float(rate), regularity, max(gain, 0.0))
    shape, rate = np.exp(best.x[:2])
    share, factor = float(best.x[2]), float(best.x[3])
    return TwoGroups(share, factor, float(shape), float(rate), regularity, gain)


def _by_weeks(data: Histories) -> Histories:
    week = np.maximum(1, np.floor(data.before_days / BIN_DAYS + 0.5))
    shape = [np.unique(v, return_inverse=True) for v in (data.before, data.recent, week)]
    place = np.ravel_multi_index(
        [inverse for _, inverse in shape], [max(1, len(values)) for values, _ in shape]
    )
    _, first, group = np.unique(place, return_index=True, return_inverse=True)
    counts: Floats = np.bincount(group, weights=data.counts).astype(float)
    days = np.bincount(group, weights=data.counts * data.before_days) / counts
    recent_days = np.bincount(group, weights=data.counts * data.recent_days) / counts
    return Histories(data.before[first], data.recent[first], days, recent_days, counts)


def _favour(data: Histories, k: float, *, shape: float, rate: float, factor: float) -> Floats:
    """ln f_c − ln f_1: above 0 where the counts speak for a changed rate."""
    bought = k * (data.before + data.recent)
    alike = rate + k * (data.before_days + data.recent_days)
    changed = rate + k * (data.before_days + factor * data.recent_days)
    result: Floats = k * data.recent * np.log(factor) + (shape + bought) * np.log(alike / changed)
    return result


class _Likelihood:
    """Minus the mean log-likelihood and its gradient, over (ln r, ln α) or (ln r, ln α, w, c)."""

    def __init__(self, data: Histories, k: float) -> None:
        self.data, self.k = data, k
        self.bought = k * (data.before + data.recent)
        self.days = k * (data.before_days + data.recent_days)
        self.weight = data.counts / data.counts.sum()
        self.distinct, place = np.unique(self.bought, return_inverse=True)
        self.distinct_weight = np.bincount(place, weights=self.weight)

    def maximised(self, start: tuple[float, ...]) -> Any:
        function = self.one_group if len(start) == 2 else self.two_groups
        return minimize(
            function,
            x0=np.array(start),
            jac=True,
            method="L-BFGS-B",
            bounds=_BOUNDS[: len(start)],
            options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
        )

    def one_group(self, v: Floats) -> tuple[float, Floats]:
        shape, rate = np.exp(v)
        whole, total = rate + self.days, shape + self.bought
        gammas = gammaln(shape + self.distinct) - gammaln(shape)
        slopes = psi(shape + self.distinct) - psi(shape)
        logs = float((self.weight * np.log(whole)).sum())
        value = (
            float((self.distinct_weight * gammas).sum())
            + shape * np.log(rate)
            - float((self.weight * total * np.log(whole)).sum())
        )
        by_shape = shape * (float((self.distinct_weight * slopes).sum()) + np.log(rate) - logs)
        by_rate = shape - float((self.weight * total * rate / whole).sum())
        return -float(value), -np.array([by_shape, by_rate])

    def two_groups(self, v: Floats) -> tuple[float, Floats]:
        (shape, rate), (share, factor) = np.exp(v[:2]), v[2:]
        value, gradient = self.one_group(v[:2])
        favour = _favour(self.data, self.k, shape=shape, rate=rate, factor=factor)
        mixed = np.logaddexp(np.log1p(-share), np.log(share) + favour)
        changed = np.exp(np.log(share) + favour - mixed)  # chance of each to have changed
        whole, total = rate + self.days, shape + self.bought
        slower = rate + self.k * (self.data.before_days + factor * self.data.recent_days)
        pulls = (
            changed * shape * np.log(whole / slower),
            changed * total * rate * (1 / whole - 1 / slower),
            changed / share - (1 - changed) / (1 - share),
            changed * self.k
            * (self.data.recent / factor - total * self.data.recent_days / slower),
        )  # fmt: skip
        pulled = np.array([float((self.weight * pull).sum()) for pull in pulls])
        pulled[:2] -= gradient
        return value - float((self.weight * mixed).sum()), -pulled
