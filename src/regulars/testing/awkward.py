"""A small shop with everything in it that makes analyses go wrong, each case counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from regulars.testing.generate import (
    RECORDED_AT,
    START,
    Behaviour,
    Shop,
    growing_base,
    people_frames,
)
from regulars.testing.planted import with_lines


def awkward_shop(*, customers: int = 300, days: int = 730, seed: int = 1) -> Shop:
    """Ties, refunds, voids, zero amounts, several orders a day, merges, prospects, and the rest.

    The as-of day is ``truth["as_of"]``; orders on it and after it exist and must not count.
    Customers 1 … ``customers`` are the usual ones; the special ones follow.
    """
    law = Behaviour(spend=3000, spread=0.0, noise=0.0)
    base = growing_base(customers=customers, days=days, seed=seed, behaviour=law)
    random = np.random.default_rng([seed, 1])
    orders = base.facts["orders"]
    # coarse amounts make ties everywhere; one in forty is free
    orders["amount_minor"] = random.choice([1000, 1000, 2000, 2500, 5000], len(orders))
    orders.loc[random.random(len(orders)) < 0.025, "amount_minor"] = 0
    orders = pd.concat([orders, _same_day(orders, random)], ignore_index=True)
    as_of: dt.date = base.truth["as_of"]
    late = _special(customers + 1, as_of)
    lined = with_lines(Shop({"orders": pd.concat([orders, late], ignore_index=True)}), seed=seed)
    lines, orders = _discounted(lined.facts["order_lines"], random), lined.facts["orders"]
    free = orders["order_id"].isin(set(orders["order_id"].sample(frac=0.02, random_state=seed)))
    lines.loc[lines["order_id"].isin(set(orders.loc[free, "order_id"])), "amount_minor"] = 0
    amounts = lines.groupby("order_id")["amount_minor"].sum()
    orders["amount_minor"] = orders["order_id"].map(amounts).astype("int64")
    orders = pd.concat([orders, _refunds(orders, random, customers, as_of)], ignore_index=True)
    voids = random.random(len(orders)) < 0.03
    orders.loc[voids, "status"] = "void"
    lines.loc[lines["order_id"].isin(set(orders.loc[voids, "order_id"])), "status"] = "void"
    facts = {
        "orders": _with_rest(orders.sample(frac=1.0, random_state=seed, ignore_index=True)),
        "order_lines": lines.sample(frac=1.0, random_state=seed, ignore_index=True),
        **_people(customers, as_of, random),
        "leads": _leads(customers, as_of),
    }
    truth = {
        "as_of": as_of,
        "start": START,
        "refund_only": customers + 1,
        "only_on_as_of_day": customers + 2,
        "only_the_eve": customers + 3,
        "prospects": tuple(range(customers + 4, customers + 24)),
        "prospects_later": (customers + 24, customers + 25),
        "undated_prospect": customers + 26,
        "leads_only": tuple(range(customers + 41, customers + 46)),
    }
    return Shop(facts, truth)


def _same_day(orders: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Second orders on the day of one in ten."""
    again = orders[random.random(len(orders)) < 0.1].copy()
    again["order_id"] = again["order_id"].str.replace("o", "s")
    again["occurred_at"] = again["occurred_at"] + pd.Timedelta(hours=2)
    return again


def _special(first_key: int, as_of: dt.date) -> pd.DataFrame:
    """One customer on the as-of day only, one on its eve only, a usual one after it."""
    eve = as_of - dt.timedelta(days=1)
    days = [as_of, eve, as_of, as_of + dt.timedelta(days=3)]
    return pd.DataFrame(
        {
            "order_id": [f"x{i}" for i in range(4)],
            "customer_key": [first_key + 1, first_key + 2, 1, 2],
            "occurred_at": pd.to_datetime(days) + pd.Timedelta(hours=9),
            "day": pd.Series(days, dtype="object"),
            "kind": "sale",
            "refunds_order_id": pd.Series([None] * 4, dtype="object"),
            "amount_minor": 2000,
            "channel": "web",
            "status": "live",
            "recorded_at": RECORDED_AT,
            "import_seq": 2,
        }
    )


