"""Bases in which it is known who has slowed: gamma gaps, a rate that may change in the last days.

A customer's purchases are a renewal process whose gaps, in his own operational time, are gamma
with shape k and mean 1: k = 1 is Poisson, k = 2 a habit, k = ½ bursts. In the recent window the
clock of those who slowed or quickened runs at another speed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from regulars.testing.generate import (
    START,
    Floats,
    Integers,
    Purchases,
    Shop,
    order_frame,
    people_frames,
)

STEADY, SLOWED, QUICKENED = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Law of a base, in days.

    regularity : k of the gaps.
    shape, mean_gap_days : gamma law of the rates: its shape, and one over its mean.
    slowed, quickened : shares of the customers whose rate changes in the recent window.
    slow_factor, quick_factor : what their rate is multiplied by there.
    season : what everybody's rate is multiplied by there.
    """

    regularity: float = 1.0
    shape: float = 2.0
    mean_gap_days: float = 25.0
    slowed: float = 0.0
    slow_factor: float = 0.2
    quickened: float = 0.0
    quick_factor: float = 3.0
    season: float = 1.0
    recent_days: int = 91


@dataclass(frozen=True)
class Turned:
    """Purchase days (place and day from the start, distinct, sorted) and who had turned."""

    place: Integers
    day: Integers
    group: Integers


def turned(random: np.random.Generator, turn: Turn, *, customers: int, days: int) -> Turned:
    """Customers born evenly over the history up to the recent window, who buy until its end."""
    change = days - turn.recent_days
    born = random.random(customers) * change
    rate = random.gamma(turn.shape, 1.0 / (turn.shape * turn.mean_gap_days), customers)
    group = random.choice(
        [STEADY, SLOWED, QUICKENED], customers,
        p=[1 - turn.slowed - turn.quickened, turn.slowed, turn.quickened],
    )  # fmt: skip
    speed = rate * turn.season * np.array([1.0, turn.slow_factor, turn.quick_factor])[group]
    place, time = _purchases(random, turn.regularity, born, rate, speed, change, days)
    distinct = np.unique(np.stack([place, np.floor(time).astype("int64")]), axis=1)
    return Turned(distinct[0], distinct[1], group.astype("int64"))


def _purchases(
    random: np.random.Generator,
    k: float,
    born: Floats,
    rate: Floats,
    speed: Floats,
    change: int,
    days: int,
) -> tuple[Integers, Floats]:
    """Places and times: operational time runs at ``rate`` up to the change, at ``speed`` after."""
    at_change = (change - born) * rate
    at_end = at_change + (days - change) * speed
    now, alive = np.zeros(len(born)), np.arange(len(born))
    places, times = [], []
    while len(alive):
        u = now[alive]
        late = u > at_change[alive]
        time = np.where(
            late,
            change + (u - at_change[alive]) / np.maximum(speed[alive], 1e-12),
            born[alive] + u / rate[alive],
        )
        places.append(alive)
        times.append(time)
        now[alive] += random.gamma(k, 1.0 / k, len(alive))
        alive = alive[now[alive] < at_end[alive]]
    place, time = np.concatenate(places), np.concatenate(times)
    return place.astype("int64"), np.minimum(time, np.nextafter(float(days), 0.0))


def turning_base(
    turn: Turn, *, customers: int = 400, days: int = 547, seed: int = 1, start: dt.date = START
) -> Shop:
    """The same as a shop; the truth holds each customer key's group and the as-of day."""
    random = np.random.default_rng(seed)
    made = turned(random, turn, customers=customers, days=days)
    order = np.lexsort([made.place, made.day])
    place, day = made.place[order], made.day[order]
    level = 4000 * np.exp(0.5 * random.standard_normal(customers))
    amount = np.maximum(1, np.floor(level[place] * random.uniform(0.5, 1.5, len(place))))
    orders = order_frame(Purchases(place, day, amount.astype("int64")), start=start)
    first = np.full(customers, days)
    np.minimum.at(first, place, day)
    seen = [start + dt.timedelta(days=int(d)) for d in first]
    people = people_frames(np.arange(1, customers + 1), seen)
    as_of = start + dt.timedelta(days=days)
    groups = {key + 1: int(g) for key, g in enumerate(made.group)}
    return Shop({"orders": orders, **people}, {"turn": turn, "as_of": as_of, "group": groups})
