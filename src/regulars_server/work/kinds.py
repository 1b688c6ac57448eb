"""Kinds of jobs: declared by capabilities, found by their registry.

A capability names a tuple of `Kind` in its declaration: ``jobs="regulars_server.care.jobs:JOBS"``.
The module is read by the web and by the worker's parent, so it names the function by dotted path
and imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from django.utils.functional import Promise

from regulars_server.capability import capabilities, load
from regulars_server.work.rules import Attempts, Schedule

USUAL = Attempts()


class Rank(IntEnum):
    """Whose turn comes first among jobs that are due."""

    ASKED = 0  # somebody waits for it
    PREPARES = 1  # worked out or tidied before anybody asks


Said = str | Promise


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something that a worker can do.

    Attributes
    ----------
    name : ``capability.verb``, e.g. ``"work.snapshot"``.
    text : what it is called on the page of jobs.
    run : ``"module:function"``, called in a process of its own as ``function(job)`` with a
        `work.child.Running`. It may be called again after a crash at any point: what it does
        outside of ``job.finishing()`` must bear that.
    attempts : how often it is tried, and how long it waits in between.
    seconds : an attempt that takes longer is killed.
    rank : what somebody asked for comes before what prepares; see `leases.claim`.
    memory_mb : limit of the child's memory, in MiB; None for the server's setting.
    stages : what the codes of ``job.progress(stage=…)`` are called.
    schedule : ``"module:function"`` that returns a `Schedule`, or None where it is switched off.
    follows : ``"module:function"`` that returns the state that the job is of, such as a facts
        version, or None; the job is asked for by itself, once for each state; see `following`.
    """

    name: str
    text: Said
    run: str
    attempts: Attempts = USUAL
    seconds: int = 3600
    rank: Rank = Rank.ASKED
    memory_mb: int | None = None
    stages: Mapping[str, Said] = field(default_factory=dict)
    schedule: str | None = None
    follows: str | None = None


@cache
def kinds() -> Mapping[str, Kind]:
    """Every declared kind by its name.

    Raises
    ------
    LookupError : two capabilities declare one name.
    """
    found: dict[str, Kind] = {}
    for one in capabilities():
        for kind in load(one.jobs) if one.jobs else ():
            if kind.name in found:
                raise LookupError(f"jobs of kind {kind.name!r} are declared twice")
            found[kind.name] = kind
    return found


def schedules() -> Mapping[str, Schedule]:
    """The schedule of each periodic kind that is switched on."""
    asked = {kind.name: load(kind.schedule)() for kind in kinds().values() if kind.schedule}
    return {name: schedule for name, schedule in asked.items() if schedule is not None}
