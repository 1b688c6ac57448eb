"""Jobs of the overview."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

PREPARE = Kind(
    name="overview.prepare",
    text=_("Preparation of the overview"),
    run="regulars_server.overview.preparing:prepare",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=3600,
    stages={"asking": _("asking the analyses of the overview")},
    follows="regulars_server.work.following:facts",
)
JOBS = (PREPARE,)
