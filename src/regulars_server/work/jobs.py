"""The kinds of jobs that every server has: snapshot, report, maintenance, tidying up after jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts

SNAPSHOT = Kind(
    name="work.snapshot",
    text=_("Snapshot"),
    run="regulars_server.work.own.snapshot:take",
    seconds=4 * 3600,
    stages={"taking": _("taking the snapshot")},
)
FIRST = Kind(
    name="work.first_snapshot",
    text=_("First snapshot"),
    run="regulars_server.work.own.snapshot:take",
    seconds=4 * 3600,
    follows="regulars_server.work.own.snapshot:none_yet",
    stages={"taking": _("taking the snapshot")},
)
NIGHTLY = Kind(
    name="work.nightly_snapshot",
    text=_("Nightly snapshot"),
    run="regulars_server.work.own.snapshot:take",
    rank=Rank.PREPARES,
    seconds=4 * 3600,
    schedule="regulars_server.work.schedule:nightly",
    stages={"taking": _("taking the snapshot")},
)
REPORT = Kind(
    name="work.report",
    text=_("Report"),
    run="regulars_server.work.own.report:write",
    seconds=3600,
    stages={"writing": _("asking every analysis and writing the page")},
)
MAINTAIN = Kind(
    name="work.maintain",
    text=_("Maintenance of the facts"),
    run="regulars_server.work.own.maintain:maintain",
    rank=Rank.PREPARES,
    attempts=Attempts(most=2),
    seconds=3600,
    schedule="regulars_server.work.schedule:maintenance",
    stages={
        "waiting": _("waits for another change of the facts, which is under way"),
        "maintaining": _("making small files one, removing old versions"),
    },
)
TIDY = Kind(
    name="work.tidy",
    text=_("Removal of old jobs and reports"),
    run="regulars_server.work.upkeep:tidy",
    rank=Rank.PREPARES,
    attempts=Attempts(most=3),
    seconds=600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (SNAPSHOT, FIRST, NIGHTLY, REPORT, MAINTAIN, TIDY)
