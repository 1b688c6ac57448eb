"""Jobs that follow a state of the workspace: asked for once for each, by whichever worker sees it.

Whoever publishes facts (an import, the inbox, the command line, an erasure) need not know of them.
"""

from __future__ import annotations

import datetime as dt
import logging

import regulars
from regulars_server.capability import load
from regulars_server.console.workspace import number_in, opened, state_of
from regulars_server.work.kinds import kinds
from regulars_server.work.models import Job

# What tells the key of a job that follows from that of any other.
MARK = ", Regulars "
AGAIN = ", again after job "
log = logging.getLogger("regulars_server.work")


def facts() -> str | None:
    """The facts version; None where there is no fact, or no lake: without one are no versions."""
    state = state_of(opened())
    return f"facts {state}" if state and number_in(state) else None


def key_of(state: str) -> str:
    """Under which the job of a state is asked for; a new program prepares anew."""
    return f"{state}{MARK}{regulars.__version__}"


def follow(*, now: dt.datetime) -> int:
    """Ask for what follows the states of this moment and was not asked for; returns how many.

    What was asked for last is compared, and not whatever was ever: after an older backup was
    restored, or a program put back, a state comes again, and what was prepared for it then is gone.
    """
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
    new = {name: key for name, state in wanted.items() if (key := _new(name, state))}
    rows = [Job(kind=name, key=key, asked_at=now, run_at=now) for name, key in sorted(new.items())]
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _new(kind: str, state: str) -> str | None:
    """The key of a job that is to be asked for; None where the last one was of this state.

    Of two workers at once both name the same key, so that one job is made.
    """
    last = Job.objects.filter(kind=kind, key__contains=MARK).order_by("-id").first()
    if last is None:
        return state
    if last.key == state or last.key.startswith(f"{state}{AGAIN}"):
        return None
    again = Job.objects.filter(kind=kind, key=state).exists()
    return f"{state}{AGAIN}{last.pk}" if again else state
