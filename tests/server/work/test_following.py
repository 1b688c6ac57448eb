"""Jobs that follow the facts are asked for once for each version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from regulars_server.work import following
from regulars_server.work.clock import shared
from regulars_server.work.models import Job

pytestmark = pytest.mark.django_db


def test_a_version_is_followed_once_and_a_program_anew(
    demo_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert following.follow(now=shared()) >= 1
    asked = Job.objects.filter(kind="overview.prepare")
    assert [job.key for job in asked] == [following.key_of("facts 1")]
    assert following.follow(now=shared()) == 0
    monkeypatch.setattr("regulars.__version__", "99")
    assert following.follow(now=shared()) >= 1
    assert asked.all().count() == 2


def test_without_facts_nothing_is_followed(tmp_path: Path, settings: Any) -> None:
    settings.REGULARS_WORKSPACE = tmp_path / "nothing"
    assert following.follow(now=shared()) == 0


def test_a_damaged_snapshot_ends_no_worker(
    demo_workspace: Path, tmp_path: Path, settings: Any
) -> None:
    """Jobs that follow the facts alone are asked for; who follows snapshots waits."""
    root = tmp_path / "demo"
    shutil.copytree(demo_workspace, root)
    settings.REGULARS_WORKSPACE = root
    (root / "snapshots" / "half").mkdir(parents=True)
    (root / "snapshots" / "half" / "manifest.json").write_text("{")
    assert following.follow(now=shared()) >= 1
    assert set(Job.objects.values_list("kind", flat=True)) == {"overview.prepare"}
