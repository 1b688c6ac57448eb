"""What was computed: the log of runs, read from its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from regulars import runs as log
from regulars_server.console.workspace import opened
from regulars_server.errors import NotFound

ROWS = 50
MOST_READ = 5000
"""Runs that a page looks through; older ones are shown by the command line."""
ID = re.compile(r"[0-9T-]{1,60}")


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some runs, and the id that the next page begins after."""

    runs: list[dict[str, Any]]
    after: str
    all_read: bool


def runs(*, name: str = "", failed: bool = False, after: str = "", rows: int = 0) -> Page:
    """So many of the newest runs of this name, those that failed alone where asked for."""
    most = rows or ROWS
    found: list[dict[str, Any]] = []
    passed = not after
    for place, one in enumerate(log.newest(opened().settings.root)):
        if place == MOST_READ:
            return Page(runs=found, after="", all_read=False)
        if passed and _fits(one, name, failed):
            if len(found) == most:
                return Page(runs=found, after=str(found[-1]["id"]), all_read=True)
            found.append(one)
        passed = passed or one.get("id") == after
    return Page(runs=found, after="", all_read=True)


def _fits(one: dict[str, Any], name: str, failed: bool) -> bool:
    return (not name or name.casefold() in str(one.get("name", "")).casefold()) and (
        not failed or bool(one.get("error"))
    )


def run(run_id: str) -> dict[str, Any]:
    """The run of this id; `NotFound` where the log has none."""
    if ID.fullmatch(run_id):
        for one in log.newest(opened().settings.root):
            if one.get("id") == run_id:
                return one
    raise NotFound
