"""`goods`, `baskets`, `next_due` (rows 002-6d, j): what is bought, together, and when again."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from typing import Any, Literal

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_of,
    live,
    live_orders,
    share,
)

Level = Literal["product", "category", "brand"]


def lines_of(
    facts: Facts, *, start: int, end: int, level: Level, category_depth: int = 0
) -> pd.DataFrame:
    """Live lines of live orders in the days start … end − 1, with good, cost and ``bought``."""
    orders = live_orders(facts, end).rename(columns={"amount_minor": "order_minor"})
    lines = live(facts["order_lines"]).drop(columns=["customer_key", "day"], errors="ignore")
    joined = lines.merge(orders[orders["day"] >= start], on="order_id", validate="many_to_one")
    if "unit_cost" not in joined:
        joined["unit_cost"] = np.nan
    joined["unit_cost"] = joined["unit_cost"].astype("float64")
    if "products" in facts:
        known = live(facts["products"]).set_index("product_id")
        if "unit_cost" in known:
            listed = joined["product_id"].map(known["unit_cost"].astype("float64"))
            joined["unit_cost"] = joined["unit_cost"].fillna(listed)
        for name, column in (("category", "category_path"), ("brand", "brand")):
            joined[name] = joined["product_id"].map(known[column]) if column in known else None
    if category_depth and "category" in joined:
        joined["category"] = joined["category"].map(
            lambda path: " > ".join(path.split(" > ")[:category_depth]), na_action="ignore"
        )
    joined["good"] = joined["product_id"] if level == "product" else joined.get(level)
    quantity = joined["quantity"].astype("float64")
    joined["bought"] = (
        (joined["kind"] == "sale") & (joined["amount_minor"] >= 0) & (quantity.fillna(1) > 0)
    )
    return joined


def goods(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    level: Level = "product",
    category_depth: int = 0,
    role_percent: int = 20,
    min_customers: int = 30,
    top: int = 200,
    minor_per_unit: int = 100,
) -> Answer:
    end = day_number(as_of)
    orders = live_orders(facts, end)
    sales = orders[(orders["kind"] == "sale") & (orders["day"] >= end - window_days)]
    buyers = sales["customer_key"].nunique()
    lines = lines_of(
        facts, start=end - window_days, end=end, level=level, category_depth=category_depth
    )
    rows = [_good(name, held, buyers, minor_per_unit) for name, held in lines.groupby("good")]
    rows.sort(key=lambda row: (-row["revenue_minor"], _hash(row["good"])))
    revenue = sum(row["revenue_minor"] for row in rows)
    _class(rows, revenue)
    _roles(rows, role_percent=role_percent, min_customers=min_customers)
    margins = [row["margin_minor"] for row in rows if row["margin_minor"] is not None]
    figures: dict[str, Any] = {
        "goods_total": len(rows),
        "buyers": buyers,
        "revenue_total_minor": revenue,
        "margin_total_minor": sum(margins) if margins else None,
        "goods_a": None,
        "goods_b": None,
        "goods_c": None,
        "goods_a_share": None,
        "lines_without_good": int(lines["good"].isna().sum()),
    }
    if revenue > 0:
        classes = Counter(row["abc_class"] for row in rows)
        figures |= {f"goods_{c.lower()}": classes[c] for c in "ABC"}
        figures["goods_a_share"] = share(classes["A"], len(rows))
    frame = pd.DataFrame(rows[:top]).astype("object") if rows else pd.DataFrame()
    return Answer(frame.where(frame.notna(), None), figures)


def _hash(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _good(name: Any, held: pd.DataFrame, buyers: int, minor_per_unit: int) -> dict[str, Any]:
    bought = held[held["bought"]]
    days = bought.groupby("customer_key")["day"].nunique()
    customers, again = len(days), int((days > 1).sum())
    revenue = int(held["amount_minor"].sum())
    signed = held["quantity"].astype("float64")
    signed = signed.where(held["amount_minor"] >= 0, -signed.abs())
    costs = np.floor(signed * held["unit_cost"] * minor_per_unit + 0.5)
    unknown, margin = None, None
    if costs.notna().all():
        margin = revenue - int(costs.sum())
    else:
        unknown = "unit cost of some lines only" if costs.notna().any() else "no unit cost"
    return {
        "good": name,
        "customers": customers,
        "penetration": share(customers, buyers) if customers else None,
        "repeat_customers": again,
        "repeat_rate": share(again, customers),
        "revenue_minor": revenue,
        "margin_minor": margin,
        "margin_share": share(margin, revenue) if margin is not None and revenue > 0 else None,
        "margin_unknown": unknown,
    }


def _class(rows: list[dict[str, Any]], revenue: int) -> None:
    """A while those before do not make 80% of the whole, B while they do not make 95%."""
    before = 0
    for place, row in enumerate(rows, start=1):
        row["place"] = place
        row["revenue_share"] = share(row["revenue_minor"], revenue) if revenue > 0 else None
        row["abc_class"] = None
        if revenue > 0:
            row["abc_class"] = (
                "A" if 100 * before < 80 * revenue else "B" if 100 * before < 95 * revenue else "C"
            )
        before += row["revenue_minor"]


def _roles(rows: list[dict[str, Any]], *, role_percent: int, min_customers: int) -> None:
    """Among the first so many per cent: fewer than that share of goods are strictly better."""

    def first(values: list[Any], one: Any) -> bool:
        better = sum(1 for value in values if value > one)
        return 100 * better < role_percent * len(values)

    penetrations = [row["customers"] for row in rows]
    rates = [row["repeat_rate"] for row in rows if row["customers"] >= min_customers]
    margins = [row["margin_minor"] for row in rows if row["margin_minor"] is not None]
    for row in rows:
        row["traffic"] = row["customers"] > 0 and first(penetrations, row["customers"])
        row["repeats"] = row["profit"] = None
        if row["customers"] >= min_customers:
            row["repeats"] = row["repeat_customers"] > 0 and first(rates, row["repeat_rate"])
        if row["margin_minor"] is not None:
            row["profit"] = row["margin_minor"] > 0 and first(margins, row["margin_minor"])


def baskets(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    level: Level = "product",
    category_depth: int = 0,
    min_support: float = 0.001,
    min_orders: int = 20,
    max_goods: int = 200,
    top: int = 200,
) -> Answer:
    """Every pair of every order, counted one by one."""
    end = day_number(as_of)
    lines = lines_of(
        facts, start=end - window_days, end=end, level=level, category_depth=category_depth
    )
    named = lines[lines["bought"] & lines["good"].notna()]
    held = named.groupby("order_id")["good"].agg(set)
    kept = [goods for goods in held if len(goods) <= max_goods]
    singles = Counter(good for goods in kept for good in goods)
    n = len(kept)
    enough = {g for g, c in singles.items() if c >= min_orders and c >= min_support * n}
    both = Counter(
        pair for goods in kept for pair in itertools.combinations(sorted(goods & enough), 2)
    )
    rows = []
    for (one, other), orders in both.items():
        if orders < min_orders or orders < min_support * n:
            continue
        for a, b in ((one, other), (other, one)):
            rows.append(
                {
                    "good": a,
                    "other_good": b,
                    "orders": orders,
                    "good_orders": singles[a],
                    "other_orders": singles[b],
                    "support": orders / n,
                    "confidence": orders / singles[a],
                    "lift": orders * n / (singles[a] * singles[b]),
                }
            )
    rows.sort(
        key=lambda r: (
            -r["lift"],
            -r["orders"],
            -r["confidence"],
            _hash(f"{r['good']} > {r['other_good']}"),
        )
    )
    for place, row in enumerate(rows, start=1):
        row["place"] = place
    figures = {
        "baskets": n,
        "baskets_too_large": len(held) - n,
        "goods_total": int(named["good"].nunique()),
        "goods_frequent": len(enough),
        "pairs": len(rows),
        "pairs_above_chance": sum(1 for row in rows if row["lift"] > 1),
    }
    return Answer(pd.DataFrame(rows[:top]), figures)


def next_due(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 730,
    level: Level = "product",
    category_depth: int = 0,
    within_days: int = 14,
    overdue_days: int = 7,
    min_gaps: int = 2,
    good_gaps: int = 30,
) -> Answer:
    end = day_number(as_of)
    lines = lines_of(
        facts, start=end - window_days, end=end, level=level, category_depth=category_depth
    )
    named = lines[lines["bought"] & lines["good"].notna()]
    held = {
        key: np.unique(days.to_numpy())
        for key, days in named.groupby(["customer_key", "good"])["day"]
    }
    gaps: dict[Any, list[int]] = {}
    for (_, good), days in held.items():
        gaps.setdefault(good, []).extend(np.diff(days).tolist())
    rows = []
    for (customer, good), days in held.items():
        own = np.diff(days)
        if len(own) >= min_gaps:
            gap, basis = float(np.median(own)), "customer"
        elif len(gaps[good]) >= good_gaps:
            gap, basis = float(np.median(gaps[good])), "good"
        else:
            continue
        due = int(days[-1]) + int(np.floor(gap + 0.5))
        if end - overdue_days <= due < end + within_days:
            rows.append(
                {
                    "customer_key": customer,
                    "good": good,
                    "due_day": day_of(due),
                    "days_left": due - end,
                    "last_day": day_of(days[-1]),
                    "purchase_days": len(days),
                    "gap_days": gap,
                    "basis": basis,
                }
            )
    return Answer(pd.DataFrame(rows), due_figures(rows))


def due_figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "customers_due": len({row["customer_key"] for row in rows}),
        "goods_due": len({row["good"] for row in rows}),
        "overdue": sum(1 for row in rows if row["days_left"] < 0),
    }
