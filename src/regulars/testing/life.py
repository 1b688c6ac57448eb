"""Tables that life stages take besides orders: subscriptions, visits, win-back campaigns."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from regulars.testing.generate import RECORDED_AT, Shop


def with_life_tables(shop: Shop, *, seed: int = 1) -> Shop:
    """The shop with subscriptions (some ended, some followed by another), visits and costs.

    The customers of ``truth["fading"]`` bought every five days, then ever less often, then again,
    so that the falling rule has something to find.
    """
    random = np.random.default_rng([seed, 21])
    orders, as_of = shop.facts["orders"], shop.truth["as_of"]
    first = int(shop.facts["customers"]["customer_key"].max()) + 1
    fading = pd.concat(
        [_fading(first + i, as_of - dt.timedelta(days=40 * i), orders) for i in range(6)]
    )
    keys = np.sort(orders["customer_key"].dropna().unique().astype("int64"))
    facts = {
        **shop.facts,
        "orders": pd.concat([orders, fading], ignore_index=True),
        "subscriptions": _subscriptions(random.choice(keys, 60, replace=False), random, as_of),
        "visits": _visits(random.choice(keys, 80, replace=False), random, as_of),
        "campaigns": pd.DataFrame(
            {"campaign": ["back", "new"], "kind": ["win_back", "launch"], "status": "live"}
        ),
        "costs": pd.DataFrame(
            {
                "campaign": ["back", "back", "new", "back"],
                "day": [as_of - dt.timedelta(days=d) for d in (10, 700, 20, 0)],
                "kind": "print",
                "amount_minor": [90_000, 5_000, 7_000, 11_000],
                "status": "live",
            }
        ),
    }
    return replace(
        shop, facts=facts, truth={**shop.truth, "fading": tuple(range(first, first + 6))}
    )


def _fading(key: int, last: dt.date, orders: pd.DataFrame) -> pd.DataFrame:
    gaps = [5] * 80 + [5, 11, 14, 14, 14, 14, 14, 5, 5, 5, 5, 5]
    days = np.cumsum(gaps)
    frame = orders.iloc[[0] * len(days)].copy()
    return frame.assign(
        order_id=[f"f{key}-{i}" for i in range(len(days))],
        customer_key=key,
        day=[last - dt.timedelta(days=int(days[-1] - d) + 20) for d in days],
        kind="sale",
        amount_minor=1000,
        status="live",
    )


def _subscriptions(keys: np.ndarray, random: np.random.Generator, as_of: dt.date) -> pd.DataFrame:
    rows = []
    for place, key in enumerate(keys):
        start = as_of - dt.timedelta(days=int(random.integers(30, 700)))
        stop = start + dt.timedelta(days=int(random.integers(10, 400)))
        rows.append((int(key), start, stop if place % 3 else None))
        if place % 5 == 1:  # goes on the next day, or with a gap of a week
            rows.append((int(key), stop + dt.timedelta(days=1 if place % 2 else 7), None))
    frame = pd.DataFrame(rows, columns=["customer_key", "started", "ended"])
    return frame.assign(
        subscription_id=[f"s{i}" for i in range(len(frame))],
        plan="box",
        status=np.where(np.arange(len(frame)) % 17 == 3, "void", "live"),
        recorded_at=RECORDED_AT,
    )


def _visits(keys: np.ndarray, random: np.random.Generator, as_of: dt.date) -> pd.DataFrame:
    owner = np.repeat(keys, 25)
    ago = np.floor(700 * random.random(len(owner)) ** 0.5).astype(int)
    return pd.DataFrame(
        {
            "visit_id": [f"v{i}" for i in range(len(owner))],
            "customer_key": owner,
            "day": [as_of - dt.timedelta(days=int(d) - 3) for d in ago],
            "status": "live",
        }
    )
