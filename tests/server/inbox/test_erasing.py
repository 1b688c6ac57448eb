"""An erased person's messages are emptied, and later ones do not bring the person back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars_server.inbox import queries
from regulars_server.inbox.models import Message, State, Visitor
from regulars_server.inbox.upkeep import tidy
from regulars_server.people import erasing
from regulars_server.people.search import search
from regulars_server.web.actor import system
from regulars_server.work.models import Job
from server.inbox.conftest import event, facts, land_all, order
from server.jobs import Doing

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
PLANTED = "planted-in-a-message"


def erase(customer_id: str) -> None:
    key = next(p.pk for p in search(customer_id).people)
    asked = erasing.ask(actor=system("test"), customer_key=key, confirm=customer_id, purge=False)
    erasing.run(asked.pk)
    asked.refresh_from_db()
    # Within a test's transaction SQLite's log cannot be emptied.
    assert asked.step in ("files", "done")


def bodies() -> str:
    rows = Message.objects.values_list("body", "customer_id", "anonymous_id", "event", "who")
    return str(list(rows)) + str(list(Visitor.objects.values()))


def test_everything_that_names_an_erased_person_is_gone(inbox: Any, send: Send) -> None:
    note = {"properties": {"note": PLANTED}}
    landed = order("m1", properties={"note": PLANTED})
    send(landed)
    land_all()
    waiting = [
        order("m2", properties={"note": PLANTED}),
        {**event("m3", "Page Viewed", **note), "anonymousId": "anon-1"},
        {**event("m4", "Coupon Applied", **note), "userId": None, "anonymousId": "anon-1"},
        event("m5", f"No fact {PLANTED}"),
    ]
    send(*waiting, {**order("other"), "userId": "C-2"})
    assert PLANTED in bodies()
    erase("C-1")
    assert PLANTED not in bodies()
    assert "anon-1" not in bodies()
    assert "'C-1'" not in bodies()
    assert Message.objects.get(message_id="other").state == State.WAITING
    # The same messages again, and new ones: nothing comes back.
    answer = send(landed, *waiting, order("m9", properties={"note": PLANTED}))
    assert answer.status_code == 200
    assert (answer.json()["accepted"], answer.json()["duplicates"]) == (1, 5)
    assert PLANTED not in bodies()
    land_all()
    assert ("shop", "C-1") not in facts(inbox, "identities", "source, external_id")
    assert Message.objects.get(message_id="m9").reason == "forgotten"


def test_who_was_erased_while_the_message_came_in_does_not_come_back(
    inbox: Any, send: Send
) -> None:
    send(order("m1", properties={"note": PLANTED}))
    inbox.forget("C-1")  # the workspace knows; the server's part has not run
    land_all()
    assert PLANTED not in bodies()
    assert Message.objects.get().reason == "forgotten"
    assert ("shop", "C-1") not in facts(inbox, "identities", "source, external_id")


def test_what_is_held_of_a_person_is_in_their_export(inbox: Any, send: Send) -> None:
    send(order("m1"), {**order("m2"), "userId": "C-2"})
    key = next(p.pk for p in search("C-1").people)
    held = queries.held(customer_keys=[key])
    assert [row["message_id"] for row in held["events"]] == ["m1"]


def test_old_messages_are_removed_and_nameless_ones_set_aside(inbox: Any, send: Send) -> None:
    nameless = {**event("m2", "Coupon Applied"), "userId": None, "anonymousId": "a"}
    send(order("m1"), nameless, order("m3"))
    land_all()
    assert tidy(Doing()) == {"removed": 0, "unnamed": 0}  # type: ignore[arg-type]
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=31)
    Message.objects.filter(message_id="m1").update(settled_at=old)
    Message.objects.filter(message_id="m2").update(received_at=old)
    assert tidy(Doing()) == {"removed": 1, "unnamed": 1}  # type: ignore[arg-type]
    left = dict(Message.objects.values_list("message_id", "reason"))
    assert left == {"m2": "never_named", "m3": ""}


def test_landings_that_went_well_leave_the_page_of_jobs_after_a_day(inbox: Any) -> None:
    def job(kind: str, key: str, days: int) -> None:
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        Job.objects.create(kind=kind, key=key, state="done", asked_at=at, run_at=at, ended_at=at)

    job("inbox.land", "old", 2)
    job("inbox.land", "new", 0)
    job("work.snapshot", "old", 2)
    tidy(Doing())  # type: ignore[arg-type]
    assert sorted(Job.objects.values_list("kind", "key")) == [
        ("inbox.land", "new"), ("work.snapshot", "old"),
    ]  # fmt: skip


def test_the_secret_is_made_once(inbox: Any) -> None:
    from regulars_server.inbox.forgotten import forgotten, prepare

    (Path(inbox.lake.folder) / "secret.key").unlink(missing_ok=True)
    prepare()
    first = forgotten().secret
    assert forgotten().secret == first
