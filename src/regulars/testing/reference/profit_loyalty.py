"""`profit_loyalty` and `profit_loyalty_customers` (row 001-1), customer by customer.

The purchase model's parameters and P(alive) are the library's (tested against published figures);
P(no order) is worked out anew: a living customer of MBG/NBD buys at a rate λ ~ Gamma(r + x, α + T)
until he drops out, which he can only do by buying, so that P(no order | alive) = E[e^(−λW)].
"""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from regulars.models import MbgNbd
from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_numbers,
    day_of,
    days_before,
    live,
    resolved,
    within,
)
from regulars.testing.reference.renewals import judged
from regulars.testing.reference.tiers import margins

PLACES = ("ideal", "one_shot_profitable", "loyal_thin", "marginal")
LEAST_DUE = 10


def profit_loyalty(facts: Facts, *, as_of: Day, **asked: Any) -> Answer:
    """The four places now and, with the same cuts, one window before."""
    now, before, cut, cover = _placed(facts, as_of=as_of, **asked)
    window_days = asked.get("window_days", 365)
    end, margin = day_number(as_of), asked.get("margin")
    days = days_before(facts, end)
    first = int(days.loc[days["orders"] > 0, "day"].min())
    compared = first <= end - 2 * window_days
    names = (
        "customers", "unknown_customers", "contract_customers", "contribution_minor",
        "contribution_cut_minor", "loyalty_cut", "model", "cost_by", "cost_cover", "compared",
        "from_day", "to_day",
    )  # fmt: skip
    if cut is None:
        return Answer(pd.DataFrame(), dict.fromkeys(names))
    rows = []
    known = [one for one in now if one["place"]]
    known_before = [one for one in before if one["place"]]
    for place in PLACES:
        here = [one for one in known if one["place"] == place]
        there = [one for one in known_before if one["place"] == place]
        left, left_before = (sum(o["contribution_minor"] for o in held) for held in (here, there))
        whole, whole_before = (
            sum(o["contribution_minor"] for o in held) for held in (known, known_before)
        )
        rows.append(
            {
                "place": place,
                "customers": len(here),
                "customer_share": len(here) / len(known) if known else None,
                "contribution_minor": left,
                "contribution_share": left / whole if whole > 0 else None,
                "contribution_per_customer_minor": left / len(here) if here else None,
                "loyalty": float(np.mean([o["loyalty"] for o in here])) if here else None,
                "customers_before": len(there) if compared else None,
                "customer_share_before": len(there) / len(known_before)
                if compared and known_before else None,
                "contribution_before_minor": left_before if compared else None,
                "contribution_share_before": left_before / whole_before
                if compared and whole_before > 0 else None,
            }
        )  # fmt: skip
    figures = {
        "customers": len(now),
        "unknown_customers": len(now) - len(known),
        "contract_customers": sum(one["loyalty_from"] == "contract" for one in now),
        "contribution_minor": sum(one["contribution_minor"] for one in known),
        "contribution_cut_minor": cut,
        "loyalty_cut": asked.get("loyalty_cut", 0.5),
        "model": "mbg_nbd",
        "cost_by": "unit_cost" if margin is None else "margin",
        "cost_cover": cover if margin is None else None,
        "compared": compared,
        "from_day": day_of(end - window_days),
        "to_day": day_of(end),
    }
    return Answer(pd.DataFrame(rows, dtype=object), figures)


def profit_loyalty_customers(facts: Facts, *, as_of: Day, **asked: Any) -> Answer:
    """Everybody who ever bought."""
    now, _, _, _ = _placed(facts, as_of=as_of, **asked)
    return Answer(pd.DataFrame(now, dtype=object))


def _placed(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    margin: float | None = None,
    service_cost_minor: float = 0,
    contribution_cut_minor: float | None = None,
    loyalty_cut: float = 0.5,
    model: str = "mbg_nbd",
    grace_days: int = 7,
    rejoin_days: int = 180,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float | None, float | None]:
    assert model == "mbg_nbd"
    end = day_number(as_of)
    start = end - window_days
    law = _law(days_before(facts, end), end)
    bound = _bound(facts, as_of, start, rejoin_days=rejoin_days, grace_days=grace_days)
    told = {}
    for era, upto in (("now", end), ("before", start)):
        window = Period(upto - window_days, upto)
        told[era] = _measured(
            facts, window, law, bound[era], margin=margin, service=service_cost_minor, end=end
        )
    # All money of the window, also that given back to who never bought.
    window = Period(start, end)
    spent = within(days_before(facts, end), window).groupby("customer_key")["spend_minor"].sum()
    profit = margins(facts, window=window, factor=100)["costed"]
    spend, costed = int(spent.sum()), int(profit[profit.index.isin(spent.index)].sum())
    enough = margin is not None or (costed > 0 and 5 * costed >= 4 * spend)
    for one in (*told["now"], *told["before"]):
        if not enough:
            one["contribution_minor"] = None
    positive = [
        one["contribution_minor"] for one in told["now"] if (one["contribution_minor"] or 0) > 0
    ]
    cut = contribution_cut_minor
    if cut is None and positive:
        cut = float(median(positive))
    for one in (*told["now"], *told["before"]):
        one["place"] = _place(one, None if not enough else cut, loyalty_cut)
    cover = min(1.0, costed / spend) if spend > 0 else None
    return told["now"], told["before"], cut if enough else None, cover


