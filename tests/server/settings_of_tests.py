"""The environment that the server's tests run in."""

from __future__ import annotations

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Settings of a server in this folder, and none of those that the developer has set."""
    for name in [name for name in os.environ if name.startswith("REGULARS_")]:
        if name != "REGULARS_REQUIRE_SERVICES":
            del os.environ[name]
    os.environ["REGULARS_DATA"] = str(folder)
    os.environ["REGULARS_SECRET_KEY"] = "a key for tests, of no worth elsewhere"
