"""The jobs of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.work.kinds import Kind
from regulars_server.work.rules import Attempts

MIRROR = Kind(
    name="people.mirror",
    text=_("Consents become facts"),
    run="regulars_server.people.mirroring:mirror",
    attempts=Attempts(most=3),
    seconds=3600,
    schedule="regulars_server.work.schedule:hourly",
)
JOBS = (MIRROR,)
