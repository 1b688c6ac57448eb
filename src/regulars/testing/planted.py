"""A base in which one thing happens on one day, so that the right cause is known."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np
import pandas as pd

from regulars.testing.generate import Shop, stationary_base

Cause = Literal["price", "frequency", "basket", "lost"]

PRODUCTS = 20


def with_lines(shop: Shop, *, seed: int = 1, products: int = PRODUCTS) -> Shop:
    """The same orders cut into lines: fixed list prices, quantities, no discounts.

    An order's amount becomes the sum of its lines.
    """
    random = np.random.default_rng(seed)
    orders = shop.facts["orders"].copy()
    price = np.sort(random.integers(100, 3000, products))
    count = random.integers(1, 5, len(orders))
    place = np.repeat(np.arange(len(orders)), count)
    product = random.integers(0, products, len(place))
    wanted = orders["amount_minor"].to_numpy()[place] / count[place]
    quantity = np.maximum(1, np.floor(wanted / price[product] + 0.5)).astype("int64")
    lines = pd.DataFrame(
        {
            "order_id": orders["order_id"].to_numpy()[place],
            "line": pd.Series(place).groupby(place).cumcount() + 1,
            "product_id": [f"p{p:03d}" for p in product],
            "quantity": quantity,
            "amount_minor": quantity * price[product],
            "list_amount_minor": quantity * price[product],
            "status": "live",
        }
    )
    facts = {**shop.facts, "orders": orders, "order_lines": lines}
    return Shop(_summed(facts), {**shop.truth, "price": price})


def _summed(facts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    amounts = facts["order_lines"].groupby("order_id")["amount_minor"].sum()
    orders = facts["orders"].copy()
    orders["amount_minor"] = orders["order_id"].map(amounts).fillna(0).astype("int64")
    return {**facts, "orders": orders}


def planted(
    cause: Cause,
    *,
    seed: int = 1,
    days: int = 728,
    strength: float = 0.3,
    arrivals_per_day: float = 0.5,
) -> Shop:
    """A stationary base with lines; in the last quarter of the window one thing has changed.

    price : every unit price is higher by ``strength``.
    frequency : this share of visits does not happen.
    basket : quantities are smaller by this share (at least one unit stays).
    lost : of the half of revenue with the largest customers so far, this share stops buying.
    """
    shop = with_lines(
        stationary_base(seed=seed, days=days, arrivals_per_day=arrivals_per_day), seed=seed
    )
    as_of: dt.date = shop.truth["as_of"]
    change = as_of - dt.timedelta(days=days // 4)
    random = np.random.default_rng([seed, 7])
    orders, lines = shop.facts["orders"], shop.facts["order_lines"].copy()
    late = set(orders.loc[orders["day"] >= change, "order_id"])
    hit = lines["order_id"].isin(late)
    if cause == "price":
        raised = np.floor(lines.loc[hit, "amount_minor"] * (1 + strength) + 0.5).astype("int64")
        lines.loc[hit, "amount_minor"] = raised
        lines.loc[hit, "list_amount_minor"] = raised
    elif cause == "basket":
        unit = lines["amount_minor"] // lines["quantity"]
        drawn = random.binomial(lines["quantity"], 1 - strength)
        lines.loc[hit, "quantity"] = np.maximum(1, drawn)[hit.to_numpy()]
        lines["amount_minor"] = lines["list_amount_minor"] = lines["quantity"] * unit
    else:
        gone = _visits_gone(orders, late, cause, strength=strength, random=random, change=change)
        orders = orders[~orders["order_id"].isin(gone)].reset_index(drop=True)
        lines = lines[~lines["order_id"].isin(gone)].reset_index(drop=True)
    facts = _summed({**shop.facts, "orders": orders, "order_lines": lines})
    return Shop(facts, {**shop.truth, "cause": cause, "change": change})


def _visits_gone(
    orders: pd.DataFrame,
    late: set[str],
    cause: Cause,
    *,
    strength: float,
    random: np.random.Generator,
    change: dt.date,
) -> set[str]:
    after = orders[orders["order_id"].isin(late)]
    if cause == "frequency":
        return set(after.loc[random.random(len(after)) < strength, "order_id"])
    earlier = orders[orders["day"] < change].groupby("customer_key")["amount_minor"].sum()
    ranked = earlier.sort_values(ascending=False, kind="stable")
    core = ranked.index[: int((ranked.cumsum() < ranked.sum() / 2).sum()) + 1]
    leaving = core[random.random(len(core)) < strength]
    return set(after.loc[after["customer_key"].isin(leaving), "order_id"])
