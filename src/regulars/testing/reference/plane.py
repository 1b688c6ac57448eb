"""`groups`, `groups_trend` and `migration`: the frequency × order-value plane (row 002-1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypedDict

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_numbers,
    day_of,
    days_before,
    first_purchase,
    live,
    resolved,
    share,
    totals,
)
from regulars.testing.reference.homogeneity import bhapkar, wilson

GROUPS = ("A", "B", "C", "D", "E")
FrequencyUnit = Literal["days", "orders"]
ARRIVED = "arrived"


class Law(TypedDict):
    """How the plane is cut."""

    frequency_threshold: int
    frequency_unit: FrequencyUnit
    swap_cd: bool


@dataclass(frozen=True)
class Plane:
    """Where everybody known at the end of a window stands.

    people : index customer_key; group, purchase_days and spend_minor in the window.
    prospects : how many of them never ordered (A0).
    """

    people: pd.DataFrame
    prospects: int
    value_threshold: float | None
    window: Period


def known_days(facts: Facts, days: pd.DataFrame) -> pd.Series:
    """The day each customer is first known: first_seen, a lead or a row, whichever is earliest."""
    known = [days.groupby("customer_key")["day"].min()]
    for table, column in (("customers", "first_seen"), ("leads", "day")):
        if table not in facts:
            continue
        seen = live(facts[table])
        seen = seen[seen["customer_key"].notna() & seen[column].notna()]
        if not seen.empty:
            keys = resolved(seen["customer_key"].astype("int64"), facts)
            known.append(day_numbers(seen[column]).groupby(keys).min())
    return pd.concat(known).groupby(level=0).min()


def plane(
    days: pd.DataFrame,
    known: pd.Series,
    window: Period,
    *,
    frequency_threshold: int,
    value_threshold: float | None = None,
    frequency_unit: FrequencyUnit = "days",
    swap_cd: bool = False,
) -> Plane:
    """The plane at the end of ``window``; the value threshold is the window's own unless given."""
    before = days[days["day"] < window.end]
    everybody = known[known < window.end].index
    people = totals(before, window).reindex(everybody, fill_value=0)
    bought = people["purchase_days"] > 0
    count = people["purchase_days" if frequency_unit == "days" else "orders"]
    value = people["spend_minor"] / count.where(bought)
    if value_threshold is None and bought.any():
        value_threshold = float(value.median())
    often = count >= frequency_threshold
    dear = value >= (np.inf if value_threshold is None else value_threshold)
    only_dear, only_often = ("D", "C") if swap_cd else ("C", "D")
    people["group"] = np.select(
        [~bought, often & dear, often, dear], ["A", "E", only_often, only_dear], default="B"
    )
    prospects = len(everybody.difference(before["customer_key"].unique()))
    return Plane(people, prospects, value_threshold, window)


