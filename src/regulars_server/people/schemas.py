"""Forms of people in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict
from pydantic.config import JsonDict

from regulars_server.people.models import Consent, Person
from regulars_server.people.telling import visible
from regulars_server.people.timeline import Event

CUSTOMER: JsonDict = {
    "customer_key": 7, "name": "王小明", "phone": "13912345678",
    "email": "xm.wang@example.cn", "cards": ["88001234"],
    "ids": [{"source": "shop", "external_id": "C-7", "customer_key": 7}],
}  # fmt: skip
CONSENT: JsonDict = {
    "message_id": "app-4711", "purpose": "marketing", "channel": "sms", "state": "withdrawn",
    "source": "app, settings", "at": "2026-03-01T00:30:00Z",
    "recorded_at": "2026-03-01T00:30:02Z",
}  # fmt: skip


class Identity(Schema):
    """An id that a source knows the customer by, and the key of the record it came with."""

    source: str
    external_id: str
    customer_key: int


class Customer(Schema):
    """One customer: what names them."""

    customer_key: int
    name: str
    phone: str
    email: str
    ids: list[Identity]
    cards: list[str]

    model_config = ConfigDict(json_schema_extra={"example": CUSTOMER})


class Customers(Schema):
    """A page of customers; `next_cursor` is the `cursor` of the page after, null on the last.

    While `index_being_made`, somebody who is there may not be found yet.
    """

    items: list[Customer]
    next_cursor: str | None
    index_being_made: bool

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"items": [CUSTOMER], "next_cursor": None, "index_being_made": False}
        }
    )


class ConsentSaid(Schema):
    """Yes or no to a purpose by a channel; an empty channel is any. `at` left out is now."""

    purpose: str
    channel: str = ""
    state: str
    source: str
    at: AwareDatetime | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "purpose": "marketing", "channel": "sms", "state": "withdrawn",
                "source": "app, settings", "at": "2026-03-01T08:30:00+08:00",
            }
        },
    )  # fmt: skip


class ConsentRecorded(Schema):
    """A consent as it is kept."""

    message_id: str
    purpose: str
    channel: str
    state: str
    source: str
    at: dt.datetime
    recorded_at: dt.datetime

    model_config = ConfigDict(json_schema_extra={"example": CONSENT})


class Consents(Schema):
    """What counts now, and everything that was said, the latest first."""

    current: list[ConsentRecorded]
    history: list[ConsentRecorded]
    refuses_personalised_decisions: bool

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "current": [CONSENT], "history": [CONSENT], "refuses_personalised_decisions": False,
            }
        }
    )  # fmt: skip


EVENT: JsonDict = {
    "kind": "purchase", "what": "", "day": "2026-02-07", "at": "2026-02-07T02:30:00Z",
    "channel": "store",
    "values": {"order_id": "o2", "amount_minor": 5000, "kind": "sale", "store": "s1"},
    "lines": [
        {"order_id": "o2", "line": 1, "product": "Tea", "quantity": 2, "amount_minor": 5000}
    ],
}  # fmt: skip


class TimelineEvent(Schema):
    """One thing that happened. Values are those of the facts; money in minor units."""

    kind: str
    what: str = Field(description="`begun` or `ended`, of what lasts; else empty.")
    day: dt.date
    at: dt.datetime | None = Field(description="The instant, where it is known.")
    channel: str
    values: dict[str, Any] = Field(
        description="Of the row; texts that somebody typed only with `people.read`."
    )
    lines: list[dict[str, Any]] = Field(description="Of an order.")


class CustomerTimeline(Schema):
    """A page of what happened with a customer, the newest first, and of which facts version."""

    customer_key: int
    facts_version: int
    items: list[TimelineEvent]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "customer_key": 7, "facts_version": 1, "items": [EVENT], "next_cursor": None,
            }
        }
    )  # fmt: skip


def event(one: Event, *, named: bool) -> dict[str, Any]:
    """An event as the API gives it."""
    return {
        "kind": one.kind, "what": one.what, "day": one.day, "at": one.at, "channel": one.channel,
        "values": visible(one, named=named), "lines": [dict(line) for line in one.lines],
    }  # fmt: skip


def customer(person: Person) -> dict[str, Any]:
    """A person as the API gives them."""
    return {
        "customer_key": person.pk, "name": person.name, "phone": person.phone,
        "email": person.email, "ids": person.told["ids"], "cards": person.told["cards"],
    }  # fmt: skip


def consent(said: Consent) -> dict[str, Any]:
    """A consent as the API gives it."""
    return {name: getattr(said, name) for name in ConsentRecorded.model_fields}
