"""What the job of the API does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars_server.api import services

if TYPE_CHECKING:
    from regulars_server.work.running import Running


def tidy(job: Running) -> dict[str, Any]:
    """Remove the keys that are over."""
    return {"keys": services.tidy()}
