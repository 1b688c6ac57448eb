"""API tokens: shown once, scoped, never more than their owner, revoked, over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from regulars_server.access import tokens
from regulars_server.access.models import ApiToken, User
from regulars_server.errors import Invalid, NotAllowed, NotFound
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db


def made(user: User, *scopes: str) -> str:
    _token, secret = tokens.make(
        actor=actor(user), user=user, name="export", scopes=scopes or ("home.read",), days=30
    )
    return secret


def test_the_page_shows_a_token_once_and_keeps_its_hash(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    given = {"name": "export", "days": 30, "scopes": ["home.read"]}
    page = client.post("/tokens/", given).content.decode()
    token = ApiToken.objects.get()
    secret = page.split('id="secret">')[1].split("<")[0]
    assert secret.startswith("rgl_")
    assert secret not in client.get("/tokens/").content.decode()
    assert secret not in str(ApiToken.objects.values().get())
    assert Client().with_token(secret).get("/api/v1/me").json()["permissions"] == ["home.read"]
    token.refresh_from_db()
    assert token.used_at is not None


def test_a_token_may_no_more_than_its_owner_may_now(client: Client) -> None:
    user = make_user("administrator")
    client.with_token(made(user, "users.read", "home.read"))
    User.objects.filter(pk=user.pk).update(role="analyst")
    assert client.get("/api/v1/me").json()["permissions"] == ["home.read"]


def test_a_scope_that_one_does_not_hold_is_refused() -> None:
    user = make_user("analyst")
    with pytest.raises(NotAllowed):
        made(user, "users.manage")


@pytest.mark.parametrize("days", [0, 367])
def test_a_token_ends(days: int) -> None:
    user = make_user()
    with pytest.raises(Invalid):
        tokens.make(actor=actor(user), user=user, name="x", scopes=["home.read"], days=days)


def test_a_token_that_is_revoked_over_or_of_a_disabled_user_opens_nothing() -> None:
    user = make_user()
    past = timezone.now() - dt.timedelta(seconds=1)
    for field in ("revoked_at", "expires_at"):
        secret = made(user)
        ApiToken.objects.filter(user=user).update(**{field: past})
        assert Client().with_token(secret).get("/api/v1/me").status_code == 401
        ApiToken.objects.all().delete()
    secret = made(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().with_token(secret).get("/api/v1/me").status_code == 401


def test_nobody_revokes_the_token_of_another_but_who_manages_users() -> None:
    owner, other, boss = make_user(), make_user(), make_user("administrator")
    made(owner)
    token = ApiToken.objects.get()
    with pytest.raises(NotFound):
        tokens.revoke(actor=actor(other), user=other, token_id=token.pk)
    tokens.revoke(actor=actor(boss), user=boss, token_id=token.pk)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_token_opens_no_page_of_the_console(client: Client) -> None:
    client.with_token(made(make_user("administrator"), "users.read"))
    assert client.get("/users/").status_code == 302


def test_a_session_that_changes_something_by_the_api_needs_the_csrf_token() -> None:
    from ninja.utils import check_csrf

    strict = Client(enforce_csrf_checks=True).sign_in(make_user())
    request = strict.get("/api/v1/me").wsgi_request
    request.method = "POST"
    assert check_csrf(request) is not None
