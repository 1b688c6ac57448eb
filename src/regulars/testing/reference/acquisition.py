"""`sources` and `rejoin` (rows 001-10, 001-5): where customers come from, and who comes twice."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_numbers,
    live,
    live_orders,
    resolved,
    share,
    survivors,
)
from regulars.testing.reference.homogeneity import wilson


def sources(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 730,
    horizon_days: int = 90,
    origin: str = "either",
    margin: float | None = None,
) -> Answer:
    end = day_number(as_of)
    orders = live_orders(facts, end)
    told = facts["orders"].set_index("order_id")
    column = {"either": "source_code"}.get(origin, origin)
    orders["origin"] = orders["order_id"].map(told[column]) if column in told else None
    stated = _stated(facts)
    costs = _costs(facts, end - window_days, end)
    first = orders[orders["kind"] == "sale"].groupby("customer_key")["day"].min()
    first = first[first >= end - window_days].rename("first_day")
    near = orders.merge(first, left_on="customer_key", right_index=True)
    near["age"] = near["day"] - near["first_day"]
    named = _origins(near[(near["age"] == 0) & (near["kind"] == "sale")])
    near = near[(near["age"] >= 0) & (near["age"] < horizon_days)]
    near = near[near["first_day"] + horizon_days <= end]
    later = near[(near["kind"] == "sale") & (near["age"] > 0)]
    again = set(later["customer_key"])
    rows: dict[str, dict[str, Any]] = {}
    sources_of: dict[int, str] = {}
    for key, day in first.items():
        name = named.get(key)
        if name is None and origin in ("either", "source"):
            name = stated.get(key)
        sources_of[key] = name or "(unknown)"
        row = rows.setdefault(sources_of[key], {"customers": 0, "ready": 0, "again": 0, "ages": {}})
        row["customers"] += 1
        row["ready"] += int(end - day >= horizon_days)
        row["again"] += int(key in again)
    summed = near.assign(source=near["customer_key"].map(sources_of))
    for (name, age), amount in summed.groupby(["source", "age"])["amount_minor"].sum().items():
        rows[name]["ages"][age] = int(amount)
    made = [_row(n, r, costs.get(n) if n != "(unknown)" else None, margin)
            for n, r in rows.items()]  # fmt: skip
    made.sort(
        key=lambda r: (
            0 if r["net_per_customer_minor"] is not None else 1 if r["ready"] else 2,
            -(
                r["net_per_customer_minor"]
                if r["net_per_customer_minor"] is not None
                else r["value_per_customer_minor"] or 0
            ),
            r["source"],
        )
    )
    for place, row in enumerate(made, start=1):
        row["place"] = place
    total = sum(row["customers"] for row in made)
    known = sum(row["customers"] for row in made if row["source"] != "(unknown)")
    paid = [row["cost_minor"] for row in made if row["cost_minor"] is not None]
    figures: dict[str, Any] = {
        "customers": total,
        "known_share": share(known, total),
        "cost_total_minor": sum(paid) if "costs" in facts else None,
    }
    return Answer(pd.DataFrame(made if known else []), figures)


def _origins(first_day: pd.DataFrame) -> dict[int, Any]:
    """Of the first day's orders one that says where from; of several the first by hash."""
    told = first_day[first_day["origin"].notna()]
    hashes = [hashlib.md5(str(one).encode()).hexdigest() for one in told["order_id"]]
    picked = told.assign(hashed=hashes).sort_values("hashed").drop_duplicates("customer_key")
    return dict(zip(picked["customer_key"], picked["origin"], strict=True))


def _stated(facts: Facts) -> dict[int, str]:
    table = facts.get("customers")
    if table is None or "source" not in table:
        return {}
    named = live(table)
    named = named[named["source"].notna()]
    gone = set(survivors(facts).index)
    order = sorted(named["customer_key"], key=lambda key: (key in gone, key))
    source = named.set_index("customer_key")["source"]
    owner = dict(zip(order, resolved(pd.Series(order, dtype="int64"), facts), strict=True))
    found: dict[int, str] = {}
    for key in order:
        found.setdefault(int(owner[key]), source[key])
    return found


def _costs(facts: Facts, start: int, end: int) -> dict[str, int]:
    if "costs" not in facts:
        return {}
    table = live(facts["costs"])
    days = day_numbers(table["day"])
    inside = table[(days >= start) & (days < end)]
    return {str(k): int(v) for k, v in inside.groupby("campaign")["amount_minor"].sum().items()}


def _row(name: str, row: dict[str, Any], cost: int | None, margin: float | None) -> dict[str, Any]:
    ready, again, part = row["ready"], row["again"], 1.0 if margin is None else margin
    revenue = sum(row["ages"].values())
    low, high = wilson(again, ready) if ready else (None, None)
    value = part * revenue / ready if ready else None
    each = None if cost is None else cost / row["customers"]
    payback = None
    if each is not None and ready:
        ages = np.array(sorted(row["ages"]))
        reached = part * np.cumsum([row["ages"][a] for a in ages]) / ready >= each
        payback = int(ages[reached][0]) if reached.any() else None
    return {
        "source": name,
        "customers": row["customers"],
        "ready": ready,
        "second_rate": share(again, ready),
        "second_low": low,
        "second_high": high,
        "revenue_per_customer_minor": revenue / ready if ready else None,
        "value_per_customer_minor": value,
        "cost_minor": cost,
        "cost_per_customer_minor": each,
        "net_per_customer_minor": None if value is None or each is None else value - each,
        "payback_days": payback,
    }


