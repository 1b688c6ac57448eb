"""Imports as the API tells them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema

from regulars_server.imports.models import Import


class ImportOut(Schema):
    """One import."""

    id: int
    state: str = Field(examples=["asking"], description="receiving, looking, asking, importing,"
                       " done, refused or dropped")  # fmt: skip
    fact: str = Field(examples=["orders"])
    source: str = Field(examples=["shop"])
    file_name: str = Field(examples=["orders.csv"])
    size: int = Field(description="bytes", examples=[1024])
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    said: str = Field(description="why it was refused, or what is wrong with the columns")
    columns: list[str] | None = Field(description="of the file, while it asks")
    mapping: dict[str, Any] | None = Field(description="field to column, as guessed or chosen")
    unsure: list[str] | None = Field(description="fields to be looked at, while it asks")
    report: dict[str, Any] | None = Field(
        description="rows read, new, changed, rejected; once done"
    )
    version: int


class Imports(Schema):
    """A page of them."""

    items: list[ImportOut]
    next_cursor: str | None


class Confirmed(Schema):
    """The columns chosen."""

    version: int
    columns: dict[str, str] = Field(
        description="field to column of the file",
        examples=[{"order_id": "No", "customer_id": "Client", "day": "Date", "amount": "Total"}],
    )
    day_order: str = Field("auto", pattern="^(auto|ymd|dmy|mdy)$")
    decimal_mark: str = Field(".", pattern="^[.,]$")
    zone: str = Field("", max_length=60)


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
