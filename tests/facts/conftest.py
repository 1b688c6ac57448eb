"""A lake to write to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts.shops import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def shop_in(tmp_path: Path) -> Callable[..., Shop]:
    def make(**settings: Any) -> Shop:
        return Shop(tmp_path, **settings)

    return make
