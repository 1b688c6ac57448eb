"""The course of each customer through the stages, from day to day."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from regulars.stages.falling import Falls, falls
from regulars.stages.histories import Flags, Floats, Histories, Integers
from regulars.stages.rhythm import Rhythm, rhythm
from regulars.stages.rules import (
    ACQUISITION,
    CONTRACT_ENDED,
    DECLINE,
    FALL_OVER,
    FAR,
    FIRST_ORDER,
    FIRST_SEEN,
    GROWTH,
    LOST,
    MATURE,
    MATURE_ORDERS,
    NO_RHYTHM,
    NO_STAGE,
    ORDER,
    ORDER_AFTER_LOST,
    REFUND_ONLY,
    RETURN_OVER,
    RETURNED,
    SILENCE,
    THIRD_ORDER,
    UNKNOWN,
    Rules,
)

NEVER = -FAR


@dataclass(frozen=True)
class Spells:
    """One entry per unbroken time of a customer in a stage, by customer and day.

    Attributes
    ----------
    owner : place of the customer.
    day : the first as-of day on which it holds.
    until : the first on which it no longer does; FAR while it lasts.
    came_from, stage, reason : codes of `regulars.stages.rules`; came_from 0: none.
    gap : g at its beginning; NaN is unknown or none.
    opening : it began on or before the first day of the replay; then ``day`` is exact only where
        ``exact`` says so, as the trend clause was not replayed before.
    next_stage, next_day : what comes, and when, if nothing more happens; on the last spell only,
        0 and FAR elsewhere or where nothing follows.
    last_day : day of the last purchase known, NEVER where there is none. On the last spell only.
    """

    owner: Integers
    day: Integers
    until: Integers
    came_from: Integers
    stage: Integers
    reason: Integers
    gap: Floats
    opening: Flags
    exact: Flags
    next_stage: Integers
    next_day: Integers
    last_day: Integers


@dataclass(frozen=True)
class Points:
    """Days on which a stage begins, or begins anew; by customer and day."""

    owner: Integers
    day: Integers
    stage: Integers
    reason: Integers
    gap: Floats

    def only(self, kept: Flags | Integers) -> Points:
        return Points(*(getattr(self, f.name)[kept] for f in fields(self)))

    def then(self, other: Points) -> Points:
        return Points(
            *(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self))
        )

    def sorted(self) -> Points:
        """By customer and day; what came first in the arrays goes first on one day."""
        order = np.argsort(self.owner * (2 * FAR) + self.day, kind="stable")
        return self.only(order)


@dataclass(frozen=True)
class _Pieces:
    """Per purchase day and kind of piece: whether it is reached, from which day, what it is."""

    reached: Flags
    begins: Integers
    stage: Integers
    reason: Integers


def courses(histories: Histories, rules: Rules, *, first: int, last: int) -> Spells:
    """The spells that hold on any as-of day from ``first`` to ``last`` (days since 1970).

    A fact counts from the day after its own: the stage on as-of day D follows from facts before D.
    """
    pace = rhythm(histories, rules)
    next_day = _next_days(histories)
    run = _returning(histories, pace, rules)
    falling = falls(
        histories, pace, rules, returned_until=run, next_day=next_day, first=first, last=last
    )
    live = np.flatnonzero((next_day >= first) & (histories.day < last))
    points = _bought(histories, pace, rules, run, next_day, live, last)
    early = _before_buying(histories, last)
    if len(early.owner):
        points = early.then(points).sorted()
    points = _opened(points, first)
    points = _overlaid(points, falling, histories, first=first, last=last)
    points = _opened(points, first)
    spells = _spells(points, first)
    return _expected(spells, histories, pace, rules, run, last)


def _next_days(histories: Histories) -> Integers:
    found = np.full(len(histories.day), FAR, dtype=np.int64)
    same = histories.owner[1:] == histories.owner[:-1]
    found[:-1][same] = histories.day[1:][same]
    return found


def _returning(histories: Histories, pace: Rhythm, rules: Rules) -> Integers:
    """Per purchase day: the first as-of day on which Returned no longer runs, or NEVER.

    Returned runs from the day after the purchase that ended Lost, for ``return_days`` days or
    until ``return_orders`` further purchase days are known.
    """
    rows = np.arange(len(histories.day))
    latest = np.maximum.accumulate(np.where(pace.came_back, rows, -1))
    running = (latest >= histories.start[histories.owner]) & (rows - latest < rules.return_orders)
    return np.where(running, histories.day[latest] + rules.return_days + 1, NEVER)


def _pieces(
    histories: Histories, pace: Rhythm, rules: Rules, run: Integers, rows: Integers, until: Integers
) -> _Pieces:
    """Returned, Mature or Growth, Decline, Lost: what follows a purchase if no other comes."""
    day, begins = histories.day[rows], np.empty((len(rows), 4), dtype=np.int64)
    ordinal = rows - histories.start[histories.owner[rows]]
    unknown = np.isnan(pace.gap[rows]) if rules.scheme == "gaps" else np.zeros(len(rows), bool)
    begins[:, 0] = day + 1
    begins[:, 1] = np.where(unknown, day + 1, np.maximum(day + 1, run[rows]))
    begins[:, 2] = np.where(unknown, FAR, pace.decline_from[rows])
    begins[:, 3] = pace.lost_from[rows]
    end = np.empty_like(begins)
    end[:, 3] = until
    for kind in (2, 1, 0):
        end[:, kind] = np.minimum(end[:, kind + 1], begins[:, kind + 1])
    stage = np.empty_like(begins)
    stage[:, 0], stage[:, 2], stage[:, 3] = RETURNED, DECLINE, LOST
    bought = np.where(ordinal + 1 >= MATURE_ORDERS, MATURE, GROWTH)
    stage[:, 1] = np.where(unknown, UNKNOWN, bought)
    return _Pieces(begins < end, begins, stage, _why(pace, run, rows, ordinal, begins, unknown))


def _why(
    pace: Rhythm,
    run: Integers,
    rows: Integers,
    ordinal: Integers,
    begins: Integers,
    unknown: Flags,
) -> Integers:
    reason = np.empty_like(begins)
    reason[:, 0] = np.where(pace.came_back[rows], ORDER_AFTER_LOST, ORDER)
    # Returned ran out on its last day, or with the purchase that was one too many for it.
    ran_out = begins[:, 1] > begins[:, 0]
    before = np.where(ordinal > 0, rows - 1, rows)
    ends = np.minimum(np.minimum(run, pace.decline_from), pace.lost_from)[before]
    enough = (ordinal > 0) & (run[rows] == NEVER) & (begins[:, 0] <= ends)
    reason[:, 1] = np.select(
        [unknown, ordinal == 0, ran_out | enough, ordinal + 1 == MATURE_ORDERS],
        [NO_RHYTHM, FIRST_ORDER, RETURN_OVER, THIRD_ORDER],
        ORDER,
    )
    reason[:, 2] = SILENCE
    reason[:, 3] = np.where(pace.ended[rows], CONTRACT_ENDED, SILENCE)
    return reason


def _bought(
    histories: Histories,
    pace: Rhythm,
    rules: Rules,
    run: Integers,
    next_day: Integers,
    rows: Integers,
    last: int,
) -> Points:
    """The points of the time after each purchase day, up to the next."""
    until = np.minimum(next_day[rows], last) + 1
    pieces = _pieces(histories, pace, rules, run, rows, until)
    at = np.flatnonzero(pieces.reached.ravel())
    row = rows[at // 4]
    return Points(
        histories.owner[row],
        pieces.begins.ravel()[at],
        pieces.stage.ravel()[at],
        pieces.reason.ravel()[at],
        pace.gap[row],
    )


def _before_buying(histories: Histories, last: int) -> Points:
    """Known by a record and without an order: Acquisition. Known by a refund only: unknown."""
    bought = np.full(len(histories.customers), FAR, dtype=np.int64)
    some = histories.count > 0
    bought[some] = histories.day[histories.start[some]]
    end = np.minimum(bought, last - 1)
    known = np.flatnonzero(
        (histories.known <= end) & (histories.known < np.minimum(bought, histories.refunded))
    )
    refunded = np.flatnonzero((histories.refunded <= end) & (histories.refunded < bought))
    found = Points(
        np.concatenate([known, refunded]),
        np.concatenate([histories.known[known], histories.refunded[refunded]]) + 1,
        np.repeat([ACQUISITION, UNKNOWN], [len(known), len(refunded)]),
        np.repeat([FIRST_SEEN, REFUND_ONLY], [len(known), len(refunded)]),
        np.full(len(known) + len(refunded), np.nan),
    )
    return found


def _opened(points: Points, first: int) -> Points:
    """Of the points up to the first day only each customer's last: the stage he opens with."""
    following = np.r_[points.owner[1:] == points.owner[:-1], [False]]
    superseded = following & np.r_[points.day[1:] <= first, [False]]
    return points.only(~superseded) if len(points.day) else points


