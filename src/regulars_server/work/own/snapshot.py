"""A snapshot of the served workspace."""

from __future__ import annotations

from typing import Any

from regulars_server.capability import named
from regulars_server.console.workspace import opened
from regulars_server.work.running import Running


def take(job: Running) -> dict[str, Any]:
    """Take it. Killed in between it leaves a folder without manifest, which is no snapshot."""
    job.progress(stage="taking")
    snapshot = opened().analyse(**job.payload)
    for _name, follow in named("taken"):
        follow(snapshot_id=snapshot.id)
    return {"snapshot": snapshot.id, "as_of": snapshot.as_of.isoformat(), "rows": snapshot.rows}
