"""Panels as they were drawn, on the disk: one small file each, by all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars import __version__
from regulars_server.analyses.kept import WITHOUT_LAKE_SECONDS
from regulars_server.settings.declared import DATA

MOST_KEPT = 2000


def folder() -> Path:
    return DATA.value / "overview"


def key(asked: Mapping[str, Any]) -> str:
    """The name of a fragment's file."""
    text = json.dumps({**asked, "program": __version__}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def find(name: str, *, lasting: bool) -> str | None:
    """The fragment; None where there is none, or it is over (without a lake, after a while)."""
    path = folder() / name
    try:
        if not lasting and time.time() - path.stat().st_mtime > WITHOUT_LAKE_SECONDS:
            return None
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def keep(name: str, text: str) -> None:
    """Put it there, whole or not at all; the oldest go when there are too many."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = folder() / f".{name}.{os.getpid()}.{threading.get_ident()}"
    aside.write_text(text, encoding="utf-8")
    aside.replace(folder() / name)
    kept = sorted(folder().glob("*"), key=_age)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def remove_all() -> None:
    """Remove every fragment."""
    for path in folder().glob("*"):
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
