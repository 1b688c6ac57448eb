"""`value`, with given parameters: customer by customer, by the closed forms of the papers.

Fader, Hardie & Lee 2005 (BG/NBD, E[Y(t)] by ₂F₁), Batislam et al. 2007 (MBG/NBD: as BG/NBD with one
more occasion to drop out), Fader & Hardie note 025 (Gamma-Gamma). Nothing of the library's models.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1
from scipy.stats import gamma, nbinom

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_of,
    days_before,
    live,
    survivors,
)

YEAR = 365.0
Parameters = Mapping[str, float]


class _Living:
    """A customer with x repeats who is alive at T, under BG/NBD or MBG/NBD."""

    def __init__(self, model: str, p: Parameters, x: float, T: float) -> None:
        self.rate, self.scale = p["r"] + x, p["alpha"] + T
        self.a = p["a"]
        # What he survived counts for the other side of the beta.
        self.stay = p["b"] + x + (1 if model == "mbg_nbd" else 0)

    def orders(self, t: float) -> float:
        if t == 0:
            return 0.0
        a, b, z = self.a, self.stay, t / (self.scale + t)
        left = (self.scale / (self.scale + t)) ** self.rate
        form = hyp2f1(self.rate, b, a + b - 1, z)
        return float((a + b - 1) / (a - 1) * (1 - left * form))

    def more_than(self, k: int, t: float) -> float:
        """k repeats survived, and one arrival more in time."""
        survived = np.exp(betaln(self.a, self.stay + k) - betaln(self.a, self.stay))
        arrived = nbinom.sf(k, self.rate, self.scale / (self.scale + t))
        return float(survived * arrived)

    def discounted(self, yearly: float, t: float) -> float:
        rate = np.log1p(yearly) / 365.2425
        inside = quad(lambda u: rate * np.exp(-rate * u) * self.orders(u), 0, t,
                      epsabs=0, epsrel=1e-11, limit=200)[0]  # fmt: skip
        return float(np.exp(-rate * t) * self.orders(t) + inside)


def _alive(model: str, p: Parameters, x: float, t_x: float, T: float) -> float:
    if model == "bg_nbd" and x == 0:
        return 1.0
    occasions = p["b"] + x - (1 if model == "bg_nbd" else 0)
    grown = ((p["alpha"] + T) / (p["alpha"] + t_x)) ** (p["r"] + x)
    return float(1 / (1 + p["a"] / occasions * grown))


def _histories(facts: Facts, as_of: int, grain: str) -> pd.DataFrame:
    days = days_before(facts, as_of)
    rows = []
    for key, own in days.groupby("customer_key"):
        bought = own.loc[own["orders"] > 0, "day"]
        if bought.empty:
            continue
        first = int(bought.min())
        x = bought.nunique() - 1
        spent = int(own.loc[own["day"] != first, "spend_minor"].sum())
        last, age = int(bought.max()) - first, as_of - first
        if grain == "week":
            last, age = (7 * (time // 7) + 3 for time in (last, age))
        rows.append((int(key), x, last if x else 0, age, spent, day_of(first).year))
    return pd.DataFrame(rows, columns=["customer_key", "x", "t_x", "T", "spent", "year"])


def _segments(facts: Facts, by: str) -> dict[int, str]:
    """What each customer's records say; values of fewer than 20 customers as one."""
    records = live(facts["customers"])
    into = survivors(facts)
    told: dict[int, str] = {}
    for own in (True, False):  # surviving records are heard first, then the others by key
        for key, value in records.sort_values("customer_key")[["customer_key", by]].itertuples(
            index=False
        ):
            survives = key not in into.index
            if survives is own and isinstance(value, str) and value:
                told.setdefault(int(key if survives else into[key]), value)
    sizes = pd.Series(list(told.values()), dtype=object).value_counts()
    assert (sizes >= 20).sum() <= 30
    return {key: value if sizes[value] >= 20 else "(other)" for key, value in told.items()}


