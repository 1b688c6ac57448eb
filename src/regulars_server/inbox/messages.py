"""Messages in the field's shape, checked and read (pure): what is wrong is told by field.

``track`` and ``identify`` as Segment, RudderStack and customer.io send them, names in camelCase or
snake_case; ``page`` and ``screen`` are the events that their libraries make of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars_server.inbox.faults import Fault
from regulars_server.inbox.values import first, instant, required, text

MOST_MESSAGES = 1000
LARGEST_BYTES = 32 * 1024
DEEPEST = 20
LONGEST_ID = 100
# Clocks of two machines differ.
AHEAD = dt.timedelta(minutes=5)
TYPES = ("track", "identify", "page", "screen")
_VIEWED = {"page": "Page Viewed", "screen": "Screen Viewed"}
# They differ from one sending of a message to the next.
_OF_SENDING = ("sentAt", "sent_at", "receivedAt", "received_at", "writeKey")


class Unreadable(ValueError):
    """The body as a whole is no batch; its text says why."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message as it is kept.

    Attributes
    ----------
    message_id, kind, event : the sender's id; track or identify; what happened.
    customer_id, anonymous_id : who it is; one of them may be empty.
    at : when it happened.
    given : properties of a track, traits of an identify.
    session : the visit that the sender says it belongs to; often empty.
    campaign : of the context.
    """

    message_id: str
    kind: str
    event: str
    customer_id: str
    anonymous_id: str
    at: dt.datetime
    given: Mapping[str, Any]
    session: str = ""
    campaign: str = ""


def read_batch(body: bytes) -> list[Any]:
    """The messages of a body: ``{"batch": […]}``, or one message.

    Raises
    ------
    Unreadable : it is no JSON, no batch, empty, or of too many messages.
    """
    try:
        said = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError:  # also numbers of thousands of digits, and what is no UTF-8
        raise Unreadable("not JSON in UTF-8") from None
    if not isinstance(said, dict):
        raise Unreadable("not an object")
    if "batch" not in said:
        return [said]
    batch = said["batch"]
    if not isinstance(batch, list) or not batch:
        raise Unreadable("batch is no list of messages")
    if len(batch) > MOST_MESSAGES:
        raise Unreadable(f"more than {MOST_MESSAGES} messages")
    return batch


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def id_of(given: Any) -> str:
    """The id of a message that may be wrong in any way, to tell its sender which one it was."""
    found = first(given, "messageId", "message_id")[1] if isinstance(given, dict) else None
    return found[:LONGEST_ID] if isinstance(found, str) and found.isprintable() else ""


def written(given: Any) -> str:
    """A message as it is kept: JSON with its names in order.

    Raises
    ------
    Fault : it is no object, too large, too deep, or holds what no text of a database can hold.
    """
    if not isinstance(given, dict):
        raise Fault("", "not_an_object")
    kept = {name: value for name, value in given.items() if name not in _OF_SENDING}
    try:
        return _written(kept)
    except RecursionError:
        # Reading goes deeper than writing: one such message must not take its whole batch down.
        raise Fault("", "too_deep") from None


def _written(kept: dict[str, Any]) -> str:
    said = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        size = len(said.encode())
    except UnicodeEncodeError:
        raise Fault("", "not_text") from None
    if size > LARGEST_BYTES:
        raise Fault("", "too_large")
    if said.count("{") + said.count("[") > DEEPEST and _depth(kept) > DEEPEST:
        raise Fault("", "too_deep")
    if "\\u0000" in said and _holds_nul(kept):
        raise Fault("", "nul")
    return said


def digest(said: str) -> str:
    """Tells two messages of one id apart."""
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in name or _holds_nul(one) for name, one in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


def _depth(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, parts), default=0)


def read(given: Mapping[str, Any], *, received_at: dt.datetime) -> Message:
    """A message of checked form (see `written`).

    Raises
    ------
    Fault : a field is missing or wrong.
    """
    message_id = required(first(given, "messageId", "message_id")[1], "messageId")
    if len(message_id) > LONGEST_ID:
        raise Fault("messageId", "too_long")
    kind = given.get("type")
    if kind not in TYPES:
        raise Fault("type", "missing" if kind in (None, "") else "unknown_type")
    customer_id = text(first(given, "userId", "user_id")[1], "userId")
    anonymous_id = text(first(given, "anonymousId", "anonymous_id")[1], "anonymousId")
    if not customer_id and not anonymous_id:
        raise Fault("userId", "missing")
    name = "traits" if kind == "identify" else "properties"
    context = _object(given, "context")
    return Message(
        message_id=message_id,
        kind="identify" if kind == "identify" else "track",
        event="" if kind == "identify" else _event(given, kind),
        customer_id=customer_id,
        anonymous_id=anonymous_id,
        at=_at(given, received_at),
        given=_object(given, name),
        session=_session(_object(given, name), context),
        campaign=_campaign(context),
    )


def _event(given: Mapping[str, Any], kind: str) -> str:
    return _VIEWED[kind] if kind in _VIEWED else required(given.get("event"), "event")


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Fault(name, "not_an_object")
    return found


def _at(given: Mapping[str, Any], received_at: dt.datetime) -> dt.datetime:
    """When it happened; a clock that is ahead is set right by when it says that it sent."""
    found = instant(given.get("timestamp"), "timestamp")
    if found is None:
        return received_at
    if found <= received_at + AHEAD:
        return found
    sent_at = instant(first(given, "sentAt", "sent_at")[1], "sentAt")
    corrected = found if sent_at is None else received_at - (sent_at - found)
    if corrected > received_at + AHEAD:
        raise Fault("timestamp", "in_the_future")
    return corrected


def _session(given: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    names = ("session_id", "sessionId", "visit_id")
    field, found = first(given, *names)
    if found is None:
        field, found = first(context, *names)
    return text(found, field)


def _campaign(context: Mapping[str, Any]) -> str:
    found = context.get("campaign")
    if not isinstance(found, dict):
        return ""
    return text(first(found, "id", "name")[1], "context.campaign.name")
