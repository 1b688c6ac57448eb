"""`tiers` and `tier_customers` (row 001-7), customer by customer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_of,
    days_before,
    first_purchase,
    live,
    live_orders,
    plain_value,
    resolved,
    share,
    totals,
)

TIERS = ("key", "smb", "consumer")
FIGURES = (
    "customers_total", "revenue_total_minor", "aov_cut_minor", "frequency_cut", "profit_cut_minor",
    "third_criterion", "cost_cover", "vip_cut_minor", "businesses", "unmarked", "set_by_hand",
    "overrides_not_counted", "from_day", "to_day",
)  # fmt: skip


def spoken(facts: Facts, column: str) -> pd.DataFrame:
    """The record that speaks for each customer: his own, else the lowest merged key that does."""
    records = live(facts["customers"])
    if column not in records:
        records = records.assign(**{column: None})
    records = records[records[column].notna()].copy()
    records["owner"] = resolved(records["customer_key"].astype("int64"), facts)
    records["merged"] = records["owner"] != records["customer_key"]
    records = records.sort_values(["owner", "merged", "customer_key"])
    return records.groupby("owner", as_index=False).first()


def nearest_rank(values: pd.Series, percent: float) -> Any:
    """The smallest value that at least so many per cent do not exceed."""
    ordered = np.sort(values.to_numpy())
    if not len(ordered):
        return None
    return ordered[max(math.ceil(percent * len(ordered) / 100 - 1e-12), 1) - 1].item()


def margins(facts: Facts, *, window: Period, factor: int) -> pd.DataFrame:
    """Per customer over lines with a cost in the window: money and profit, less bare refunds."""
    lines = facts.get("order_lines")
    if lines is None or "quantity" not in lines:
        return pd.DataFrame({"costed": [], "profit": []}, dtype="int64")
    orders = live_orders(facts, window.end)
    lines = live(lines).drop(columns=["customer_key", "day"], errors="ignore")
    joined = lines.merge(orders[["order_id", "customer_key", "day"]], on="order_id")
    cost = joined["unit_cost"] if "unit_cost" in joined else pd.Series(np.nan, joined.index)
    products = facts.get("products")
    if products is not None and "unit_cost" in products:
        of_product = live(products).set_index("product_id")["unit_cost"].astype("float64")
        cost = cost.astype("float64").fillna(joined["product_id"].map(of_product))
    joined = joined.assign(cost=cost.astype("float64"))
    joined = joined[joined["cost"].notna() & joined["quantity"].notna()]
    quantity = joined["quantity"].astype("float64")
    given_back = joined["amount_minor"] < 0
    quantity = quantity.where(~given_back, -quantity.abs())
    spent = np.floor(quantity * joined["cost"] * factor + 0.5)
    joined = joined.assign(profit=joined["amount_minor"] - spent.astype("int64"))
    kept = joined.loc[joined["day"] >= window.start, ["customer_key", "amount_minor", "profit"]]
    bare = _bare_refunds(facts, orders[orders["day"] >= window.start], lines, joined)
    return (
        pd.concat([kept, bare])
        .groupby("customer_key")
        .agg(costed=("amount_minor", "sum"), profit=("profit", "sum"))
    )


def _bare_refunds(
    facts: Facts, orders: pd.DataFrame, lines: pd.DataFrame, costed: pd.DataFrame
) -> pd.DataFrame:
    """Refunds without a line, one by one: of an order that bore costs, or of nobody knows which."""
    named = facts["orders"].get("refunds_order_id", pd.Series(None, facts["orders"].index))
    origin = dict(zip(facts["orders"]["order_id"], named, strict=True))
    with_lines, with_cost = set(lines["order_id"]), set(costed["order_id"])
    bought = set(costed["customer_key"])
    found = []
    for row in orders[orders["kind"] == "refund"].itertuples():
        of = origin[row.order_id]
        known = row.customer_key in bought if pd.isna(of) else of in with_cost
        if known and row.order_id not in with_lines:
            found.append((row.customer_key, row.amount_minor, row.amount_minor))
    return pd.DataFrame(found, columns=["customer_key", "amount_minor", "profit"], dtype="int64")


def tiered(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    key_percentile: float = 80,
    vip_percentile: float = 99,
    frequency_unit: str = "days",
    minor_per_major: int = 100,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Everybody with an order, and the thresholds."""
    end = day_number(as_of)
    window = Period(end - window_days, end)
    days = days_before(facts, end)
    inside = totals(days, window).reindex(first_purchase(days).index, fill_value=0)
    people = pd.DataFrame({"spend_minor": inside["spend_minor"]})
    people["frequency"] = inside["purchase_days" if frequency_unit == "days" else "orders"]
    people["aov_minor"] = people["spend_minor"] / people["frequency"].replace(0, np.nan)
    people["kind"] = spoken(facts, "kind").set_index("owner")["kind"].reindex(people.index)
    business = people["kind"] == "business"
    ranked = people[business & (people["frequency"] > 0)].copy()
    known = margins(facts, window=window, factor=minor_per_major).reindex(ranked.index)
    costed, spend = int(known["costed"].fillna(0).sum()), int(ranked["spend_minor"].sum())
    by_profit = costed > 0 and 5 * costed >= 4 * spend
    ranked["gain_minor"] = (
        known["profit"].fillna(0).astype("int64") if by_profit else ranked["spend_minor"]
    )
    cuts = {
        name: nearest_rank(ranked[name], key_percentile)
        for name in ("aov_minor", "frequency", "gain_minor")
    }
    reached = sum((ranked[name] >= cut).astype("int64") for name, cut in cuts.items())
    people["gain_minor"] = ranked["gain_minor"].reindex(people.index)
    people["criteria_reached"] = pd.Series(reached, dtype="float64").reindex(people.index)
    marked = len(spoken(facts, "kind"))
    by_rule = pd.Series("consumer" if marked else None, people.index, dtype="object")
    by_rule[business] = "smb"
    by_rule[business & (people["criteria_reached"] >= 2)] = "key"
    people["tier_by_rule"] = by_rule
    consumers = people[~business & (people["frequency"] > 0)]
    vip_cut = nearest_rank(consumers["aov_minor"], vip_percentile)
    high = people["aov_minor"] >= (np.inf if vip_cut is None else vip_cut)
    people["vip_individual"] = high & ~business & (marked > 0)
    _override(people, facts, as_of=end)
    law = {**cuts, "vip": vip_cut, "costed": costed, "spend": spend, "by_profit": by_profit,
           "businesses": len(ranked)}  # fmt: skip
    return people, law


