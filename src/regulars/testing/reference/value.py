"""`value_totals`, `value_distribution`, `value_matrix`: customer by customer, from the orders.

The purchase and spend models are the library's (they have tests of their own against published
figures); histories, tenths and bands are worked out anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from regulars.models import PURCHASE_MODELS, GammaGamma
from regulars.testing.reference.base import Answer, Day, Facts, day_number, days_before

YEAR = 365
ENDS = [7, 14, 30, 60, 90, 180, 365, 730, 1095]


def _customers(facts: Facts, *, as_of: Day, model: str) -> pd.DataFrame:
    """Each customer's history, P(alive), and expected orders and spend of 365 days."""
    end = day_number(as_of)
    days = days_before(facts, end)
    sold = days[days["orders"] > 0].groupby("customer_key")["day"]
    frame = pd.DataFrame({"first": sold.min(), "last": sold.max(), "bought": sold.nunique()})
    later = days[days["day"] != days["customer_key"].map(frame["first"])]
    spent = later.groupby("customer_key")["spend_minor"].sum()
    frame["spent"] = spent.reindex(frame.index).fillna(0)
    frame = frame.assign(
        x=frame["bought"] - 1, t_x=frame["last"] - frame["first"], T=end - frame["first"]
    ).astype(float)
    same = frame.groupby(["x", "t_x", "T"]).size().reset_index(name="n")
    law = PURCHASE_MODELS[model].fit(same["x"], same["t_x"], same["T"], same["n"]).model
    history = (frame["x"], frame["t_x"], frame["T"])
    told = frame[(frame["x"] > 0) & (frame["spent"] > 0)]
    means = pd.DataFrame({"x": told["x"], "mean": told["spent"] / told["x"]})
    spends = means.groupby(["x", "mean"]).size().reset_index(name="n")
    spend = GammaGamma.fit(spends["x"], spends["mean"], spends["n"]).model
    # p(γ + x·m)/(px + q − 1); where no spend is known, that of a new customer, pγ/(q − 1).
    known = frame["spent"].where((frame["x"] > 0) & (frame["spent"] > 0))
    each = spend.p * (spend.gamma + known) / (spend.p * frame["x"] + spend.q - 1)
    frame["alive"] = law.p_alive(*history)
    frame["orders"] = law.expected_orders(*history, YEAR)
    frame["spend"] = frame["orders"] * each.fillna(spend.p * spend.gamma / (spend.q - 1))
    return frame.reset_index()


def _figures(frame: pd.DataFrame, model: str) -> dict[str, Any]:
    return {
        "model": model,
        "customers": len(frame),
        "alive": float(frame["alive"].sum()),
        "expected_orders_365d": float(frame["orders"].sum()),
        "expected_spend_365d_minor": float(frame["spend"].sum()),
    }


def value_totals(facts: Facts, *, as_of: Day, model: str = "mbg_nbd") -> Answer:
    """The whole base, without its intervals."""
    figures = _figures(_customers(facts, as_of=as_of, model=model), model)
    row = {name: value for name, value in figures.items() if name != "model"}
    return Answer(pd.DataFrame([{"segment": "(all)", **row}]), figures)


def value_distribution(facts: Facts, *, as_of: Day, model: str = "mbg_nbd") -> Answer:
    """Ten rows; the first tenths are one larger where the customers do not divide by ten."""
    frame = _customers(facts, as_of=as_of, model=model)
    ranked = frame.sort_values(["spend", "customer_key"], ascending=[False, True])
    whole = float(ranked["spend"].sum())
    rows, running = [], 0.0
    for place, part in enumerate(np.array_split(np.arange(len(ranked)), 10), start=1):
        own = ranked.iloc[part]
        if own.empty:
            continue
        spend = float(own["spend"].sum())
        running += spend
        rows.append(
            {
                "tenth": place,
                "customers": len(own),
                "alive": float(own["alive"].sum()),
                "expected_orders_365d": float(own["orders"].sum()),
                "expected_spend_365d_minor": spend,
                "least_spend_365d_minor": float(own["spend"].min()),
                "spend_share": spend / whole,
                "cumulative_share": running / whole,
                "value_unknown": None,
            }
        )
    figures = _figures(frame, model) | {
        "top_tenth_share": rows[0]["spend_share"],
        "top_fifth_share": rows[1]["cumulative_share"],
        "value_unknown_customers": 0,
    }
    return Answer(pd.DataFrame(rows), figures)


def value_tenths(facts: Facts, *, as_of: Day, model: str = "mbg_nbd") -> Answer:
    """Each customer's tenth by expected spend."""
    frame = _customers(facts, as_of=as_of, model=model)
    ranked = frame.sort_values(["spend", "customer_key"], ascending=[False, True])
    parts = np.array_split(np.arange(len(ranked)), 10)
    tenth = np.concatenate([np.full(len(part), i) for i, part in enumerate(parts, start=1)])
    named = {"alive": "p_alive", "orders": "expected_orders_365d",
             "spend": "expected_spend_365d_minor"}  # fmt: skip
    listed = ranked.assign(tenth=tenth, value_unknown=None).rename(columns=named)
    names = ["customer_key", "tenth", *named.values(), "value_unknown"]
    return Answer(listed[names].reset_index(drop=True))


def value_matrix(facts: Facts, *, as_of: Day, model: str = "mbg_nbd") -> Answer:
    """One row a cell in which somebody stands."""
    frame = _customers(facts, as_of=as_of, model=model)
    silent = frame["T"] - frame["t_x"]
    cuts = [1, 2, 3, 5, 9]
    if (frame["bought"] > 9).mean() > 0.5:
        sixths = np.sort(frame["bought"].to_numpy(dtype=int))
        n = len(sixths)
        cuts = sorted({int(sixths[-(-k * n // 6) - 1]) for k in range(1, 6)} - {int(sixths[-1])})
    frame["f"] = np.searchsorted(cuts, frame["bought"])
    ends = _ends(silent)
    frame["r"] = np.searchsorted(ends, silent)
    rows = []
    for (f, r), part in frame.groupby(["f", "r"]):
        rows.append(
            {
                "purchase_days_from": cuts[f - 1] + 1 if f else 1,
                "purchase_days_to": cuts[f] if f < len(cuts) else None,
                "recency_days_from": ends[r - 1] + 1 if r else 0,
                "recency_days_to": ends[r] if r < len(ends) else None,
                "customers": len(part),
                "p_alive": float(part["alive"].mean()),
                "expected_spend_per_customer_minor": float(part["spend"].mean()),
                "expected_spend_365d_minor": float(part["spend"].sum()),
            }
        )
    table = pd.DataFrame(rows).astype({"purchase_days_to": "Int64", "recency_days_to": "Int64"})
    return Answer(table, _figures(frame, model))


def _ends(silent: pd.Series) -> list[int]:
    """Ends of the bands: the smallest band gives way until six are left, none under 2%."""
    ends = [end for end in ENDS if end < silent.max()]
    while ends:
        held = np.histogram(silent, [-1, *(end + 0.5 for end in ends), np.inf])[0]
        if len(held) <= 6 and held.min() >= 0.02 * len(silent):
            break
        i = int(held.argmin())
        left, right = (held[j] if 0 <= j < len(held) else np.inf for j in (i - 1, i + 1))
        del ends[i - 1 if left <= right else i]
    return ends
