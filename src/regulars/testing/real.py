"""The two public data sets as fact frames, read independently of the importer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

ZONE = "America/New_York"


def cdnow(path: Path | str) -> dict[str, pd.DataFrame]:
    """Customer, day, number of CDs, dollars; every line is an order.

    Either the source's text file, or the shipped ``purchases.csv.gz``.
    """
    shipped = str(path).endswith(".csv.gz")
    table = pd.read_csv(
        path,
        sep="," if shipped else r"\s+",
        skiprows=1,
        names=["customer", "day", "number", "dollars"],
        dtype=str,
    )
    return {
        "orders": pd.DataFrame(
            {
                "order_id": [f"cd{i}" for i in range(len(table))],
                "customer_key": table["customer"].astype("int64"),
                "day": pd.to_datetime(table["day"], format="%Y-%m-%d" if shipped else "%Y%m%d"),
                "kind": "sale",
                "amount_minor": table["dollars"].str.replace(".", "").astype("int64"),
                "status": "live",
            }
        )
    }


def complete_journey(path: Path | str) -> dict[str, pd.DataFrame]:
    """transactions.parquet: lines of baskets; instants in UTC, days of New York, cents by line."""
    table = pd.read_parquet(path)
    local = table["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    cents = np.floor(table["sales_value"] * 100 + 0.5).astype("int64")
    lines = pd.DataFrame(
        {
            "order_id": table["basket_id"].astype("str"),
            "customer_key": table["household_id"],
            "day": local.dt.tz_localize(None).dt.normalize(),
            "product_id": table["product_id"].astype("str"),
            "quantity": table["quantity"],
            "amount_minor": cents,
            "week": table["week"],
            "status": "live",
        }
    )
    orders = lines.groupby("order_id", as_index=False).agg(
        customer_key=("customer_key", "first"),
        day=("day", "first"),
        amount_minor=("amount_minor", "sum"),
    )
    return {"orders": orders.assign(kind="sale", status="live"), "order_lines": lines}
