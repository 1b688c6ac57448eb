"""Forms of events in the API."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict

from regulars_server.inbox.faults import words
from regulars_server.inbox.services import Taken


class RejectedMessage(Schema):
    """A message that was not taken: its place in the batch from 0, its id, what was wrong."""

    index: int
    messageId: str  # noqa: N815  (as the field has it)
    field: str
    reason: str
    message: str


class Answer(Schema):
    """What became of a batch.

    `accepted` were new, `duplicates` were taken before. Of the accepted ones `set_aside` counts
    those that are no fact Regulars knows, by event; they are kept, and shown in the console.
    """

    accepted: int
    duplicates: int
    set_aside: dict[str, int]
    rejected: list[RejectedMessage]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"accepted": 1, "duplicates": 0, "set_aside": {}, "rejected": []}
        }
    )


def answer(taken: Taken) -> dict[str, Any]:
    """The answer to a batch."""
    rejected = [
        {"index": one.index, "messageId": one.message_id, "field": one.field,
         "reason": one.reason, "message": f"{one.field} {words(one.reason)}".strip()}
        for one in taken.rejected
    ]  # fmt: skip
    return {
        "accepted": taken.accepted,
        "duplicates": taken.duplicates,
        "set_aside": dict(taken.set_aside),
        "rejected": rejected,
    }


_MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "messageId"],
    "properties": {
        "type": {"enum": ["track", "identify", "page", "screen"]},
        "messageId": {"type": "string", "maxLength": 100},
        "userId": {"type": "string"},
        "anonymousId": {"type": "string"},
        "event": {"type": "string"},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "timestamp": {"type": "string", "format": "date-time"},
        "sentAt": {"type": "string", "format": "date-time"},
    },
}
_BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["batch"],
    "properties": {"batch": {"type": "array", "maxItems": 1000, "items": _MESSAGE}},
}
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"oneOf": [_BATCH, _MESSAGE]},
            "example": {
                "batch": [
                    {
                        "type": "track",
                        "messageId": "9f2c-1",
                        "userId": "C-1001",
                        "event": "Order Completed",
                        "timestamp": "2026-03-10T18:05:00+08:00",
                        "properties": {"order_id": "A-77", "total": 129.5, "currency": "CNY"},
                    }
                ]
            },
        }
    },
}
