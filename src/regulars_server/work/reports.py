"""The files of reports that jobs have made, in the server's data folder."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from regulars_server.settings.declared import DATA

NAME = "report.html"


def folder() -> Path:
    """A folder a job lies in this one."""
    return DATA.value / "reports"


def file_of(job_id: int) -> Path:
    """Where the report of a job is, or would be."""
    return folder() / str(job_id) / NAME


def remove_all() -> None:
    """Remove every report. What is half removed is removed by the next call."""
    shutil.rmtree(folder(), ignore_errors=True)


def remove_older(days: int) -> int:
    """Remove the reports that are older than so many days; returns how many."""
    before = time.time() - days * 24 * 3600
    old = [one for one in folder().glob("*") if one.stat().st_mtime < before]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)
