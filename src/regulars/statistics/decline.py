"""Decline beyond chance over a whole base: every distinct history judged once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.statistics import slowing as tests
from regulars.statistics import two_groups
from regulars.statistics.multiplicity import benjamini_hochberg

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Purchasing:
    """Distinct histories of repeat purchase days, one entry each.

    before, recent : repeats before the recent window (n₁) and in it (n₂).
    last : days from the first to the last purchase (t_x).
    days : days from the first purchase to the as-of day (T).
    counts : customers with this history.
    """

    before: Integers
    recent: Integers
    last: Integers
    days: Integers
    counts: Integers

    @property
    def repeats(self) -> Integers:
        return self.before + self.recent


@dataclass(frozen=True)
class Exposure:
    """What the days weigh: each 1, or the base's daily index.

    ``back[d]`` is the weight of the last d days before the as-of day; ``back[0]`` = 0.
    """

    back: Floats
    recent_days: int

    @classmethod
    def plain(cls, longest: int, *, recent_days: int) -> Exposure:
        return cls(np.arange(longest + 1, dtype=float), recent_days)

    @classmethod
    def of_base(cls, *, purchases: ArrayLike, customers: ArrayLike, recent_days: int) -> Exposure:
        """Days weighed by how much a known customer bought on them, mean 1.

        Measured against it, a customer has slowed only if he did so more than the others did.

        Parameters
        ----------
        purchases : repeat purchase days on the last, the second last, … day before the as-of day.
        customers : customers known before that day.
        """
        made, known = np.asarray(purchases, dtype=float), np.asarray(customers, dtype=float)
        index = np.where(known > 0, made / np.maximum(known, 1), 0.0)
        mean = index.mean() if index.size else 0.0
        weights = index / mean if mean > 0 else np.ones_like(index)
        return cls(np.concatenate([[0.0], np.cumsum(weights)]), recent_days)

    def whole(self, history: Purchasing) -> Floats:
        """Weight of the days since the first purchase."""
        result: Floats = self.back[history.days]
        return result

    def recent(self, history: Purchasing) -> Floats:
        """Weight of those of them in the recent window."""
        result: Floats = self.back[np.minimum(history.days, self.recent_days)]
        return result

    def recent_share(self, history: Purchasing) -> Floats:
        """π; 1 where the customer's days weigh nothing, so that nothing is tested."""
        return _over(self.recent(history), self.whole(history))

    def elapsed_share(self, history: Purchasing) -> Floats:
        """t_x/T."""
        whole = self.whole(history)
        return _over(whole - self.back[history.days - history.last], whole)


def _over(part: Floats, whole: Floats) -> Floats:
    result: Floats = np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)
    return result


@dataclass(frozen=True)
class Judged:
    """Each history's tests; NaN where it was not tested.

    testable : could show a decline at all.
    p_rate, p_silence, p_value, q_value : see `regulars.statistics.slowing`; Benjamini–Hochberg.
    p_quickening : the same test turned round.
    expected : repeats to be expected in the recent window at the pace before it.
    local_fdr : probability that the rate is unchanged, from the two groups.
    named : slowed beyond chance at q.
    cut : the largest p-value named; 0 when nobody is.
    """

    testable: NDArray[np.bool_]
    p_rate: Floats
    p_silence: Floats
    p_value: Floats
    q_value: Floats
    p_quickening: Floats
    expected: Floats
    local_fdr: Floats
    named: NDArray[np.bool_]
    cut: float
    groups: two_groups.TwoGroups | None


# Of fewer who can be judged, how many of the whole base have slowed is no figure to print: those
# who bought once or twice would decide it.
FEW = 50


def judge(history: Purchasing, exposure: Exposure, *, regularity: float, q: float) -> Judged:
    """Test every history that can be tested; name those at a false discovery rate of q.

    Source: 000-1b.
    """
    share, elapsed = exposure.recent_share(history), exposure.elapsed_share(history)
    can = tests.reachable(
        repeats=history.repeats, days=history.days, recent_share=share, regularity=regularity
    )
    counts: dict[str, ArrayLike] = {
        "before": history.before[can], "recent": history.recent[can], "recent_share": share[can],
    }  # fmt: skip
    span = {"repeats": history.repeats[can], "elapsed_share": elapsed[can]}
    p_rate = tests.slowing(**counts, regularity=regularity)
    p_silence = tests.silence(**span, regularity=regularity)
    p_value = tests.either(p_rate, p_silence)
    turned = tests.either(
        tests.quickening(**counts, regularity=regularity),
        tests.freshness(**span),
    )
    q_value = benjamini_hochberg(p_value, history.counts[can])
    named = _spread(can, q_value) <= q
    groups, local = None, np.full(can.shape, np.nan)
    if history.counts[can].sum() >= FEW:
        groups, local = _two_groups(history, exposure, regularity)
    return Judged(
        testable=can,
        p_rate=_spread(can, p_rate),
        p_silence=_spread(can, p_silence),
        p_value=_spread(can, p_value),
        q_value=_spread(can, q_value),
        p_quickening=_spread(can, turned),
        expected=_expected(history, exposure),
        local_fdr=np.where(can, local, np.nan),
        named=named,
        cut=float(np.max(p_value[q_value <= q], initial=0.0)),
        groups=groups,
    )


def _spread(rows: NDArray[np.bool_], values: Floats) -> Floats:
    result = np.full(rows.shape, np.nan)
    result[rows] = values
    return result


def _expected(history: Purchasing, exposure: Exposure) -> Floats:
    recent = exposure.recent(history)
    before = exposure.whole(history) - recent
    unknown = np.full_like(recent, np.nan)
    result: Floats = np.divide(history.before * recent, before, out=unknown, where=before > 0)
    return result


def _two_groups(
    history: Purchasing, exposure: Exposure, regularity: float
) -> tuple[two_groups.TwoGroups | None, Floats]:
    recent = exposure.recent(history)
    data = two_groups.Histories.of(
        before=history.before,
        recent=history.recent,
        before_days=exposure.whole(history) - recent,
        recent_days=recent,
        counts=history.counts,
    )
    found = two_groups.fit(data, regularity=regularity)
    if found is None:
        return None, np.full(history.before.shape, np.nan)
    return found, found.local_fdr(data)


def mirror_share(*, slowed: int, quickened: int) -> float:
    """Share of those named that ordinary turnover would explain: ``(1+quickened)/max(1, slowed)``.

    At most 1 when told; `quickened` counts customers whose quickening has a p-value within the cut
    that named the slowed.
    """
    return min(1.0, (1 + quickened) / max(1, slowed))
