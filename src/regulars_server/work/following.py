"""Jobs that follow the facts: asked for once for each facts version, by whichever worker sees it.

Whoever publishes facts (an import, the inbox, the command line, an erasure) need not know of them.
"""

from __future__ import annotations

import datetime as dt

import regulars
from regulars.errors import RegularsError
from regulars_server.console.workspace import opened, version_of
from regulars_server.work.kinds import kinds
from regulars_server.work.models import Job


def key_of(version: int) -> str:
    """Under which the jobs of a version are asked for; a new program prepares anew."""
    return f"facts {version}, Regulars {regulars.__version__}"


def follow(*, now: dt.datetime) -> int:
    """Ask for what follows the newest facts and was not asked for yet; returns how many.

    Nothing where there is no fact, no workspace, or no lake: without one there are no versions.
    """
    followers = [kind.name for kind in kinds().values() if kind.follows_facts]
    try:
        version = version_of(opened()) if followers else None
    except RegularsError:
        return 0  # the pages say what is wrong with the workspace
    if not version:
        return 0
    key = key_of(version)
    there = set(Job.objects.filter(kind__in=followers, key=key).values_list("kind", flat=True))
    rows = [
        Job(kind=name, key=key, asked_at=now, run_at=now) for name in followers if name not in there
    ]
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
