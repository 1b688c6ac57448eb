"""The overview says what the library says, is worked out beside the web, and kept."""

from __future__ import annotations

import csv
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

import regulars
from regulars_server.analyses import asking
from regulars_server.overview import forgetting, fragments, opening, preparing, showing
from regulars_server.overview.panels import BY_NAME, PANELS
from regulars_server.overview.periods import Chosen
from server.overview.asking import panel
from server.people import Client

pytestmark = pytest.mark.django_db
# Answers and fragments lie in files; the database holds nothing of them.
STORES = ("sqlite",)


def test_the_headline_is_that_of_the_library_in_both_languages(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    assert "/overview/headline/" in client.get("/").content.decode(), "a skeleton asks for it"
    part = panel(client, "headline")
    assert "<html" not in part
    assert "1998-07-01" in part
    active = regulars.open(demo_workspace).show("groups")
    buyers = sum(r["customers"] for r in active.rows if r["group"] != "A")
    assert f'title="{buyers:,}"' in part
    assert "销售额" in panel(client, "headline", HTTP_ACCEPT_LANGUAGE="zh-CN")
    page = client.get("/", HTTP_ACCEPT_LANGUAGE="zh-CN").content.decode()
    assert "CDNOW" in page, "what must be said beside the figures of the demo"
    assert part.strip() in client.get("/").content.decode(), "what is kept is there at once"


def test_every_panel_says_its_day_whom_it_is_about_and_how_it_was_asked(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    for one in PANELS:
        part = panel(client, one.name)
        assert "How it was asked" in part, one.name
        assert "window_days" in part or one.name in ("cohorts", "value", "months"), one.name
        if one.room is not None:
            assert " customers<" in part, one.name
            assert "<svg" in part, one.name
    page = client.get("/").content.decode()
    assert "skeleton" not in page
    assert page.count("<section") == len(PANELS) - 1


def test_a_link_reproduces_the_days(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    preset = panel(client, "headline", "?period=quarter")
    query = (
        "?as_of=1998-07-01&before_from=1998-01-01&before_to=1998-03-31"
        "&after_from=1998-04-01&after_to=1998-06-30"
    )
    assert query.replace("&", "&amp;") in preset
    own = panel(client, "headline", query)
    title = preset.split("<h1>")[1].split("</h1>")[0]
    assert own.split("<h1>")[1].split("</h1>")[0] == title
    moved = panel(client, "moves", query)
    assert "1998" in moved


def test_wrong_days_are_told_and_the_usual_ones_shown(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    page = as_role("analyst").get("/?after_from=%3Cscript%3E&after_to=2026-01-01").content.decode()
    assert "This is no day" in page
    assert "<script>" not in page.split("</head>")[1].replace(
        '<script type="application/json">', ""
    )


def test_numbers_open_what_the_role_may_open(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client], monkeypatch: Any
) -> None:
    def addressed(name: str, *given: str) -> str:
        return f"/{name.replace(':', '/')}/" + "/".join(given)

    monkeypatch.setattr(opening, "_address", addressed)
    analyst = panel(as_role("analyst"), "stages")
    assert "lifecycle_customers?as_of=1998-07-01" in analyst
    assert "is.stage=mature" in analyst
    assert "bridge_customers?" in panel(as_role("analyst"), "attention")
    agent = as_role("service_agent")
    for one in PANELS:
        assert "lifecycle_customers" not in panel(agent, one.name).replace("<code>", "")
        assert 'class="opens"' not in panel(agent, one.name), "an agent may open no list"


def test_it_is_worked_out_once_for_a_facts_version(
    home: Path, tmp_path: Path, settings: Any, as_role: Callable[[str], Client], monkeypatch: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "shop"
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")
    client = as_role("analyst")
    assert "No facts yet" in client.get("/").content.decode()
    _import(ws, tmp_path, orders=4)
    first = panel(client, "groups")
    asked: list[str] = []
    monkeypatch.setattr(asking.Desk, "ask", lambda *a, **k: asked.append("asked"))
    assert panel(client, "groups") == first
    assert asked == []
    monkeypatch.undo()
    settings.REGULARS_DATA = tmp_path
    _import(ws, tmp_path, orders=9)
    assert panel(client, "groups") != first


def test_what_cannot_be_answered_is_a_gap_in_words(
    home: Path, tmp_path: Path, settings: Any, as_role: Callable[[str], Client]
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "shop"
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")
    _import(ws, tmp_path, orders=1)
    client = as_role("analyst")
    for one in PANELS:
        part = panel(client, one.name)
        assert "Traceback" not in part
        assert "<h1>" in part or "<h2" in part, one.name
    assert "not known yet" in panel(client, "cohorts")


def test_without_a_workspace_it_says_so_and_shows_no_path(
    as_role: Callable[[str], Client], tmp_path: Path, settings: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    client = as_role("analyst")
    for address in ("/", "/overview/groups/"):
        page = client.get(address).content.decode()
        assert "cannot be read just now" in page
        assert str(tmp_path) not in page


def test_a_reason_of_the_moment_is_not_kept(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client], monkeypatch: Any
) -> None:
    from regulars_server.errors import NotNow

    def refuse(*_given: Any, **_more: Any) -> Any:
        raise NotNow("it took longer than it may")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking.Desk, "ask", refuse)
        part = panel(as_role("analyst"), "groups")
    assert "Try again" in part
    assert "Try again" not in panel(as_role("analyst"), "groups")


class Quiet:
    """A job that nobody watches."""

    def progress(self, *_given: Any, **_more: Any) -> None: ...

    def check(self) -> None: ...


def test_the_job_leaves_nothing_to_wait_for(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    with translation.override("en"):
        assert preparing.prepare(Quiet()) == {"panels": len(PANELS)}  # type: ignore[arg-type]
    for role in ("administrator", "analyst", "service_agent", "auditor"):
        for language in ("en", "zh-CN"):
            page = as_role(role).get("/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
            assert "skeleton" not in page, (role, language)


@pytest.mark.django_db(transaction=True)
def test_erasure_removes_what_is_kept_and_asks_for_it_anew(
    home: Path, demo_workspace: Path
) -> None:
    from regulars_server.work.models import Job

    one = showing.reader(Chosen(), permissions=())
    with fragments.FRAGMENTS.making(one.name(BY_NAME["groups"])) as keep:
        keep("sums")
    assert one.kept(BY_NAME["groups"]) == "sums"
    with transaction.atomic():
        forgetting.forget(customer_keys=[7])
    assert one.kept(BY_NAME["groups"]) is None
    assert Job.objects.filter(kind="overview.prepare").count() == 1


def test_the_api_says_the_same(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    part = panel(client, "headline")
    until = time.monotonic() + 60
    while (response := client.get("/api/v1/overview")).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.2)
    told = response.json()
    assert told["as_of"] == "1998-07-01"
    assert told["title"].split(":")[0] in re.sub("<[^>]*>", "", part)
    first = told["attention"][0]["customers"]
    assert first["parameters"]["as_of"] == "1998-07-01"
    assert client.get("/api/v1/overview", {"after_from": "x"}).status_code == 422


def _import(ws: regulars.Workspace, folder: Path, *, orders: int) -> None:
    file = folder / f"orders{orders}.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["order_id", "customer_id", "occurred_at", "amount"])
        for i in range(orders):
            rows.writerow([f"o{i}", f"c{i % 3}", f"2025-{i % 12 + 1:02d}-03 10:00:00", "12.50"])
    ws.import_facts("orders", file)


def test_a_damaged_snapshot_does_not_take_the_overview_away(
    home: Path,
    demo_workspace: Path,
    tmp_path: Path,
    settings: Any,
    as_role: Callable[[str], Client],
) -> None:
    root = tmp_path / "demo"
    shutil.copytree(demo_workspace, root)
    settings.REGULARS_WORKSPACE = root
    (root / "snapshots" / "half").mkdir(parents=True)
    (root / "snapshots" / "half" / "manifest.json").write_text("{")
    page = as_role("analyst").get("/")
    assert page.status_code == 200
    assert "/overview/headline/" in page.content.decode()


def test_why_there_is_no_answer_is_said_in_words_of_the_page(
    demo_workspace: Path, monkeypatch: Any
) -> None:
    from regulars.errors import WorkspaceError
    from regulars_server.overview.answering import gather

    def refused(*_given: Any, **_more: Any) -> Any:
        raise WorkspaceError("/srv/secret/place/regulars.toml cannot be read")

    monkeypatch.setattr(asking.DESK, "ask", refused)
    with translation.override("zh-hans"):
        found = gather(("groups",), Chosen(), user_id=1)
    assert "/srv/secret" not in found.failures["groups"]
    assert re.search("[一-鿿]", found.failures["groups"])
