"""Forms of audiences in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.audiences.models import Audience, AudienceSize

SIZE: JsonDict = {
    "snapshot": "1998-07-01-v1-5f0c7a1e", "as_of": "1998-07-01", "customers": 4271, "unknown": 12,
    "base": 23570, "came": 120, "left": 80, "lacking": [],
}  # fmt: skip
AUDIENCE: JsonDict = {
    "id": 3, "name": "Valuable and falling silent", "note": "For the October call list.",
    "condition": "spend_minor >= 10000 and p_alive < 0.5", "owner": "li@example.com",
    "version": 2, "edited_at": "2026-03-01T00:30:00Z", "archived": False,
}  # fmt: skip


class Size(Schema):
    """The customers of an audience at one snapshot; null where it lacks columns (`lacking`)."""

    snapshot: str
    as_of: dt.date
    customers: int | None
    unknown: int | None
    base: int
    came: int | None
    left: int | None
    lacking: list[str]


class AudienceShown(Schema):
    """A saved audience: a condition under a name."""

    id: int
    name: str
    note: str
    condition: str
    owner: str | None
    version: int
    edited_at: dt.datetime
    archived: bool

    model_config = ConfigDict(json_schema_extra={"example": AUDIENCE})


class Audiences(Schema):
    """A page of audiences; `next_cursor` is the `cursor` of the page after, null on the last."""

    items: list[AudienceShown]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [AUDIENCE], "next_cursor": None}}
    )


class AudienceWhole(AudienceShown):
    """An audience with its size at each snapshot, the oldest first."""

    sizes: list[Size]

    model_config = ConfigDict(json_schema_extra={"example": {**AUDIENCE, "sizes": [SIZE]}})


class Counted(Schema):
    """What a condition selects of the newest snapshot. Money is in minor units."""

    snapshot: str
    as_of: dt.date
    condition: str
    customers: int
    unknown: int
    base: int
    revenue_minor: float | None
    value_minor: float | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "snapshot": SIZE["snapshot"], "as_of": "1998-07-01", "condition": "orders >= 2",
                "customers": 11757, "unknown": 0, "base": 23570, "revenue_minor": 210000000.0,
                "value_minor": 80000000.0,
            }
        }
    )  # fmt: skip


class Members(Schema):
    """A page of the customers of an audience, by their keys."""

    snapshot: str
    as_of: dt.date
    rows: list[dict[str, Any]]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "snapshot": SIZE["snapshot"], "as_of": "1998-07-01",
                "rows": [{"customer_key": 7, "orders": 4}], "next_cursor": "7",
            }
        }
    )  # fmt: skip


def audience(one: Audience) -> dict[str, Any]:
    """An audience as the API gives it."""
    return {
        "id": one.pk, "name": one.name, "note": one.note, "condition": one.condition,
        "owner": one.owner.email if one.owner is not None else None, "version": one.version,
        "edited_at": one.edited_at, "archived": one.archived_at is not None,
    }  # fmt: skip


def size(one: AudienceSize) -> dict[str, Any]:
    """A size as the API gives it."""
    return {name: getattr(one, name) for name in Size.model_fields}
