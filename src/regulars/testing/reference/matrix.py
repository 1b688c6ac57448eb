"""`matrix` (row 003-3): amount × frequency, cut at the medians unless given."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    day_of,
    days_before,
    share,
    totals,
)

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
ACTIONS = ("retain", "maintain", "activate_or_let_go", "raise_frequency")


def placed(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    amount_threshold_minor: float | None = None,
    frequency_threshold: float | None = None,
    frequency_unit: Literal["orders", "days"] = "orders",
) -> tuple[pd.DataFrame, float | None, float | None]:
    """Every active customer (amount, frequency, ticket, quadrant), a* and f*."""
    end = day_number(as_of)
    inside = totals(days_before(facts, end), Period(end - window_days, end))
    inside = inside[inside["orders"] > 0]
    frame = pd.DataFrame(
        {
            "amount": inside["spend_minor"],
            "frequency": inside["orders" if frequency_unit == "orders" else "purchase_days"],
        }
    )
    a_cut, f_cut = amount_threshold_minor, frequency_threshold
    if len(frame):
        a_cut = float(frame["amount"].median()) if a_cut is None else float(a_cut)
        f_cut = float(frame["frequency"].median()) if f_cut is None else float(f_cut)
        rich, often = frame["amount"] >= a_cut, frame["frequency"] >= f_cut
        frame["quadrant"] = np.select(
            [rich & often, ~rich & often, ~rich & ~often], ["Q1", "Q2", "Q3"], default="Q4"
        )
        frame["ticket"] = frame["amount"] / frame["frequency"]
    return frame, a_cut, f_cut


def matrix(facts: Facts, *, as_of: Day, window_days: int = 365, **law: Any) -> Answer:
    """One row a quadrant."""
    people, a_cut, f_cut = placed(facts, as_of=as_of, window_days=window_days, **law)
    total = int(people["amount"].sum())
    rows = []
    for name, action in zip(QUADRANTS, ACTIONS, strict=True):
        held = people[people["quadrant"] == name] if len(people) else people
        n, often, money = len(held), int(held["frequency"].sum()), int(held["amount"].sum())
        rows.append(
            {
                "quadrant": name,
                "customers": n,
                "customer_share": share(n, len(people)),
                "frequency": often,
                "frequency_per_customer": share(often, n),
                "amount_minor": money,
                "amount_share": share(money, total) if total > 0 else None,
                "ticket_minor": share(money, often),
                "ticket_low_minor": float(held["ticket"].min()) if n else None,
                "ticket_high_minor": float(held["ticket"].max()) if n else None,
                "action": action,
                "risk_review": name == "Q4",
            }
        )
    end = day_number(as_of)
    figures = {
        "amount_threshold_minor": a_cut,
        "frequency_threshold": f_cut,
        "ticket_threshold_minor": None if a_cut is None or not f_cut else a_cut / f_cut,
        "active_customers": len(people),
        "amount_total_minor": total,
        "from_day": day_of(end - window_days),
        "to_day": day_of(end),
    }
    return Answer(pd.DataFrame(rows), figures)