def value(
    facts: Facts,
    *,
    as_of: Day,
    model: str,
    purchase: Mapping[str, Parameters],
    spend: Parameters,
    segment: str = "none",
    grain: str = "day",
    margin: float | None = None,
    yearly_rate: float = 0.1,
    lifetime_years: float = 10,
) -> Answer:
    """``purchase`` by segment, "" for those without parameters of their own."""
    end = day_number(as_of)
    frame = _histories(facts, end, grain)
    names = dict.fromkeys(frame["customer_key"], "")
    if segment == "year":
        names = {key: str(year) for key, year in zip(frame["customer_key"], frame["year"],
                                                     strict=True)}  # fmt: skip
    elif segment != "none":
        told = _segments(facts, segment)
        names = {key: told.get(key, "(unknown)") for key in frame["customer_key"]}
    known: dict[Any, dict[str, Any]] = {}
    rows = []
    for one in frame.itertuples(index=False):
        own = purchase.get(names[one.customer_key], purchase[""])
        history = (names[one.customer_key], one.x, one.t_x, one.T)
        if history not in known:
            known[history] = _of_history(
                model, own, (one.x, one.t_x, one.T), yearly_rate, lifetime_years
            )
        rows.append(
            _row(
                one,
                known[history],
                spend,
                margin=margin,
                as_of=day_of(end),
                segmented=segment != "none",
            )
        )
    return Answer(pd.DataFrame(rows, dtype=object))


def _of_history(
    model: str, p: Parameters, history: tuple[int, int, int], yearly: float, years: float
) -> dict[str, Any]:
    x, t_x, T = history
    living, alive = _Living(model, p, x, T), _alive(model, p, x, t_x, T)
    more: list[float] = []
    k = 0
    while not more or more[-1] > 1e-14:
        more.append(alive * living.more_than(k, YEAR))
        k += 1
    wait = (p["alpha"] + T) * (2 ** (1 / (p["r"] + x)) - 1)
    return {
        "alive": alive,
        "orders": alive * living.orders(YEAR),
        "low": sum(chance > 0.9 for chance in more),
        "high": sum(chance > 0.1 for chance in more),
        "none": 1 - more[0],
        "squared": sum((2 * i + 1) * chance for i, chance in enumerate(more)),
        "year": alive * living.discounted(yearly, YEAR),
        "lifetime": alive * living.discounted(yearly, years * YEAR),
        "wait": int(np.ceil(wait)) if wait <= 3650 else None,
    }


def _row(
    one: Any,
    known: Mapping[str, Any],
    law: Parameters,
    *,
    margin: float | None,
    as_of: dt.date,
    segmented: bool,
) -> dict[str, Any]:
    told = one.x > 0 and one.spent > 0
    p, q = law["p"], law["q"]
    shape = p * one.x + q
    each = p * law["gamma"] / (q - 1)
    if told:
        each = p * (law["gamma"] + one.spent) / (shape - 1)
    low, high = _spend_interval(known, own=(shape - 1) / (shape - 2), p=p)
    spend = known["orders"] * each
    # After one purchase the day is that of the segment, where segments are fitted.
    wait = known["wait"] if one.x or segmented else None
    why = None
    if one.x > 0 and one.spent <= 0:
        why = "refunds_beyond_spend"
    elif margin is None:
        why = "no_margin"
    return {
        "customer_key": one.customer_key,
        "p_alive": known["alive"],
        "expected_orders_365d": known["orders"],
        "expected_orders_365d_low": float(known["low"]),
        "expected_orders_365d_high": float(known["high"]),
        "expected_spend_per_order_minor": each,
        "expected_spend_365d_minor": spend,
        "expected_spend_365d_low_minor": spend * low,
        "expected_spend_365d_high_minor": spend * high,
        "clv_365d_minor": None if margin is None else margin * known["year"] * each,
        "clv_lifetime_minor": None if margin is None else margin * known["lifetime"] * each,
        "next_order_due": None if wait is None else as_of + dt.timedelta(days=wait),
        "value_unknown": why,
        "next_order_unknown": None if wait is not None else "too_far" if one.x else "one_purchase",
    }


def _spend_interval(known: Mapping[str, Any], *, own: float, p: float) -> tuple[float, float]:
    """Ends of the 80% interval of spend over its mean: none at all, or a gamma with what is left.

    Var S = E[N]·E[Var(Z|ζ)] + E[N²]·E[ζ²] − (E[N]·E[ζ])², ζ the customer's own mean.
    """
    mean, squared = known["orders"], known["squared"]
    variance = mean * own / p + squared * own - mean**2
    some = 1 - known["none"]
    given, second = mean / some, (variance + mean**2) / some
    shape = given**2 / (second - given**2)
    ends = []
    for level in (0.1, 0.9):
        left = (level - known["none"]) / some
        end = gamma.ppf(left, shape, scale=given / shape) if left > 0 else 0.0
        ends.append(float(end / mean))
    return ends[0], ends[1]
