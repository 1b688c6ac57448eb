"""`lifecycle`, its customers, history and months, by the literal replay (002-5)."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_numbers,
    day_of,
    live,
    live_orders,
    resolved,
    share,
)
from regulars.testing.reference.life_stages import Day as Standing
from regulars.testing.reference.life_stages import Life, Settings, days_of
from regulars.testing.reference.tiers import spoken

STAGES = ("acquisition", "growth", "mature", "decline", "lost", "returned", "unknown")
LEAST_MEASURED = 30
Courses = dict[int, dict[int, Standing]]


def courses(facts: Facts, *, as_of: Day, **settings: Any) -> tuple[Courses, dict[int, Life]]:
    """The stage of every customer on every day, and what it follows from."""
    return _replayed(facts, lambda days: days, as_of=as_of, **settings)


def _replayed(
    facts: Facts, pick: Callable[[dict[int, Standing]], Any], *, as_of: Day, **settings: Any
) -> tuple[dict[int, Any], dict[int, Life]]:
    """What is picked of each customer's days, and his facts."""
    end = day_number(as_of)
    lives = _lives(facts, end)
    given = Settings(**settings)

    # Many customers share one history; each is replayed once.
    @cache
    def replayed(key: tuple[Any, ...]) -> Any:
        purchases, money, known, ended, visits, base = key
        life = Life(purchases, dict(money), known, ended, dict(visits), base)
        return pick(days_of(life, given, last=end))

    found = {
        customer: replayed(
            (
                tuple(life.purchases),
                tuple(sorted(life.money.items())),
                life.known,
                tuple(life.ended),
                tuple(sorted((life.visits or {}).items())),
                life.base_gap,
            )
        )
        for customer, life in lives.items()
    }
    return found, lives


def _lives(facts: Facts, end: int) -> dict[int, Life]:
    firms = _businesses(facts)
    of_kind = {business: _base_gap(facts, end, business=business) for business in (True, False)}
    purchases: dict[int, set[int]] = {}
    money: dict[int, Counter[int]] = {}
    for row in live_orders(facts, end).itertuples():
        key, day = int(row.customer_key), int(row.day)
        money.setdefault(key, Counter())[day] += int(row.amount_minor)
        if row.kind == "sale":
            purchases.setdefault(key, set()).add(day)
    known = _first_seen(facts, end)
    visits = _dated(facts, "visits", "day", end)
    ended = _ended(facts, end)
    keys = {*money, *known, *visits, *ended}
    return {
        key: Life(
            purchases=sorted(purchases.get(key, ())),
            money=money.get(key, {}),
            known=known.get(key),
            ended=ended.get(key, []),
            visits=Counter(visits.get(key, [])),
            base_gap=of_kind[key in firms],
        )
        for key in sorted(keys)
    }


def _businesses(facts: Facts) -> set[int]:
    if "customers" not in facts or "kind" not in facts["customers"]:
        return set()
    told = spoken(facts, "kind")
    return set(told.loc[told["kind"] == "business", "owner"].astype(int))


def _base_gap(facts: Facts, end: int, *, business: bool) -> float | None:
    sales = live_orders(facts, end)
    sales = sales[sales["kind"] == "sale"]
    sales = sales[sales["customer_key"].isin(_businesses(facts)) == business]
    gaps = []
    for _, days in sales.groupby("customer_key")["day"]:
        own = [b - a for a, b in pairwise(sorted(set(days)))]
        if len(own) >= 2:
            gaps.append(max(7.0, statistics.median(own)))
    return float(statistics.median(gaps)) if len(gaps) >= LEAST_MEASURED else None


def _dated(facts: Facts, table: str, column: str, end: int) -> dict[int, list[int]]:
    if table not in facts or facts[table].empty:
        return {}
    rows = live(facts[table])
    rows = rows[rows["customer_key"].notna() & rows[column].notna()]
    keys = resolved(rows["customer_key"].astype("int64"), facts)
    found: dict[int, list[int]] = {}
    for key, day in zip(keys, day_numbers(rows[column]), strict=True):
        if day < end:
            found.setdefault(int(key), []).append(int(day))
    return found


def _first_seen(facts: Facts, end: int) -> dict[int, int]:
    """By record of the customer or by lead, whichever is earlier."""
    found = _dated(facts, "customers", "first_seen", end)
    for key, days in _dated(facts, "leads", "day", end).items():
        found[key] = found.get(key, []) + days
    return {key: min(days) for key, days in found.items()}


