"""The page, the download and the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.audit.models import AuditEntry
from server.inbox.conftest import event, land_all, order
from server.people import Client

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
AsRole = Callable[[str], Client]


def page(client: Client) -> str:
    return client.get("/inbox/").content.decode()


def test_an_empty_inbox_says_what_to_do(inbox: Any, as_role: AsRole) -> None:
    said = page(as_role("analyst"))
    assert "No event has come in yet." in said
    assert "/api/v1/events" in said


def test_what_waits_what_landed_and_what_was_not_taken(
    inbox: Any, send: Send, as_role: AsRole
) -> None:
    client = as_role("analyst")
    send(order("m1"), {**order("m2"), "userId": ""}, event("m3", "<b>Odd</b>"))
    assert "1 event waits for the next landing." in page(client)
    land_all()
    said = page(client)
    assert "Every event that is due is in the facts." in said
    assert "is missing or empty" in said
    assert "&lt;b&gt;Odd&lt;/b&gt;" in said
    assert "<b>Odd" not in said
    assert "orders 1" in said


def test_a_late_landing_is_said(inbox: Any, send: Send, as_role: AsRole) -> None:
    import datetime as dt

    from regulars_server.inbox.models import Message

    send(order("m1"))
    Message.objects.update(received_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert "Landing is late: 1 events wait, the oldest for 60 minutes." in page(as_role("auditor"))


def test_the_download_is_no_formula_and_is_audited(inbox: Any, send: Send, as_role: AsRole) -> None:
    send(event("=1+1", "=HYPERLINK(1)"), {**order("-m"), "event": "@SUM(1)", "userId": ""})
    client = as_role("analyst")
    answer = client.get("/inbox/not-taken.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["event"] for row in rows} == {"'=HYPERLINK(1)", "'@SUM(1)"}
    assert {row["message_id"] for row in rows} == {"'=1+1", "'-m"}
    assert not any(value.startswith(("=", "@", "-", "+")) for row in rows for value in row.values())
    assert AuditEntry.objects.filter(action="inbox.refusals_downloaded").count() == 1
    assert as_role("marketer").get("/inbox/not-taken.csv").status_code == 403


def test_the_figures(inbox: Any, send: Send) -> None:
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import generate_latest

    from regulars_server.inbox.metrics import figures

    class Figures:
        def collect(self) -> Any:
            return figures()

    send(order("m1"), order("m2"), event("v1", "Page Viewed"), event("m4", "Odd"),
         {**order("m5"), "userId": ""})  # fmt: skip
    land_all()
    registry = CollectorRegistry()
    registry.register(Figures())  # type: ignore[arg-type]
    said = generate_latest(registry).decode()
    for line in (
        "regulars_inbox_received_total 4.0", "regulars_inbox_landed_total 2.0",
        'regulars_inbox_waiting{what="end_of_visit"} 1.0', "regulars_inbox_lag_seconds 0.0",
        'regulars_inbox_refused_total{reason="unmapped"} 1.0',
        'regulars_inbox_refused_total{reason="missing"} 1.0',
    ):  # fmt: skip
        assert line in said
