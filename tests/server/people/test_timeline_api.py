"""A customer's timeline in the API: by pages, to whom, and while it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars_server.api import rates
from regulars_server.people import timeline
from regulars_server.people.search import search
from server.analyses.conftest import Within
from server.people import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew(children: Within) -> None:
    rates.forget_all()


@pytest.fixture
def busy(shop: Any, tmp_path: Path) -> int:
    """A customer with many visits, some at one instant, and a case with a reason."""
    file = tmp_path / "visits.csv"
    rows = [f"v{n},C-1,app,2026-03-{1 + n // 4:02d} 10:00:00" for n in range(10)]
    file.write_text("\n".join(["visit_id,customer_id,channel,started_at", *rows]))
    shop.import_facts("visits", file)
    file = tmp_path / "cases.csv"
    file.write_text(
        "case_id,customer_id,kind,opened_at,closed_at,reason\n"
        "k1,C-1,complaint,2026-03-01 10:00:00,2026-03-02 10:00:00,Xiaoming was angry\n"
    )
    shop.import_facts("cases", file)
    return int(search("王小明").people[0].pk)


def get(client: Client, key: int, **query: Any) -> Any:
    return client.get(f"/api/v1/customers/{key}/timeline", query)


def test_pages_together_are_the_whole_whatever_their_size(
    busy: int, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    whole = get(client, busy, limit=200).json()
    assert whole["next_cursor"] is None
    assert len(whole["items"]) == 14
    days = [one["day"] for one in whole["items"]]
    assert days == sorted(days, reverse=True)
    for size in (1, 3, 13, 14):
        seen, cursor = [], None
        for _page in range(20):
            given = {"limit": size} | ({"cursor": cursor} if cursor else {})
            page = get(client, busy, **given).json()
            seen += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == whole["items"], size


def test_what_comes_in_between_moves_nothing() -> None:
    days = [f"2026-03-{n:02d}" for n in range(1, 9)]
    found = timeline.events({"visits": [{"day": day} for day in days]})
    first, place = timeline.following(found, None, rows=3)
    more = timeline.events({"visits": [{"day": day} for day in [*days, "2026-04-01"]]})
    rest, last = timeline.following(more, place, rows=10)
    assert [*first, *rest] == found
    assert last is None


def test_a_kind_and_a_channel_and_what_is_none(busy: int, as_role: Callable[[str], Client]) -> None:
    client = as_role("service_agent")
    visits = get(client, busy, kind="visit", channel="app").json()["items"]
    assert len(visits) == 10
    assert {one["kind"] for one in visits} == {"visit"}
    for query in ({"kind": "nothing"}, {"cursor": "x"}, {"cursor": "W10"}, {"limit": 0}):
        assert get(client, busy, **query).status_code == 422, query
    assert get(client, 999999).status_code == 404
    assert get(as_role("administrator"), busy).status_code == 200


def test_texts_that_were_typed_are_for_who_may_see_names(
    busy: int, as_role: Callable[[str], Client]
) -> None:
    for role, sees in (("analyst", False), ("marketer", False), ("service_agent", True)):
        text = get(as_role(role), busy).content.decode()
        assert ("angry" in text) is sees, role
        for said in ("王小明", "C-1", "139"):
            assert said not in text, role


def test_it_is_told_to_ask_again_while_it_is_read(
    busy: int, as_role: Callable[[str], Client], children: Within, monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:  # fmt: skip
    settings.REGULARS_ANSWER_WAIT_SECONDS = 0
    waiting: list[Any] = []
    monkeypatch.setattr(children, "put", waiting.append)
    answer = get(as_role("analyst"), busy)
    assert answer.status_code == 202
    assert answer["Retry-After"] == "2"
    assert len(waiting) == 1
    waiting[0](children._ask)
    assert get(as_role("analyst"), busy).status_code == 200