def usual_window(days: pd.DataFrame, *, end: int, window_days: int | None) -> int:
    """The window given, else 365 days, else half of a history shorter than two such windows."""
    if window_days is not None:
        return window_days
    first = first_purchase(days)
    history = end - int(first.min()) if len(first) else 0
    return 365 if history >= 2 * 365 else max(history // 2, 1)


def group_rows(state: Plane, frequency_unit: FrequencyUnit = "days") -> pd.DataFrame:
    people = state.people
    summed = (
        people.groupby("group")
        .agg(
            customers=("group", "size"),
            revenue_minor=("spend_minor", "sum"),
            purchase_days=("purchase_days", "sum"),
            orders=("orders", "sum"),
        )
        .reindex(list(GROUPS), fill_value=0)
    )
    everybody, revenue = len(people), int(people["spend_minor"].sum())
    frame = pd.DataFrame(
        {
            "group": list(GROUPS),
            "customers": summed["customers"].to_numpy(),
            "customer_share": [share(v, everybody) for v in summed["customers"]],
            "revenue_minor": summed["revenue_minor"].to_numpy(),
            "revenue_share": [share(v, revenue) for v in summed["revenue_minor"]],
            "purchase_days": summed["purchase_days"].to_numpy(),
        }
    )
    count = summed["purchase_days" if frequency_unit == "days" else "orders"]
    pairs = zip(summed["revenue_minor"], count, strict=True)
    frame["aov_minor"] = [share(money, times) for money, times in pairs]
    return frame


def groups(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int | None = None,
    frequency_threshold: int = 2,
    value_threshold_minor: float | None = None,
    frequency_unit: FrequencyUnit = "days",
    swap_cd: bool = False,
) -> Answer:
    """Five rows A–E over everybody known before ``as_of``."""
    end = day_number(as_of)
    days = days_before(facts, end)
    width = usual_window(days, end=end, window_days=window_days)
    state = plane(
        days,
        known_days(facts, days),
        Period(end - width, end),
        frequency_threshold=frequency_threshold,
        value_threshold=value_threshold_minor,
        frequency_unit=frequency_unit,
        swap_cd=swap_cd,
    )
    a = int((state.people["group"] == "A").sum())
    figures = {
        "value_threshold_minor": state.value_threshold,
        "frequency_threshold": frequency_threshold,
        "window_days": width,
        "from_day": day_of(end - width),
        "to_day": day_of(end),
        "customers_total": len(state.people),
        "revenue_total_minor": int(state.people["spend_minor"].sum()),
        "never_ordered": state.prospects or None,
        "lapsed": a - state.prospects,
    }
    return Answer(group_rows(state, frequency_unit), figures)


def group_customers(
    facts: Facts, *, as_of: Day, window_days: int | None = None, frequency_threshold: int = 2
) -> Answer:
    """Everybody known before ``as_of`` with the group, most spend first (ties by key)."""
    end = day_number(as_of)
    days = days_before(facts, end)
    width = usual_window(days, end=end, window_days=window_days)
    state = plane(
        days,
        known_days(facts, days),
        Period(end - width, end),
        frequency_threshold=frequency_threshold,
    )
    people = state.people.rename_axis("customer_key").reset_index()
    bought = people["purchase_days"].where(people["purchase_days"] > 0)
    frame = pd.DataFrame(
        {
            "customer_key": people["customer_key"],
            "customer_group": people["group"],
            "frequency": people["purchase_days"],
            "spend_minor": people["spend_minor"],
            "aov_minor": people["spend_minor"] / bought,
        }
    )
    ranked = frame.sort_values(["spend_minor", "customer_key"], ascending=[False, True])
    return Answer(ranked.reset_index(drop=True))


def migration_customers(facts: Facts, *, before: Period | str, after: Period | str) -> Answer:
    """Everybody known before the end of ``after`` with both groups, by key."""
    first, second = Period.of(before), Period.of(after)
    days = days_before(facts, second.end)
    known = known_days(facts, days)
    old = plane(days, known, first, frequency_threshold=2)
    threshold = np.inf if old.value_threshold is None else old.value_threshold
    new = plane(days, known, second, frequency_threshold=2, value_threshold=threshold)
    moved = new.people[["group"]].rename(columns={"group": "to_group"})
    moved["from_group"] = old.people["group"].reindex(moved.index).fillna(ARRIVED)
    frame = moved.rename_axis("customer_key").reset_index().sort_values("customer_key")
    names = ["customer_key", "from_group", "to_group"]
    return Answer(frame[names].reset_index(drop=True))


def month_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months from the month after ``first``'s to ``last``."""
    starts: list[dt.date] = []
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        start = dt.date(year, month, 1)
        if start > last:
            return starts
        starts.append(start)


def groups_trend(
    facts: Facts, *, as_of: Day, window_days: int | None = None, frequency_threshold: int = 2
) -> Answer:
    """Month × group: the window that ends with each month, thresholds of the first one kept."""
    end = day_number(as_of)
    days = days_before(facts, end)
    known = known_days(facts, days)
    width = usual_window(days, end=end, window_days=window_days)
    first = first_purchase(days)
    begin = int(first.min()) if len(first) else end
    base: float | None = None
    threshold: float | None = None
    parts: list[pd.DataFrame] = []
    for start in month_starts(day_of(begin), day_of(end)):
        close = day_number(start)
        if close - width < begin:
            continue
        state = plane(
            days,
            known,
            Period(close - width, close),
            frequency_threshold=frequency_threshold,
            value_threshold=threshold,
        )
        if not parts:  # the first window's, kept; out of reach when nobody ordered in it
            base = state.value_threshold
            threshold = np.inf if base is None else base
        month = day_of(close - 1).strftime("%Y-%m")
        rows = group_rows(state)[["group", "customers", "revenue_minor", "revenue_share"]]
        parts.append(rows.assign(month=month)[["month", *rows.columns]])
    empty = pd.DataFrame(columns=["month", "group", "customers", "revenue_minor", "revenue_share"])
    frame = pd.concat(parts, ignore_index=True) if parts else empty
    return Answer(frame, {"value_threshold_minor": base, "window_days": width})


def rate(counts: pd.DataFrame, origin: str, target: str, name: str) -> dict[str, float | None]:
    total, hit = int(counts.loc[origin].sum()), int(counts.loc[origin, target])
    low, high = wilson(hit, total)
    return {f"{name}_rate": share(hit, total), f"{name}_rate_low": low, f"{name}_rate_high": high}


def migration(
    facts: Facts,
    *,
    before: Period | str | None = None,
    after: Period | str | None = None,
    as_of: Day | None = None,
    window_days: int | None = None,
    frequency_threshold: int = 2,
    frequency_unit: FrequencyUnit = "days",
    swap_cd: bool = False,
) -> Answer:
    """30 rows: from A–E and "arrived" to A–E, thresholds of the earlier period kept.

    Give both periods, or ``as_of`` (then the last two windows).
    """
    if before is not None and after is not None:
        first, second = Period.of(before), Period.of(after)
        days = days_before(facts, second.end)
    elif as_of is not None:
        end = day_number(as_of)
        days = days_before(facts, end)
        width = usual_window(days, end=end, window_days=window_days)
        first, second = Period(end - 2 * width, end - width), Period(end - width, end)
    else:
        raise ValueError("give before and after, or as_of")
    if first.length != second.length or first.length <= 0 or first.end > second.start:
        raise ValueError("two periods of equal length, one after the other, are needed")
    known = known_days(facts, days)
    law: Law = {
        "frequency_threshold": frequency_threshold,
        "frequency_unit": frequency_unit,
        "swap_cd": swap_cd,
    }
    old = plane(days, known, first, **law)
    new = plane(
        days,
        known,
        second,
        **law,
        # without an order in the earlier period there is no threshold to reach
        value_threshold=np.inf if old.value_threshold is None else old.value_threshold,
    )
    origin = old.people["group"].reindex(new.people.index).fillna(ARRIVED)
    counts = pd.crosstab(origin, new.people["group"]).reindex(
        index=[*GROUPS, ARRIVED], columns=list(GROUPS), fill_value=0
    )
    rows = []
    for source in counts.index:
        total = int(counts.loc[source].sum())
        for target in GROUPS:
            count = int(counts.loc[source, target])
            low, high = wilson(count, total)
            rows.append((source, target, count, share(count, total), low, high))
    names = ["from_group", "to_group", "customers", "share", "share_low", "share_high"]
    test = bhapkar(counts.loc[list(GROUPS)].to_numpy())
    a_to_b = rate(counts, "A", "B", "a_to_b")
    figures = {
        "value_threshold_minor": old.value_threshold,
        **(a_to_b if old.prospects else dict.fromkeys(a_to_b)),
        **rate(counts, "B", "E", "b_to_e"),
        **rate(counts, "E", "E", "e_stay"),
        "bhapkar_statistic": test.statistic,
        "bhapkar_df": test.df,
        "bhapkar_p": test.p,
    }
    return Answer(pd.DataFrame(rows, columns=names), figures)