def _overlaid(
    points: Points, falling: Falls, histories: Histories, *, first: int, last: int
) -> Points:
    """Mature and Growth made Decline while a Monday's fall holds."""
    if not len(falling.row):
        return points
    fallen = np.zeros(len(histories.customers), dtype=np.bool_)
    fallen[histories.owner[falling.row]] = True
    own = points.only(fallen[points.owner])
    rest = points.only(~fallen[points.owner])
    joined = _weeks(falling, histories, own, last)
    return rest.then(_decided(joined.sorted())).sorted()


_CONTINUES = -1  # a point of the trend clause: the stage beneath goes on
_OVER = -2


def _weeks(falling: Falls, histories: Histories, own: Points, last: int) -> Points:
    """The customers' own points with those on which a fall begins and ends."""
    owner = histories.owner[falling.row]
    n = len(owner)
    held = (owner[1:] == owner[:-1]) & (falling.day[1:] == falling.until[:-1])
    ends = np.flatnonzero(~np.r_[held, [False]] & (falling.until <= last))
    nothing = np.full(n, np.nan)
    begun = Points(owner, falling.day, np.full(n, _CONTINUES), falling.reason, nothing)
    ended = Points(
        owner[ends],
        falling.until[ends],
        np.full(len(ends), _OVER),
        np.full(len(ends), FALL_OVER),
        nothing[ends],
    )
    return own.then(begun).then(ended)


