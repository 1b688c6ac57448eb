"""Data in the API: what the pages show, to whom the pages show it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.api import rates
from regulars_server.data import measuring
from server.people import Client
from server.shop import bring

pytestmark = pytest.mark.django_db


class Quiet:
    """A job that nobody watches."""

    def check(self) -> None: ...


@pytest.fixture(autouse=True)
def _anew() -> None:
    rates.forget_all()


def get(client: Client, address: str, **query: Any) -> Any:
    return client.get(f"/api/v1/data{address}", query)


def measured() -> None:
    measuring.run(Quiet())  # type: ignore[arg-type]


def test_tables_and_quality_are_those_that_were_counted(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    before = get(client, "/tables").json()
    assert (before["fresh"], before["items"]) == (False, [])
    measured()
    found = get(client, "/tables").json()
    assert found["fresh"]
    assert found["facts_version"] == shop.lake.current().number
    orders = next(one for one in found["items"] if one["table"] == "orders")
    assert (orders["rows"], orders["first_day"]) == (3, "2026-01-05")
    assert set(orders["meaning"]) == {"en", "zh"}
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    measured()
    first = get(client, "/quality", limit=1).json()
    rest = get(client, "/quality", cursor=first["next_cursor"]).json()
    numbers = [one["facts_version"] for one in first["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert rest["next_cursor"] is None
    checks = {one["check"]: one for one in first["items"][0]["checks"]}
    assert checks["orders"]["rows"] == 3
    assert checks["orders"]["text"]["zh"]


def test_versions_come_by_pages_the_newest_first(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    first = get(client, "/versions", limit=1).json()
    rest = get(client, "/versions", cursor=first["next_cursor"]).json()
    assert [one["number"] for one in first["items"] + rest["items"]] == [2, 1]
    (made,) = first["items"][0]["imports"]
    assert (made["table"], made["new"], made["rejected_rows"]) == ("orders", 3, 0)


def test_sql_and_errors_of_runs_are_for_who_sees_them_on_the_page(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    from regulars.errors import ParameterError

    shop.show("groups")
    with pytest.raises(ParameterError):
        shop.show("groups", window_days=0)
    items = get(as_role("marketer"), "/runs").json()["items"]
    assert [one["failed"] for one in items[:2]] == [True, False]
    assert "sql" not in items[0]
    failed = get(as_role("marketer"), "/runs", failed="true").json()["items"]
    assert [one["id"] for one in failed] == [items[0]["id"]]
    for role, sees in (("marketer", False), ("analyst", True), ("auditor", True)):
        client = as_role(role)
        good = get(client, f"/runs/{items[1]['id']}").json()
        bad = get(client, f"/runs/{items[0]['id']}").json()
        assert (good["sql"] is not None) is sees
        assert (bad["error"] is not None) is sees
        assert good["parameters"]["window_days"] > 0
    assert get(as_role("service_agent"), "/runs").status_code == 403
    assert get(as_role("analyst"), "/runs/nothing").status_code == 404


def test_runs_come_by_pages(shop: Any, as_role: Callable[[str], Client]) -> None:
    for _again in range(3):
        shop.show("groups")
    client, seen, cursor = as_role("analyst"), [], ""
    while True:
        page = get(client, "/runs", name="groups", limit=2, cursor=cursor).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 3


def test_without_a_lake_there_are_no_versions(
    shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    import re

    file = shop.settings.root / "regulars.toml"
    text = file.read_text()
    file.write_text(re.sub(r"(?m)^engine = .*$", 'engine = "duckdb"\nlake = false', text))
    for part in ("tables", "quality", "versions", "runs"):
        answer = get(as_role("analyst"), f"/{part}")
        assert answer.status_code == 200, part
        assert json.loads(answer.content)["items"] == [] or part == "runs"
