"""The jobs of the inbox, and when they fall due."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.inbox.configuration import LAND_SECONDS
from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts, Every, Schedule

LAND = Kind(
    name="inbox.land",
    text=_("Events become facts"),
    run="regulars_server.inbox.landing:land",
    attempts=Attempts(most=3),
    seconds=3600,
    schedule="regulars_server.inbox.jobs:landing",
    stages={"landing": _("landing events")},
)
TIDY = Kind(
    name="inbox.tidy",
    text=_("Removal of old events"),
    run="regulars_server.inbox.upkeep:tidy",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=3600,
    schedule="regulars_server.inbox.jobs:hourly",
)
JOBS = (LAND, TIDY)


def landing() -> Schedule:
    return Every(LAND_SECONDS.value)


def hourly() -> Schedule:
    return Every(3600)
