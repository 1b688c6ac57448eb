"""What uploads must not leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from regulars_server.errors import NotNow
from regulars_server.imports import files, services
from regulars_server.imports.configuration import KEPT_HOURS
from regulars_server.imports.models import OPEN, Import, State
from regulars_server.work.models import State as JobState
from regulars_server.work.running import Running


def tidy(job: Running) -> dict[str, Any]:
    """Give up what nobody went on with, and remove files that no import needs."""
    before = timezone.now() - dt.timedelta(hours=KEPT_HOURS.value)
    # One whose job has ended without an end of its own waits for somebody, as those that are open.
    stuck = Q(state=State.IMPORTING, job__state__in=(JobState.SET_ASIDE, JobState.CANCELLED))
    due = Import.objects.filter(Q(state__in=OPEN) | stuck, asked_at__lt=before)
    old = list(due.values_list("pk", flat=True))
    for number in old:
        _give_up(number)
    needed = set(
        Import.objects.filter(state__in=(*OPEN, State.IMPORTING)).values_list("pk", flat=True)
    )
    left = [number for number in files.there() if number not in needed]
    for number in left:
        files.remove(number)
    return {"uploads": len(old) + len(left)}


@transaction.atomic
def _give_up(number: int) -> None:
    found = Import.objects.select_for_update().get(pk=number)
    if found.state in OPEN or found.stuck:
        services.ended(found, State.DROPPED)


def forget(*, customer_keys: Collection[int]) -> None:
    """An uploaded file may name an erased person, and does not say so: all that are kept go.

    Raises
    ------
    NotNow : one is being imported just now. The library keeps the forgotten out of it, and when it
        ends its file goes; the erasure is not done before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if not customer_keys:
        return
    kept = Import.objects.select_for_update(of=("self",)).select_related("job")
    for found in kept.filter(state__in=(*OPEN, State.IMPORTING)).order_by("pk"):
        if found.state == State.IMPORTING and not found.stuck:
            raise NotNow("a file is being imported")
        services.ended(found, State.DROPPED)
    # What the library says of a faulty row may hold a piece of it.
    Import.objects.exclude(said="").update(said="")
