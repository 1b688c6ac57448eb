"""`retention`: customer by customer in a matrix of periods; the interval by its definition."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    days_before,
    first_purchase,
    share,
)
from regulars.testing.reference.homogeneity import wilson

LENGTH = {"month": 30, "quarter": 91, "year": 365}


def retention(
    facts: Facts,
    *,
    as_of: Day,
    period: Literal["month", "quarter", "year"] = "year",
    acquired: str | None = None,
    periods: int = 10,
    least: int = 10,
) -> Answer:
    """What was counted, of the periods in which a rate was seen; nothing that a curve says."""
    end, length = day_number(as_of), LENGTH[period]
    days = days_before(facts, end)
    everybody = first_purchase(days)
    history = int(everybody.min())
    first = everybody
    if acquired is not None:
        inside = Period.of(acquired)
        first = first[(first >= inside.start) & (first < inside.end)]
    whole = (end - first) // length
    place = {key: i for i, key in enumerate(first.index)}
    size = (len(first), periods + 2)
    orders, spend = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for row in days[days["customer_key"].isin(first.index)].itertuples():
        i = place[row.customer_key]
        y = (row.day - first.iloc[i]) // length
        if 0 <= y < min(int(whole.iloc[i]), periods + 1):
            orders[i, y] += row.orders
            spend[i, y] += row.spend_minor
    watched, active = whole.to_numpy(), orders > 0
    rows = []
    for y in range(periods):
        base = watched > y + 1
        now, later = active[base, y], active[base, y + 1]
        if now.sum() < (least if y else 1):
            break
        done = watched > y
        rows.append(
            {
                "period": y,
                **_rates(now, later),
                "active_share": share(int(active[done, y].sum()), int(done.sum())),
                "orders_per_active": share(int(orders[done, y].sum()), int(active[done, y].sum())),
                "aov_minor": share(int(spend[done, y].sum()), int(orders[done, y].sum())),
                "spend_minor": int(spend[done, y].sum()),
                "complete": bool(base.all()),
            }
        )
    early = int((10 * (first - history) < end - history).sum())
    figures = {
        "customers": len(first),
        "period_days": length,
        "seen": len(rows),
        "first_seen": early / len(first) > 0.5 if len(first) else False,
        "first_tenth_share": share(early, len(first)),
    }
    return Answer(pd.DataFrame(rows), figures)


def _rates(now: Any, later: Any) -> dict[str, Any]:
    a, b, both = int(now.sum()), int(later.sum()), int((now & later).sum())
    low, high = wilson(b, a) if now.all() else ratio_interval(now, later)
    repeat_low, repeat_high = wilson(both, a)
    return {
        "customers": len(now),
        "active": a,
        "active_next": b,
        "retention": b / a,
        "retention_low": low,
        "retention_high": high,
        "rate_from": "seen",
        "repeat_rate": both / a,
        "repeat_rate_low": repeat_low,
        "repeat_rate_high": repeat_high,
    }


def ratio_interval(now: Any, later: Any) -> tuple[float, float]:
    """Bonett & Price (2006) for P(later)/P(now), from the customers themselves."""
    some = now | later
    n, one, two = some.sum(), now.sum(), later.sum()
    apart = (now != later).sum()
    p, q = (one + 1) / (n + 2), (two + 1) / (n + 2)
    width = np.sqrt((1 - p) / (one + 1)) + np.sqrt((1 - q) / (two + 1))
    z = norm.ppf(0.975) * np.sqrt((apart + 2) / ((one + 1) * (two + 1))) / width

    def bound(k: Any, side: int) -> float:
        root = np.sqrt(z**2 + 4 * k * (1 - k / n))
        return float((2 * k + z**2 + side * z * root) / (2 * (n + z**2)))

    return max(bound(two, -1), 0.0) / bound(one, 1), bound(two, 1) / bound(one, -1)
