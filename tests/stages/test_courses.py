"""The replay of life stages: the figures of 002-5, and every day against a literal replay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stages.courses import Spells, courses
from regulars.stages.histories import ENDED, KNOWN, MONEY, SALE, VISIT, Histories, lay_out
from regulars.stages.rules import REASONS, STAGES, Rules
from regulars.testing.reference.life_stages import Life, Settings, days_of

STANDARD = Rules()
DAYS = 20_000  # far from 1970, a Tuesday


@dataclass(frozen=True)
class Person:
    """Days and money of one customer, from the first day of the test on."""

    sales: list[tuple[int, int]]
    refunds: list[tuple[int, int]] = field(default_factory=list)
    known: int | None = None
    ended: list[int] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    base_gap: float | None = 20.0


def laid_out(people: list[Person]) -> Histories:
    rows: list[tuple[Any, ...]] = []
    for key, who in enumerate(people):
        gap = np.nan if who.base_gap is None else who.base_gap
        rows += [(key, d, SALE, m, gap) for d, m in who.sales]
        rows += [(key, d, MONEY, m, gap) for d, m in who.refunds]
        rows += [(key, d, ENDED, 0, gap) for d in who.ended]
        rows += [(key, d, VISIT, 0, gap) for d in who.visits]
        rows += [(key, d, KNOWN, 0, gap) for d in [who.known] if d is not None]
    rows.sort(key=lambda row: (row[0], row[1]))
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    key, day, mark, money = (table[:, i].astype(np.int64) for i in range(4))
    return lay_out(
        {
            "customer_key": key,
            "day": (day + DAYS).astype("datetime64[D]"),
            "mark": mark,
            "spend_minor": money,
            "base_gap_days": np.ma.masked_invalid(table[:, 4]),
        }
    )


def by_day(spells: Spells, owner: int, *, first: int, last: int) -> dict[int, tuple[str, float]]:
    """Stage and reason of one customer on each as-of day."""
    found = {}
    for i in np.flatnonzero(spells.owner == owner):
        for day in range(max(first, int(spells.day[i])), min(last + 1, int(spells.until[i]))):
            assert day not in found
            found[day] = (STAGES[spells.stage[i] - 1], REASONS[spells.reason[i] - 1])
    return found


def replayed(
    who: Person,
    rules: Rules = STANDARD,
    *,
    first: int = 0,
    last: int,
) -> dict[int, str]:
    spells = courses(laid_out([who]), rules, first=DAYS + first, last=DAYS + last)
    found = by_day(spells, 0, first=DAYS + first, last=DAYS + last)
    return {day - DAYS: stage for day, (stage, _) in found.items()}


def literally(who: Person, given: Settings, *, last: int) -> dict[int, str | None]:
    money: dict[int, int] = {}
    for d, m in [*who.sales, *who.refunds]:
        money[d + DAYS] = money.get(d + DAYS, 0) + m
    visits: dict[int, int] = {}
    for d in who.visits:
        visits[d + DAYS] = visits.get(d + DAYS, 0) + 1
    life = Life(
        purchases=sorted({d + DAYS for d, _ in who.sales}),
        money=money,
        known=None if who.known is None else who.known + DAYS,
        ended=[d + DAYS for d in who.ended],
        visits=visits,
        base_gap=who.base_gap,
    )
    return {d - DAYS: s.stage for d, s in days_of(life, given, last=DAYS + last).items()}


def test_stages_of_the_specification() -> None:
    who = Person([(d, 100) for d in (0, 30, 60, 90, 230)], base_gap=30.0)
    stage = replayed(who, last=330)
    assert stage[89] == "mature"
    assert stage[150] == "mature"
    assert stage[155] == "decline"
    assert stage[210] == "decline"
    assert stage[215] == "lost"
    assert stage[230] == "lost"  # what happened that day is not known before it is over
    assert stage[231] == "returned"
    assert stage[1] == stage[60] == "growth"


def test_the_day_of_each_change() -> None:
    who = Person([(d, 100) for d in (0, 30, 60, 90, 230)], base_gap=30.0)
    spells = courses(laid_out([who]), Rules(), first=DAYS, last=DAYS + 330)
    changes = [
        (int(d) - DAYS, STAGES[s - 1], REASONS[r - 1], float(g))
        for d, s, r, g in zip(spells.day, spells.stage, spells.reason, spells.gap, strict=True)
    ]
    assert changes == [
        (1, "growth", "first_order", 30.0),
        (61, "mature", "third_order", 30.0),
        (151, "decline", "silence", 30.0),
        (211, "lost", "silence", 30.0),
        (231, "returned", "order_after_lost", 30.0),  # of the 140 days 120 count, and g stays
        (291, "decline", "silence", 30.0),
    ]


def test_returned_ends_after_ninety_days_or_two_further_purchase_days() -> None:
    waits = Person([(d, 1) for d in (0, 20, 40, 300, 340, 380)], base_gap=None)
    stage = replayed(waits, Rules(decline_gaps=4, lost_gaps=8), last=500)
    assert stage[341] == "returned"
    assert stage[380] == "returned"
    assert stage[381] == "mature"
    slow = Person([(d, 1) for d in (0, 60, 120, 700)], base_gap=None)
    stage = replayed(slow, last=900)
    assert stage[700 + 90] == "returned"
    assert stage[700 + 91] == "mature"


def test_a_contract_that_ended_is_lost_until_the_next_order() -> None:
    who = Person([(0, 1), (30, 1), (60, 1), (75, 1)], ended=[65], base_gap=None)
    stage = replayed(who, last=100)
    assert (stage[65], stage[66], stage[75], stage[76]) == ("mature", "lost", "lost", "returned")


def test_without_a_usual_gap_the_stage_is_unknown() -> None:
    stage = replayed(Person([(0, 1), (10, 1), (25, 1)], base_gap=None), last=30)
    assert (stage[1], stage[25], stage[26]) == ("unknown", "unknown", "mature")


def test_prospects_and_refunds() -> None:
    assert replayed(Person([(10, 1)], known=3), last=12)[5] == "acquisition"
    assert replayed(Person([], known=3), last=12)[12] == "acquisition"
    assert replayed(Person([], refunds=[(3, -5)], known=1), last=12)[12] == "unknown"


RISING = [(d, 100 + 5 * i) for i, d in enumerate(np.cumsum([20 - i // 3 for i in range(48)]))]


def test_a_rising_series_never_declines() -> None:
    who = Person([(int(d), m) for d, m in RISING])
    last = int(RISING[-1][0]) + 1
    assert {replayed(who, last=last)[d] for d in range(300, last)} == {"mature"}


def test_a_real_fall_is_seen_and_ends() -> None:
    days = [*range(0, 405, 5), 410, 421, 435, 449, 463, 477, *range(482, 700, 5)]
    stage = replayed(Person([(d, 100) for d in days]), last=700)
    fallen = [d for d, s in stage.items() if s == "decline" and d > 400]
    assert fallen
    assert stage[700] == "mature"
    spells = courses(
        laid_out([Person([(d, 100) for d in days])]), Rules(), first=DAYS, last=DAYS + 700
    )
    assert {"orders_fell", "fall_over"} <= {REASONS[r - 1] for r in spells.reason}


# Histories with a rhythm, so that falls, silences and returns all occur.
@st.composite
def people(draw: st.DrawFn) -> Person:
    phases = draw(
        st.lists(
            st.tuples(
                st.integers(0, 12),
                st.sampled_from([1, 3, 7, 12, 25, 60, 130]),
                st.sampled_from([1, 100, 1000]),
            ),
            min_size=1,
            max_size=5,
        )
    )
    day, sales = 0, []
    for orders, gap, amount in phases:
        for _ in range(orders):
            day += draw(st.integers(0, 2 * gap))
            sales.append((day, draw(st.sampled_from([amount, 2 * amount]))))
    refunds = draw(st.lists(st.tuples(st.integers(0, 500), st.integers(-300, -1)), max_size=3))
    return Person(
        sales,
        refunds,
        known=draw(st.none() | st.integers(0, 300)),
        ended=draw(st.lists(st.integers(0, 700), max_size=2)),
        visits=draw(st.lists(st.integers(0, 700), max_size=12)),
        base_gap=draw(st.none() | st.sampled_from([9.5, 20.0, 33.25])),
    )


KINDS = [
    (Rules(), Settings()),
    (Rules(scheme="calibrated"), Settings(scheme="calibrated")),
    (
        Rules(scheme="calibrated", regularity=2.5, return_orders=1),
        Settings(scheme="calibrated", regularity=2.5, return_orders=1),
    ),
    # easily provoked, so that every rule is met
    (
        Rules(fall_share=0.1, slowing_level=0.6, window_gaps=1.5, decline_gaps=3, return_days=20),
        Settings(
            fall_share="0.1", slowing_level=0.6, window_gaps=1.5, decline_gaps=3, return_days=20
        ),
    ),
]


@pytest.mark.parametrize(("rules", "given_settings"), KINDS)
@settings(deadline=None, max_examples=40)
@given(
    crowd=st.lists(people(), min_size=1, max_size=4),
    first=st.integers(0, 600),
    length=st.integers(0, 400),
)
def test_every_day_is_what_a_literal_replay_says(
    rules: Rules, given_settings: Settings, crowd: list[Person], first: int, length: int
) -> None:
    last = first + length
    known = [_until(who, last) for who in crowd]
    spells = courses(laid_out(known), rules, first=DAYS + first, last=DAYS + last)
    owners = [i for i, who in enumerate(known) if _any_row(who)]
    for place, i in enumerate(owners):
        found = by_day(spells, place, first=DAYS + first, last=DAYS + last)
        expected = literally(known[i], given_settings, last=last)
        for day in range(first, last + 1):
            stage = found.get(day + DAYS, (None, None))[0]
            assert stage == expected.get(day), (day, known[i])


def _until(who: Person, last: int) -> Person:
    return Person(
        [s for s in who.sales if s[0] < last],
        [r for r in who.refunds if r[0] < last],
        who.known if who.known is not None and who.known < last else None,
        [e for e in who.ended if e < last],
        [v for v in who.visits if v < last],
        who.base_gap,
    )


def _any_row(who: Person) -> bool:
    return bool(who.sales or who.refunds or who.ended or who.visits or who.known is not None)
