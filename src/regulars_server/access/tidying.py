"""What the job of sign-in does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.sessions.models import Session
from django.core.management import call_command

from regulars_server.access import limits

if TYPE_CHECKING:
    from regulars_server.work.running import Running


def tidy(job: Running) -> dict[str, Any]:
    """Remove sessions that are over, and counts of attempts that no longer matter."""
    before = Session.objects.count()
    call_command("clearsessions", verbosity=0)
    return {"sessions": max(0, before - Session.objects.count()), "counts": limits.tidy()}
