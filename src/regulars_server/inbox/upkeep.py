"""What the inbox must not keep: old messages, and those of erased people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from regulars_server.inbox import tally
from regulars_server.inbox.configuration import KEPT_DAYS
from regulars_server.inbox.faults import NEVER_NAMED
from regulars_server.inbox.forgotten import forgotten
from regulars_server.inbox.landing import chunks, empty
from regulars_server.inbox.models import Batch, Message, Refusal, State, Visitor
from regulars_server.work.clock import shared
from regulars_server.work.models import Job
from regulars_server.work.models import State as JobState
from regulars_server.work.running import Running

SOME = 5000
# As long as a visitor's id usually lives.
VISITORS_KEPT = dt.timedelta(days=400)


def tidy(job: Running) -> dict[str, int]:
    """Remove what is older than it is to be kept; set aside visitors whom nobody ever named."""
    now = shared()
    before = now - dt.timedelta(days=KEPT_DAYS.value)
    unnamed = _set_aside_unnamed(job, before)
    removed = _remove(job, Message.objects.filter(settled_at__lt=before))
    _remove(job, Refusal.objects.filter(at__lt=before))
    _remove(job, Visitor.objects.filter(seen_at__lt=now - VISITORS_KEPT))
    # The newest stays: it says when events last became facts.
    newest = Batch.objects.order_by("-number").values_list("number", flat=True).first() or 0
    Batch.objects.filter(landed_at__lt=before, number__lt=newest).delete()
    # Landings are many, and one that went well says nothing after a day.
    landings = Job.objects.filter(kind="inbox.land", state=JobState.DONE)
    landings.filter(ended_at__lt=now - dt.timedelta(days=1)).delete()
    return {"removed": removed, "unnamed": unnamed}


def _set_aside_unnamed(job: Running, before: dt.datetime) -> int:
    unnamed = Message.objects.filter(
        state=State.WAITING, batch__isnull=True, customer_id="", received_at__lt=before
    ).order_by("id")
    count = 0
    while some := list(unnamed[:SOME]):
        job.check()
        _set_aside(some)
        count += len(some)
    return count


@transaction.atomic
def _set_aside(some: list[Message]) -> None:
    now = shared()
    for part in chunks([one.pk for one in some]):
        Message.objects.filter(pk__in=part).update(
            state=State.SET_ASIDE, reason=NEVER_NAMED, field="userId", settled_at=now
        )
    Refusal.objects.bulk_create(
        [
            Refusal(source=one.source, message_id=one.message_id, event=one.event, field="userId",
                    reason=NEVER_NAMED, taken=True, token=one.token, at=now)
            for one in some
        ],
        batch_size=500,
    )  # fmt: skip
    tally.add({"set_aside": len(some), f"refused:{NEVER_NAMED}": len(some)})


def _remove(job: Running, old: QuerySet[Model]) -> int:
    """Some at a time, so that no writer waits long."""
    count = 0
    while some := list(old.order_by("pk").values_list("pk", flat=True)[:SOME]):
        job.check()
        with transaction.atomic():
            for part in chunks(some):
                old.model._default_manager.filter(pk__in=part).delete()
        count += len(some)
    return count


def forget(*, customer_keys: Collection[int]) -> None:
    """Empty every message of whoever is forgotten.

    By the keyed hashes of their ids, which the workspace has when this is called: which key an id
    had it no longer knows.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if not customer_keys:
        return
    for some in chunks(sorted(forgotten().hashes)):
        for visitor in Visitor.objects.filter(who__in=some):
            unnamed = Message.objects.filter(
                source=visitor.source, anonymous_id=visitor.anonymous_id, customer_id=""
            )
            empty(unnamed)
        Visitor.objects.filter(who__in=some).delete()
        empty(Message.objects.filter(who__in=some))
