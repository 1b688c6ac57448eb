"""The first run: one administrator, made by whoever sees the terminal."""

from __future__ import annotations

import stat
import threading

import pytest
from django.db import connection

from regulars_server.access import first_run, users
from regulars_server.access.models import User
from regulars_server.errors import Conflict
from regulars_server.web.actor import system
from server.people import PASSWORD, Client, make_user

GIVEN = {"name": "王伟", "email": "Wei@Example.com", "password": PASSWORD}


@pytest.mark.django_db
def test_with_the_token_the_administrator_is_made_and_signed_in(client: Client) -> None:
    first_run.offer()
    assert stat.S_IMODE(first_run.file().stat().st_mode) == 0o600
    assert client.get("/sign-in/")["Location"] == "/first-run/"
    response = client.post("/first-run/", {**GIVEN, "token": first_run.token()})
    assert response["Location"] == "/"
    user = User.objects.get()
    assert (user.email, user.role) == ("wei@example.com", "administrator")
    assert client.get("/users/").status_code == 200
    assert first_run.token() == ""
    assert Client().get("/first-run/")["Location"] == "/sign-in/"


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "wrong", "令牌"])
def test_without_the_token_nothing_is_made(client: Client, token: str) -> None:
    first_run.offer()
    assert client.post("/first-run/", {**GIVEN, "token": token}).status_code in (200, 422)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_no_token_is_right_where_none_was_offered(client: Client) -> None:
    first_run.done()
    assert not first_run.right("")
    client.post("/first-run/", {**GIVEN, "token": ""})
    assert not User.objects.exists()


@pytest.mark.django_db
def test_where_there_is_a_user_no_token_is_offered() -> None:
    make_user("administrator")
    first_run.offer()
    assert not first_run.file().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_once_one_becomes_the_administrator() -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def come(number: int) -> None:
        try:
            together.wait()
            users.make_first(
                actor=system("test"), email=f"a{number}@example.com", name="A", password=PASSWORD
            )
            outcomes.append("made")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert User.objects.count() == 1
