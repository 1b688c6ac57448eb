"""Jobs of sign-in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

TIDY = Kind(
    name="access.tidy",
    text=_("Removal of ended sessions and old counts"),
    run="regulars_server.access.tidying:tidy",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (TIDY,)
