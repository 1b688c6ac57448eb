"""Life stages, day by day (002-5): every day of one customer is judged anew, literally."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from scipy import special

MONDAY = 4  # 1970-01-05 as days since 1970-01-01


@dataclass(frozen=True)
class Settings:
    """The rules under their own names; see `docs/concepts/life-stages.md`."""

    scheme: str = "gaps"
    decline_gaps: float = 2
    lost_gaps: float = 4
    decline_level: float = 0.10
    lost_level: float = 0.01
    regularity: float = 1
    floor_days: float = 7
    fall_share: str = "0.3"
    window_gaps: float = 3
    slowing_level: float = 0.05
    return_days: int = 90
    return_orders: int = 2


@dataclass(frozen=True)
class Life:
    """What is dated of one customer; days since 1970-01-01.

    money : net spend by day, refunds on their own day; every purchase day is in it.
    visits : visits by day; None where visits are not known at all.
    """

    purchases: Sequence[int]
    money: Mapping[int, int]
    known: int | None = None
    ended: Collection[int] = ()
    visits: Mapping[int, int] | None = None
    base_gap: float | None = None


@dataclass(frozen=True)
class Day:
    stage: str | None
    gap: float | None
    fallen: str | None = None


def days_of(life: Life, settings: Settings, *, last: int) -> dict[int, Day]:
    """The stage on each as-of day up to ``last``; a fact of day d counts from d + 1."""
    dated = [*life.purchases, *life.money, *life.ended]
    dated += [life.known] if life.known is not None else []
    found: dict[int, Day] = {}
    spells: dict[int, int | None] = {}
    since, by_silence = last, True
    purchases, bought, gap = set(life.purchases), list[int](), None
    fallen: str | None = None
    for day in range(min(dated, default=last), last + 1):
        before = found.get(day - 1)
        if day - 1 in purchases and before is not None and before.stage == "lost":
            earlier = max(p for p in life.purchases if p < day - 1)
            spells[day - 1] = since - 1 - earlier if by_silence else None
        if day - 1 in purchases:  # only then has anything changed that g follows from
            bought.append(day - 1)
            gap = _gap(bought, spells, life, settings)
        if (day - MONDAY) % 7 == 0:
            fallen = _fallen(life, settings, bought, set(spells), gap, day)
        stage = _stage(life, settings, bought, set(spells), gap, fallen, day)
        if stage == "lost" and (before is None or before.stage != "lost"):
            since, by_silence = day, _silence(settings, bought, gap, day) == "lost"
        found[day] = Day(stage, gap, fallen)
    return found


def _gap(
    bought: list[int], spells: Mapping[int, int | None], life: Life, settings: Settings
) -> float | None:
    """``spells``: for each purchase out of Lost, the days before Lost began; None: no silence."""
    if not bought:
        return None
    gaps = [spells.get(b, b - a) for a, b in pairwise(bought)]
    counted = [gap for gap in gaps if gap is not None]
    if len(counted) >= 2:
        return float(max(statistics.median(counted), settings.floor_days))
    return life.base_gap


def _stage(
    life: Life,
    settings: Settings,
    bought: list[int],
    returns: set[int],
    gap: float | None,
    fallen: str | None,
    day: int,
) -> str | None:
    if not bought:
        return _before_buying(life, day)
    if any(bought[-1] <= end < day for end in life.ended):
        return "lost"
    if settings.scheme == "gaps" and gap is None:
        return "unknown"
    silence = _silence(settings, bought, gap, day)
    if silence == "lost":
        return "lost"
    returned = _is_returned(settings, bought, returns, day)
    if silence == "decline" or (fallen is not None and not returned):
        return "decline"
    if returned:
        return "returned"
    return "mature" if len(bought) >= 3 else "growth"


def _before_buying(life: Life, day: int) -> str | None:
    refunds = [d for d, money in life.money.items() if d < day and money != 0]
    if refunds:
        return "unknown"
    return "acquisition" if life.known is not None and life.known < day else None


def _silence(settings: Settings, bought: list[int], gap: float | None, day: int) -> str | None:
    if settings.scheme == "gaps" and gap is None:
        return None
    if settings.scheme == "gaps":
        assert gap is not None
        recency = day - bought[-1]
        if recency > settings.lost_gaps * gap:
            return "lost"
        return "decline" if recency > settings.decline_gaps * gap else None
    x, k = len(bought) - 1, settings.regularity
    if x == 0:
        return None
    p = float(special.betainc(k * x, k, (bought[-1] - bought[0]) / (day - bought[0])))
    if p <= settings.lost_level * (1 + 1e-9):
        return "lost"
    return "decline" if p <= settings.decline_level * (1 + 1e-9) else None


def _is_returned(settings: Settings, bought: list[int], returns: set[int], day: int) -> bool:
    since = [p for p in returns if p < day]
    if not since:
        return False
    back = max(since)
    further = sum(p > back for p in bought)
    return further < settings.return_orders and day - back <= settings.return_days


def _fallen(
    life: Life,
    settings: Settings,
    bought: list[int],
    returns: set[int],
    gap: float | None,
    day: int,
) -> str | None:
    """Which measure is down in each of two successive windows, with purchases slowing."""
    if not bought or gap is None or _is_returned(settings, bought, returns, day):
        return None
    width = int(settings.window_gaps * gap + 0.5)
    edges = [day - 3 * width, day - 2 * width, day - width, day]
    if edges[0] <= bought[0]:
        return None
    orders = [sum(a <= p < b for p in bought) for a, b in pairwise(edges)]
    if orders[0] == 0:
        return None
    recent, before = orders[1] + orders[2], sum(p < edges[1] for p in bought) - 1
    k, share = settings.regularity, 2 * width / (day - bought[0])
    if before == 0 or special.betainc(k * before, k * recent + 1, 1 - share) > (
        settings.slowing_level
    ):
        return None
    money = [sum(v for d, v in life.money.items() if a <= d < b) for a, b in pairwise(edges)]
    if _twice_down(orders, settings):
        return "orders_fell"
    if _twice_down(money, settings):
        return "spend_fell"
    if life.visits is not None:
        visits = [sum(v for d, v in life.visits.items() if a <= d < b) for a, b in pairwise(edges)]
        if _twice_down(visits, settings):
            return "visits_fell"
    return None


def _twice_down(series: list[int], settings: Settings) -> bool:
    kept = 1 - Fraction(settings.fall_share)
    return all(a > 0 and b <= kept * a for a, b in pairwise(series))
