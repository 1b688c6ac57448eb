"""`causes` (row 000-1): why those who stayed spend more or less."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Facts,
    Period,
    customer_days,
    live,
    live_orders,
)
from regulars.testing.reference.bridge import TIERS, movements

CAUSES = ("price", "frequency", "basket", "discounts")


def quantities(facts: Facts, orders: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Customer × product of the sales in a period: quantity and amount."""
    inside = orders["day"].between(period.start, period.end - 1) & (orders["kind"] == "sale")
    lines = live(facts["order_lines"])[["order_id", "product_id", "quantity", "amount_minor"]]
    sold = lines.merge(orders.loc[inside, ["order_id", "customer_key"]], on="order_id")
    sold["quantity"] = sold["quantity"].astype("float64")
    return sold.groupby(["customer_key", "product_id"], as_index=False).agg(
        quantity=("quantity", "sum"), amount=("amount_minor", "sum")
    )


def prices(sold: pd.DataFrame) -> pd.Series:
    """The firm's average paid price of each product with a quantity."""
    firm = sold.groupby("product_id")[["quantity", "amount"]].sum()
    firm = firm[firm["quantity"] > 0]
    return firm["amount"] / firm["quantity"]


def volumes(facts: Facts, orders: pd.DataFrame, before: Period, after: Period) -> pd.DataFrame:
    """Per customer: the price term, and V of both periods (quantities at the mean price)."""
    one, two = quantities(facts, orders, before), quantities(facts, orders, after)
    price = pd.concat([prices(one).rename("p1"), prices(two).rename("p2")], axis=1)
    price["mean"] = price[["p1", "p2"]].mean(axis=1)
    price["rise"] = (price["p2"] - price["p1"]).fillna(0.0)
    pairs = one[["customer_key", "product_id", "quantity"]].merge(
        two[["customer_key", "product_id", "quantity"]],
        on=["customer_key", "product_id"],
        how="outer",
        suffixes=("1", "2"),
    )
    pairs[["quantity1", "quantity2"]] = pairs[["quantity1", "quantity2"]].fillna(0.0)
    pairs = pairs.merge(price[["mean", "rise"]], left_on="product_id", right_index=True)
    pairs["price"] = (pairs["quantity1"] + pairs["quantity2"]) / 2 * pairs["rise"]
    pairs["v1"] = pairs["quantity1"] * pairs["mean"]
    pairs["v2"] = pairs["quantity2"] * pairs["mean"]
    return pairs.groupby("customer_key")[["price", "v1", "v2"]].sum()


def causes(
    facts: Facts,
    *,
    before: Period | str,
    after: Period | str,
    core_share: float = 0.5,
    core_by: Literal["both", "before"] = "both",
) -> Answer:
    """Tier × cause over those active in both periods; each tier sums to its up + down."""
    one, two = Period.of(before), Period.of(after)
    orders = live_orders(facts, two.end)
    people = movements(customer_days(orders), one, two, core_share=core_share, core_by=core_by)
    people = people[people["term"].isin(["up", "down"])]
    lines = facts.get("order_lines")
    with_lines = lines is not None and len(lines) > 0
    if with_lines:
        sold = volumes(facts, orders, one, two).reindex(people.index, fill_value=0.0)
        price, v1, v2 = sold["price"], sold["v1"], sold["v2"]
    else:
        price = pd.Series(0.0, index=people.index)
        v1 = people["before_minor"].astype("float64")
        v2 = people["after_minor"].astype("float64")
    f1, f2 = people["f1"], people["f2"]
    per1, per2 = v1 / f1.where(f1 > 0), v2 / f2.where(f2 > 0)
    frequency = ((f2 - f1) * (per1 + per2) / 2).fillna(0.0)
    basket = ((per2 - per1) * (f1 + f2) / 2).fillna(0.0)
    terms = people.assign(price=price, frequency=frequency, basket=basket)
    rows: list[tuple[str, str, int, int | None]] = []
    for tier in TIERS:
        chosen = terms[terms["tier"] == tier]
        change = int(chosen["change_minor"].sum())
        rounded = {name: int(np.floor(chosen[name].sum() + 0.5)) for name in CAUSES[:3]}
        amounts: dict[str, int | None] = {**rounded, "discounts": change - sum(rounded.values())}
        if not with_lines:
            amounts["price"] = None
        rows.extend((tier, cause, len(chosen), amounts[cause]) for cause in CAUSES)
    frame = pd.DataFrame(rows, columns=["tier", "cause", "customers", "amount_minor"])
    frame["amount_minor"] = pd.array([row[3] for row in rows], dtype="Int64")
    return Answer(frame)
