"""Jobs that follow the facts are asked for once for each version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from regulars_server.console.workspace import version_of
from regulars_server.people.models import Person
from regulars_server.work import following
from regulars_server.work.clock import shared
from regulars_server.work.models import Job
from server.shop import bring

pytestmark = pytest.mark.django_db


def test_a_version_is_followed_once_and_a_program_anew(
    demo_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert following.follow(now=shared()) >= 1
    asked = Job.objects.filter(kind="overview.prepare")
    state = following.facts()
    assert state is not None
    assert state.startswith("facts 1-")
    assert [job.key for job in asked] == [following.key_of(state)]
    assert following.follow(now=shared()) == 0
    monkeypatch.setattr("regulars.__version__", "99")
    assert following.follow(now=shared()) >= 1
    assert asked.all().count() == 2
    monkeypatch.undo()
    assert following.follow(now=shared()) >= 1, "the older program prepares for itself"
    assert following.follow(now=shared()) == 0
    assert asked.all().count() == 3


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


def kept(kind: str) -> list[str]:
    return [*Job.objects.filter(kind=kind).order_by("id").values_list("key", flat=True)]


def test_after_an_older_backup_was_restored_it_is_asked_for_again(
    shop: Any, tmp_path: Path
) -> None:
    """For the version that came back, and for those whose numbers then come again."""
    root: Path = shop.settings.root
    assert following.follow(now=shared()) >= 1
    shutil.copytree(root, tmp_path / "backup")
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    assert following.follow(now=shared()) >= 1
    before = kept("people.shelve")
    assert len(before) == 2
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "backup", root)
    assert following.follow(now=shared()) >= 1
    again = kept("people.shelve")
    assert again[2].startswith(f"{before[0]}{following.AGAIN}")
    assert following.follow(now=shared()) == 0, "once"
    bring(shop, [("C-8", "别人", "", "o@mail.cn", "", "")])
    assert following.follow(now=shared()) >= 1
    assert len({*kept("people.shelve")}) == 4
    assert kept("people.shelve")[3] != before[1], "the same number, other facts"


def test_of_two_workers_at_once_one_asks(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    following.follow(now=shared())
    count = Job.objects.count()
    Job.objects.filter(kind="people.shelve").update(key=following.key_of("facts 0-other"))
    one = following._new("people.shelve", following.key_of("facts 0-x"))
    assert one == following._new("people.shelve", following.key_of("facts 0-x"))
    assert following.follow(now=shared()) == 1
    assert Job.objects.count() == count + 1


def test_what_was_kept_of_other_facts_of_the_same_number_is_not_given_again(
    shop: Any, tmp_path: Path, settings: Any
) -> None:
    """The index of people, the counts of data, a customer's history."""
    from regulars_server.data.measuring import moment_of
    from regulars_server.people import index
    from regulars_server.people.histories import named

    root: Path = shop.settings.root
    shutil.copytree(root, tmp_path / "backup")
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    index.refresh()
    before = (moment_of(shop), named("history", shop, [1]), version_of(shop))
    assert Person.objects.filter(name="新人").exists()
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "backup", root)
    bring(shop, [("C-8", "别人", "", "o@mail.cn", "", "")])
    after = (moment_of(shop), named("history", shop, [1]), version_of(shop))
    assert before[2] == after[2]
    assert before[0] != after[0]
    assert before[1] != after[1]
    index.refresh()
    assert Person.objects.filter(name="别人").exists()
    assert not Person.objects.filter(name="新人").exists()
