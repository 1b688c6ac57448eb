"""The jobs of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

MIRROR = Kind(
    name="people.mirror",
    text=_("Consents become facts"),
    run="regulars_server.people.mirroring:mirror",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=3600,
    schedule="regulars_server.work.schedule:hourly",
)
SHELVE = Kind(
    name="people.shelve",
    text=_("Customers' histories, ready for their pages"),
    run="regulars_server.people.shelving:shelve",
    rank=Rank.PREPARES,
    attempts=Attempts(most=4),
    seconds=4 * 3600,
    stages={
        "histories": _("putting each customer's facts together"),
        "standings": _("putting each customer's row of the snapshot there"),
    },
    follows="regulars_server.people.shelving:key",
)
JOBS = (MIRROR, SHELVE)
