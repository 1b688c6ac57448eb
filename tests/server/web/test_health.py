"""Health, readiness, metrics, log."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from regulars_server.settings import logs
from regulars_server.web.logs import JsonFormatter
from server.people import Client, make_user


@pytest.mark.django_db
def test_it_is_ready_with_a_workspace(client: Client, demo_workspace: Path) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok", "waiting_for": []}


@pytest.mark.django_db
def test_it_waits_for_a_workspace_and_does_not_say_where(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["waiting_for"]) == (503, ["console"])
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_metrics_are_for_who_has_the_token(
    client: Client, settings: Any, demo_workspace: Path
) -> None:
    assert client.get("/metrics").status_code == 404
    settings.REGULARS_METRICS_TOKEN = "a token of sixteen"
    assert client.get("/metrics").status_code == 404
    client.with_token("another token")
    assert client.get("/metrics").status_code == 404
    client.with_token("a token of sixteen")
    text = client.get("/metrics").content.decode()
    assert "regulars_facts_version 1.0" in text
    assert 'regulars_metrics_up{capability="console"} 1.0' in text


@pytest.mark.django_db
def test_one_broken_figure_leaves_the_others(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.REGULARS_METRICS_TOKEN = "a token of sixteen"
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    text = client.with_token("a token of sixteen").get("/metrics").content.decode()
    assert 'regulars_metrics_up{capability="console"} 0.0' in text
    assert "regulars_info" in text


@pytest.mark.django_db
def test_the_log_has_one_line_a_request_and_names_nobody(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    user = make_user()
    client.sign_in(user)
    with caplog.at_level(logging.INFO, "regulars_server.requests"):
        client.get("/account/?name=wangwei", HTTP_X_FORWARDED_FOR="203.0.113.9")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    requests = [line for line in lines if line["message"] == "request"]
    assert len(requests) == 1
    assert requests[0]["route"] == "account/"
    assert requests[0]["user"] == user.pk
    assert "wangwei" not in str(requests)


def test_a_refused_form_is_logged_with_its_reason_and_not_its_address(
    caplog: pytest.LogCaptureFixture, db: None
) -> None:
    """The address can be a link with which a password is set."""
    assert logs.logging("json", "INFO")["loggers"]["django.security"] == {"level": "CRITICAL"}
    answer = Client(enforce_csrf_checks=True).post("/welcome/MQ/a-key-of-a-link/")
    assert answer.status_code == 403
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "a form was refused: CSRF cookie not set" in said
    assert "a-key-of-a-link" not in said


def test_the_address_in_the_audit_cannot_be_forged(rf: Any, settings: Any) -> None:
    from regulars_server.web.actor import address_of

    request = rf.get("/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4")
    assert address_of(request) == "127.0.0.1"
    settings.REGULARS_TRUST_PROXY = True
    assert address_of(request) == "198.51.100.4", "the last is what our own proxy saw"
