"""`decline` (row 000-1b): slowing and silence, customer by customer, by scipy's distributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_of,
    days_before,
    within,
)

Floats = npt.NDArray[np.float64]

YEAR = 365


def decline(
    facts: Facts,
    *,
    as_of: Day,
    recent_days: int = 91,
    q: float = 0.10,
    regularity: float | None = None,
    relative_to_base: bool = False,
    rows: str = "named",
) -> Answer:
    """One row per customer, most at stake first; without what the two groups say.

    `two_groups` gives those figures apart: they come from a search, not from a formula.
    """
    base = _histories(facts, day_number(as_of), recent_days)
    k = regularity
    if k is None:
        estimated = _regularity(base)
        k = 1.0 if estimated is None else estimated
    weights = _weights(base, recent_days, relative=relative_to_base)
    table = _tested(base, k, recent_days, weights)
    tested = table["testable"]
    table.loc[tested, "q_value"] = _adjusted(table.loc[tested, "p_value"].to_numpy())
    table["named"] = table["q_value"] <= q
    cut = table.loc[table["named"], "p_value"].max() if table["named"].any() else 0.0
    quickened = int((table["p_quickening"] <= cut).sum()) if cut > 0 else 0
    named = int(table["named"].sum())
    figures: dict[str, Any] = {
        "measured": len(table),
        "testable": int(tested.sum()),
        "too_few": int((~tested).sum()),
        "named": named,
        "quickened": quickened,
        "mirror_share": min(1.0, (1 + quickened) / named) if named else None,
        "named_excess": max(0, named - quickened - 1) if named else 0,
        "at_stake_named_minor": int(table.loc[table["named"], "at_stake_minor"].sum()),
        "regularity": k,
    }
    chosen = {"named": table["named"], "tested": tested, "all": tested | ~tested}[rows]
    return Answer(_shown(table[chosen]), figures)


def _histories(facts: Facts, end: int, recent_days: int) -> pd.DataFrame:
    """One row per customer with a purchase day: his days as a list, and money in two windows."""
    days = days_before(facts, end)
    start = end - recent_days
    year = within(days, Period(start - YEAR, start)).groupby("customer_key")["spend_minor"].sum()
    recent = within(days, Period(start, end)).groupby("customer_key")["spend_minor"].sum()
    own = days[days["orders"] > 0].groupby("customer_key")["day"].apply(list)
    frame = pd.DataFrame({"days": own})
    frame["spend_before_minor"] = year.reindex(frame.index).fillna(0).astype("int64")
    frame["spend_recent_minor"] = recent.reindex(frame.index).fillna(0).astype("int64")
    frame["first"] = [d[0] for d in frame["days"]]
    frame["last"] = [d[-1] for d in frame["days"]]
    frame["repeats_before"] = [sum(d < start for d in own[1:]) for own in frame["days"]]
    frame["repeats_recent"] = [sum(d >= start for d in own[1:]) for own in frame["days"]]
    frame["t_x"] = frame["last"] - frame["first"]
    frame["T"] = end - frame["first"]
    seen = (start - frame["first"]).clip(0, YEAR)
    missing = frame["spend_before_minor"] - frame["spend_recent_minor"] * seen / recent_days
    frame["at_stake_minor"] = np.floor(missing.clip(lower=0) + 0.5).astype("int64")
    return frame


def _regularity(base: pd.DataFrame) -> float | None:
    """Customer by customer; a gap of g days stands for anything from g − 1 to g."""
    gaps = [np.diff(own).astype(float) for own in base["days"] if len(own) > 1]
    if sum(len(own) - 1 for own in gaps) < 50:
        return None

    def likelihood(k: float) -> float:
        value = 0.0
        for own in gaps:
            x = len(own)
            logs = own * np.log(own) - special.xlogy(own - 1, own - 1) - 1
            shares = logs.sum() - x * np.log(own.sum() - x / 2)
            value += special.gammaln(k * x) - x * special.gammaln(k) + (k - 1) * shares
        return value

    def slope(k: float) -> float:
        total = 0.0
        for own in gaps:
            x = len(own)
            logs = own * np.log(own) - special.xlogy(own - 1, own - 1) - 1
            total += x * (special.psi(k * x) - special.psi(k))
            total += logs.sum() - x * np.log(own.sum() - x / 2)
        return total

    low, high = 0.05, 50.0
    if slope(high) >= 0:
        return high
    if slope(low) <= 0:
        return low
    found = float(optimize.bisect(slope, low, high, xtol=1e-13, rtol=1e-14))
    assert likelihood(found) >= max(likelihood(found * 0.99), likelihood(found * 1.01))
    return found


def _weights(base: pd.DataFrame, recent_days: int, *, relative: bool) -> Floats:
    """What each of the last days weighs, the eve of the as-of day first."""
    longest = int(base["T"].max())
    if not relative:
        return np.ones(longest)
    end = int(base["first"].iloc[0] + base["T"].iloc[0])
    index = np.zeros(longest)
    for back in range(1, longest + 1):
        day = end - back
        bought = sum(day in own[1:] for own in base["days"])
        known = int((base["first"] < day).sum())
        index[back - 1] = bought / known if known else 0.0
    mean = index.mean()
    return index / mean if mean > 0 else np.ones(longest)


def _tested(base: pd.DataFrame, k: float, recent_days: int, weights: Floats) -> pd.DataFrame:
    made = []
    for row in base.itertuples():
        whole = weights[: row.T].sum()
        window = weights[: min(row.T, recent_days)].sum()
        silent = weights[: row.T - row.t_x].sum()
        share = window / whole if whole > 0 else 1.0
        elapsed = 1 - silent / whole if whole > 0 else 1.0
        n1, n2 = row.repeats_before, row.repeats_recent
        p_rate = stats.beta.cdf(1 - share, k * n1, k * n2 + 1) if n1 else 1.0
        p_silence = stats.beta.cdf(elapsed, k * (n1 + n2), k) if n1 + n2 else 1.0
        faster = stats.beta.cdf(share, k * n2, k * n1 + 1) if n2 else 1.0
        fresher = 1 - elapsed ** (n1 + n2) if n1 + n2 else 1.0
        made.append(
            {
                "testable": _testable(n1 + n2, row.T, share, k),
                "expected_recent": n1 * window / (whole - window) if whole > window else None,
                "p_rate": p_rate,
                "p_silence": p_silence,
                "p_value": min(1.0, 2 * min(p_rate, p_silence)),
                "p_quickening": min(1.0, 2 * min(faster, fresher)),
            }
        )
    table = base.join(pd.DataFrame(made, index=base.index))
    tests = ["p_rate", "p_silence", "p_value", "p_quickening"]
    table["expected_recent"] = table["expected_recent"].astype(float)
    table.loc[~table["testable"], tests] = np.nan
    table["q_value"] = np.nan
    return table


def _testable(x: int, days: int, share: float, k: float) -> bool:
    by_rate = share < 1 and x > 0 and (1 - share) ** (k * x) <= 0.05
    return bool(by_rate or (x >= 3 and stats.beta.cdf(x / days, k * x, k) <= 0.05))


def _adjusted(p: Floats) -> Floats:
    return stats.false_discovery_control(p) if len(p) else p


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    state = np.where(table["named"], "slowed", np.where(table["testable"], "not_named", "too_few"))
    louder = np.where(table["p_rate"] <= table["p_silence"], "slowing", "silence")
    frame = pd.DataFrame(
        {
            "customer_key": table.index,
            "state": state,
            "at_stake_minor": table["at_stake_minor"].to_numpy(),
            "spoke": pd.Series(louder, dtype="object").where(table["testable"].to_numpy(), None),
            "last_day": [day_of(d) for d in table["last"]],
        }
    )
    names = ["repeats_before", "repeats_recent", "expected_recent", "t_x", "T"]
    names += ["spend_before_minor", "spend_recent_minor", "p_rate", "p_silence", "p_value"]
    for name in [*names, "q_value"]:
        frame[name] = table[name].to_numpy()
    order = ["at_stake_minor", "customer_key"]
    return frame.sort_values(order, ascending=[False, True], ignore_index=True)


def two_groups(
    facts: Facts, *, as_of: Day, recent_days: int = 91, regularity: float = 1.0
) -> dict[str, float]:
    """Share w and factor c, and the gain over one group, by a search without gradients.

    The likelihood is written for one customer at a time, counts multiplied by k; gammas that no
    parameter moves are left in.
    """
    base = _histories(facts, day_number(as_of), recent_days)
    base = base[base["T"] > recent_days]
    k = regularity
    n1 = k * base["repeats_before"].to_numpy(dtype=float)
    n2 = k * base["repeats_recent"].to_numpy(dtype=float)
    t1, t2 = k * (base["T"].to_numpy(dtype=float) - recent_days), k * recent_days

    def logs(r: float, alpha: float, c: float) -> Floats:
        constant = special.gammaln(r + n1 + n2) - special.gammaln(r) + r * np.log(alpha)
        result: Floats = constant + n2 * np.log(c) - (r + n1 + n2) * np.log(alpha + t1 + c * t2)
        return result

    def loss(v: Floats) -> float:
        r, alpha, w, c = np.exp(v[0]), np.exp(v[1]), special.expit(v[2]), special.expit(v[3])
        alike, changed = logs(r, alpha, 1.0), logs(r, alpha, c)
        return -float(np.logaddexp(np.log1p(-w) + alike, np.log(w) + changed).sum())

    alone = _least(lambda v: -float(logs(np.exp(v[0]), np.exp(v[1]), 1.0).sum()), [0.0, 3.0])
    starts = [[*alone.x, w, c] for w, c in ((-2.0, -1.5), (-1.0, 0.5))]
    best = min((_least(loss, start) for start in starts), key=lambda found: float(found.fun))
    return {
        "share_slowed": float(special.expit(best.x[2])),
        "slowed_factor": float(special.expit(best.x[3])),
        "gain": 2 * float(alone.fun - best.fun),
    }


def _least(loss: Callable[[Floats], float], start: list[float]) -> Any:
    options = {"xatol": 1e-8, "fatol": 1e-9, "maxiter": 20_000, "maxfev": 20_000}
    return optimize.minimize(loss, start, method="Nelder-Mead", options=options)
