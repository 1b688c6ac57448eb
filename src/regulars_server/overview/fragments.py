"""Panels as they were drawn, on the disk: one small file each, by all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from regulars import __version__
from regulars_server.analyses.kept import WITHOUT_LAKE_SECONDS
from regulars_server.console.keeping import Kept

FRAGMENTS = Kept("overview")


def key(asked: Mapping[str, Any]) -> str:
    """The name of a fragment's file."""
    text = json.dumps({**asked, "program": __version__}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def find(name: str, *, lasting: bool) -> str | None:
    """The fragment; None where there is none, or it is over (without a lake, after a while)."""
    return FRAGMENTS.find(name, seconds=None if lasting else WITHOUT_LAKE_SECONDS)
