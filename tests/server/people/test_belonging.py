"""A database and a workspace that are not of each other are not served together."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import WorkspaceError
from regulars_server.people import belonging, index
from regulars_server.people.consents import Word, record_consent
from regulars_server.people.models import Consent, Erasure, IndexState
from regulars_server.people.search import search
from server.people import Client, actor, make_user
from server.shop import bring, make

pytestmark = pytest.mark.django_db(transaction=True)


def say_something() -> None:
    record_consent(
        actor=actor(make_user("service_agent")), customer_key=1, message_id="m-1",
        word=Word(purpose="marketing", channel="", state="given", source="call"),
    )  # fmt: skip


def older(shop: Any, tmp_path: Path) -> Path:
    """The workspace as it was before its newest version, as a restored backup is."""
    kept = tmp_path / "kept"
    shutil.copytree(shop.settings.root, kept)
    bring(shop, [("C-9", "Later", "", "", "", "")])
    index.refresh()
    return kept


def test_older_facts_are_refused_and_nobody_is_erased(
    shop: Any, settings: Any, tmp_path: Path, client: Client
) -> None:
    kept = older(shop, tmp_path)
    say_something()
    assert belonging.why_not() is None
    settings.REGULARS_WORKSPACE = kept
    with pytest.raises(WorkspaceError, match="older than what the database has seen"):
        belonging.prepare()
    with pytest.raises(WorkspaceError, match="older"):
        index.refresh()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["waiting_for"]) == (503, ["people"])
    assert Consent.objects.count() == 1
    assert not Erasure.objects.exists()


def test_another_workspace_is_refused(shop: Any, settings: Any, tmp_path: Path) -> None:
    say_something()
    other = make(tmp_path / "other")
    bring(other, [("C-9", "Later", "", "", "", "")])
    settings.REGULARS_WORKSPACE = other.settings.root
    with pytest.raises(WorkspaceError, match="of another workspace"):
        belonging.prepare()
    assert "REGULARS_WORKSPACE" in str(belonging.why_not())


def test_a_server_that_holds_nothing_of_anybody_takes_any_workspace(
    shop: Any, settings: Any, tmp_path: Path
) -> None:
    """Whoever looked at the demo goes on with their own."""
    bring(shop, [("C-9", "Later", "", "", "", "")])
    index.refresh()
    settings.REGULARS_WORKSPACE = make(tmp_path / "own").settings.root
    belonging.prepare()
    index.refresh()
    assert search("Later").people == []
    assert len(search("王小明").people) == 1
    assert not Erasure.objects.exists()


def test_a_database_of_an_older_regulars_learns_whose_it_is(shop: Any) -> None:
    IndexState.objects.update(workspace="")
    done = index.refresh()
    assert done is not None
    assert (done.written, done.gone) == (0, 0)
    assert IndexState.objects.get().workspace == shop.lake.forgotten().secret_id
    assert index.refresh() is None
