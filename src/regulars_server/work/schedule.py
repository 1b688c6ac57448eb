"""When the periodic jobs of this capability fall due."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from regulars.errors import RegularsError
from regulars_server.console.workspace import opened
from regulars_server.work.configuration import MAINTAIN_MINUTES, NIGHTLY_SNAPSHOT
from regulars_server.work.rules import Daily, Every, Schedule


def nightly() -> Schedule | None:
    """Once a night in the workspace's time zone; None where it is switched off."""
    at = NIGHTLY_SNAPSHOT.value
    if at is None:
        return None
    try:
        zone = opened().settings.zone
    except RegularsError:
        # No workspace yet: the job itself says so, on the page where somebody reads it.
        zone = "UTC"
    return Daily(at, ZoneInfo(zone))


def hourly() -> Schedule:
    return Every(3600)


def maintenance() -> Schedule | None:
    """Each so many minutes; None where it is switched off."""
    minutes = MAINTAIN_MINUTES.value
    return Every(minutes * 60) if minutes else None
