"""The job that works the overview out before anybody asks: once for each facts version."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from regulars_server.analyses.asking import Working
from regulars_server.capability import permissions_of
from regulars_server.errors import NotNow
from regulars_server.overview.opening import ANALYSES, AUDIENCES
from regulars_server.overview.panels import PANELS, Panel
from regulars_server.overview.periods import Chosen
from regulars_server.overview.showing import Reader, reader, show
from regulars_server.roles import Role

if TYPE_CHECKING:
    from regulars_server.work.running import Running

WAIT_SECONDS = 2.0
LONGEST_SECONDS = 1800.0
# The program asks: nobody's share of what may be asked at once.
NOBODY = 0


def prepare(job: Running) -> dict[str, Any]:
    """Every panel of the usual days, in each language, for each role that may open different
    things. What cannot be answered is a gap in words, as on the page."""
    readers = _readers()
    if not readers or readers[0].version == 0:
        return {"panels": 0}
    for number, panel in enumerate(PANELS):
        job.progress(number, len(PANELS), stage="asking")
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                for one in readers:
                    _drawn(job, panel, one)
    return {"panels": len(PANELS)}


def _readers() -> list[Reader]:
    opening = {ANALYSES, AUDIENCES}
    held = {frozenset(permissions_of(role) & opening) for role in Role}
    return [reader(Chosen(), permissions=one) for one in sorted(held, key=sorted)]


def _drawn(job: Running, panel: Panel, reader: Reader) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while isinstance(show(panel, reader, user_id=NOBODY, wait_seconds=WAIT_SECONDS), Working):
        job.check()
        if time.monotonic() > until:
            raise NotNow("the overview is not worked out in time")
