"""The home page says what the library says, once for each facts version."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.console import headline
from server.people import Client

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.django_db
def test_the_headline_is_that_of_the_library_in_both_languages(
    as_role: Callable[[str], Client], demo_workspace: Path
) -> None:
    client = as_role("marketer")
    assert "/home/headline/" in client.get("/").content.decode()
    part = client.get("/home/headline/", **HTMX).content.decode()
    assert "<html" not in part
    assert "1998-07-01" in part
    active = regulars.open(demo_workspace).show("groups")
    buyers = sum(r["customers"] for r in active.rows if r["group"] != "A")
    assert f'title="{buyers:,}"' in part
    chinese = client.get("/home/headline/", HTTP_ACCEPT_LANGUAGE="zh-CN", **HTMX).content.decode()
    assert "销售额" in chinese
    assert "CDNOW" in chinese, "what must be said beside the figures of the demo"


@pytest.mark.django_db
def test_it_is_worked_out_once_for_a_facts_version(
    as_role: Callable[[str], Client],
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "shop"
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")
    client = as_role("analyst")
    assert "No facts yet" in client.get("/home/headline/", **HTMX).content.decode()
    asked: list[str] = []
    show = regulars.Workspace.show

    def counting(self: Any, name: str, **more: Any) -> Any:
        asked.append(name)
        return show(self, name, **more)

    monkeypatch.setattr(regulars.Workspace, "show", counting)
    _import(ws, tmp_path, orders=4)
    for _ in range(3):
        client.get("/home/headline/", **HTMX)
    assert asked == list(headline.ASKED)
    _import(ws, tmp_path, orders=9)
    client.get("/home/headline/", **HTMX)
    assert asked == [*headline.ASKED, *headline.ASKED]


@pytest.mark.django_db
def test_without_a_workspace_it_says_so_and_shows_no_path(
    as_role: Callable[[str], Client], tmp_path: Path, settings: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    page = as_role("analyst").get("/home/headline/", **HTMX).content.decode()
    assert "cannot be read just now" in page
    assert str(tmp_path) not in page


def _import(ws: regulars.Workspace, folder: Path, *, orders: int) -> None:
    file = folder / f"orders{orders}.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["order_id", "customer_id", "occurred_at", "amount"])
        for i in range(orders):
            rows.writerow([f"o{i}", f"c{i % 3}", f"2025-{i % 12 + 1:02d}-03 10:00:00", "12.50"])
    ws.import_facts("orders", file)
