"""Small fact tables written by hand for the tests of the references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

Sale = tuple[int, str, int]  # customer, day, amount


def orders(sales: Iterable[Sale]) -> dict[str, pd.DataFrame]:
    """Facts with one order per (customer, day, amount); negative amounts are refunds."""
    rows = list(sales)
    frame = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(len(rows))],
            "customer_key": pd.Series([row[0] for row in rows], dtype="int64"),
            "day": pd.Series([dt.date.fromisoformat(row[1]) for row in rows], dtype="object"),
            "kind": ["refund" if row[2] < 0 else "sale" for row in rows],
            "amount_minor": pd.Series([row[2] for row in rows], dtype="int64"),
            "status": "live",
        }
    )
    return {"orders": frame}
