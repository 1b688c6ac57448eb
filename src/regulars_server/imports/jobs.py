"""The kinds of jobs of imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.imports import waiting
from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

LOOK = Kind(
    name="imports.look",
    text=_("Look at an uploaded file"),
    run="regulars_server.imports.looking:look",
    attempts=Attempts(most=2, first_seconds=2),
    seconds=300,
    memory_mb=2048,
    stages={"looking": _("looking at the columns and the first rows")},
)
BRING = Kind(
    name="imports.bring",
    text=_("Import"),
    run="regulars_server.imports.bringing:bring",
    attempts=Attempts(most=3),
    seconds=6 * 3600,
    stages={
        **waiting.STAGES,
        "reading": _("reading the file"),
        "checking": _("checking the rows"),
        "identifying": _("finding out who is who"),
        "comparing": _("comparing with what is there"),
        "writing": _("writing the facts"),
        "publishing": _("publishing the new version of the facts"),
    },
)
TIDY = Kind(
    name="imports.tidy",
    text=_("Removal of old uploads"),
    run="regulars_server.imports.upkeep:tidy",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (LOOK, BRING, TIDY)
