"""Jobs of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

MEASURE = Kind(
    name="data.measure",
    text=_("What is here is counted"),
    run="regulars_server.data.measuring:run",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=3600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (MEASURE,)
