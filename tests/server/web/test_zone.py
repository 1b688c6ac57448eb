"""Pages show times in the workspace's zone and say which; programs get UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.work.jobs import SNAPSHOT
from regulars_server.work.models import Job
from server.people import Client

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 1, 20, 30, tzinfo=dt.UTC)


def test_a_page_says_the_time_of_the_workspace(shop: Any, as_role: Callable[[str], Client]) -> None:
    job = Job.objects.create(kind=SNAPSHOT.name, key="k", asked_at=AT, run_at=AT)
    client = as_role("analyst")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "2026-03-02 04:30 Asia/Shanghai" in page
    assert "UTC" not in page
    assert client.get(f"/api/v1/jobs/{job.pk}").json()["asked_at"] == "2026-03-01T20:30:00Z"


def test_without_a_workspace_it_is_utc(
    settings: Any, tmp_path: Any, as_role: Callable[[str], Client]
) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "none"
    job = Job.objects.create(kind=SNAPSHOT.name, key="k", asked_at=AT, run_at=AT)
    assert "2026-03-01 20:30 UTC" in as_role("analyst").get(f"/jobs/{job.pk}/").content.decode()