def rejoin(
    facts: Facts,
    *,
    as_of: Day | None = None,
    window_days: int = 36_500,
    rejoin_days: int = 180,
    grace_days: int = 7,
    acquisition_cost_minor: float | None = None,
) -> Answer:
    table = live(facts["subscriptions"]).copy()
    table["customer_key"] = resolved(table["customer_key"].astype("int64"), facts)
    table["from"] = day_numbers(table["started"])
    ended = pd.to_datetime(table["ended"])
    table["to"] = (ended - pd.Timestamp("1970-01-01")).dt.days
    end = day_number(as_of) if as_of else int(max(table["from"].max(), table["to"].max())) + 1
    table = table[table["from"] < end].sort_values(["customer_key", "from", "subscription_id"])
    table["plan"] = table["plan"].fillna("") if "plan" in table else ""
    counts: dict[str, list[tuple[float | None, int]]] = {}
    for _, terms in table.groupby("customer_key"):
        held = terms.to_dict("records")
        over = [o for o in held if not pd.isna(o["to"]) and o["to"] < end]
        nexts = _nexts(held, over, rejoin_days=rejoin_days, grace_days=grace_days)
        for one in over:
            if end - one["to"] > window_days:
                continue
            following = nexts.get(one["subscription_id"])
            wait = None if following is None else following["from"] - one["to"]
            lost = 0
            if wait is None:
                outcome = "not back yet" if end - one["to"] <= rejoin_days else "gone"
            elif wait <= grace_days:
                outcome = "renewed"
            elif wait > rejoin_days:
                outcome = "gone"
            else:
                prices = (one["price_minor"], following["price_minor"] if following else None)
                cheaper = not any(pd.isna(p) for p in prices) and prices[1] < prices[0]
                lost = int(prices[0] - prices[1]) if cheaper else 0
                outcome = "rejoined below price" if cheaper else "rejoined at full price"
            counts.setdefault(outcome, []).append((wait, lost))
    return _rejoined(
        counts, acquisition_cost_minor, priced=bool(table["price_minor"].notna().any())
    )


def _nexts(
    held: list[dict[Any, Any]], over: list[dict[Any, Any]], *, rejoin_days: int, grace_days: int
) -> dict[str, dict[Any, Any]]:
    """The next term of each that is over; ``held`` stands in order of beginning."""
    wishes: dict[str, list[tuple[bool, dict[Any, Any], dict[Any, Any]]]] = {}
    for one in over:
        own: list[dict[Any, Any]] = []
        others: list[dict[Any, Any]] = []
        for later in held[held.index(one) + 1 :]:
            same, wait = later["plan"] == one["plan"], later["from"] - one["to"]
            if same and wait <= rejoin_days:
                own.append(later)
            elif same or wait >= -grace_days:
                others.append(later)
        if own or others:
            wish = (own or others)[0]
            wishes.setdefault(wish["subscription_id"], []).append((not own, one, wish))
    found: dict[str, dict[Any, Any]] = {}
    for claims in wishes.values():
        _, one, wish = min(claims, key=lambda c: (c[0], -c[1]["to"], c[1]["subscription_id"]))
        found[one["subscription_id"]] = wish
    return found


def _rejoined(
    counts: dict[str, list[tuple[float | None, int]]], cost: float | None, *, priced: bool
) -> Answer:
    expired = sum(len(found) for found in counts.values())
    names = ("renewed", "rejoined below price", "rejoined at full price", "not back yet", "gone")
    pseudo = counts.get("rejoined below price", [])
    paid = 0 if cost is None else round(len(pseudo) * cost)
    leak = sum(lost for _, lost in pseudo) + paid
    rows = []
    for name in names:
        found = counts.get(name, [])
        waits = [wait for wait, _ in found if wait is not None]
        below = name == "rejoined below price"
        told = priced or not name.startswith("rejoined")
        rows.append(
            {
                "outcome": name,
                "terms": len(found) if told else None,
                "terms_share": share(len(found), expired) if told else None,
                "median_wait_days": float(np.median(waits)) if waits and told else None,
                "price_lost_minor": sum(lost for _, lost in found) if below and told else None,
                "acquisition_minor": paid if below and told and cost is not None else None,
                "leak_minor": leak if below and told else None,
            }
        )
    renewed = len(counts.get("renewed", []))
    figures = {
        "expired": expired,
        "renewed": renewed,
        "pseudo_new": len(pseudo) if priced else None,
        "reported_retention": share(renewed, expired),
        "true_retention": share(renewed + len(pseudo), expired) if priced else None,
        "leak_minor": leak if priced else None,
    }
    frame = pd.DataFrame(rows).astype("object") if expired else pd.DataFrame()
    return Answer(frame.where(frame.notna(), None), figures)
