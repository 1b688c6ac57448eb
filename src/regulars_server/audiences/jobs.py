"""The kinds of jobs of audiences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

SIZES = Kind(
    name="audiences.sizes",
    text=_("Sizes of audiences"),
    run="regulars_server.audiences.sizes:run",
    seconds=3600,
)
# Snapshots can be taken beside the server, too: what nobody told of is counted within the hour.
KEEP_UP = Kind(
    name="audiences.keep_up",
    text=_("Sizes of audiences at snapshots that were taken elsewhere"),
    run="regulars_server.audiences.sizes:run",
    rank=Rank.PREPARES,
    attempts=Attempts(most=2),
    seconds=3600,
    schedule="regulars_server.work.schedule:hourly",
)
EXPORT = Kind(
    name="audiences.export",
    text=_("Export of an audience"),
    run="regulars_server.audiences.exporting:run",
    attempts=Attempts(most=3),
    seconds=3 * 3600,
)
TIDY = Kind(
    name="audiences.tidy",
    text=_("Removal of old exports"),
    run="regulars_server.audiences.upkeep:tidy",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (SIZES, KEEP_UP, EXPORT, TIDY)
