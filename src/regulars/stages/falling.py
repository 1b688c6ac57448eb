"""The trend clause: orders, spend or visits down in each of two successive windows.

Looked at on Mondays; what a Monday says holds until the next. Purchases must also have slowed
beyond chance, or a year of Mondays would find a fall in everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from regulars.stages.histories import Flags, Histories, Integers, place
from regulars.stages.rhythm import Rhythm
from regulars.stages.rules import (
    MONDAY,
    NO_STAGE,
    ORDERS_FELL,
    SPEND_FELL,
    VISITS_FELL,
    WEEK,
    Rules,
)

# A recent window of two of three takes up at most 2/3 of the days since the first order.
LARGEST_SHARE = 2 / 3
# No lower 5% of a beta law with a ≥ ½ and b ≥ 1 reaches nearer to its mean than this many standard
# deviations: what lies above need not be computed.
BELOW = 0.6
SURE_LEVEL = 0.05


@dataclass(frozen=True)
class Falls:
    """What the Mondays say: for each, a purchase day it follows, its day, and the reason found.

    ``until`` is the following Monday. Sorted by customer and day.
    """

    row: Integers
    day: Integers
    reason: Integers

    @property
    def until(self) -> Integers:
        return self.day + WEEK


@dataclass(frozen=True)
class _Looks:
    """One entry per purchase day and Monday before the next: how many in each window."""

    row: Integers
    day: Integers
    width: Integers
    edges: tuple[Integers, Integers, Integers, Integers]  # purchase days before each window's edge

    def only(self, kept: Flags) -> _Looks:
        a, b, c, d = (edge[kept] for edge in self.edges)
        return _Looks(self.row[kept], self.day[kept], self.width[kept], (a, b, c, d))

    @property
    def orders(self) -> tuple[Integers, Integers, Integers]:
        oldest, older, recent, now = self.edges
        return older - oldest, recent - older, now - recent


def falls(
    histories: Histories,
    rhythm: Rhythm,
    rules: Rules,
    *,
    returned_until: Integers,
    next_day: Integers,
    first: int,
    last: int,
) -> Falls:
    """The Mondays from that on or before day ``first`` up to day ``last`` on which a fall shows.

    Parameters
    ----------
    returned_until : per purchase day, the first as-of day on which Returned no longer runs.
    next_day : per purchase day, the next one of that customer, FAR for his last.
    """
    looks = _looks(histories, rhythm, rules, returned_until, next_day, first=first, last=last)
    looks = _windows(histories, looks)
    looks = looks.only(_slowing(histories, looks, rules))
    reason = _reasons(histories, looks, rules)
    found = reason != NO_STAGE
    return Falls(looks.row[found], looks.day[found], reason[found])


def least_repeats(rules: Rules) -> int:
    """Fewer repeat days than this cannot slow beyond chance, whenever they were."""
    return int(
        np.ceil(np.log(rules.slowing_level) / (rules.regularity * np.log(1 - LARGEST_SHARE)))
    )


def _looks(
    histories: Histories,
    rhythm: Rhythm,
    rules: Rules,
    returned_until: Integers,
    next_day: Integers,
    *,
    first: int,
    last: int,
) -> _Looks:
    """Every Monday that may matter, each with the purchase day it follows."""
    begin = histories.start[histories.owner]
    rows = np.flatnonzero(
        (np.arange(len(begin)) - begin >= least_repeats(rules))
        & (next_day >= first - WEEK)
        & ~np.isnan(rhythm.gap)
    )
    width = np.floor(rules.window_gaps * rhythm.gap[rows] + 0.5).astype(np.int64)
    opened = histories.day[begin[rows]]
    silent = rhythm.decline_from[rows] - 1
    # Silent for good: no Monday after that adds anything. Silent until the next purchase: the
    # Monday before it still holds afterwards.
    bought_again = next_day[rows] < last
    low = np.maximum.reduce(
        [
            histories.day[rows] + 1,
            opened + 3 * width + 1,
            returned_until[rows],
            np.full(len(rows), _monday(first)),
        ]
    )
    high = np.where(bought_again, next_day[rows], np.minimum(last, silent))
    low = -((MONDAY - low) // WEEK)
    high = (high - MONDAY) // WEEK
    times = np.maximum(high - low + 1, 0)
    at = np.repeat(np.arange(len(rows)), times)
    step = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    day = MONDAY + WEEK * (low[at] + step)
    kept = (day <= silent[at]) | (day > next_day[rows][at] - WEEK)
    at, day = at[kept], day[kept]
    empty = np.empty(0, dtype=np.int64)
    return _Looks(rows[at], day, width[at], (empty, empty, empty, rows[at] + 1))


def _monday(day: int) -> int:
    return MONDAY + WEEK * ((day - MONDAY) // WEEK)


def _windows(histories: Histories, looks: _Looks) -> _Looks:
    """Count the purchase days before each edge; keep those whose earliest window is not empty."""
    owner, key = histories.owner[looks.row], histories.key
    oldest, older, recent = (
        np.searchsorted(key, place(owner, looks.day - n * looks.width)) for n in (3, 2, 1)
    )
    counted = _Looks(looks.row, looks.day, looks.width, (oldest, older, recent, looks.edges[3]))
    return counted.only(older > oldest)


def _slowing(histories: Histories, looks: _Looks, rules: Rules) -> Flags:
    """p_rate = I_{1−π}(k·n₁, k·n₂+1) ≤ .05, the recent window being the two that fell."""
    k = rules.regularity
    start = histories.start[histories.owner[looks.row]]
    _, older, _, now = looks.edges
    before, recent = older - (start + 1), now - older  # the first purchase is no event
    rest = 1 - 2 * looks.width / (looks.day - histories.day[start])
    a, b = k * before, k * recent + 1.0
    mean = a / (a + b)
    deviation = np.sqrt(mean * (1 - mean) / (a + b + 1))
    sure = rules.slowing_level <= SURE_LEVEL and k >= 0.5
    found = rest < (mean - BELOW * deviation if sure else 1.0)
    found[found] = special.betainc(a[found], b[found], rest[found]) <= rules.slowing_level
    return found


def _reasons(histories: Histories, looks: _Looks, rules: Rules) -> Integers:
    """Which measure fell twice; orders before spend before visits."""
    share = 1 - rules.fall_share
    owner = histories.owner[looks.row]
    reason = np.where(_fell(*looks.orders, share), ORDERS_FELL, NO_STAGE)
    edges = [place(owner, looks.day - n * looks.width) for n in (3, 2, 1, 0)]
    money = [histories.money[np.searchsorted(histories.money_key, edge)] for edge in edges]
    visits = [np.searchsorted(histories.visit_key, edge) for edge in edges]
    for code, (a, b, c, d) in ((SPEND_FELL, money), (VISITS_FELL, visits)):
        reason = np.where((reason == NO_STAGE) & _fell(b - a, c - b, d - c, share), code, reason)
    return reason


def _fell(first: Integers, second: Integers, third: Integers, share: float) -> Flags:
    """Each window at most ``share`` of the one before; from nothing nothing falls."""
    return (
        (first > 0)
        & (second > 0)
        & _at_most(second, share * first)
        & _at_most(third, share * second)
    )


def _at_most(value: Integers, limit: Any) -> Flags:
    """≤ over whole numbers, so that 63 counts as .7 of 90 whatever .7 is in binary."""
    found: Flags = value <= limit + 1e-9 * np.abs(limit)
    return found
