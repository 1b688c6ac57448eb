"""Asking that the facts be counted."""

from __future__ import annotations

from django.utils import timezone

from regulars_server.console.workspace import opened
from regulars_server.data.measuring import moment_of
from regulars_server.data.models import Measured
from regulars_server.web.actor import system
from regulars_server.work.models import OPEN, Job
from regulars_server.work.services import enqueue

KIND = "data.measure"
AGAIN_SECONDS = 600


def newest() -> tuple[Measured | None, bool]:
    """What is known of the facts of now, or of the last that were counted; whether it is of now.

    Where it is not, it is asked for: by the server itself, once for each facts version.
    """
    moment = moment_of(opened())
    if moment is None:
        return None, True
    found = Measured.objects.filter(moment=moment).first()
    if found is not None:
        return found, True
    if not Job.objects.filter(kind=KIND, state__in=OPEN).exists():
        # Of two who look at once one asks. A count that was set aside is asked for anew in a while.
        part = int(timezone.now().timestamp()) // AGAIN_SECONDS
        enqueue(actor=system("page"), kind=KIND, key=f"{moment}-{part}")
    return Measured.objects.first(), False
