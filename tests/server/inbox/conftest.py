"""An inbox on a small workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.people import Client, actor, make_user

Message = dict[str, Any]


@pytest.fixture
def inbox(shop: Any) -> Any:
    """A workspace that events can land in."""
    return shop


@pytest.fixture
def sender(db: None) -> Client:
    """A client with a token that may send events."""
    from regulars_server.access.tokens import make

    user = make_user("administrator")
    _token, secret = make(
        actor=actor(user), user=user, name="site", scopes=["events.write"], days=30
    )
    return Client().with_token(secret)


@pytest.fixture
def send(sender: Client) -> Callable[..., Any]:
    """Sends messages as one batch: ``send(order("m1"), query="?source=pos")``."""

    def post(*messages: Any, query: str = "", body: bytes | None = None) -> Any:
        said = body if body is not None else json.dumps({"batch": list(messages)}).encode()
        return sender.post(f"/api/v1/events{query}", said, content_type="application/json")

    return post


def order(message_id: str, order_id: str = "", **more: Any) -> Message:
    """An order of 10.00 of customer C-1."""
    given = {"order_id": order_id or message_id, "total": 10, **more.pop("properties", {})}
    return {
        "type": "track", "messageId": message_id, "userId": "C-1", "event": "Order Completed",
        "timestamp": "2026-03-01T12:00:00Z", "properties": given, **more,
    }  # fmt: skip


def event(message_id: str, name: str, **more: Any) -> Message:
    """An event of customer C-1."""
    return {
        "type": "track", "messageId": message_id, "userId": "C-1", "event": name,
        "timestamp": "2026-03-01T12:00:00Z", **more,
    }  # fmt: skip


def facts(ws: Any, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Rows of the facts as they are published."""
    import duckdb

    files = list(ws.lake.files(table))
    if not files:
        return []
    found = duckdb.sql(f"SELECT {columns} FROM read_parquet({files!r}) ORDER BY ALL")
    return list(found.fetchall())


def land_all() -> int:
    """Land until nothing is due; returns how many messages."""
    from regulars_server.inbox.landing import land_once

    total = 0
    while (landed := land_once()) is not None:
        total += landed
    return total


@pytest.fixture
def visits_end_at_once(settings: Any) -> None:
    settings.REGULARS_INBOX_VISIT_MINUTES = 0
