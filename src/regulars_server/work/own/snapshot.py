"""A snapshot of the served workspace."""

from __future__ import annotations

from typing import Any

from regulars_server.capability import named
from regulars_server.console.workspace import opened
from regulars_server.work.running import Running


def none_yet() -> str | None:
    """The facts version, where there are orders and no snapshot yet: nobody waits for the night.

    None without a lake: whoever keeps their own tables says when they are read.
    """
    ws = opened()
    if not ws.settings.lake:
        return None
    current = ws.lake.current()
    if current is None or "orders" not in current.tables or ws.snapshots():
        return None
    return f"facts {current.number}"


def take(job: Running) -> dict[str, Any]:
    """Take it. Killed in between it leaves a folder without manifest, which is no snapshot."""
    job.progress(stage="taking")
    snapshot = opened().analyse(**job.payload)
    for _name, follow in named("taken"):
        follow(snapshot_id=snapshot.id)
    return {"snapshot": snapshot.id, "as_of": snapshot.as_of.isoformat(), "rows": snapshot.rows}
