"""Every operation of the API, walked by itself: scopes, replays, what a stranger is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from regulars_server.access import tokens
from regulars_server.access.models import ApiToken
from regulars_server.api import rates
from regulars_server.api.main import API
from regulars_server.api.models import KeptAnswer
from regulars_server.api.openapi import operations
from regulars_server.audit.models import AuditEntry
from regulars_server.care import services as care
from regulars_server.people.search import search
from server.imports.conftest import waiting_import
from server.people import Client, actor, make_user
from server.strategies.drafts import whole_strategy

import regulars_server.urls  # noqa: F401  # isort: skip  # binds the API

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA: dict[str, Any] = json.loads(json.dumps(API.get_openapi_schema(), default=str))
ALL = list(operations(SCHEMA))
KEYED = [
    one
    for one in ALL
    if any(p["name"] == "Idempotency-Key" for p in one[2].get("parameters", ()))
    and "application/json" in one[2].get("requestBody", {}).get("content", {})
]


@pytest.fixture(autouse=True)
def _anew() -> None:
    rates.forget_all()


def named(one: Any) -> str:
    return f"{one[1]} {one[0]}" if isinstance(one, tuple) else str(one)


def with_scopes(user: Any, scopes: list[str]) -> Client:
    _made, secret = tokens.make(actor=actor(user), user=user, name="t", scopes=scopes, days=1)
    return Client().with_token(secret)


def call(client: Client, one: Any, places: dict[str, Any], **headers: str) -> Any:
    """An operation as its own example has it."""
    path, method, operation = one
    filled = re.sub(r"{(\w+)}", lambda found: str(places.get(found[1], 999999999)), path)
    query = {
        p["name"]: p["example"]
        for p in operation.get("parameters", ())
        if p["in"] == "query" and p["required"]
    }
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        given = {"QUERY_STRING": urlencode(query), **headers}
        return client.generic(method.upper(), filled, **given)
    sent = {**body["example"], **{n: v for n, v in places.items() if n in body["example"]}}
    return client.generic(method.upper(), filled, json.dumps(sent), "application/json", **headers)


def test_a_token_without_the_scope_is_refused_by_every_operation() -> None:
    boss = make_user("administrator")
    every = sorted(boss.permissions)
    for one in ALL:
        wanted = one[2]["x-permission"]
        if wanted is None:
            continue
        ApiToken.objects.all().delete()
        client = with_scopes(boss, [name for name in every if name != wanted])
        response = call(client, one, {})
        assert response.status_code == 403, named(one)
        assert response["Content-Type"] == "application/problem+json"


def test_a_token_with_the_scope_alone_is_let_in(shop: Any) -> None:
    boss = make_user("administrator")
    for one in ALL:
        wanted = one[2]["x-permission"]
        ApiToken.objects.all().delete()
        client = with_scopes(boss, [wanted or "home.read"])
        response = call(client, one, {}, HTTP_IDEMPOTENCY_KEY="let-in")
        assert response.status_code not in (401, 403, 500), named(one)


def test_a_session_changes_nothing_without_the_csrf_token(shop: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.sign_in(make_user("administrator"))
    for one in ALL:
        if one[1] != "get":
            assert call(client, one, {}, HTTP_IDEMPOTENCY_KEY="k").status_code == 403, named(one)


def test_none_is_forgotten() -> None:
    assert ("/api/v1/snapshots", "post") in [one[:2] for one in KEYED]
    assert ("/api/v1/cases", "post") in [one[:2] for one in KEYED]


@pytest.mark.parametrize("one", KEYED, ids=named)
def test_a_replay_is_answered_as_before_and_changes_nothing(
    one: Any, shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    assert client.user is not None
    key = search("王芳").people[0].pk
    case, _new = care.open_case(
        actor=actor(client.user), customer_key=key, message_id="first",
        about=care.Opening(kind="question", subject="Where is it?"),
    )  # fmt: skip
    waits = waiting_import(client.user)
    assert waits.version == case.version
    strategy = whole_strategy(client.user)
    assert strategy.version == case.version
    places = {
        "case_id": case.pk, "customer_key": key, "import_id": waits.pk, "version": case.version,
        "workbook_id": strategy.pk,
    }  # fmt: skip
    first = call(client, one, places, HTTP_IDEMPOTENCY_KEY="once")
    assert first.status_code < 300, (named(one), first.content)
    entries = AuditEntry.objects.count()
    again = call(client, one, places, HTTP_IDEMPOTENCY_KEY="once")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert AuditEntry.objects.count() == entries
    KeptAnswer.objects.update(digest="0" * 64)
    other = call(client, one, places, HTTP_IDEMPOTENCY_KEY="once")
    assert (other.status_code, other["Content-Type"]) == (422, "application/problem+json")
