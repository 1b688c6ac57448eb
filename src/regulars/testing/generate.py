"""Seeded order histories with known truth, as frames with the columns of the declared facts.

A `Shop` holds the fact tables and the truth from which they were drawn. All randomness comes from
the seed. Customers buy as a Poisson process at their own gamma-distributed rate until they drop
out, which happens with their own beta-distributed probability after each purchase: the law of
BG/NBD (Fader, Hardie & Lee 2005).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

EPOCH = dt.date(1970, 1, 1)
START = dt.date(2023, 1, 2)
RECORDED_AT = pd.Timestamp("2026-01-01")


@dataclass(frozen=True)
class Shop:
    """Fact tables by name, and what is true of them."""

    facts: dict[str, pd.DataFrame]
    truth: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """Law of a base. Rates are purchases a day; money is minor units.

    r, alpha : gamma law of the rate (mean r/alpha).
    a, b : beta law of the dropout probability after a purchase; a = 0: nobody drops out.
    spend : median amount of an order; spread : standard deviation of its logarithm between
        customers; noise : the same between orders of one customer.
    """

    r: float = 0.8
    alpha: float = 40.0
    a: float = 0.8
    b: float = 6.0
    spend: int = 4000
    spread: float = 0.5
    noise: float = 0.4


@dataclass(frozen=True)
class Purchases:
    """One entry per purchase: the customer's place, the day (from the start), the amount."""

    customer: Integers
    day: Integers
    amount: Integers


def purchase_days(
    random: np.random.Generator, born: Floats, rate: Floats, dropout: Floats, *, horizon: float
) -> tuple[Integers, Floats]:
    """Customers' places and purchase times: the first at ``born``, then Poisson until dropout."""
    places, times = [], []
    alive, now = np.arange(len(born)), born.copy()
    while len(alive):
        inside = now[alive] < horizon
        alive = alive[inside]
        places.append(alive)
        times.append(now[alive])
        alive = alive[random.random(len(alive)) >= dropout[alive]]
        now[alive] += random.exponential(1.0 / rate[alive])
    return np.concatenate(places), np.concatenate(times)


def draw(
    random: np.random.Generator, born: Floats, behaviour: Behaviour, *, horizon: float
) -> tuple[Purchases, dict[str, Floats]]:
    """Purchases from birth to the horizon, sorted by time, and each customer's true law."""
    n, law = len(born), behaviour
    rate = random.gamma(law.r, 1.0 / law.alpha, n)
    rate = np.maximum(rate, 1e-6)
    dropout = random.beta(law.a, law.b, n) if law.a > 0 else np.zeros(n)
    level = law.spend * np.exp(law.spread * random.standard_normal(n))
    place, time = purchase_days(random, born, rate, dropout, horizon=horizon)
    order = np.lexsort([place, time])
    place, time = place[order], time[order]
    noise = np.exp(law.noise * random.standard_normal(len(place)))
    amount = np.maximum(1, np.floor(level[place] * noise)).astype("int64")
    day = np.floor(time).astype("int64")
    truth = {"rate": rate, "dropout": dropout, "level": level, "born": born}
    return Purchases(place.astype("int64"), day, amount), truth


def order_frame(purchases: Purchases, *, start: dt.date, first_key: int = 1) -> pd.DataFrame:
    """The orders table of plain sales."""
    n = len(purchases.day)
    days = np.datetime64(start, "D") + purchases.day
    return pd.DataFrame(
        {
            "order_id": [f"o{i:08d}" for i in range(n)],
            "customer_key": purchases.customer + first_key,
            "occurred_at": days.astype("datetime64[us]") + np.timedelta64(17, "h"),
            "day": pd.Series(days.astype("datetime64[D]").tolist(), dtype="object"),
            "kind": "sale",
            "refunds_order_id": pd.Series([None] * n, dtype="object"),
            "amount_minor": purchases.amount,
            "channel": "store",
            "status": "live",
            "recorded_at": RECORDED_AT,
            "import_seq": 1,
        }
    )


def people_frames(keys: Integers, first_seen: list[dt.date]) -> dict[str, pd.DataFrame]:
    """customers and identities of these keys, nobody merged."""
    customers = pd.DataFrame(
        {
            "customer_key": keys,
            "kind": "person",
            "first_seen": pd.Series(first_seen, dtype="object"),
            "status": "live",
        }
    )
    identities = pd.DataFrame(
        {
            "source": "shop",
            "external_id": [f"C{key:07d}" for key in keys],
            "customer_key": keys,
            "merged_into": pd.array([None] * len(keys), dtype="Int64"),
            "status": "live",
        }
    )
    return {"customers": customers, "identities": identities}


def growing_base(
    *,
    customers: int = 300,
    days: int = 730,
    seed: int = 1,
    behaviour: Behaviour | None = None,
    start: dt.date = START,
) -> Shop:
    """A new shop: first purchases spread evenly over the history; the truth is the law itself."""
    law = behaviour or Behaviour()
    random = np.random.default_rng(seed)
    born = np.sort(random.random(customers) * days)
    purchases, truth = draw(random, born, law, horizon=days)
    orders = order_frame(purchases, start=start)
    first = [start + dt.timedelta(days=int(d)) for d in born]
    people = people_frames(np.arange(1, customers + 1), first)
    as_of = start + dt.timedelta(days=days)
    return Shop({"orders": orders, **people}, {"behaviour": law, "as_of": as_of, **truth})


def stationary_base(
    *,
    arrivals_per_day: float = 0.5,
    days: int = 728,
    run_in: int = 2000,
    seed: int = 1,
    behaviour: Behaviour | None = None,
    start: dt.date = START,
) -> Shop:
    """Customers arrive at one steady rate from long before the window: nothing ever changes.

    Each customer buys at one rate through an exponential lifetime (mean ``run_in``/8 days), so
    after the run-in the window is stationary. What came before the window is not in the facts, as
    in a shop whose records begin one day. No cause of change that an analysis names is true.
    """
    law = behaviour or Behaviour(r=1.2, alpha=30.0)
    random = np.random.default_rng(seed)
    total = random.poisson(arrivals_per_day * (run_in + days))
    born = random.random(total) * (run_in + days)
    life = random.exponential(run_in / 8, total)
    rate = random.gamma(law.r, 1.0 / law.alpha, total)
    count = random.poisson(rate * np.minimum(life, run_in + days - born))
    place = np.concatenate([np.arange(total), np.repeat(np.arange(total), count)])
    span = np.minimum(life, run_in + days - born)
    time = born[place] + np.concatenate([np.zeros(total), random.random(count.sum())]) * span[place]
    level = law.spend * np.exp(law.spread * random.standard_normal(total))
    noise = np.exp(law.noise * random.standard_normal(len(place)))
    amount = np.maximum(1, np.floor(level[place] * noise)).astype("int64")
    day = np.floor(time).astype("int64") - run_in
    kept = np.flatnonzero(day >= 0)
    kept = kept[np.lexsort([place[kept], time[kept]])]
    purchases = Purchases(place[kept].astype("int64"), day[kept], amount[kept])
    end = start + dt.timedelta(days=days)
    orders = order_frame(purchases, start=start)
    keys = np.unique(orders["customer_key"].to_numpy(dtype="int64"))
    first = orders.groupby("customer_key")["day"].min()
    people = people_frames(keys, [first[key] for key in keys])
    return Shop({"orders": orders, **people}, {"behaviour": law, "as_of": end, "cause": None})