def _place(one: dict[str, Any], cut: float | None, loyalty_cut: float) -> str | None:
    x, y = one["contribution_minor"], one["loyalty"]
    if x is None or y is None or cut is None:
        return None
    if x >= cut:
        return "ideal" if y >= loyalty_cut else "one_shot_profitable"
    return "loyal_thin" if y >= loyalty_cut else "marginal"


def _law(days: pd.DataFrame, end: int) -> MbgNbd:
    history = _histories(days, end)
    same = history.groupby(["x", "t_x", "T"]).size().reset_index(name="n")
    return MbgNbd.fit(same["x"], same["t_x"], same["T"], same["n"]).model


def _histories(days: pd.DataFrame, end: int) -> pd.DataFrame:
    sold = days[(days["orders"] > 0) & (days["day"] < end)].groupby("customer_key")["day"]
    frame = pd.DataFrame({"first": sold.min(), "last": sold.max(), "bought": sold.nunique()})
    return frame.assign(
        x=frame["bought"] - 1, t_x=frame["last"] - frame["first"], T=end - frame["first"]
    )[["x", "t_x", "T"]].astype(float)


def _measured(
    facts: Facts,
    window: Period,
    law: MbgNbd,
    bound: dict[int, float],
    *,
    margin: float | None,
    service: float,
    end: int,
) -> list[dict[str, Any]]:
    days = days_before(facts, end)
    history = _histories(days, window.end)
    alive = law.p_alive(history["x"], history["t_x"], history["T"])
    waits = (law.alpha + history["T"]) / (law.alpha + history["T"] + window.length)
    some = alive * (1 - waits ** (law.r + history["x"]))
    spent = within(days, window).groupby("customer_key")["spend_minor"].sum()
    profit = margins(facts, window=window, factor=100)
    marketing = _marketing(facts, window)
    cases = _dated(facts, "cases", window).groupby("customer_key").size()
    found = []
    for key, chance in zip(history.index, some, strict=True):
        spend = spent.get(key)
        left: int | None
        if margin is not None:
            left = math.floor(margin * (spend or 0) + 0.5)
        elif spend is None:
            left = 0
        else:
            left = int(profit["profit"][key]) if key in profit.index else None
        paid, n = int(marketing.get(key, 0)), int(cases.get(key, 0))
        if left is not None:
            left -= paid + math.floor(service * n + 0.5)
        found.append(
            {
                "customer_key": int(key),
                "place": None,
                "contribution_minor": left,
                "spend_minor": int(spend or 0),
                "marketing_minor": paid,
                "cases": n,
                "loyalty": bound.get(key, float(chance)),
                "loyalty_from": "contract" if key in bound else "model",
            }
        )
    return found


def _dated(facts: Facts, name: str, window: Period) -> pd.DataFrame:
    if name not in facts or "day" not in facts[name]:
        return pd.DataFrame({"customer_key": [], "campaign": [], "cost_minor": []})
    table = live(facts[name])
    table = table[table["customer_key"].notna() & table["day"].notna()].copy()
    table["customer_key"] = resolved(table["customer_key"].astype("int64"), facts)
    table["day"] = day_numbers(table["day"])
    for column in ("campaign", "cost_minor"):
        if column not in table:
            table[column] = None
    return within(table, window)


def _marketing(facts: Facts, window: Period) -> dict[int, int]:
    """By customer: what contacts say they cost, else an even share of their campaign's cost."""
    touched = _dated(facts, "contacts", window)
    if "direction" in touched:
        touched = touched[touched["direction"].fillna("out") == "out"]
    spent: dict[str, int] = {}
    if "costs" in facts:
        costs = live(facts["costs"]).copy()
        costs["day"] = day_numbers(costs["day"])
        spent = within(costs, window).groupby("campaign")["amount_minor"].sum().to_dict()
    paid: dict[int, int] = {}
    for campaign, own in touched.groupby("campaign", dropna=False):
        priced = own["cost_minor"].notna().any()
        for key, one in own.groupby("customer_key"):
            cost = int(one["cost_minor"].fillna(0).sum())
            if not priced and campaign in spent:
                cost += math.floor(spent[campaign] * len(one) / len(own) + 0.5)
            paid[key] = paid.get(key, 0) + cost
    return paid


def _bound(
    facts: Facts, as_of: Day, start: int, *, rejoin_days: int, grace_days: int
) -> dict[str, dict[int, float]]:
    """By era, the renewal rate that binds each customer with a running contract."""
    held: dict[str, dict[int, float]] = {"now": {}, "before": {}}
    if "subscriptions" not in facts:
        return held
    terms = judged(facts, as_of, rejoin_days=rejoin_days, grace_days=grace_days)
    came = [t for t in terms if t["outcome"] in ("renewed", "lapsed")]

    def rate(plan: str) -> float | None:
        own = [t for t in came if t["plan"] == plan]
        own = own if len(own) >= LEAST_DUE else came
        if len(own) < LEAST_DUE:
            return None
        kept: int = sum(t["outcome"] == "renewed" for t in own)
        return kept / len(own)

    for term in terms:
        found = rate(term["plan"])
        running = {
            "now": term["to"] is None,
            "before": term["from"] < start and (term["to"] is None or term["to"] >= start),
        }
        for era, there in running.items():
            if there and found is not None:
                key = term["customer"]
                held[era][key] = max(found, held[era].get(key, 0.0))
    return held
