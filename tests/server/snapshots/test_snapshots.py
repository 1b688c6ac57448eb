"""Snapshots listed, read, taken; a customer as the newest has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from regulars_server.api import rates
from regulars_server.people.search import search
from regulars_server.snapshots.metrics import figures
from regulars_server.work.models import Job, State
from regulars_server.work.own.snapshot import take
from server.people import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew() -> None:
    rates.forget_all()


@pytest.fixture
def taken(shop: Any) -> Any:
    return shop.analyse(as_of="2026-03-01")


def get(client: Client, address: str, **query: Any) -> Any:
    return client.get(f"/api/v1{address}", query)


def test_the_newest_is_first_and_has_its_columns(
    shop: Any, taken: Any, as_role: Callable[[str], Client]
) -> None:
    older = shop.analyse(as_of="2026-02-08")
    client = as_role("analyst")
    items = get(client, "/snapshots").json()["items"]
    assert [one["id"] for one in items] == [taken.id, older.id]
    page = get(client, "/snapshots", limit=1).json()
    assert (
        get(client, "/snapshots", cursor=page["next_cursor"]).json()["items"][0]["id"] == older.id
    )
    whole = get(client, "/snapshots/newest").json()
    assert whole["id"] == taken.id
    assert [c["name"] for c in whole["columns"]] == [c.name for c in taken.columns]
    assert get(client, "/snapshots/nothing").status_code == 404


def test_rows_come_by_key_with_the_chosen_columns(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    address = f"/snapshots/{taken.id}/rows"
    first = get(client, address, columns="customer_key,orders", limit=1).json()
    rest = get(client, address, columns="customer_key,orders", cursor=first["next_cursor"]).json()
    rows = first["rows"] + rest["rows"]
    assert rest["next_cursor"] is None
    assert [row["customer_key"] for row in rows] == sorted(row["customer_key"] for row in rows)
    for row in rows:
        assert row == {
            k: taken.customer(row["customer_key"])[k] for k in ("customer_key", "orders")
        }
    assert get(client, address, columns="customer_key,nothing").status_code == 422
    assert get(client, address, limit=0).status_code == 422
    assert set(get(client, address).json()["rows"][0]) == {c.name for c in taken.columns}


def test_a_snapshot_is_asked_for_once_and_followed(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    body = json.dumps({"as_of": "2026-02-08", "window_days": 30})

    def ask(key: str, sent: str = body) -> Any:
        return client.post("/api/v1/snapshots", sent, "application/json", HTTP_IDEMPOTENCY_KEY=key)

    first, again = ask("a"), ask("a")
    assert (first.status_code, first.content) == (202, again.content)
    assert again["Location"] == first["Location"]
    assert Job.objects.count() == 1
    assert ask("a", "{}").status_code == 422
    assert ask("b", '{"window_days": 0}').status_code == 422
    assert client.post("/api/v1/snapshots", body, "application/json").status_code == 422
    followed = client.get(first["Location"]).json()
    assert (followed["state"], followed["kind"]) == (State.WAITING, "work.snapshot")
    job = Job.objects.get()
    running: Any = SimpleNamespace(payload=job.payload, progress=lambda **_said: None)
    made = take(running)
    assert get(client, f"/snapshots/{made['snapshot']}").json()["parameters"]["window_days"] == 30
    assert client.get("/api/v1/jobs/999999").status_code == 404


def test_a_customer_has_values_and_a_name_for_some(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    key = search("王小明").people[0].pk
    named = get(as_role("service_agent"), f"/customers/{key}").json()
    assert named["identity"]["name"] == "王小明"
    assert named["snapshot"]["id"] == taken.id
    assert named["snapshot"]["values"]["orders"] == 2
    unnamed = get(as_role("analyst"), f"/customers/{key}").json()
    assert unnamed["identity"] is None
    assert unnamed["snapshot"] == named["snapshot"]
    without = search("María").people[0].pk
    assert get(as_role("analyst"), f"/customers/{without}").json()["snapshot"] is None
    assert get(as_role("analyst"), "/customers/999999").status_code == 404


def test_the_age_of_the_last_is_a_metric(shop: Any) -> None:
    assert [one.name for one in figures()] == ["regulars_snapshots"]
    shop.analyse(as_of="2026-03-01")
    number, age = (one.samples[0].value for one in figures())
    assert number == 1
    assert 0 <= age < 60
