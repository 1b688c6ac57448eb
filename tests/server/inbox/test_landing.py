"""What events become in the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.inbox.landing import land_once
from regulars_server.inbox.models import Batch, Message, Refusal, State
from server.inbox.conftest import event, facts, land_all, order

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_an_order_becomes_an_order_with_its_lines(inbox: Any, send: Send) -> None:
    products = [{"product_id": "p1", "price": 3.5, "quantity": 2}, {"sku": "p2", "price": "3"},
                {"product_id": "free"}]  # fmt: skip
    send(order("m1", "A-1", properties={"products": products, "discount": 1, "currency": "CNY"}))
    assert land_all() == 1
    found = facts(inbox, "orders", "order_id, day, kind, amount_minor, discount_minor")
    assert ("A-1", dt.date(2026, 3, 1), "sale", 1000, 100) in found
    lines = facts(inbox, "order_lines", "order_id, line, product_id, quantity::INT, amount_minor")
    assert lines == [("A-1", 1, "p1", 2, 700), ("A-1", 2, "p2", 1, 300)]
    assert Message.objects.get().state == State.LANDED
    batch = Batch.objects.get()
    assert (batch.messages, batch.written) == (1, {"orders": 1, "order_lines": 2})


def test_the_last_word_on_an_order_counts_and_its_lines_are_replaced(
    inbox: Any, send: Send
) -> None:
    def said(message: str, minute: int, *products: str) -> Any:
        return {**order(message, "A-1", properties={
            "total": minute, "products": [{"product_id": p, "price": 1} for p in products]
        }), "timestamp": f"2026-03-01T12:{minute:02d}:00Z"}  # fmt: skip

    send(said("m2", 20, "b"), said("m1", 10, "a", "a2"))
    land_all()
    assert ("A-1", 2000) in facts(inbox, "orders", "order_id, amount_minor")
    live = "line, product_id, status"
    assert facts(inbox, "order_lines", live) == [(1, "b", "live")]
    send(said("m3", 30, "c", "d"))
    land_all()
    assert facts(inbox, "order_lines", live) == [(1, "c", "live"), (2, "d", "live")]
    send(said("m4", 40, "e"))
    land_all()
    assert facts(inbox, "order_lines", live) == [(1, "e", "live"), (2, "d", "void")]


def test_refunds_and_cancellations(inbox: Any, send: Send) -> None:
    send(
        order("m1", "A-1"),
        order("m2", "A-2"),
        {**order("m3", "A-2"), "event": "Order Cancelled", "timestamp": "2026-03-01T13:00:00Z"},
        {**order("m4", "A-1", properties={"total": 4}), "event": "Order Refunded"},
        {**order("m5", "A-9"), "event": "Order Cancelled"},
    )
    land_all()
    columns = "order_id, kind, amount_minor, refunds_order_id, status"
    found = [row for row in facts(inbox, "orders", columns) if row[0] > "o" or row[0] < "B"]
    assert ("A-1", "sale", 1000, None, "live") in found
    assert ("A-2", "sale", 1000, None, "void") in found
    assert ("refund-m4", "refund", -400, "A-1", "live") in found
    refused = Refusal.objects.get()
    assert (refused.message_id, refused.reason) == ("m5", "nothing_to_void")
    assert Message.objects.get(message_id="m5").state == State.SET_ASIDE


def test_identify_tells_of_people_and_takes_nothing_away(inbox: Any, send: Send) -> None:
    def said(message: str, minute: int, **traits: Any) -> Any:
        return {"type": "identify", "messageId": message, "userId": "N-1", "traits": traits,
                "timestamp": f"2026-03-01T12:{minute:02d}:00Z"}  # fmt: skip

    send(said("m1", 1, firstName="Ada", lastName="Wong", email="ada@mail.cn"),
         said("m2", 2, phone="139", address={"street": "Main 1", "city": "Ulm"}))  # fmt: skip
    land_all()
    send(said("m3", 3, email="wong@mail.cn", secret_trait="planted"))
    land_all()
    found = facts(inbox, "people", "name, email, phone, address")
    assert ("Ada Wong", "wong@mail.cn", "139", "Main 1, Ulm") in found
    assert not any("planted" in str(row) for row in facts(inbox, "customers", "*"))


@pytest.mark.usefixtures("visits_end_at_once")
def test_pages_become_visits_with_what_was_looked_at(inbox: Any, send: Send) -> None:
    def at(minute: int) -> dict[str, str]:
        return {"timestamp": f"2026-03-01T12:{minute:02d}:00Z"}

    viewed = {"properties": {"product_id": "p1"}}
    send(
        {**event("v1", "x"), "type": "page", "event": None, **at(0)},
        {**event("v2", "Product Viewed", **viewed), **at(5)},
        {**event("v3", "products_searched"), **at(20)},
        {**event("v4", "Product Added", **viewed), **at(55)},
    )
    assert land_all() == 4
    columns = "visit_id, pages, searches, product_views, carts, ended_at - started_at"
    minutes = dt.timedelta(minutes=20)
    assert facts(inbox, "visits", columns) == [
        ("v1", 1, 1, 1, 0, minutes), ("v4", 0, 0, 0, 1, dt.timedelta(0)),
    ]  # fmt: skip
    interest = facts(inbox, "product_interest", "interest_id, visit_id, product_id, kind")
    assert interest == [("v2", "v1", "p1", "view"), ("v4", "v4", "p1", "cart")]


def test_a_visit_lands_when_it_is_over(inbox: Any, send: Send, settings: Any) -> None:
    send(event("v1", "Page Viewed"), order("m1"))
    assert land_all() == 1
    assert Message.objects.get(message_id="v1").batch is None
    Message.objects.update(received_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=31))
    assert land_all() == 1


def test_contacts_responses_and_consents(inbox: Any, send: Send) -> None:
    about = {"properties": {"campaign_id": "spring", "delivery_id": "d1"}}
    send(event("m1", "Email Delivered", **about), event("m2", "email_opened", **about),
         event("m3", "Unsubscribed", **about))  # fmt: skip
    land_all()
    assert facts(inbox, "contacts", "contact_id, campaign, channel, direction") == [
        ("d1", "spring", "email", "out")
    ]
    assert facts(inbox, "responses", "response_id, contact_id, kind") == [
        ("m2", "d1", "opened"), ("m3", "d1", "unsubscribed"),
    ]  # fmt: skip
    assert facts(inbox, "consents", "purpose, channel, state") == [
        ("marketing", "email", "withdrawn")
    ]


def test_a_visitor_waits_for_a_name(inbox: Any, send: Send) -> None:
    nameless = {**event("a1", "Coupon Applied"), "userId": None, "anonymousId": "anon"}
    send(nameless)
    assert land_all() == 0
    send({**event("a2", "Coupon Applied"), "anonymousId": "anon"})
    assert land_all() == 2
    keys = facts(inbox, "responses", "customer_key")
    assert len(set(keys)) == 1
    assert not [i for i in facts(inbox, "identities", "external_id") if i == ("anon",)]


def test_a_foreign_currency_without_a_rate_is_set_aside(inbox: Any, send: Send) -> None:
    products = {"products": [{"product_id": "p", "price": 1}]}
    send(order("m1", properties={"currency": "USD", **products}), order("m2"))
    land_all()
    assert Message.objects.get(message_id="m1").reason in ("no_rate", "lines_in_foreign_currency")
    assert not facts(inbox, "order_lines", "*")
    assert Message.objects.get(message_id="m2").state == State.LANDED


def test_customers_of_another_system(inbox: Any, send: Send) -> None:
    send(order("m1"), query="?source=pos")
    land_all()
    assert ("pos", "C-1") in facts(inbox, "identities", "source, external_id")


def test_nothing_due_publishes_nothing(inbox: Any) -> None:
    before = inbox.lake.current()
    assert land_once() is None
    assert inbox.lake.current() == before


def test_a_lander_killed_after_the_publication_is_made_good(
    inbox: Any, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars_server.inbox import landing

    send(order("m1"), {**order("m2", "A-9"), "event": "Order Cancelled"})
    mark = landing._mark

    def killed(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, "_mark", killed)
    with pytest.raises(KeyboardInterrupt):
        land_once()
    published = inbox.lake.current()
    monkeypatch.setattr(landing, "_mark", mark)
    assert land_once() is None
    assert inbox.lake.current() == published
    states = dict(Message.objects.values_list("message_id", "state"))
    assert states == {"m1": State.LANDED, "m2": State.SET_ASIDE}


def test_a_lander_killed_before_the_publication_lands_the_same_batch(
    inbox: Any, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.facts import Landing

    send(order("m1"))
    publish = Landing.publish

    def killed(*_args: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Landing, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        land_once()
    monkeypatch.setattr(Landing, "publish", publish)
    send(order("m2"))
    assert land_once() == 1
    assert land_all() == 1
    assert list(Batch.objects.order_by("number").values_list("number", "messages")) == [
        (1, 1), (2, 1),
    ]  # fmt: skip


def test_a_database_older_than_the_facts_skips_nothing(inbox: Any, send: Send) -> None:
    """As after a backup was put back: numbers that the facts know are not given again."""
    send(order("m1"))
    land_all()
    Batch.objects.all().delete()
    Message.objects.update(state=State.WAITING, batch=None, settled_at=None)
    send(order("m2"))
    assert land_all() == 2
    assert Batch.objects.get().number == 2
    assert [row[0] for row in facts(inbox, "orders", "order_id")].count("m1") == 1