def _override(people: pd.DataFrame, facts: Facts, *, as_of: int) -> None:
    hand = spoken(facts, "tier_override").set_index("owner").reindex(people.index)
    people["tier"], people["hand"] = people["tier_by_rule"], "none"
    people["override_reason"] = people["override_until"] = None
    if "tier_override" not in hand:
        return
    # `first` of a group passes over what is missing: read the record itself
    records = live(facts["customers"]).set_index("customer_key")
    for owner, row in hand[hand["tier_override"].notna()].iterrows():
        record = records.loc[int(row["customer_key"])]
        reason, until = record["tier_override_reason"], record["tier_override_until"]
        valid = bool(reason) and until is not None and day_number(until) > as_of
        people.loc[owner, "hand"] = "valid" if valid else "not counted"
        if valid:
            people.loc[owner, "tier"] = record["tier_override"]
            people.loc[owner, "override_reason"] = reason
            people.loc[owner, "override_until"] = until


def tier_customers(facts: Facts, *, as_of: Day, **law: Any) -> Answer:
    people, _ = tiered(facts, as_of=as_of, **law)
    names = [
        "tier", "tier_by_rule", "kind", "aov_minor", "frequency", "spend_minor", "gain_minor",
        "criteria_reached", "vip_individual", "override_reason", "override_until",
    ]  # fmt: skip
    people = people.reset_index()
    for name in ("gain_minor", "criteria_reached"):
        people[name] = people[name].astype("Int64")
    return Answer(people[["customer_key", *names]])


def tiers(facts: Facts, *, as_of: Day, window_days: int = 365, **law: Any) -> Answer:
    """Three rows; none where nothing says who is a business."""
    people, used = tiered(facts, as_of=as_of, window_days=window_days, **law)
    if people["tier"].isna().all():
        return Answer(pd.DataFrame(), dict.fromkeys(FIGURES))
    revenue = int(people["spend_minor"].sum())
    rows = []
    for tier in TIERS:
        held = people[people["tier"] == tier]
        money, often = int(held["spend_minor"].sum()), int(held["frequency"].sum())
        active = int((held["frequency"] > 0).sum())
        gains = held["gain_minor"].dropna()
        rows.append(
            {
                "tier": tier,
                "customers": len(held),
                "customer_share": share(len(held), len(people)),
                "active_customers": active,
                "revenue_minor": money,
                "revenue_share": share(money, revenue) if revenue > 0 else None,
                "aov_minor": share(money, often),
                "frequency_per_active": share(often, active),
                "profit_minor": int(gains.sum()) if used["by_profit"] and len(gains) else None,
                "vip_individuals": int(held["vip_individual"].sum()),
                "set_by_hand": int((held["hand"] == "valid").sum()),
            }
        )
    end = day_number(as_of)
    figures = {
        "customers_total": len(people),
        "revenue_total_minor": revenue,
        "aov_cut_minor": used["aov_minor"],
        "frequency_cut": used["frequency"],
        "profit_cut_minor": used["gain_minor"],
        "third_criterion": "profit" if used["by_profit"] else "revenue",
        "cost_cover": used["costed"] / used["spend"] if used["spend"] > 0 else None,
        "vip_cut_minor": used["vip"],
        "businesses": used["businesses"],
        "unmarked": int(people["kind"].isna().sum()),
        "set_by_hand": int((people["hand"] == "valid").sum()),
        "overrides_not_counted": int((people["hand"] == "not counted").sum()),
        "from_day": day_of(end - window_days),
        "to_day": day_of(end),
    }
    frame = pd.DataFrame(rows)
    return Answer(frame, {name: plain_value(value) for name, value in figures.items()})
