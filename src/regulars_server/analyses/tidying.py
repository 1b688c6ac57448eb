"""What the job of answers does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars_server.analyses import kept
from regulars_server.analyses.configuration import KEPT_MB

if TYPE_CHECKING:
    from regulars_server.work.running import Running


def tidy(job: Running) -> dict[str, Any]:
    """Remove answers until the rest is no larger than it may be, and what was left half written."""
    return {"answers": kept.trim(KEPT_MB.value * 1024 * 1024)}
