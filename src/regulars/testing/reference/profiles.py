"""`profile`, `profile_value`, `preference`, `response_index` (rows 002-6a, f, g, e)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_numbers,
    days_before,
    live,
    live_orders,
    plain_value,
    resolved,
    share,
    totals,
)
from regulars.testing.reference.homogeneity import wilson
from regulars.testing.reference.people import UNKNOWN, indexed, judged, profiles
from regulars.testing.reference.plane import usual_window


def divergence(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """(a − b) ln(a/b) of shares; somebody is half a customer where nobody is on one side."""
    if a.sum() == 0 or b.sum() == 0:
        return None
    one = np.where((a == 0) & (b > 0), 0.5, a) / a.sum()
    other = np.where((b == 0) & (a > 0), 0.5, b) / b.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (one - other) * np.log(one / other)
    return np.where((a == 0) & (b == 0), 0.0, parts)


def active(facts: Facts, period: Period) -> pd.Series:
    """Net spend of those with a purchase day in the period (index: customer_key)."""
    inside = totals(days_before(facts, period.end), period)
    return inside.loc[inside["purchase_days"] > 0, "spend_minor"]


def profile(
    facts: Facts,
    *,
    as_of: Day | None = None,
    window_days: int | None = None,
    before: Any = None,
    after: Any = None,
    **law: Any,
) -> Answer:
    if after is None:
        assert as_of is not None
        end = day_number(as_of)
        days = usual_window(days_before(facts, end), end=end, window_days=window_days)
        later = Period(end - days, end)
        earlier = later.shifted(-days)
    else:
        later, earlier = Period.of(after), Period.of(before)
    known = profiles(facts, as_of=str(np.datetime64(later.end, "D")), **law)
    one, other = active(facts, earlier).index, active(facts, later).index
    rows: list[dict[str, Any]] = []
    for name, part in known.groupby("attribute"):
        a = part[part["customer_key"].isin(one)]["value"].value_counts()
        b = part[part["customer_key"].isin(other)]["value"].value_counts()
        values = sorted(set(a.index) | set(b.index))
        if not values:
            continue
        a, b = a.reindex(values, fill_value=0), b.reindex(values, fill_value=0)
        parts = divergence(a.to_numpy(), b.to_numpy())
        n, m = int(a.sum()), int(b.sum())
        psi = None if parts is None else float(parts.sum())
        rows.append(
            _mix(name, "(all)", n, m, len(one), len(other))
            | {
                "psi": psi,
                "psi_by_chance": None if psi is None else (len(values) - 1) * (1 / n + 1 / m),
                "shift": None
                if psi is None
                else ("stable" if psi < 0.1 else "some" if psi < 0.25 else "marked"),
            }
        )
        for i, value in enumerate(values):
            row = _mix(name, value, int(a[value]), int(b[value]), n, m)
            rows.append(row | {"psi": None if parts is None else float(parts[i])})
        rows.append(_mix(name, UNKNOWN, len(one) - n, len(other) - m, len(one), len(other)))
    whole = [r for r in rows if r["value"] == "(all)" and r["psi"] is not None]
    top = max(whole, key=lambda r: r["psi"], default=None)
    bare = [~held.isin(known["customer_key"]) for held in (one, other)]
    figures = {
        "active_before": len(one),
        "active_after": len(other),
        "no_profile_share_before": float(bare[0].mean()) if len(one) else None,
        "no_profile_share": float(bare[1].mean()) if len(other) else None,
        "psi_largest": top["psi"] if top else None,
        "psi_largest_attribute": top["attribute"] if top else None,
    }
    names = ["psi", "psi_by_chance", "shift"]
    frame = pd.DataFrame(rows)
    return Answer(frame.reindex(columns=[*frame.columns.drop(names), *names]), figures)


def _mix(name: Any, value: str, a: int, b: int, n: int, m: int) -> dict[str, Any]:
    one, other = share(a, n), share(b, m)
    return {
        "attribute": name,
        "value": value,
        "customers_before": a,
        "customers_after": b,
        "share_before": one,
        "share_after": other,
        "share_change": None if one is None or other is None else other - one,
    }


def profile_value(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    good_percent: float = 20,
    good_from_minor: float | None = None,
    **law: Any,
) -> Answer:
    end = day_number(as_of)
    spend = active(facts, Period(end - window_days, end))
    cut = good_from_minor
    if cut is None and len(spend):
        held = math.ceil(good_percent * len(spend) / 100 - 1e-12)
        cut = float(spend.sort_values(ascending=False).iloc[max(held, 1) - 1])
    good = spend >= (np.inf if cut is None else cut)
    known = profiles(facts, as_of=as_of, **law)
    known = known[known["customer_key"].isin(spend.index)]
    rows: list[dict[str, Any]] = []
    for name, part in known.groupby("attribute"):
        value = part.set_index("customer_key")["value"].reindex(spend.index)
        values = sorted(value.dropna().unique())
        g = np.array([int(good[value == v].sum()) for v in values])
        n = np.array([int((value == v).sum()) for v in values])
        b = n - g
        parts = divergence(g, b)
        iv = None if parts is None else float(parts.sum())
        rows.append(
            _worth(name, "(all)", spend[value.notna()], good, len(spend))
            | {
                "iv": iv,
                "iv_by_chance": None
                if iv is None
                else (len(values) - 1) * (1 / g.sum() + 1 / b.sum()),
                "strength": None
                if iv is None
                else ("none", "weak", "medium", "strong")[
                    int(np.searchsorted([0.02, 0.1, 0.3], iv, side="right"))
                ],
            }
        )
        for i, v in enumerate(values):
            woe = None
            if parts is not None:
                odds = (g[i] or 0.5) / g.sum() / ((b[i] or 0.5) / b.sum())
                woe = float(np.log(odds))
            rows.append(
                _worth(name, v, spend[value == v], good, int(n.sum()))
                | {"woe": woe, "iv": None if parts is None else float(parts[i])}
            )
        rows.append(_worth(name, UNKNOWN, spend[value.isna()], good, len(spend)))
    whole = [r for r in rows if r["value"] == "(all)" and r["iv"] is not None]
    top = max(whole, key=lambda r: r["iv"], default=None)
    figures = {
        "active_customers": len(spend),
        "good_customers": int(good.sum()),
        "good_from_minor": cut,
        "no_profile_share": float((~spend.index.isin(known["customer_key"])).mean())
        if len(spend)
        else None,
        "iv_largest": top["iv"] if top else None,
        "iv_largest_attribute": top["attribute"] if top else None,
    }
    frame = pd.DataFrame(rows)
    return Answer(frame, {k: plain_value(v) for k, v in figures.items()})


def _worth(name: Any, value: str, spend: pd.Series, good: pd.Series, of: int) -> dict[str, Any]:
    n, hits = len(spend), int(good[spend.index].sum())
    low = high = None
    if n > 1:
        half = stats.t.ppf(0.975, n - 1) * stats.sem(spend.astype("float64"))
        low, high = spend.mean() - half, spend.mean() + half
    return {
        "attribute": name,
        "value": value,
        "customers": n,
        "customer_share": share(n, of),
        "good": hits,
        "good_rate": share(hits, n),
        "woe": None,
        "iv": None,
        "iv_by_chance": None,
        "strength": None,
        "spend_minor": int(spend.sum()),
        "spend_per_customer_minor": float(spend.mean()) if n else None,
        "spend_per_customer_low_minor": low,
        "spend_per_customer_high_minor": high,
    }


def preference(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    category_depth: int = 1,
    false_discovery_rate: float = 0.10,
    **law: Any,
) -> Answer:
    end = day_number(as_of)
    people = active(facts, Period(end - window_days, end)).index
    orders = live_orders(facts, end)
    orders = orders[(orders["kind"] == "sale") & (orders["day"] >= end - window_days)]
    goods = live(facts["products"])
    goods = goods[goods["category_path"].fillna("") != ""]
    parts = goods["category_path"].str.split(r"\s*>\s*", regex=True)
    top = parts.str[:category_depth].str.join(" > ")
    named = dict(zip(goods["product_id"], top, strict=True))
    lines = live(facts["order_lines"])
    sold = lines["amount_minor"] >= 0
    if "quantity" in lines:
        sold &= lines["quantity"].fillna(1) > 0
    lines = lines.loc[sold, ["order_id", "product_id"]]
    bought = lines.merge(orders[["order_id", "customer_key"]], on="order_id")
    bought["category"] = bought["product_id"].map(named)
    bought = bought[bought["category"].notna() & bought["customer_key"].isin(people)]
    baskets = bought.groupby("category")["customer_key"].agg(set)
    least = law.get("smallest_group", 5)
    baskets = baskets[baskets.map(len) >= least]
    known = profiles(facts, as_of=as_of, **law)
    known = known[known["customer_key"].isin(people)]
    rows = []
    for name, part in known.groupby("attribute"):
        groups = part.groupby("value")["customer_key"].agg(set)
        everybody = set(part["customer_key"])
        for category, buyers in baskets.items():
            hits = len(buyers & everybody)
            rest = set(people) - everybody
            for value, held in [*groups.items(), (UNKNOWN, rest)]:
                mine = len(buyers & held)
                rows.append(
                    {
                        "attribute": name,
                        "value": value,
                        "category": category,
                        "customers": len(held),
                        "buyers": mine,
                        "share": share(mine, len(held)),
                        "share_of_all": share(hits, len(everybody)),
                        **indexed(mine, len(held), known_hits=hits, known=len(everybody),
                                  tested=value != UNKNOWN),
                    }
                )  # fmt: skip
    frame, tested, told = judged(pd.DataFrame(rows), false_discovery_rate)
    figures = {
        "active_customers": len(people),
        "no_profile_share": float((~people.isin(known["customer_key"])).mean()),
        "categories": len(baskets),
        "cells_tested": tested,
        "cells_told": told,
    }
    return Answer(frame, figures)


def touched(facts: Facts, as_of: int) -> pd.DataFrame:
    """Per contact by the firm: customer, channel, kind of campaign, whether it was answered."""
    contacts, responses = (_dated(facts, name, as_of) for name in ("contacts", "responses"))
    out = contacts["direction"].fillna("out") == "out" if "direction" in contacts else True
    contacts = contacts[out].copy()
    for frame in (contacts, responses):
        frame["owner"] = resolved(frame["customer_key"].astype("int64"), facts)
    kinds: dict[str, str] = {}
    if "campaigns" in facts:
        campaigns = live(facts["campaigns"])
        kinds = dict(zip(campaigns["campaign"], campaigns["kind"], strict=True))
    named = responses["contact_id"] if "contact_id" in responses else pd.Series(
        None, responses.index, dtype="object")  # fmt: skip
    by_contact = set(named.dropna())
    loose = responses[named.isna() & responses["campaign"].notna()]
    by_campaign = set(zip(loose["owner"], loose["campaign"], strict=True))
    answered = [
        contact in by_contact or (owner, campaign) in by_campaign
        for contact, owner, campaign in zip(
            contacts["contact_id"], contacts["owner"], contacts["campaign"], strict=True
        )
    ]
    channel = contacts["channel"] if "channel" in contacts else pd.Series(
        None, contacts.index, dtype="object")  # fmt: skip
    return pd.DataFrame(
        {
            "customer_key": contacts["owner"],
            "all": "(all)",
            "channel": channel.fillna(UNKNOWN),
            "campaign_kind": contacts["campaign"].map(kinds).fillna(UNKNOWN),
            "answered": answered,
        }
    )


def _dated(facts: Facts, name: str, as_of: int) -> pd.DataFrame:
    frame = live(facts[name])
    if "day" not in frame:
        return frame.copy()
    dated = frame["day"].notna()
    late = pd.Series(False, frame.index)
    late[dated] = day_numbers(frame.loc[dated, "day"]) >= as_of
    return frame[~late].copy()


def response_index(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    false_discovery_rate: float = 0.10,
    **law: Any,
) -> Answer:
    end = day_number(as_of)
    people = active(facts, Period(end - window_days, end)).index
    known = profiles(facts, as_of=as_of, **law)
    cuts = [*_reactions(facts, end), *_visits(facts, end, window_days, set(people))]
    _, _, reached, answered = next((c for c in cuts if c[0] == "all"), ("", "", set(), set()))
    rows = []
    for cut, cut_value, base, hits in cuts:
        mine = known[known["customer_key"].isin(base)]
        for name, part in mine.groupby("attribute"):
            everybody = set(part["customer_key"])
            groups = part.groupby("value")["customer_key"].agg(set)
            for value, held in [*groups.items(), (UNKNOWN, base - everybody)]:
                rows.append(
                    _reaction((name, value, cut, cut_value), held, hits, everybody=everybody)
                )
    frame = pd.DataFrame(rows)
    tested = told = 0
    if rows:
        frame, tested, told = judged(frame, false_discovery_rate)
    base = reached or set(people)
    figures = {
        "reached_customers": len(reached) or None,
        "response_rate": share(len(answered), len(reached)),
        "active_customers": len(people),
        "no_profile_share": share(len(base - set(known["customer_key"])), len(base)),
        "cells_tested": tested,
        "cells_told": told,
    }
    return Answer(frame, figures)


Cut = tuple[str, str, set[int], set[int]]


def _reactions(facts: Facts, as_of: int) -> list[Cut]:
    """By contacts, channel and kind of campaign: who was reached, and who of them answered."""
    if not {"contacts", "responses"} <= set(facts):
        return []
    contacts = touched(facts, as_of)
    return [
        (
            cut,
            str(value),
            set(part["customer_key"]),
            set(part.loc[part["answered"], "customer_key"]),
        )
        for cut in ("all", "channel", "campaign_kind")
        for value, part in contacts.groupby(cut)
    ]


def _visits(facts: Facts, as_of: int, window_days: int, people: set[int]) -> list[Cut]:
    """By channel of the visits: the active customers, and who of them came."""
    if "visits" not in facts:
        return []
    visits = _dated(facts, "visits", as_of)
    visits = visits[day_numbers(visits["day"]) >= as_of - window_days]
    owners = resolved(visits["customer_key"].astype("int64"), facts)
    came = owners.groupby(visits["channel"].fillna(UNKNOWN)).agg(set)
    held = [(str(value), set(keys) & people) for value, keys in came.items()]
    return [("visit_channel", value, people, keys) for value, keys in held if keys]


def _reaction(
    of: tuple[Any, Any, str, str], held: set[int], hits: set[int], *, everybody: set[int]
) -> dict[str, Any]:
    mine, whole = len(held & hits), len(everybody & hits)
    bounds = wilson(mine, len(held))
    return {
        **dict(zip(("attribute", "value", "cut", "cut_value"), of, strict=True)),
        "customers": len(held),
        "answered": mine,
        "rate": share(mine, len(held)),
        "rate_low": bounds[0],
        "rate_high": bounds[1],
        "rate_of_all": share(whole, len(everybody)),
        **indexed(mine, len(held), known_hits=whole, known=len(everybody), tested=of[1] != UNKNOWN),
    }
