"""`bridge` and `bridge_customers` (row 000-1): from one period's revenue to the next's, exactly."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Facts,
    Period,
    days_before,
    first_purchase,
    share,
    totals,
)
from regulars.testing.reference.excess import Excess, excess_over

TIERS = ("core", "rest")
TERMS = ("lost", "first_time", "returned", "up", "down")
TERMS_WITHOUT_PAST = ("lost", "new", "up", "down")


def core_customers(ranked: pd.DataFrame, *, core_share: float) -> pd.Index:
    """The fewest customers that hold ``core_share`` of the total.

    ``ranked`` has a column ``value``; among equal values those come first who spent and bought
    more (``r1``, ``f2``, ``f1``), whose first purchase is older (``past``), and last the lower key.
    """
    total = int(ranked["value"].sum())
    ordered = ranked.assign(key=ranked.index).sort_values(
        ["value", "r1", "f2", "f1", "past", "key"],
        ascending=[False, False, False, False, True, True],
    )
    if total <= 0:
        return ordered.index[:0]
    reached = np.flatnonzero(ordered["value"].cumsum().to_numpy() >= core_share * total)
    return pd.Index(ordered["key"].iloc[: int(reached[0]) + 1])


def movements(
    days: pd.DataFrame,
    before: Period,
    after: Period,
    *,
    core_share: float = 0.5,
    core_by: Literal["both", "before"] = "both",
    since: int | None = None,
) -> pd.DataFrame:
    """Everybody with a row in either period: tier, term, purchase days and revenue of both.

    ``since``: purchases before that day are unknown (the same look-back for two pairs).
    """
    past = first_purchase(days if since is None else days[days["day"] >= since])
    # purchases between the periods or before them make a customer "returned"
    earlier = past[past < after.start].index
    has_past = bool((past < before.start).any())
    one, two = totals(days, before), totals(days, after)
    keys = one.index.union(two.index)
    one, two = one.reindex(keys, fill_value=0), two.reindex(keys, fill_value=0)
    f1, f2 = one["purchase_days"], two["purchase_days"]
    r1, r2 = one["spend_minor"], two["spend_minor"]
    new = np.where(keys.isin(earlier), "returned", "first_time") if has_past else "new"
    # active in both, or refunds only: by the sign, so that the sum stays exact
    moved = np.where(r2 >= r1, "up", "down")
    term = np.where((f1 > 0) & (f2 == 0), "lost", np.where((f1 == 0) & (f2 > 0), new, moved))
    weighed = {
        "value": r1 + r2 if core_by == "both" else r1,
        "r1": r1,
        "f2": f2,
        "f1": f1,
        "past": first_purchase(days).reindex(keys),
    }
    core = core_customers(pd.DataFrame(weighed, index=keys), core_share=core_share)
    return pd.DataFrame(
        {
            "tier": np.where(keys.isin(core), "core", "rest"),
            "term": term,
            "f1": f1,
            "f2": f2,
            "before_minor": r1,
            "after_minor": r2,
            "change_minor": r2 - r1,
        },
        index=keys.rename("customer_key"),
    )


def cells(days: pd.DataFrame, before: Period, *, since: int | None = None) -> list[tuple[str, str]]:
    past = first_purchase(days if since is None else days[days["day"] >= since])
    terms = TERMS if bool((past < before.start).any()) else TERMS_WITHOUT_PAST
    return [(tier, term) for tier in TIERS for term in terms]


def preceding(
    days: pd.DataFrame,
    before: Period,
    after: Period,
    *,
    core_share: float,
    core_by: Literal["both", "before"],
    resamples: int,
    seed: int,
) -> list[Excess] | None:
    """Each term less the same term of the pair before; None when the history does not reach."""
    shift = after.start - before.start
    first = first_purchase(days)
    start = int(first.min()) if len(first) else after.end
    earlier_before, earlier_after = before.shifted(-shift), after.shifted(-shift)
    if start > earlier_before.start:
        return None
    look_back = earlier_before.start - start
    now = movements(
        days,
        before,
        after,
        core_share=core_share,
        core_by=core_by,
        since=before.start - look_back,
    )
    then = movements(days, earlier_before, earlier_after, core_share=core_share, core_by=core_by)
    return excess_over(
        now,
        then,
        cells=cells(days, earlier_before),
        resamples=resamples,
        seed=seed,
    )


def verdict(rows: pd.DataFrame, excesses: list[Excess] | None) -> dict[str, Any]:
    """What moved beyond the usual turnover; without a pair before, the largest term."""
    names = ("tier", "term", "amount_minor", "low_minor", "high_minor")
    if excesses is None:
        largest = rows.loc[rows["amount_minor"].abs().idxmax()]
        said: tuple[Any, ...] = (
            largest["tier"],
            largest["term"],
            int(largest["amount_minor"]),
            None,
            None,
        )
        return {"verdict": "not compared", **_named(names, said)}
    beyond = [e for e in excesses if e.excess_minor < 0 and e.high_minor < 0]
    if not beyond:
        return {
            "verdict": "nothing beyond usual turnover",
            **_named(names, (None,) * len(names)),
        }
    worst = min(beyond, key=lambda e: e.excess_minor)
    said = (worst.tier, worst.term, worst.excess_minor, worst.low_minor, worst.high_minor)
    return {"verdict": "compared", **_named(names, said)}


def _named(names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return {f"verdict_{name}": value for name, value in zip(names, values, strict=True)}


def bridge(
    facts: Facts,
    *,
    before: Period | str,
    after: Period | str,
    core_share: float = 0.5,
    core_by: Literal["both", "before"] = "both",
    resamples: int = 2000,
    seed: int = 1,
) -> Answer:
    """Tier × term: customers and amount; the amounts sum to R₂ − R₁ exactly."""
    one, two = Period.of(before), Period.of(after)
    days = days_before(facts, two.end)
    people = movements(days, one, two, core_share=core_share, core_by=core_by)
    summed = people.groupby(["tier", "term"]).agg(
        customers=("term", "size"), amount_minor=("change_minor", "sum")
    )
    index = pd.MultiIndex.from_tuples(cells(days, one), names=["tier", "term"])
    frame = summed.reindex(index, fill_value=0).reset_index()
    excesses = preceding(
        days,
        one,
        two,
        core_share=core_share,
        core_by=core_by,
        resamples=resamples,
        seed=seed,
    )
    r1, r2 = int(people["before_minor"].sum()), int(people["after_minor"].sum())
    figures = {
        "revenue_before_minor": r1,
        "revenue_after_minor": r2,
        "change_minor": r2 - r1,
        "change_share": share(r2 - r1, r1),
        "core_customers": int((people["tier"] == "core").sum()),
        **verdict(frame, excesses),
        "excess": [e.as_row() for e in excesses] if excesses else [],
    }
    return Answer(frame, figures)


def bridge_customers(
    facts: Facts,
    *,
    before: Period | str,
    after: Period | str,
    core_share: float = 0.5,
    core_by: Literal["both", "before"] = "both",
) -> Answer:
    """Everybody in the bridge, the largest loss first (ties by key)."""
    one, two = Period.of(before), Period.of(after)
    days = days_before(facts, two.end)
    people = movements(days, one, two, core_share=core_share, core_by=core_by).reset_index()
    names = ["customer_key", "tier", "term", "before_minor", "after_minor", "change_minor"]
    ranked = people.sort_values(["change_minor", "customer_key"], ignore_index=True)
    return Answer(ranked[names])
