"""Answers that the overview's tests are written from, worked out once for the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars_server.analyses import kept


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the answers of these tests are kept, so that each is worked out once."""
    return tmp_path_factory.mktemp("answers")


@pytest.fixture
def home(answered: Path, tmp_path: Path, settings: Any, monkeypatch: Any) -> Path:
    """Fragments of our own; the answers of the run."""
    settings.REGULARS_DATA = tmp_path
    monkeypatch.setattr(kept, "folder", lambda: answered)
    return tmp_path
