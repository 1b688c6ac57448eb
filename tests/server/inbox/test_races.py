"""Two connections at once: no id twice, no message passed over."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from regulars_server.inbox.landing import land_once
from regulars_server.inbox.models import Message, State
from regulars_server.inbox.services import take
from server.inbox.conftest import facts, land_all, order

pytestmark = pytest.mark.django_db(transaction=True)


def taken(*messages: Any) -> Any:
    return take(messages=messages, source="shop", token=None, received_at=dt.datetime.now(dt.UTC))


def in_thread(work: Any) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_many_senders_of_the_same_messages_each_id_once(inbox: Any, store: str) -> None:
    """In opposite orders, which would block each other without an order of our own."""
    messages = [order(f"m{n}") for n in range(200)]
    found: list[Any] = []
    threads = [
        in_thread(lambda n=n: found.append(taken(*(messages if n % 2 else messages[::-1]))))
        for n in range(6)
    ]
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert sum(one.accepted for one in found) == 200
    assert sum(one.duplicates for one in found) == 5 * 200
    assert not any(one.rejected for one in found)
    assert Message.objects.count() == 200


def test_a_lower_id_that_is_committed_late_is_not_passed_over(inbox: Any, store: str) -> None:
    if store == "sqlite":
        pytest.skip("SQLite has one writer at a time: ids are committed in their order")
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            taken(order("late"))
            written.set()
            assert go_on.wait(30)

    thread = in_thread(late)
    assert written.wait(30)
    taken(order("early"))
    assert land_once() == 1
    go_on.set()
    thread.join()
    ids = dict(Message.objects.values_list("message_id", "id"))
    assert ids["late"] < ids["early"], "the test shows nothing"
    assert land_once() == 1
    assert set(Message.objects.values_list("state", flat=True)) == {State.LANDED}
    assert {row[0] for row in facts(inbox, "orders", "order_id")} >= {"late", "early"}


def test_two_landers_land_each_message_once(inbox: Any, store: str) -> None:
    taken(*(order(f"m{n}") for n in range(50)))
    counts: list[int] = []
    threads = [in_thread(lambda: counts.append(land_all())) for _ in range(3)]
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 50]
    assert sum(row[0].startswith("m") for row in facts(inbox, "orders", "order_id")) == 50
