"""Each customer's usual gap as it was known after each purchase, and when silence tells.

The usual gap g is the median of a customer's gaps, the days spent in Lost left out; and when Lost
began depends on g as known before. So purchases are taken in order: the first of all customers
together, then the second of all who have one, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stages.histories import Flags, Floats, Histories, Integers
from regulars.stages.rules import FAR, MEASURED_GAPS, Rules
from regulars.stages.silence import quotients, silent_after

Shorts = npt.NDArray[np.int16]
NO_GAP = np.int16(np.iinfo(np.int16).max)


@dataclass(frozen=True)
class Rhythm:
    """One entry per purchase day.

    Attributes
    ----------
    gap : g from then on, in days; NaN is unknown.
    came_back : the customer was Lost when he bought.
    decline_from, lost_from : the first as-of day of Decline and Lost by silence or by the end of a
        contract, if he does not buy again; FAR is never.
    ended : a contract's end comes before the silence that would tell.
    """

    gap: Floats
    came_back: Flags
    decline_from: Integers
    lost_from: Integers
    ended: Flags


def rhythm(histories: Histories, rules: Rules) -> Rhythm:
    n = len(histories.day)
    out = Rhythm(
        gap=np.full(n, np.nan),
        came_back=np.zeros(n, dtype=np.bool_),
        decline_from=np.full(n, FAR, dtype=np.int64),
        lost_from=np.full(n, FAR, dtype=np.int64),
        ended=np.zeros(n, dtype=np.bool_),
    )
    most = int(histories.count.max(initial=0))
    limits = _Limits.of(rules, most) if rules.scheme == "calibrated" else None
    # Customers of like length together: the table of gaps then stays about as large as the rows.
    length = np.ceil(np.log2(np.maximum(histories.count, 1))).astype(np.int64)
    for size in np.unique(length[histories.count > 0]):
        members = np.flatnonzero((length == size) & (histories.count > 0))
        members = members[np.argsort(-histories.count[members], kind="stable")]
        _replay(histories, members, rules, limits, out)
    return out


@dataclass(frozen=True)
class _Limits:
    """The calibrated scheme's quotients by number of repeat days."""

    decline: Floats
    lost: Floats

    @classmethod
    def of(cls, rules: Rules, most: int) -> _Limits:
        k = rules.regularity
        return cls(
            quotients(most, level=rules.decline_level, regularity=k),
            quotients(most, level=rules.lost_level, regularity=k),
        )


def _replay(
    histories: Histories, members: Integers, rules: Rules, limits: _Limits | None, out: Rhythm
) -> None:
    """The members (most purchase days first), one ordinal of purchase after the other."""
    start, count = histories.start[members], histories.count[members]
    base = histories.base_gap[members]
    longest = int(count[0])
    gaps = np.full((max(longest - 1, 1), len(members)), NO_GAP, dtype=np.int16)
    kept = np.zeros(len(members), dtype=np.int64)
    first = histories.day[start]
    before, lost_from = first, np.full(len(members), FAR, dtype=np.int64)
    having = np.searchsorted(-count, -np.arange(longest), side="left")  # how many have more than j
    for ordinal in range(longest):
        m = int(having[ordinal])
        rows = start[:m] + ordinal
        day = histories.day[rows]
        if ordinal:
            until = np.minimum(day, lost_from[:m] - 1)  # of a Lost spell, the time before it
            gap = np.minimum(until - before[:m], NO_GAP - 1).astype(np.int16)
            cut_off = (day >= lost_from[:m]) & out.ended[rows - 1]  # a contract's end is no gap
            _insert(gaps[:ordinal, :m], np.where(cut_off, NO_GAP, gap))
            kept[:m] += ~cut_off
            out.came_back[rows] = day >= lost_from[:m]
        usual = _usual(gaps, kept[:m], base[:m], rules)
        decline, silent = _silences(day, first[:m], ordinal, usual, rules, limits)
        end = histories.ended[rows] + 1
        lost_from = np.minimum(silent, end)
        out.gap[rows], out.decline_from[rows], out.lost_from[rows] = usual, decline, lost_from
        out.ended[rows] = end < silent
        before = day


def _insert(gaps: Shorts, value: Shorts) -> None:
    """Put one value into each sorted column, whose last place is free; NO_GAP changes nothing."""
    placed = np.minimum(gaps, value)
    np.maximum(placed[1:], gaps[:-1], out=placed[1:])
    gaps[:] = placed


def _usual(gaps: Shorts, kept: Integers, base: Floats, rules: Rules) -> Floats:
    """The median of the kept gaps, not below the floor; the base's where too few are kept."""
    measured = np.flatnonzero(kept >= MEASURED_GAPS)
    usual = base.copy()
    low = gaps[(kept[measured] - 1) // 2, measured].astype(np.float64)
    high = gaps[kept[measured] // 2, measured]
    usual[measured] = np.maximum((low + high) / 2, rules.floor_days)
    return usual


def _silences(
    day: Integers,
    first: Integers,
    ordinal: int,
    usual: Floats,
    rules: Rules,
    limits: _Limits | None,
) -> tuple[Integers, Integers]:
    """The first as-of days of Decline and of Lost by silence after these purchases."""
    if limits is None:
        return (
            _day_or_far(day + 1 + np.floor(rules.decline_gaps * usual)),
            _day_or_far(day + 1 + np.floor(rules.lost_gaps * usual)),
        )
    repeats, last = np.full(len(day), ordinal), day - first
    return (
        _day_or_far(first + silent_after(last, repeats, limits.decline)),
        _day_or_far(first + silent_after(last, repeats, limits.lost)),
    )


def _day_or_far(day: Any) -> Integers:
    found: Integers = np.where(day < FAR, day, FAR).astype(np.int64)  # NaN is not below: never
    return found
