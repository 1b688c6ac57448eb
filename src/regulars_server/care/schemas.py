"""Forms of cases in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.api.types import Key, Version
from regulars_server.care.models import Case

CASE: JsonDict = {
    "id": 12, "customer_key": 7, "kind": "complaint", "severity": 2,
    "subject": "The parcel was open", "state": "open", "owner": "li@example.com",
    "opened_at": "2026-03-01T08:30:00Z", "first_reply_at": None, "closed_at": None, "reason": "",
    "version": 2,
}  # fmt: skip
ENTRY: JsonDict = {
    "kind": "opened", "text": "Two of three cups are missing.", "at": "2026-03-01T08:30:00Z",
    "user": "li@example.com",
}  # fmt: skip


class CaseOpened(Schema):
    """A new case; severity 1 is worst, 5 least."""

    customer_key: Key
    kind: str
    subject: str
    text: str = ""
    severity: int = Field(3, ge=1, le=5)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "customer_key": 7, "kind": "complaint", "severity": 2,
                "subject": "The parcel was open", "text": "Two of three cups are missing.",
            }
        },
    )  # fmt: skip


class CaseShown(Schema):
    """A case. `version` counts its changes: a change names the version it was decided on."""

    id: int
    customer_key: int | None
    kind: str
    severity: int
    subject: str
    state: str
    owner: str | None
    opened_at: dt.datetime
    first_reply_at: dt.datetime | None
    closed_at: dt.datetime | None
    reason: str
    version: int


class Cases(Schema):
    """A page of cases, the newest first; `next_cursor` is the `cursor` of the page after."""

    items: list[CaseShown]
    next_cursor: str | None

    model_config = ConfigDict(json_schema_extra={"example": {"items": [CASE], "next_cursor": "12"}})


class Entry(Schema):
    """Something that was said or done in a case."""

    kind: str
    text: str
    at: dt.datetime
    user: str | None


class CaseWhole(CaseShown):
    """A case with what was said in it."""

    entries: list[Entry]

    model_config = ConfigDict(json_schema_extra={"example": {**CASE, "entries": [ENTRY]}})


class Answered(Schema):
    """Something said in a case: an answer to the customer, or a note for ourselves."""

    text: str
    note: bool = False
    version: Version

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "A new parcel leaves today.", "version": 2}},
    )


class Closed(Schema):
    """The reason that a case is closed with."""

    reason: str
    text: str = ""
    version: Version

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "solved", "version": 3}}
    )


class Owned(Schema):
    """Who looks after a case, by e-mail address; null: nobody."""

    owner: str | None
    version: Version

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"owner": "li@example.com", "version": 2}}
    )


def case(one: Case) -> dict[str, Any]:
    """A case as the API gives it."""
    fields = [name for name in CaseShown.model_fields if name not in ("owner", "id")]
    owner = one.owner.email if one.owner is not None else None
    return {"id": one.pk, "owner": owner, **{name: getattr(one, name) for name in fields}}


def whole(one: Case) -> dict[str, Any]:
    """The same, with what was said."""
    entries = [
        {"kind": e.kind, "text": e.text, "at": e.at, "user": e.user.email if e.user else None}
        for e in one.entries.select_related("user")
    ]
    return {**case(one), "entries": entries}
