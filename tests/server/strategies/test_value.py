"""The page of value: figures lead to the customers that they counted, or nowhere."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.analyses import kept
from server.people import Client

pytestmark = pytest.mark.django_db
STORES = ("sqlite",)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@pytest.fixture
def demo(
    answered: Path, demo_workspace: Path, tmp_path: Path, settings: Any, monkeypatch: Any
) -> Path:
    """A demo of our own without snapshots; answers of the module."""
    root = tmp_path / "demo"
    shutil.copytree(demo_workspace, root, ignore=shutil.ignore_patterns("snapshots"))
    settings.REGULARS_WORKSPACE, settings.REGULARS_DATA = root, tmp_path / "data"
    monkeypatch.setattr(kept, "folder", lambda: answered / "kept")
    return root


def worth(client: Client, query: str = "") -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        page = client.get(f"/value/found/worth/{query}", **HTMX).content.decode()
        if "skeleton" not in page:
            return page
        time.sleep(0.3)
    raise AssertionError("it takes too long")


def links(page: str) -> list[str]:
    return re.findall(r'href="(/audiences/[^"]*where=[^"]*)"', page)


def test_figures_lead_to_the_customers_that_they_counted_or_nowhere(
    demo: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    assert not links(worth(client)), "no snapshot has them"
    regulars.open(demo).analyse(as_of="1998-01-01")
    assert not links(worth(client)), "of another day"
    regulars.open(demo).analyse()
    page = worth(client)
    found = links(page)
    assert len(found) > 20
    tenth = re.search(r'<li><a href="([^"]*)">(.*?)</a>', page)
    assert tenth is not None
    counted = re.search(r'title="([\d,]+)"', tenth[2]) or re.search(r"([\d,]+)", tenth[2])
    assert counted is not None
    listed = client.get(tenth[1].replace("&amp;", "&")).content.decode()
    assert counted[1] in listed
