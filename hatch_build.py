"""Building the package compiles the server's words; see src/regulars_server/words.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WordsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Also run for an editable installation, so that a fresh checkout speaks both languages."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            from regulars_server.words import compile_all

            compile_all()
        finally:
            sys.path.pop(0)
