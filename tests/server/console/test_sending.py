"""A form that is sent twice, by a double click, makes one thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from regulars_server.access.models import ApiToken
from regulars_server.api.models import KeptAnswer
from regulars_server.audiences.models import Audience, Export
from regulars_server.strategies.models import ValueTable, Workbook, WorkbookEntry
from server.people import Client
from server.strategies.test_tables import NEW, fields

pytestmark = pytest.mark.django_db(transaction=True)
AUDIENCE = {"name": "Regulars", "note": "", "condition": "orders >= 2"}


def key_in(page: Any) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


@pytest.fixture
def taken(shop: Any) -> Any:
    return shop.analyse()


def twice(client: Client, address: str, given: dict[str, Any]) -> tuple[Any, Any]:
    sent = {**given, "once": key_in(client.get(address))}
    return client.post(address, sent), client.post(address, sent)


def test_an_audience_sent_twice_is_one_and_both_lead_there(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    first, second = twice(client, "/audiences/new/", AUDIENCE)
    one = Audience.objects.get()
    assert first["Location"] == second["Location"] == f"/audiences/{one.pk}/"
    # Another form, and the same form with something else in it, are others.
    twice(client, "/audiences/new/", AUDIENCE)
    assert Audience.objects.count() == 2
    sent = {**AUDIENCE, "once": key_in(client.get("/audiences/new/"))}
    client.post("/audiences/new/", sent)
    client.post("/audiences/new/", {**sent, "name": "Others"})
    assert Audience.objects.count() == 4
    # The key is of whom the form was drawn for.
    as_role("marketer").post("/audiences/new/", sent)
    assert Audience.objects.count() == 5


def test_what_was_refused_may_be_sent_again(taken: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    sent = {**AUDIENCE, "condition": "nothing > 1", "once": key_in(client.get("/audiences/new/"))}
    assert client.post("/audiences/new/", sent).status_code == 422
    assert client.post("/audiences/new/", sent).status_code == 422
    assert not KeptAnswer.objects.exists()


def test_two_at_once_make_one(taken: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    sent = {**AUDIENCE, "once": key_in(client.get("/audiences/new/"))}

    def send(_number: int) -> int:
        try:
            other = Client()
            other.cookies = client.cookies
            return int(other.post("/audiences/new/", sent).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(send, range(2))] == [302, 302]
    assert Audience.objects.count() == 1


def test_an_export_a_strategy_and_a_comment_are_made_once(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    address = "/audiences/export/?where=orders+%3E%3D+1"
    sent = {"where": "orders >= 1", "columns": ["orders"], "form": "csv", "purpose": "analysis",
            "once": key_in(client.get(address))}  # fmt: skip
    for _again in range(2):
        client.post("/audiences/export/", sent)
    assert Export.objects.count() == 1
    begin = {"title": "Back", "segment": "Late", "condition": "orders >= 1", "audience_id": ""}
    first, second = twice(client, "/strategies/new/", begin)
    one = Workbook.objects.get()
    assert first["Location"] == second["Location"] == f"/strategies/{one.pk}/"
    said = {"text": "Good", "once": key_in(client.get(f"/strategies/{one.pk}/"))}
    for _again in range(2):
        assert client.post(f"/strategies/{one.pk}/comments/", said).status_code == 302
    assert WorkbookEntry.objects.filter(kind="comment").count() == 1


def test_a_value_table_is_saved_once(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    sent = fields(client.get(NEW).content.decode())
    assert sent["once"]
    first = client.post("/value-tables/save/", sent)
    assert first.status_code == 302, first.content.decode()[:2000]
    assert client.post("/value-tables/save/", sent)["Location"] == first["Location"]
    assert ValueTable.objects.count() == 1


def test_a_token_is_made_and_shown_once(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    first, second = twice(client, "/tokens/", {"name": "t", "scopes": ["home.read"], "days": "30"})
    assert ApiToken.objects.count() == 1
    assert first.status_code == 200
    assert second.status_code == 422
    assert "made a token already" in second.content.decode()
    secret = re.search(r"<code[^>]*>(rg\w+|[A-Za-z0-9_-]{30,})</code>", first.content.decode())
    assert secret is None or secret[1] not in str([*KeptAnswer.objects.values_list("body")])


def test_a_form_that_was_drawn_before_an_erasure_makes_nothing_twice(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    sent = {**AUDIENCE, "once": key_in(client.get("/audiences/new/"))}
    client.post("/audiences/new/", sent)
    KeptAnswer.objects.update(digest="", body="", headers={})  # as `forget` leaves them
    again = client.post("/audiences/new/", sent)
    assert again.status_code == 422
    assert "was done before" in again.content.decode()
    assert Audience.objects.count() == 1
