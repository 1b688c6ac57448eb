"""One request, one effect: replayed, altered, at the same moment, failed, over, erased."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from regulars_server.access import tokens
from regulars_server.api import services
from regulars_server.api.models import KeptAnswer
from regulars_server.care.models import Case
from regulars_server.errors import Conflict, Invalid
from regulars_server.people.search import search
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def once(user: Any, key: str = "k", asked: Any = "x", body: str = "{}") -> HttpResponse:
    return services.once(
        user_id=user.pk, key=key, asked=asked, answer=lambda: HttpResponse(body, status=201)
    )


def test_the_answer_is_given_again_and_nothing_is_done_twice() -> None:
    user, other = make_user(), make_user()
    first, again = once(user, body='{"a": 1}'), once(user, body='{"a": 2}')
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first["Content-Type"] == again["Content-Type"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert once(other, body='{"a": 3}').content == b'{"a": 3}'  # keys are a user's own


def test_another_request_under_the_key_is_refused() -> None:
    user = make_user()
    once(user)
    with pytest.raises(Invalid):
        once(user, asked="y")
    with pytest.raises(Invalid):
        once(user, key="k" * 101)


def test_what_failed_leaves_no_key_and_no_change() -> None:
    user = make_user()

    def fail() -> HttpResponse:
        make_user(email="half@example.com")
        raise Conflict("no")

    with pytest.raises(Conflict):
        services.once(user_id=user.pk, key="k", asked="x", answer=fail)
    assert not KeptAnswer.objects.exists()
    assert not type(user).objects.filter(email="half@example.com").exists()
    assert once(user).status_code == 201


def test_a_key_is_over_after_its_time() -> None:
    user = make_user()
    once(user, body="1")
    once(user, key="young")
    KeptAnswer.objects.filter(key="k").update(at=timezone.now() - dt.timedelta(hours=49))
    assert once(user, body="2").content == b"2"
    KeptAnswer.objects.filter(key="k").update(at=timezone.now() - dt.timedelta(hours=49))
    assert services.tidy() == 1
    assert KeptAnswer.objects.get().key == "young"


def test_an_erasure_takes_the_answers_and_leaves_the_keys() -> None:
    user = make_user()
    once(user, body='{"name": "Planted"}')
    with transaction.atomic():
        services.forget(customer_keys=[7])
    assert "Planted" not in str(KeptAnswer.objects.values().get())
    with pytest.raises(Conflict):
        once(user)


def test_two_at_the_same_moment_do_it_once(shop: Any) -> None:
    boss = make_user("administrator")
    scopes = ["care.read", "care.work"]
    _made, secret = tokens.make(actor=actor(boss), user=boss, name="t", scopes=scopes, days=1)
    key = search("王芳").people[0].pk
    body = json.dumps({"customer_key": key, "kind": "question", "subject": "Where is it?"})
    answers: list[tuple[int, bytes]] = []
    together = threading.Barrier(4)

    def ask() -> None:
        try:
            together.wait()
            response = Client().with_token(secret).post(
                "/api/v1/cases", body, "application/json", HTTP_IDEMPOTENCY_KEY="one"
            )  # fmt: skip
            answers.append((response.status_code, response.content))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert Case.objects.count() == 1
    altered = Client().with_token(secret).post(
        "/api/v1/cases", body.replace("Where", "When"), "application/json",
        HTTP_IDEMPOTENCY_KEY="one",
    )  # fmt: skip
    assert altered.status_code == 422
    assert altered.json()["errors"][0]["field"] == "Idempotency-Key"
