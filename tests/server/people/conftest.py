"""What a page asks a child for, within this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars_server.analyses import asking
from server.analyses.conftest import Within


@pytest.fixture
def children(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Within:
    """What a child does, within this process; nothing was read before."""
    settings.REGULARS_DATA = tmp_path / "data"
    within = Within()
    monkeypatch.setattr(asking.DESK, "_children", within)
    return within
