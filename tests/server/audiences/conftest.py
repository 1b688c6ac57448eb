"""A demo with snapshots, made once for the run: these tests read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.audiences import catalogue, deck, engine, measuring


@pytest.fixture(scope="session")
def snapshot_root(demo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with snapshots of two days."""
    root = tmp_path_factory.mktemp("audiences") / "workspace"
    shutil.copytree(demo_root, root)
    ws = regulars.open(root)
    ws.analyse(as_of="1998-01-01")
    ws.analyse()
    return root


@pytest.fixture
def base(snapshot_root: Path, settings: Any) -> Iterator[Any]:
    """The server stands on it; what this process keeps of other tests is gone."""
    settings.REGULARS_WORKSPACE = snapshot_root
    forget()
    yield regulars.open(snapshot_root)
    forget()


def forget() -> None:
    """What a web process keeps between requests."""
    catalogue.forget_all()
    measuring.forget_all()
    deck.forget_all()
    # What is loaded beside would outlive its test.
    deck.switch_off()
    engine.forget_all()
