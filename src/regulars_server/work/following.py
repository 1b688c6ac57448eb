"""Jobs that follow a state of the workspace: asked for once for each, by whichever worker sees it.

Whoever publishes facts (an import, the inbox, the command line, an erasure) need not know of them.
"""

from __future__ import annotations

import datetime as dt
import logging

import regulars
from regulars_server.capability import load
from regulars_server.console.workspace import opened, version_of
from regulars_server.work.kinds import kinds
from regulars_server.work.models import Job

log = logging.getLogger("regulars_server.work")


def facts() -> str | None:
    """The facts version; None where there is no fact, or no lake: without one are no versions."""
    version = version_of(opened())
    return f"facts {version}" if version else None


def key_of(state: str) -> str:
    """Under which the job of a state is asked for; a new program prepares anew."""
    return f"{state}, Regulars {regulars.__version__}"


def follow(*, now: dt.datetime) -> int:
    """Ask for what follows the states of this moment and was not asked for; returns how many."""
    wanted: dict[str, str] = {}
    for kind in kinds().values():
        if kind.follows is not None:
            try:
                state = load(kind.follows)()
            except Exception as error:
                # The pages say what is wrong with the workspace. A damaged file in it must not end
                # the worker, which has other things to do.
                log.warning("what %s follows cannot be read: %r", kind.name, error)
                continue
            if state is not None:
                wanted[kind.name] = key_of(state)
    there = Job.objects.filter(kind__in=wanted, key__in=wanted.values()).values_list("kind", "key")
    new = wanted.items() - set(there)
    rows = [Job(kind=name, key=key, asked_at=now, run_at=now) for name, key in sorted(new)]
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
