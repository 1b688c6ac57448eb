"""`renewals`, term by term in plain Python; the curve by its own likelihood."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from regulars.testing.reference.acquisition import _nexts
from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_numbers,
    live,
    resolved,
    share,
)
from regulars.testing.reference.homogeneity import wilson

COME_UP = ("renewed", "lapsed")


def renewals(
    facts: Facts,
    *,
    as_of: Day | None = None,
    window_days: int = 36_500,
    rejoin_days: int = 180,
    grace_days: int = 7,
    strata: str = "none",
    periods: int = 10,
    least: int = 10,
) -> Answer:
    """Rates, counts and the sBG curve (``model=sbg``); no intervals of the curve."""
    terms = judged(facts, as_of, rejoin_days=rejoin_days, grace_days=grace_days)
    keys = [("all", "all")]
    if strata != "none":
        keys += sorted({_key(term, strata) for term in terms})
    rows = [
        row
        for key in keys
        for row in _stratum(
            key,
            [t for t in terms if key == ("all", "all") or _key(t, strata) == key],
            window_days=window_days,
            periods=periods,
            least=least,
        )
    ]
    counted = Counter(term["outcome"] for term in terms)
    names = ("due", "renewed", "early", "renewal_rate", "renewal_rate_low", "renewal_rate_high")
    starts = sorted(t["from"] for t in terms if t["tenure"] == 1)
    end, first = terms[0]["end"], min(t["from"] for t in terms)
    early = sum(10 * (day - first) < end - first for day in starts)
    running = Counter(t["customer"] for t in terms if t["outcome"] == "running")
    figures = {
        **{name: rows[0][name] for name in names},
        **{name: counted[name] for name in ("running", "pending", "past_due")},
        "several": sum(n > 1 for n in running.values()),
        "first_seen": early / len(starts) > 0.5,
        "first_tenth_share": early / len(starts),
    }
    return Answer(pd.DataFrame(rows if rows[0]["due"] else []), figures)


def judged(
    facts: Facts, as_of: Day | None, *, rejoin_days: int, grace_days: int
) -> list[dict[str, Any]]:
    """Every live term with its outcome and place."""
    table = live(facts["subscriptions"]).copy()
    table["customer"] = resolved(table["customer_key"].astype("int64"), facts)
    table["from"] = day_numbers(table["started"])
    for column in ("ended", "due"):
        days = pd.to_datetime(table[column]) if column in table else pd.Series(pd.NaT, table.index)
        table[f"{column}_at"] = (days - pd.Timestamp("1970-01-01")).dt.days
    end = day_number(as_of) if as_of else int(max(table["from"].max(), table["ended_at"].max())) + 1
    for column in ("plan", "auto_renew", "ended_reason"):
        if column not in table:
            table[column] = None
    table = table[table["from"] < end].sort_values(["customer", "from", "subscription_id"])
    found = []
    for _, part in table.groupby("customer"):
        held = [_read(term, end) for term in part.to_dict("records")]
        over = [term for term in held if term["to"] is not None]
        nexts = _nexts(held, over, rejoin_days=rejoin_days, grace_days=grace_days)
        for term in held:
            _judge(term, nexts.get(term["subscription_id"]), end, grace_days)
        by_id = {term["subscription_id"]: term for term in held}
        before = {term["next"]: term["subscription_id"] for term in held if term["next"]}
        for term in held:
            place, at = 1, term["subscription_id"]
            while at in before:
                place, at = place + 1, by_id[before[at]]["subscription_id"]
            term["tenure"] = place
        found += held
    return found


def _read(term: dict[Any, Any], end: int) -> dict[str, Any]:
    ended, due = term["ended_at"], term["due_at"]
    known = not pd.isna(ended) and ended < end
    plan, auto, reason = term["plan"], term["auto_renew"], term["ended_reason"]
    return {
        "subscription_id": term["subscription_id"],
        "customer": term["customer"],
        "plan": "" if pd.isna(plan) else plan,
        "auto": "(unknown)" if pd.isna(auto) else "yes" if auto else "no",
        "reason": "(unknown)" if pd.isna(reason) else reason,
        "price_minor": term["price_minor"],
        "from": term["from"],
        "to": int(ended) if known else int(due) if not pd.isna(due) and due < end else None,
        "known": known,
        "early": bool(known and not pd.isna(due) and ended < due),
        "end": end,
    }


def _judge(
    term: dict[str, Any], following: dict[Any, Any] | None, end: int, grace_days: int
) -> None:
    term["next"] = None
    if term["to"] is None:
        term["outcome"] = "running"
        return
    if following is not None and following["from"] - term["to"] <= grace_days:
        term["next"] = following["subscription_id"]
    if end - term["to"] <= grace_days:
        term["outcome"] = "pending"
    elif term["next"] is not None:
        term["outcome"] = "renewed"
    else:
        term["outcome"] = "lapsed" if term["known"] else "past_due"


def _key(term: dict[str, Any], strata: str) -> tuple[str, str]:
    plan = (term["plan"] or "(none)") if strata != "auto_renew" else "all"
    return plan, term["auto"] if strata != "plan" else "all"


def _stratum(
    key: tuple[str, str],
    terms: list[dict[str, Any]],
    *,
    window_days: int,
    periods: int,
    least: int,
) -> list[dict[str, Any]]:
    came = [t for t in terms if t["outcome"] in COME_UP]
    recent = [t for t in came if t["end"] - t["to"] <= window_days]
    rows = [_row(key, 0, recent)]
    seen = 0
    while sum(t["tenure"] == seen + 1 for t in recent) >= (least if seen else 1):
        seen += 1
    curve = _curve(came) if seen > 1 else None
    left = 1.0
    for tenure in range(1, (periods if seen else 0) + 1):
        row = _row(key, tenure, [t for t in recent if t["tenure"] == tenure])
        fitted = None if curve is None else (curve[1] + tenure - 1) / (sum(curve) + tenure - 1)
        if tenure <= seen:
            rate, source = row["renewal_rate"], "seen"
            last = rate
        else:
            rate, source = (last, "carried") if fitted is None else (fitted, "extrapolated")
        left *= rate
        rows.append({**row, "rate_from": source, "survival": left, "fitted": fitted})
    return rows


def _row(key: tuple[str, str], tenure: int, terms: list[dict[str, Any]]) -> dict[str, Any]:
    due, renewed = len(terms), sum(t["outcome"] == "renewed" for t in terms)
    low, high = wilson(renewed, due) if due else (None, None)
    return {
        "plan": key[0],
        "auto_renew": key[1],
        "tenure": tenure,
        "due": due,
        "renewed": renewed,
        "early": sum(t["early"] and t["outcome"] == "lapsed" for t in terms),
        "renewal_rate": share(renewed, due),
        "renewal_rate_low": low,
        "renewal_rate_high": high,
        "rate_from": None,
        "survival": None,
        "fitted": None,
    }


def _curve(came: list[dict[str, Any]]) -> tuple[float, float] | None:
    """α, β: each renewal that came up has the chance (β+t−1)/(α+β+t−1)."""
    lost = Counter(t["tenure"] for t in came if t["outcome"] == "lapsed")
    kept = Counter(t["tenure"] for t in came if t["outcome"] == "renewed")
    if not lost:
        return None

    def against(log: Any) -> float:
        alpha, beta = np.exp(log)
        total = 0.0
        for t in {*lost, *kept}:
            whole = np.log(alpha + beta + t - 1)
            total -= lost[t] * (np.log(alpha) - whole) + kept[t] * (np.log(beta + t - 1) - whole)
        return float(total)

    best = minimize(against, [0.0, 0.5], method="Nelder-Mead",
                    options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000})  # fmt: skip
    alpha, beta = np.exp(best.x)
    return float(alpha), float(beta)
