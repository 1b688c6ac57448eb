"""How many requests a token and a user may make, said in headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from regulars_server.access import tokens
from regulars_server.access.models import Attempts
from regulars_server.api import rates
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    rates.forget_all()
    yield
    rates.forget_all()


def token(user: Any) -> Client:
    _made, secret = tokens.make(
        actor=actor(user), user=user, name="t", scopes=["home.read"], days=1
    )
    return Client().with_token(secret)


def test_a_token_is_told_what_is_left_and_refused_after(settings: Any) -> None:
    settings.REGULARS_API_TOKEN_PER_MINUTE = 3
    client = token(make_user())
    left = [client.get("/api/v1/me")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Limit"] == "3"


def test_a_user_has_one_limit_for_session_and_tokens(settings: Any) -> None:
    settings.REGULARS_API_USER_PER_MINUTE = 4
    user = make_user()
    first, second, console = token(user), token(user), Client()
    console.sign_in(user)
    seen = [one.get("/api/v1/me").status_code for one in (first, second, console, first, second)]
    assert seen == [200, 200, 200, 200, 429]
    assert token(make_user()).get("/api/v1/me").status_code == 200


def test_processes_share_the_limit_in_blocks(settings: Any) -> None:
    settings.REGULARS_API_TOKEN_PER_MINUTE = 40
    client = token(make_user())
    for _ in range(20):
        # Each a process of its own: it takes a block of two, uses one, and ends.
        assert client.get("/api/v1/me").status_code == 200
        rates.forget_all()
    assert client.get("/api/v1/me").status_code == 429
    kept = Attempts.objects.count()
    assert kept == 2  # the user's and the token's


def test_the_database_is_written_once_a_block(
    settings: Any, django_assert_num_queries: Any
) -> None:
    client = token(make_user())
    client.get("/api/v1/me")
    with django_assert_num_queries(1):  # the token alone
        client.get("/api/v1/me")


def test_a_busy_database_does_not_stop_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_arguments: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(rates, "take", busy)
    assert token(make_user()).get("/api/v1/me").status_code == 200
