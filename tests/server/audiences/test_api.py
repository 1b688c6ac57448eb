"""Audiences in the API: counted, listed, read through by pages; refused with the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.api import rates
from regulars_server.audiences.catalogue import newest
from regulars_server.audiences.models import Audience
from regulars_server.audiences.services import Content, save
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew() -> None:
    rates.forget_all()


def get(client: Client, address: str, **query: Any) -> Any:
    return client.get(f"/api/v1{address}", query)


def made(condition: str) -> Audience:
    of = newest()
    assert of is not None
    content = Content(name="Two", condition=condition)
    return save(actor=actor(make_user("marketer")), content=content, of=of)


def test_a_condition_is_counted(base: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    found = get(client, "/audiences/count", where="ORDERS>=2").json()
    assert found["condition"] == "orders >= 2"
    assert found["base"] == 23_570
    assert 0 < found["customers"] < found["base"]
    everybody = get(client, "/audiences/count").json()
    assert everybody["customers"] == everybody["base"]


def test_what_is_not_allowed_is_refused_with_its_place(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    answer = get(as_role("analyst"), "/audiences/count", where="orders >= (select 1)")
    assert answer.status_code == 422
    assert "Line 1, column 12" in str(answer.json()["errors"])


def test_members_come_by_key_and_all_of_them(base: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("club_operator")
    one = made("orders >= 10")
    address = f"/audiences/{one.pk}/members"
    keys: list[int] = []
    cursor: Any = None
    while True:
        page = get(
            client, address, columns="orders", limit=100, **({"cursor": cursor} if cursor else {})
        )
        rows = page.json()["rows"]
        assert all(row["orders"] >= 10 for row in rows)
        keys += [row["customer_key"] for row in rows]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert keys == sorted(set(keys))
    count = get(client, "/audiences/count", where="orders >= 10").json()["customers"]
    assert len(keys) == count
    assert get(client, address, columns="external_id").status_code == 422


def test_audiences_are_listed_and_told(base: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("auditor")
    one = made("orders >= 2")
    listed = get(client, "/audiences").json()
    assert [item["id"] for item in listed["items"]] == [one.pk]
    told = get(client, f"/audiences/{one.pk}").json()
    assert (told["condition"], told["sizes"]) == ("orders >= 2", [])
    assert get(client, "/audiences/999").status_code == 404
    assert get(as_role("service_agent"), "/audiences").status_code == 403