def _decided(points: Points) -> Points:
    """Each point with the stage beneath and the fall carried forward, decided between the two."""
    at = np.arange(len(points.day))
    of_fall = points.stage < 0
    begin = np.searchsorted(points.owner, points.owner)
    beneath = np.maximum.accumulate(np.where(of_fall, -1, at))
    fall = np.maximum.accumulate(np.where(of_fall, at, -1))
    known = beneath >= begin
    beneath = np.where(known, beneath, at)
    falling = (fall >= begin) & (points.stage[fall] == _CONTINUES)
    stage = np.where(known, points.stage[beneath], NO_STAGE)
    struck = falling & ((stage == MATURE) | (stage == GROWTH))
    # A Monday that changes nothing of its own leaves the reason to what else happened that day.
    over = of_fall & ((stage == MATURE) | (stage == GROWTH))
    reason = np.where(over, FALL_OVER, points.reason[beneath])
    reason = np.where(struck, points.reason[fall], reason)
    decided = Points(
        points.owner, points.day, np.where(struck, DECLINE, stage), reason, points.gap[beneath]
    )
    # Of several points on one day the last has seen them all.
    later = np.r_[
        (points.owner[1:] == points.owner[:-1]) & (points.day[1:] == points.day[:-1]), [False]
    ]
    return decided.only(known & ~later)


def _spells(points: Points, first: int) -> Spells:
    """Points that change the stage, each with the one it came from and the day it ends."""
    same = np.r_[False, points.owner[1:] == points.owner[:-1]][: len(points.day)]
    changed = ~same | np.r_[True, points.stage[1:] != points.stage[:-1]][: len(points.day)]
    kept = points.only(changed)
    n = len(kept.day)
    follows = np.r_[False, kept.owner[1:] == kept.owner[:-1]][:n]
    leads = np.r_[follows[1:], [False]][:n]
    until = np.where(leads, np.r_[kept.day[1:], [FAR]][:n], FAR)
    came_from = np.where(follows, np.r_[[NO_STAGE], kept.stage[:-1]][:n], NO_STAGE)
    opening = kept.day <= first
    exact = ~opening | (kept.stage == LOST) | (kept.stage == ACQUISITION)
    none = np.zeros(n, dtype=np.int64)
    return Spells(
        owner=kept.owner,
        day=kept.day,
        until=until,
        came_from=came_from,
        stage=kept.stage,
        reason=kept.reason,
        gap=kept.gap,
        opening=opening,
        exact=exact,
        next_stage=none,
        next_day=none + FAR,
        last_day=none + NEVER,
    )


def _expected(
    spells: Spells, histories: Histories, pace: Rhythm, rules: Rules, run: Integers, last: int
) -> Spells:
    """On each customer's last spell: his last purchase, and what comes if nothing happens."""
    final = np.flatnonzero(spells.until == FAR)
    bought = final[_known_count(histories, last)[spells.owner[final]] > 0]
    owner = spells.owner[bought]
    rows = histories.start[owner] + _known_count(histories, last)[owner] - 1
    pieces = _pieces(histories, pace, rules, run, rows, np.full(len(rows), FAR))
    ahead = pieces.reached & (pieces.begins > last)
    ahead &= (pieces.stage != spells.stage[bought][:, None]) & (
        (pieces.stage > DECLINE) | (spells.stage[bought][:, None] != DECLINE)
    )
    some = np.flatnonzero(ahead.any(axis=1))
    kind = ahead[some].argmax(axis=1)
    spells.next_stage[bought[some]] = pieces.stage[some, kind]
    spells.next_day[bought[some]] = pieces.begins[some, kind]
    spells.last_day[bought] = histories.day[rows]
    return spells


def _known_count(histories: Histories, last: int) -> Integers:
    """How many purchase days of each customer are known on an as-of day."""
    known = histories.day < last
    return np.bincount(histories.owner[known], minlength=len(histories.customers)).astype(np.int64)
