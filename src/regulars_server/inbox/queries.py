"""What the page, the metrics and an export of a person ask of the inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from regulars_server.console.workspace import opened
from regulars_server.inbox.configuration import KEPT_DAYS
from regulars_server.inbox.forgotten import forgotten
from regulars_server.inbox.models import Batch, Message, Refusal, State
from regulars_server.work.clock import shared


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the inbox stands.

    Attributes
    ----------
    waiting : messages that will land at the next landing or after.
    lag_seconds : how long the oldest of them has waited that waits for nothing but a landing.
    in_visits : of visits that are not over; ``unnamed`` of visitors whom nobody has named.
    landed_at : when the last batch landed.
    """

    waiting: int
    lag_seconds: float
    in_visits: int
    unnamed: int
    landed_at: dt.datetime | None


def standing() -> Standing:
    """How the inbox stands now."""
    waiting = Message.objects.filter(state=State.WAITING)
    named = waiting.exclude(customer_id="")
    # What has a batch is being landed: it waits as well.
    due = named.filter(in_visit=False).aggregate(number=Count("id"), oldest=Min("received_at"))
    oldest, now = due["oldest"], shared()
    return Standing(
        waiting=due["number"],
        lag_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        in_visits=named.filter(in_visit=True).count(),
        unnamed=waiting.filter(customer_id="").count(),
        landed_at=Batch.objects.aggregate(at=Max("landed_at"))["at"],
    )


def batches(most: int = 10) -> Sequence[Batch]:
    """The last landings, the newest first."""
    return list(Batch.objects.filter(landed_at__isnull=False)[:most])


def refusals_by_reason() -> Sequence[dict[str, Any]]:
    """What was not taken or set aside while messages are kept, the most frequent first."""
    found = (
        refusals()
        .order_by()
        .values("reason", "field", "event", "taken")
        .annotate(number=Count("id"), last=Max("at"))
        .order_by("-number", "reason", "field", "event")
    )
    return [dict(row) for row in found[:50]]


def refusals() -> QuerySet[Refusal]:
    """What was not taken, the newest first."""
    since = shared() - dt.timedelta(days=KEPT_DAYS.value)
    return Refusal.objects.filter(at__gte=since).order_by("-at", "-id")


def refused_rows() -> Iterator[Refusal]:
    return refusals().iterator(chunk_size=2000)


def held(*, customer_keys: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """The messages of a person that are kept, the oldest first."""
    from regulars_server.people.lake import ids_of

    known = forgotten()
    hashes = {known.hash(source, given) for _k, source, given in ids_of(opened(), [*customer_keys])}
    found = Message.objects.filter(who__in=hashes).order_by("id")
    fields = ("source", "message_id", "kind", "event", "at", "received_at", "state", "body")
    return {"events": list(found.values(*fields))}
