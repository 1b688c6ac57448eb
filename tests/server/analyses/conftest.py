"""Answers within this process: what a child does, without the seconds that it takes to start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from regulars_server.analyses import asking, child


class Within:
    """Stands for the children: answers at once."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []

    def put(self, task: Callable[[Callable[[Mapping[str, Any]], None]], None]) -> None:
        task(self._ask)

    def _ask(self, question: Mapping[str, Any]) -> None:
        self.asked.append(question)
        child.work(dict(question))


@pytest.fixture
def within(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Within:
    """Pages whose questions are answered in this process, with nothing kept before."""
    settings.REGULARS_DATA = tmp_path / "data"
    monkeypatch.setattr("sys.argv", ["child", "1024"])  # its memory
    children = Within()
    desk = asking.Desk()
    monkeypatch.setattr(desk, "_children", children)
    monkeypatch.setattr("regulars_server.analyses.views.DESK", desk)
    return children
