"""Forms of snapshots in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.analyses.schemas import Both
from regulars_server.people.schemas import CUSTOMER, Customer

SNAPSHOT: JsonDict = {
    "id": "1998-07-01-v1-5f0c7a1e", "as_of": "1998-07-01", "rows": 2357, "facts_version": 1,
    "taken_at": "2026-03-01T03:31:12Z", "parameters": {"window_days": 365},
}  # fmt: skip
COLUMN: JsonDict = {
    "name": "orders", "type": "BIGINT", "unit": "orders", "contributor": "summary",
    "meaning": {"en": "Orders until the day.", "zh": "截至统计日的订单数。"}, "null_means": None,
}  # fmt: skip


class SnapshotShown(Schema):
    """A snapshot: one row a customer as of a day."""

    id: str
    as_of: dt.date
    rows: int
    facts_version: int | None
    taken_at: dt.datetime
    parameters: dict[str, Any]

    model_config = ConfigDict(json_schema_extra={"example": SNAPSHOT})


class Snapshots(Schema):
    """Snapshots, the newest first."""

    items: list[SnapshotShown]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [SNAPSHOT], "next_cursor": None}}
    )


class SnapshotColumn(Schema):
    """A column of a snapshot, and what an unknown value means."""

    name: str
    type: str
    unit: str | None
    contributor: str
    meaning: Both
    null_means: Both | None


class SnapshotWhole(SnapshotShown):
    """A snapshot with its columns."""

    columns: list[SnapshotColumn]

    model_config = ConfigDict(json_schema_extra={"example": {**SNAPSHOT, "columns": [COLUMN]}})


class SnapshotAsked(Schema):
    """What the snapshot is to be of."""

    as_of: dt.date | None = Field(
        None, description="Facts before this day count; left out, the day after the last order."
    )
    window_days: int = Field(365, ge=1, le=36_500, description="Of recent frequency and spend.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"as_of": "1998-07-01", "window_days": 365}}
    )


class SnapshotRows(Schema):
    """A page of a snapshot's rows, by customer key."""

    snapshot: str
    as_of: dt.date
    rows: list[dict[str, Any]]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "snapshot": SNAPSHOT["id"], "as_of": "1998-07-01",
                "rows": [{"customer_key": 7, "orders": 4}], "next_cursor": "7",
            }
        }
    )  # fmt: skip


class Values(Schema):
    """What a snapshot says of one customer."""

    id: str
    as_of: dt.date
    values: dict[str, Any]


class CustomerWhole(Schema):
    """A customer: who they are, for `people.read` alone, and what the newest snapshot says."""

    customer_key: int
    identity: Customer | None
    snapshot: Values | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "customer_key": 7, "identity": CUSTOMER,
                "snapshot": {
                    "id": SNAPSHOT["id"], "as_of": "1998-07-01",
                    "values": {"orders": 4, "spend_minor": 12950, "customer_group": "B"},
                },
            }
        }
    )  # fmt: skip
