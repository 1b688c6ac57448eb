"""`summary`: what a customer's history amounts to (row 002-6c's inputs; x, t_x and T)."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from regulars.testing.reference.base import Answer, Day, Facts, day_number, day_of, days_before


def summary(facts: Facts, *, as_of: Day, grain: Literal["day", "week"] = "day") -> Answer:
    """One row per customer with a purchase day before ``as_of``, by key.

    ``grain="week"`` changes x, t_x and T only: weeks are counted back from the as-of day, the last
    one complete; T is the index of the first week plus one, as T in days is 1 for a purchase on
    the eve of the as-of day.
    """
    end = day_number(as_of)
    days = days_before(facts, end)
    bought = days[days["orders"] > 0]
    gap = bought.groupby("customer_key")["day"].diff()
    frame = (
        bought.assign(gap=gap)
        .groupby("customer_key")
        .agg(
            first=("day", "min"),
            last=("day", "max"),
            orders=("orders", "sum"),
            purchase_days=("day", "size"),
            median_gap_days=("gap", "median"),
        )
    )
    frame["spend_minor"] = days.groupby("customer_key")["spend_minor"].sum()
    repeats = frame["purchase_days"] - 1
    span = frame["last"] - frame["first"]
    if grain == "day":
        frame["x"], frame["t_x"], frame["T"] = repeats, span, end - frame["first"]
    else:
        week = (end - 1 - bought["day"]) // 7
        weeks = week.groupby(bought["customer_key"]).agg(["nunique", "min", "max"])
        frame["x"] = weeks["nunique"] - 1
        frame["t_x"] = weeks["max"] - weeks["min"]
        frame["T"] = weeks["max"] + 1
    table = pd.DataFrame(
        {
            "customer_key": frame.index,
            "first_day": [day_of(d) for d in frame["first"]],
            "last_day": [day_of(d) for d in frame["last"]],
            "orders": frame["orders"].to_numpy(),
            "purchase_days": frame["purchase_days"].to_numpy(),
            "x": frame["x"].to_numpy(),
            "t_x": frame["t_x"].to_numpy(),
            "T": frame["T"].to_numpy(),
            "recency_days": (end - frame["last"]).to_numpy(),
            "spend_minor": frame["spend_minor"].to_numpy(),
            "spend_per_purchase_day_minor": (
                frame["spend_minor"] / frame["purchase_days"]
            ).to_numpy(),
            "mean_gap_days": (span / repeats.where(repeats > 0)).to_numpy(),
            "median_gap_days": frame["median_gap_days"].to_numpy(),
        }
    )
    return Answer(table)
