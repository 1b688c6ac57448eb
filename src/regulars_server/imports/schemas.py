"""Imports as the API tells them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.api.types import Version
from regulars_server.imports.models import Import

IMPORT: JsonDict = {
    "id": 12, "state": "asking", "fact": "orders", "source": "shop", "file_name": "orders.csv",
    "size": 1024, "asked_at": "2026-03-01T08:30:00Z", "ended_at": None, "said": "",
    "columns": ["No", "Client", "Date", "Total"],
    "mapping": {"order_id": "No", "customer_id": "Client", "day": "Date", "amount": "Total"},
    "unsure": ["order_id"], "report": None, "version": 2,
}  # fmt: skip

FORM: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "example": {
                    "fact": "orders",
                    "source": "shop",
                    "at_once": True,
                    "file": "orders.csv",
                }
            }
        }
    }
}


class ImportOut(Schema):
    """One import.

    `state`: receiving, looking, asking, importing, done, refused or dropped. `said`: why it was
    refused, or what is wrong with the columns. `columns` of the file and the `unsure` fields are
    told while it asks; `report` once it is done: rows read, new, changed, rejected by reason.
    """

    id: int
    state: str
    fact: str
    source: str
    file_name: str
    size: int
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    said: str
    columns: list[str] | None
    mapping: dict[str, Any] | None
    unsure: list[str] | None
    report: dict[str, Any] | None
    version: int

    model_config = ConfigDict(json_schema_extra={"example": IMPORT})


class Imports(Schema):
    """A page of them."""

    items: list[ImportOut]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [IMPORT], "next_cursor": None}}
    )


class Confirmed(Schema):
    """The columns chosen: field to column of the file."""

    version: Version
    columns: dict[str, str]
    day_order: str = Field("auto", pattern="^(auto|ymd|dmy|mdy)$")
    decimal_mark: str = Field(".", pattern="^[.,]$")
    zone: str = Field("", max_length=60)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"version": 2, "columns": IMPORT["mapping"]}},
    )


def told(found: Import) -> dict[str, Any]:
    """As plain values; no sample rows: they are people's data."""
    look = found.look or {}
    chosen = found.mapping or look.get("mapping")
    return {
        **{name: getattr(found, name) for name in (
            "id", "state", "fact", "source", "file_name", "size", "asked_at", "ended_at", "said",
            "report", "version",
        )},
        "columns": look.get("header"),
        "mapping": None if chosen is None else chosen.get("columns"),
        "unsure": look.get("unsure"),
    }  # fmt: skip
