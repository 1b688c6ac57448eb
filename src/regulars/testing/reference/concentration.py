"""`concentration` (row 004-15): how much the largest customers bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    days_before,
    plain_value,
    share,
    totals,
)

TOP_PERCENT = (1, 5, 10, 20, 50)
COVER_PERCENT = (50, 80, 95)


def concentration(facts: Facts, *, as_of: Day, window_days: int = 365) -> Answer:
    """Eight rows over the customers with a purchase day in the window."""
    end = day_number(as_of)
    inside = totals(days_before(facts, end), Period(end - window_days, end))
    inside = inside[inside["purchase_days"] > 0].reset_index()
    ranked = inside.sort_values(["spend_minor", "customer_key"], ascending=[False, True])
    return concentration_of(ranked["spend_minor"].to_numpy(dtype="int64"))


def concentration_customers(
    facts: Facts, *, as_of: Day, window_days: int = 365, question: str = "top 20%"
) -> Answer:
    """Those whom the question is about, by their place."""
    end = day_number(as_of)
    inside = totals(days_before(facts, end), Period(end - window_days, end))
    inside = inside[inside["purchase_days"] > 0].reset_index()
    ranked = inside.sort_values(["spend_minor", "customer_key"], ascending=[False, True])
    rows = concentration(facts, as_of=as_of, window_days=window_days).rows
    held = int(next(row["customers"] for row in rows if row["question"] == question))
    listed = ranked.head(held)[["customer_key", "spend_minor"]].reset_index(drop=True)
    listed = listed.rename(columns={"spend_minor": "amount_minor"})
    listed["place"] = listed.index + 1
    listed["running_minor"] = listed["amount_minor"].cumsum()
    return Answer(listed)


def concentration_of(amounts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Answer:
    """The answer for amounts ranked from the largest down."""
    n, running = len(amounts), np.concatenate([[0], np.cumsum(amounts)])
    total = int(running[-1])
    rows: list[tuple[str, int | None]] = [(f"top {k}%", -(-k * n // 100)) for k in TOP_PERCENT]
    for q in COVER_PERCENT:
        # the first place where the running sum suffices: it may fall again after refunds
        reached = np.flatnonzero(100 * running >= q * total)
        rows.append((f"customers for {q}%", int(reached[0]) if total > 0 else None))
    frame = pd.DataFrame(
        {
            "question": [question for question, _ in rows],
            "customers": pd.array([count for _, count in rows], dtype="Int64"),
            "customers_share": [None if c is None else share(c, n) for _, c in rows],
            "amount_minor": pd.array(
                [None if c is None else int(running[c]) for _, c in rows], dtype="Int64"
            ),
            "amount_share": [
                None if c is None or total <= 0 else share(int(running[c]), total) for _, c in rows
            ],
        }
    )
    by_question = frame.set_index("question")
    figures = {
        "customers_total": n,
        "amount_total_minor": total,
        "top_20_share": plain_value(by_question.loc["top 20%", "amount_share"]),
        "customers_for_80": rows[6][1],
        "customers_for_80_share": plain_value(
            by_question.loc["customers for 80%", "customers_share"]
        ),
        "gini": gini(amounts),
    }
    return Answer(frame, figures)


def gini(amounts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float | None:
    """Σ(2i − n − 1)·a_(i) / (n·Σa) over amounts in ascending order, i = 1…n."""
    n, total = len(amounts), int(amounts.sum())
    if total <= 0:
        return None
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float((weights * np.sort(amounts).astype("float64")).sum() / (n * total))