def _ended(facts: Facts, end: int) -> dict[int, list[int]]:
    """Days on which the last running subscription of a customer ended."""
    if "subscriptions" not in facts:
        return {}
    rows = live(facts["subscriptions"])
    rows = rows[rows["customer_key"].notna()]
    keys = resolved(rows["customer_key"].astype("int64"), facts)
    own: dict[int, list[tuple[int, int | None]]] = {}
    for key, start, stop in zip(keys, rows["started"], rows["ended"], strict=True):
        begun = day_number(start)
        if begun < end:
            own.setdefault(int(key), []).append(
                (begun, None if pd.isna(stop) else day_number(stop))
            )
    found: dict[int, list[int]] = {}
    for key, terms in own.items():
        for place, (_, stop) in enumerate(terms):
            others = terms[:place] + terms[place + 1 :]
            if stop is None or stop >= end:
                continue
            if not any(s <= stop + 1 and (e is None or e > stop) for s, e in others):
                found.setdefault(key, []).append(stop)
    return found


def lifecycle_customers(facts: Facts, *, as_of: Day, **settings: Any) -> Answer:
    """Stage and recency of everybody on the as-of day, by key."""
    end = day_number(as_of)
    found, lives = _replayed(facts, lambda days: days.get(end), as_of=as_of, **settings)
    rows = [
        {
            "customer_key": key,
            "stage": now.stage,
            "recency_days": end - max(lives[key].purchases) if lives[key].purchases else None,
        }
        for key, now in found.items()
        if now is not None and now.stage is not None
    ]
    return Answer(pd.DataFrame(rows, columns=["customer_key", "stage", "recency_days"]))


def lifecycle_history(
    facts: Facts, *, as_of: Day, window_days: int = 365, **settings: Any
) -> Answer:
    """Every change of stage after the first of the days, by key and day."""
    end = day_number(as_of)
    found, _ = courses(facts, as_of=as_of, **settings)
    names = ["customer_key", "day", "from_stage", "to_stage", "g_days"]
    rows = []
    for key, days in found.items():
        for day in range(end - window_days + 1, end + 1):
            now, before = days.get(day), days.get(day - 1)
            stage, earlier = now and now.stage, before and before.stage
            if now is not None and stage is not None and stage != earlier:
                rows.append((key, day_of(day), earlier, stage, now.gap))
    return Answer(pd.DataFrame(rows, columns=names))


def lifecycle(facts: Facts, *, as_of: Day, window_days: int = 365, **settings: Any) -> Answer:
    """Customers and revenue by stage; the columns on steady buying are not the reference's."""
    end = day_number(as_of)
    stages = lifecycle_customers(facts, as_of=as_of, **settings).frame
    orders = live_orders(facts, end)
    spend = orders[orders["day"] >= end - window_days].groupby("customer_key")["amount_minor"].sum()
    stages["revenue_minor"] = stages["customer_key"].map(spend).fillna(0).astype("int64")
    by = stages.groupby("stage")
    people, money = by.size(), by["revenue_minor"].sum()
    rows = [
        {
            "stage": stage,
            "customers": int(people.get(stage, 0)),
            "share": share(int(people.get(stage, 0)), len(stages)),
            "revenue_minor": int(money.get(stage, 0)),
            "revenue_share": share(int(money.get(stage, 0)), int(stages["revenue_minor"].sum())),
        }
        for stage in STAGES
    ]
    return Answer(pd.DataFrame(rows), {"base_gap_days": _base_gap(facts, end, business=False)})


def lifecycle_trend(facts: Facts, *, as_of: Day, months: int = 12, **settings: Any) -> Answer:
    """Customers by stage when each full month was over."""
    ends: list[dt.date] = []
    end = day_of(day_number(as_of)).replace(day=1)
    start = day_of(int(live_orders(facts, day_number(as_of)).query("kind == 'sale'")["day"].min()))
    while end > start and len(ends) < months:
        ends.insert(0, end)
        end = (end - dt.timedelta(days=1)).replace(day=1)
    wanted = [day_number(end) for end in ends]
    found, _ = _replayed(
        facts,
        lambda days: [days[day].stage if day in days else None for day in wanted],
        as_of=as_of,
        **settings,
    )
    rows = []
    for place, end in enumerate(ends):
        counts = Counter(stages[place] for stages in found.values())
        total = sum(counts[stage] for stage in STAGES)
        rows += [
            {
                "month": (end - dt.timedelta(days=1)).strftime("%Y-%m"),
                "stage": stage,
                "customers": counts[stage],
                "share": share(counts[stage], total),
            }
            for stage in STAGES
        ]
    return Answer(pd.DataFrame(rows))
