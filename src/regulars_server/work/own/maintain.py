"""Maintenance of the served workspace: small files made one, old versions let go."""

from __future__ import annotations

from typing import Any

from regulars_server.console.workspace import opened
from regulars_server.work.configuration import FACTS_KEPT_DAYS
from regulars_server.work.running import Running


def maintain(job: Running) -> dict[str, Any]:
    """As `regulars maintain`. Killed in between nothing is lost; the next one goes on."""
    job.progress(stage="maintaining")
    done = opened().maintain(
        keep_days=FACTS_KEPT_DAYS.value, waiting=lambda _holder: job.progress(stage="waiting")
    )
    lake = done.lake
    return {
        "small_files": sum(lake.compacted.values()) if lake else 0,
        "versions": len(lake.versions) if lake else 0,
        "bytes": done.bytes,
    }
