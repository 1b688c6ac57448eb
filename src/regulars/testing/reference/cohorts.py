"""`cohorts`: who comes back how long after the first order (0-definitions; statistics page)."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_of,
    days_before,
    first_purchase,
    share,
)

LENGTH = {"week": 7, "month": 30, "quarter": 91, "year": 365}
EVERYBODY = "all"


def cohorts(
    facts: Facts,
    *,
    as_of: Day,
    period: Literal["week", "month", "quarter", "year"] = "month",
) -> Answer:
    """Cohort (calendar month of the first purchase, and "all") × period since the first purchase.

    Shares are over customers whose period is complete; retention and repeat rate of period p are
    over customers whose period p + 1 is complete.
    """
    end, length = day_number(as_of), LENGTH[period]
    days = days_before(facts, end)
    first = first_purchase(days)
    people = pd.DataFrame({"first": first.rename_axis("key")})
    people["cohort"] = [day_of(d).strftime("%Y-%m") for d in first]
    people["complete"] = (end - first) // length  # periods 0 … complete − 1 are over
    people["begun"] = (end - 1 - first) // length  # the last period that has begun
    spent = days.merge(people, left_on="customer_key", right_index=True)
    spent = spent[spent["day"] >= spent["first"]]
    spent["period"] = (spent["day"] - spent["first"]) // length
    usage = spent.groupby(["customer_key", "period"], as_index=False).agg(
        orders=("orders", "sum"),
        spend_minor=("spend_minor", "sum"),
        cohort=("cohort", "first"),
        complete=("complete", "first"),
    )
    parts = [
        rows_of(str(name), people[people["cohort"] == name], usage[usage["cohort"] == name])
        for name in sorted(people["cohort"].unique())
    ]
    parts.append(rows_of(EVERYBODY, people, usage))
    start = int(first.min()) if len(first) else end
    early = int((10 * (first - start) < end - start).sum())
    first_tenth = share(early, len(first))
    figures = {
        "first_seen": first_tenth is not None and first_tenth > 0.5,
        "first_tenth_share": first_tenth,
    }
    return Answer(pd.concat(parts, ignore_index=True), figures)


def cohort_customers(
    facts: Facts,
    *,
    as_of: Day,
    period: Literal["week", "month", "quarter", "year"] = "month",
    number: int = 0,
) -> Answer:
    """Everybody who has completed that period, and what they bought in it."""
    end, length = day_number(as_of), LENGTH[period]
    days = days_before(facts, end)
    rows = []
    for key, first in first_purchase(days).items():
        start = first + number * length
        if start + length > end:
            continue
        own = days[(days["customer_key"] == key) & (days["day"] >= start)]
        own = own[own["day"] < start + length]
        rows.append(
            {
                "customer_key": key,
                "cohort": day_of(first).strftime("%Y-%m"),
                "first_day": day_of(first),
                "bought": bool(own["orders"].sum() > 0),
                "spend_minor": int(own["spend_minor"].sum()),
            }
        )
    return Answer(pd.DataFrame(rows))


def rows_of(name: str, people: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    bought = usage[usage["orders"] > 0]
    done = usage[usage["complete"] > usage["period"]]
    active = done[done["orders"] > 0].groupby("period")["customer_key"].size()
    spend = done.groupby("period")["spend_minor"].sum()
    # over customers whose next period is complete too
    ready = bought[bought["complete"] > bought["period"] + 1]
    base = ready.groupby("period")["customer_key"].size()
    following = bought[["customer_key", "period"]].assign(period=bought["period"] - 1)
    again = ready.merge(following, on=["customer_key", "period"]).groupby("period").size()
    rows = []
    for p in range(int(people["begun"].max()) + 1 if len(people) else 0):
        customers = int((people["complete"] > p).sum())
        a, ready_count = int(active.get(p, 0)), int(base.get(p, 0))
        rows.append(
            {
                "cohort": name,
                "period": p,
                "customers": customers,
                "active": a,
                "active_share": share(a, customers),
                "retention": share(int(active.get(p + 1, 0)), ready_count),
                "repeat_rate": share(int(again.get(p, 0)), ready_count),
                "spend_minor": int(spend.get(p, 0)),
                "complete": customers == len(people),
            }
        )
    return pd.DataFrame(rows)
