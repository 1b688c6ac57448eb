"""The first real kinds: snapshot and report of the served workspace."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import regulars
from regulars_server.work import reports, schedule
from regulars_server.work.configuration import time_or_off
from regulars_server.work.own import maintain, report, snapshot
from regulars_server.work.rules import Daily, Every
from server.jobs import Doing


@pytest.mark.django_db
def test_a_snapshot_is_taken_again_without_harm(
    demo_root: Path, tmp_path: Path, settings: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "workspace"
    shutil.copytree(demo_root, tmp_path / "workspace")
    job: Any = Doing(payload={})
    first, second = snapshot.take(job), snapshot.take(job)
    assert first == second
    assert first["rows"] == 23570, "customers of CDNOW"
    taken = regulars.open(tmp_path / "workspace").snapshots()
    assert first["snapshot"] in {one.id for one in taken}


@pytest.mark.django_db
def test_the_first_snapshot_is_asked_for_as_soon_as_there_are_orders(
    tmp_path: Path, settings: Any
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "shop"
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")
    assert snapshot.none_yet() is None
    (tmp_path / "people.csv").write_text("customer_id,name\nC-1,Anna\n", encoding="utf-8")
    ws.import_facts("people", tmp_path / "people.csv")
    assert snapshot.none_yet() is None, "nobody ordered"
    rows = "order_id,customer_id,occurred_at,amount\n1,C-1,2026-01-05,10\n"
    (tmp_path / "orders.csv").write_text(rows, encoding="utf-8")
    ws.import_facts("orders", tmp_path / "orders.csv")
    assert snapshot.none_yet() == "facts 2"
    job: Any = Doing(payload={})
    snapshot.take(job)
    assert snapshot.none_yet() is None


def test_the_report_is_a_whole_page_in_its_language(demo_workspace: Path) -> None:
    job = Doing(id=7, payload={"lang": "zh"})
    result = report.write(job)  # type: ignore[arg-type]
    page = reports.file_of(7).read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    assert "复购" in page
    assert result == {"lang": "zh", "bytes": reports.file_of(7).stat().st_size}
    assert reports.file_of(7).parent.stat().st_mode & 0o077 == 0
    assert [file.name for file in reports.file_of(7).parent.iterdir()] == [reports.NAME]
    assert reports.remove_older(1) == 0
    reports.remove_all()
    assert not reports.file_of(7).exists()


def test_the_night_is_that_of_the_workspace(demo_workspace: Path, settings: Any) -> None:
    zone = regulars.open(demo_workspace).settings.zone
    assert schedule.nightly() == Daily(dt.time(3, 30), ZoneInfo(zone))
    settings.REGULARS_NIGHTLY_SNAPSHOT = None
    assert schedule.nightly() is None


def test_without_a_workspace_the_job_itself_says_so(settings: Any, tmp_path: Path) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    assert schedule.nightly() == Daily(dt.time(3, 30), ZoneInfo("UTC"))


@pytest.mark.parametrize("given", ["25:00", "3", "half past three", "", "03:30:00", "-1:30"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="03:30 nor off"):
        time_or_off(given)


def test_a_time_or_never() -> None:
    assert time_or_off("23:05") == dt.time(23, 5)
    assert time_or_off("off") is None


def test_maintenance_makes_small_files_one_when_it_falls_due(tmp_path: Path, settings: Any) -> None:
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")
    settings.REGULARS_WORKSPACE = ws.settings.root
    for number in range(1, 10):
        with ws.lake.landing("inbox") as landing:
            landing.begin(number, recorded_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
            row = {"order_id": f"o{number}", "customer_id": "C-1", "amount": "1",
                   "occurred_at": "2026-03-01T12:00:00Z"}  # fmt: skip
            landing.add("orders", [row], source="shop")
            landing.publish()
    assert len(ws.lake.files("orders")) == 9
    job: Any = Doing()
    done = maintain.maintain(job)
    assert (job.stages, done["small_files"] >= 9) == (["maintaining"], True)
    assert len(ws.lake.files("orders")) == 1
    assert maintain.maintain(job)["small_files"] == 0
    assert schedule.maintenance() == Every(3600)
    settings.REGULARS_MAINTAIN_MINUTES = 0
    assert schedule.maintenance() is None