def _discounted(lines: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """A personal discount on a third of the lines; prices drift with the line's order."""
    cut = np.where(random.random(len(lines)) < 0.33, random.integers(1, 30, len(lines)), 0)
    paid = np.floor(lines["list_amount_minor"] * (100 - cut) / 100).astype("int64")
    return lines.assign(amount_minor=paid)


def _refunds(
    orders: pd.DataFrame, random: np.random.Generator, customers: int, as_of: dt.date
) -> pd.DataFrame:
    """One in twenty sales is refunded, whole or half, up to 60 days later; one without a sale."""
    usual = orders[(orders["customer_key"] <= customers) & (orders["amount_minor"] > 0)]
    chosen = usual[random.random(len(usual)) < 0.05].copy()
    later = pd.to_timedelta(random.integers(0, 60, len(chosen)), unit="D")
    chosen["refunds_order_id"] = chosen["order_id"]
    chosen["order_id"] = "r" + chosen["order_id"]
    chosen["kind"] = "refund"
    chosen["occurred_at"] = chosen["occurred_at"] + later
    chosen["day"] = pd.to_datetime(chosen["day"]).add(later).dt.date
    whole = random.random(len(chosen)) < 0.5
    chosen["amount_minor"] = -np.where(
        whole, chosen["amount_minor"], chosen["amount_minor"] // 2
    ).astype("int64")
    lone = chosen.iloc[[0]].assign(
        order_id="rlone",
        customer_key=customers + 1,
        refunds_order_id=None,
        day=as_of - dt.timedelta(days=40),
        occurred_at=pd.Timestamp(as_of - dt.timedelta(days=40)),
        amount_minor=-700,
    )
    return pd.concat([chosen, lone], ignore_index=True)


def _people(customers: int, as_of: dt.date, random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Everybody, 20 prospects, two first seen after the as-of day, one undated; 12 merged."""
    keys = np.arange(1, customers + 27)
    seen: list[dt.date | None] = [None] * len(keys)
    for place in range(customers + 3, customers + 23):
        seen[place] = START + dt.timedelta(days=int(random.integers(0, (as_of - START).days)))
    for place in range(customers + 23, customers + 25):
        seen[place] = as_of + dt.timedelta(days=place - customers - 23)
    frames = people_frames(keys, [day or as_of for day in seen])
    frames["customers"]["first_seen"] = pd.Series(seen, dtype="object")
    # merged pairs: (20, 19), (40, 39) … and one prospect into another
    gone = [20 * i for i in range(1, 13) if 20 * i <= customers] + [customers + 5]
    merged = pd.Series(pd.array([None] * len(keys), dtype="Int64"))
    for key in gone:
        merged[key - 1] = key - 1
    frames["identities"]["merged_into"] = merged.astype("Int64")
    return frames


def _leads(customers: int, as_of: dt.date) -> pd.DataFrame:
    """Leads of five whom nothing else names, of buyers and prospects; three count for nobody.

    A merged record has one, and one came before its customer's first order.
    """
    told = [(customers + 41 + i, 100 * i + 7) for i in range(5)]
    told += [(customers + 41, 300), (customers + 5, 720), (3, 725), (3, 10), (20, 726), (7, 1)]
    days: list[dt.date | None] = [as_of - dt.timedelta(days=ago) for _, ago in told]
    # these do not: on the as-of day, without a day, withdrawn
    told += [(customers + 51, 0), (customers + 52, 0), (customers + 53, 0)]
    days += [as_of, None, START]
    return pd.DataFrame(
        {
            "lead_id": [f"l{i}" for i in range(len(told))],
            "customer_key": [key for key, _ in told],
            "source": "fair",
            "day": pd.Series(days, dtype="object"),
            "stage": "open",
            "status": ["live"] * (len(told) - 1) + ["void"],
            "recorded_at": RECORDED_AT,
        }
    )


def _with_rest(orders: pd.DataFrame) -> pd.DataFrame:
    """The remaining declared columns of orders, empty or plain."""
    return orders.assign(
        list_amount_minor=orders["amount_minor"],
        discount_minor=0,
        store="s1",
        paid_with_points=0,
        row_hash=[f"{i:016x}" for i in range(len(orders))],
    )
