"""Messages are taken once, the bad ones told one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.inbox.models import Message, Refusal, State
from server.inbox.conftest import event, order
from server.people import Client

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_a_batch_is_taken_and_each_id_once(inbox: Any, send: Send) -> None:
    answer = send(order("m1"), order("m2"))
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 2, "duplicates": 0, "set_aside": {}, "rejected": []}
    again = {**order("m1"), "sentAt": "2026-03-02T00:00:00Z"}
    answer = send(again, order("m3"))
    assert (answer.status_code, answer.json()["accepted"], answer.json()["duplicates"]) == (
        200,
        1,
        1,
    )
    assert Message.objects.count() == 3


def test_one_message_may_come_without_a_batch(inbox: Any, send: Send) -> None:
    answer = send(body=json.dumps(order("m1")).encode())
    assert answer.json()["accepted"] == 1


def test_the_names_may_be_written_with_underscores(inbox: Any, send: Send) -> None:
    given = {"type": "track", "message_id": "m1", "user_id": 77, "event": "order_completed",
             "timestamp": 1772366400, "properties": {"order_id": "o", "total": "1.50"}}  # fmt: skip
    assert send(given).json()["accepted"] == 1
    kept = Message.objects.get()
    assert (kept.customer_id, kept.at) == ("77", dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))


def test_the_same_id_with_other_content_is_told(inbox: Any, send: Send) -> None:
    send(order("m1"))
    other = order("m1", properties={"total": 99})
    answer = send(order("m2"), other, order("m3"), order("m3", properties={"total": 5}))
    assert answer.status_code == 207
    found = [(one["index"], one["messageId"], one["reason"]) for one in answer.json()["rejected"]]
    assert found == [(1, "m1", "other_content"), (3, "m3", "other_content")]
    assert answer.json()["accepted"] == 2


def test_two_systems_may_use_one_id(inbox: Any, send: Send) -> None:
    assert send(order("m1")).json()["accepted"] == 1
    assert send(order("m1"), query="?source=pos").json()["accepted"] == 1
    assert send(order("m1"), query="?source=p/s").status_code == 422


DEEP: Any = "x"
for _ in range(30):
    DEEP = [DEEP]
WRONG: list[tuple[Any, str, str]] = [
    ("text", "", "not_an_object"),
    ({**order("w"), "messageId": ""}, "messageId", "missing"),
    ({**order("w"), "messageId": "w" * 101}, "messageId", "too_long"),
    ({**order("w"), "type": "alias"}, "type", "unknown_type"),
    ({**order("w"), "type": ["track"]}, "type", "unknown_type"),
    ({**order("w"), "userId": None}, "userId", "missing"),
    ({**order("w"), "userId": {"id": 1}}, "userId", "not_text"),
    ({**order("w"), "event": ""}, "event", "missing"),
    ({**order("w"), "properties": []}, "properties", "missing"),
    ({**order("w"), "timestamp": "2026-03-01T12:00:00"}, "timestamp", "no_zone"),
    ({**order("w"), "timestamp": "yesterday"}, "timestamp", "not_a_time"),
    ({**order("w"), "timestamp": 10**400}, "timestamp", "not_a_time"),
    ({**order("w"), "timestamp": "2099-01-01T00:00:00Z"}, "timestamp", "in_the_future"),
    (order("w", properties={"total": "much"}), "properties.total", "not_an_amount"),
    (order("w", properties={"total": 10**30}), "properties.total", "not_an_amount"),
    (order("w", properties={"total": True}), "properties.total", "not_an_amount"),
    (order("w", properties={"order_id": None}), "properties.order_id", "missing"),
    (order("w", properties={"products": [1]}), "properties.products", "not_a_list"),
    (order("w", properties={"products": [{"price": "x"}]}), "properties.products.0.price",
     "not_an_amount"),
    (order("w", properties={"note": "a\0b"}), "", "nul"),
    (order("w", properties={"a\0b": 1}), "", "nul"),
    (order("w", properties={"note": "\ud800"}), "", "not_text"),
    (order("w", properties={"note": "x" * 33_000}), "", "too_large"),
    (order("w", properties={"note": DEEP}), "", "too_deep"),
    (event("w", "Product Viewed"), "properties.product_id", "missing"),
    ({"type": "identify", "messageId": "w", "userId": "C", "traits": {"birthday": "soon"}},
     "traits.birthday", "not_a_day"),
]  # fmt: skip


def test_the_good_ones_are_taken_and_each_bad_one_is_told(inbox: Any, send: Send) -> None:
    batch = [order("good-1"), *(given for given, _field, _reason in WRONG), order("good-2")]
    answer = send(*batch)
    assert answer.status_code == 207
    told = answer.json()
    assert told["accepted"] == 2
    found = [(one["index"], one["field"], one["reason"]) for one in told["rejected"]]
    wanted = [(n + 1, field, reason) for n, (_given, field, reason) in enumerate(WRONG)]
    # An empty list of properties is no object.
    wanted = [(n, f, "not_an_object" if f == "properties" else r) for n, f, r in wanted]
    assert found == wanted
    assert all(one["message"] for one in told["rejected"])
    assert Refusal.objects.filter(taken=False).count() == len(WRONG)


@pytest.mark.parametrize("depth", [60, 200, 400, 600, 800])
def test_a_message_nested_deeper_than_can_be_written_does_not_take_its_batch_down(
    inbox: Any, send: Send, depth: int
) -> None:
    """Reading stands more nesting than writing does: between the two was an error of the server."""
    good, deep = json.dumps(order("good")), json.dumps(order("deep", properties={"note": "HERE"}))
    nested = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"batch": [{good}, {deep}]}}'.replace('"HERE"', nested)
    answer = send(body=body.encode())
    if answer.status_code == 422:  # deeper than is read: no batch, and said so
        assert "too deeply" in answer.content.decode()
        return
    assert answer.status_code == 207
    told = answer.json()
    assert told["accepted"] == 1
    assert [(one["index"], one["reason"]) for one in told["rejected"]] == [(1, "too_deep")]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"batch": []}', b'{"batch": {}}', b"\xff\xfe", b'{"batch": [NaN]}',
     b"[" * 100_000, b'{"batch": [' + b"9" * 5000 + b"]}",
     b'{"batch": [' + b",".join([b"{}"] * 1001) + b"]}"],
)  # fmt: skip
def test_a_body_that_is_no_batch_is_refused_whole(inbox: Any, send: Send, body: bytes) -> None:
    answer = send(body=body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert Message.objects.count() == 0


def test_a_body_larger_than_5_mb_is_refused(inbox: Any, send: Send) -> None:
    assert send(body=b" " * (5 * 1024 * 1024 + 1)).status_code == 413


def test_a_clock_that_is_ahead_is_set_right_by_when_it_says_that_it_sent(
    inbox: Any, send: Send
) -> None:
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    sent = (ahead + dt.timedelta(minutes=2)).isoformat()
    assert send({**order("m1"), "timestamp": ahead.isoformat(), "sentAt": sent}).status_code == 200
    late = dt.datetime.now(dt.UTC) - Message.objects.get().at
    assert dt.timedelta(minutes=1) < late < dt.timedelta(minutes=3)


def test_an_event_that_is_no_fact_is_kept_and_shown(inbox: Any, send: Send) -> None:
    answer = send(event("m1", "Button Pressed"), event("m2", "Button Pressed"))
    assert answer.json()["set_aside"] == {"Button Pressed": 2}
    kept = Message.objects.first()
    assert kept is not None
    assert (kept.state, kept.reason, "Button Pressed" in kept.body) == (
        State.SET_ASIDE, "unmapped", True,
    )  # fmt: skip


def test_a_token_without_the_scope_may_not_send(inbox: Any) -> None:
    from regulars_server.access.tokens import make
    from server.people import actor, make_user

    user = make_user("administrator")
    _token, secret = make(actor=actor(user), user=user, name="x", scopes=["care.read"], days=1)
    client = Client().with_token(secret)
    answer = client.post("/api/v1/events", b"{}", content_type="application/json")
    assert answer.status_code == 403


def test_a_token_sends_so_many_requests_a_minute(inbox: Any, send: Send, settings: Any) -> None:
    settings.REGULARS_INBOX_REQUESTS_PER_MINUTE = 2
    assert [send(order(f"m{n}")).status_code for n in range(3)] == [200, 200, 429]


def test_without_a_workspace_nothing_is_taken(
    sender: Client, send: Send, settings: Any, tmp_path: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "none"
    assert send(order("m1")).status_code == 503
    assert Message.objects.count() == 0
