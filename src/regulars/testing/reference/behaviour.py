"""`engagement`, `conversion`, `interest` (rows 002-6b, h, i): what happens before the order."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
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
from regulars.testing.reference.goods import lines_of
from regulars.testing.reference.homogeneity import wilson

FLOORS = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)
BANDS = ("0", "under 0.1", "0.1 to 0.5", "0.5 to 1", "1 to 2", "2 to 5", "5 and more")


def touches(facts: Facts, name: str, end: int) -> pd.DataFrame:
    """Live, dated rows before the end, under their surviving customers."""
    if name not in facts:
        return pd.DataFrame({"customer_key": pd.Series(dtype="int64"),
                             "day": pd.Series(dtype="int64")})  # fmt: skip
    table = live(facts[name])
    table = table if "day" in table else table.assign(day=None)
    table = table[table["day"].notna() & table["customer_key"].notna()].copy()
    table["customer_key"] = resolved(table["customer_key"].astype("int64"), facts)
    table["day"] = day_numbers(table["day"])
    return table[table["day"] < end]


def engagement(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    half_life_days: float = 30,
    visit_weight: float = 0.5,
    response_weight: float = 0.8,
    contact_weight: float = 1.0,
) -> Answer:
    end = day_number(as_of)
    orders = live_orders(facts, end)
    contacts = touches(facts, "contacts", end)
    came = contacts["direction"] == "in" if len(contacts) else pd.Series(dtype="bool")
    parts = {
        "visits": (touches(facts, "visits", end), visit_weight),
        "responses": (touches(facts, "responses", end), response_weight),
        "contacts": (contacts[came], contact_weight),
    }
    activity: dict[int, float] = dict.fromkeys(orders["customer_key"].unique(), 0.0)
    for key in contacts["customer_key"]:
        activity.setdefault(key, 0.0)
    for frame, weight in parts.values():
        for key, day in zip(frame["customer_key"], frame["day"], strict=True):
            decayed = weight * math.exp(-math.log(2) * (end - day) / half_life_days)
            activity[key] = activity.get(key, 0.0) + decayed
    sales = orders[orders["kind"] == "sale"]
    steps: list[tuple[str, bool, set[int]]] = []
    for name, frame in (
        ("contacted", contacts[~came]),
        ("responded", parts["responses"][0]),
        ("visited", parts["visits"][0]),
        ("ordered", sales),
    ):
        known = name == "ordered" or len(contacts if name == "contacted" else frame) > 0
        inside = frame[frame["day"] >= end - window_days]
        steps.append((name, known, set(inside["customer_key"])))
    ordered = steps[-1][2]
    bands = {key: _band(value) for key, value in activity.items()}
    held = Counter(bands.values())
    bought = Counter(band for key, band in bands.items() if key in ordered)
    rows = [
        {
            "activity": name,
            "customers": held[i],
            "customers_share": share(held[i], len(activity)),
            "ordered": bought[i],
            "ordered_share": share(bought[i], held[i]),
        }
        for i, name in enumerate(BANDS)
    ]
    active = len(activity) - held[0]
    figures: dict[str, Any] = {
        "customers_total": len(activity),
        "active": active,
        "active_share": share(active, len(activity)),
    }
    left = set(activity)
    for name, known, who in steps:
        left = left & who if known else left
        figures[name] = len(left) if known else None
    return Answer(pd.DataFrame(rows), figures)


def _band(activity: float) -> int:
    """0 for none (to six decimals), else which of the half-open bands."""
    rounded = math.floor(activity * 1e6 + 0.5)
    return sum(rounded >= max(1, round(floor * 1e6)) for floor in FLOORS)


def conversion(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    within_days: int = 7,
    warning_days: int = 28,
    drop: float = 0.5,
    min_visits: int = 4,
) -> Answer:
    end = day_number(as_of)
    orders = live_orders(facts, end)
    sales = orders[orders["kind"] == "sale"]
    visits = touches(facts, "visits", end)
    bought = {key: np.sort(days.to_numpy()) for key, days in sales.groupby("customer_key")["day"]}
    inside = visits[
        (visits["day"] >= end - window_days) & (visits["day"] < end - within_days)
    ].copy()
    leads: list[float | None] = []
    for key, day in zip(inside["customer_key"], inside["day"], strict=True):
        days = bought.get(key, np.array([], dtype="int64"))
        later = days[days >= day]
        lead = int(later[0] - day) if len(later) else None
        leads.append(lead if lead is not None and lead <= within_days else None)
    inside["lead"] = pd.Series(leads, index=inside.index, dtype="float64")
    inside["channel"] = inside["channel"].fillna("(none)")
    groups = [*inside.groupby("channel"), ("(all)", inside)] if len(inside) else []
    rows = []
    for channel, held in groups:
        converted = int(held["lead"].notna().sum())
        low, high = wilson(converted, len(held))
        rows.append(
            {
                "channel": channel,
                "visits": len(held),
                "visitors": held["customer_key"].nunique(),
                "converted": converted,
                "conversion_rate": share(converted, len(held)),
                "rate_low": low,
                "rate_high": high,
                "median_lead_days": float(held["lead"].median()) if converted else None,
            }
        )
    whole = rows[-1] if rows else {}
    figures: dict[str, Any] = {
        "visits": len(inside),
        "conversion_rate": whole.get("conversion_rate"),
        "median_lead_days": whole.get("median_lead_days"),
    }
    figures |= _warnings(visits, sales, end=end, length=warning_days, drop=drop, least=min_visits)
    return Answer(pd.DataFrame(rows), figures)


def _warnings(
    visits: pd.DataFrame, sales: pd.DataFrame, *, end: int, length: int, drop: float, least: int
) -> dict[str, int]:
    def counts(frame: pd.DataFrame, start: int) -> Counter[int]:
        days = frame["day"]
        return Counter(frame.loc[(days >= start) & (days < start + length), "customer_key"])

    recent, earlier = end - length, end - 2 * length
    v1, v2 = counts(visits, earlier), counts(visits, recent)
    o1, o2 = counts(sales, earlier), counts(sales, recent)
    found = dict.fromkeys(("warned", "both_down", "mirror", "both_up", "steady", "too_few"), 0)
    for key in {*v1, *v2, *o1, *o2}:
        if max(v1[key], v2[key]) < least:
            name = "too_few"
        elif v1[key] >= least and v2[key] <= (1 - drop) * v1[key]:
            name = "warned" if o2[key] >= o1[key] else "both_down"
        elif v2[key] >= least and v1[key] <= (1 - drop) * v2[key]:
            name = "mirror" if o1[key] >= o2[key] else "both_up"
        else:
            name = "steady"
        found[name] += 1
    return found


def interest(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    view_weight: float = 1.0,
    favourite_weight: float = 2.0,
    cart_weight: float = 3.0,
    min_score: float = 2.0,
) -> Answer:
    end = day_number(as_of)
    weights = {"view": view_weight, "favourite": favourite_weight, "cart": cart_weight}
    lines = lines_of(facts, start=-(10**6), end=end, level="product")
    bought = lines[lines["bought"]].groupby(["customer_key", "product_id"])["day"].max().to_dict()
    signs = touches(facts, "product_interest", end)
    signs = signs[signs["day"] >= end - window_days]
    rows = []
    for (key, product), held in signs.groupby(["customer_key", "product_id"]):
        last = bought.get((key, product))
        fresh = held if last is None else held[held["day"] > last]
        times = fresh["times"].astype("Int64").fillna(1).groupby(fresh["kind"]).sum()
        counts = {kind: int(times.get(kind, 0)) for kind in weights}
        score = sum(weights[kind] * counts[kind] for kind in weights)
        if len(fresh) and score >= min_score:
            rows.append(
                {
                    "customer_key": key,
                    "product_id": product,
                    "score": float(score),
                    "views": counts["view"],
                    "favourites": counts["favourite"],
                    "carts": counts["cart"],
                    "last_day": day_of(fresh["day"].max()),
                    "last_bought": None if last is None else day_of(last),
                }
            )
    figures = {
        "customers": len({row["customer_key"] for row in rows}),
        "products": len({row["product_id"] for row in rows}),
        "carts_left": sum(1 for row in rows if row["carts"] > 0),
    }
    return Answer(pd.DataFrame(rows), figures)
