"""The page of the inbox."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from regulars_server.audit.services import record
from regulars_server.inbox import queries, sheets
from regulars_server.inbox.configuration import KEPT_DAYS, LAND_SECONDS
from regulars_server.inbox.faults import words
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("inbox.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits and since when, the last landings, what was not taken and why."""
    now = queries.standing()
    refusals = queries.refusals_by_reason()
    late = now.lag_seconds > 3 * LAND_SECONDS.value
    values = {
        "now": now,
        "late": late,
        "finding": finding(now, late=late),
        "batches": queries.batches(),
        "refusals": [{**one, "words": words(one["reason"])} for one in refusals],
        "days": KEPT_DAYS.value,
    }  # fmt: skip
    part = bool(getattr(request, "htmx", False))
    return render(request, f"inbox/{'part' if part else 'index'}.html", values)


def finding(now: queries.Standing, *, late: bool) -> str:
    """The page's first sentence."""
    if now.landed_at is None and not now.waiting + now.in_visits + now.unnamed:
        return _("No event has come in yet.")
    if not now.waiting:
        return _("Every event that is due is in the facts.")
    minutes = max(1, round(now.lag_seconds / 60))
    values = {"number": f"{now.waiting:,}", "minutes": minutes}
    if late:
        return _(
            "Landing is late: %(number)s events wait, the oldest for %(minutes)s minutes."
        ) % values  # fmt: skip
    said = ngettext(
        "%(number)s event waits for the next landing.",
        "%(number)s events wait for the next landing, the oldest for %(minutes)s min.",
        now.waiting,
    )
    return said % values


@needs("inbox.export")
@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """What was not taken, as CSV: which message, where, why; not who, and not what it said."""
    with transaction.atomic():
        record(
            actor=actor_of(request), action="inbox.refusals_downloaded", subject_kind="inbox",
            subject_id="refusals",
        )  # fmt: skip
    header = ("at", "source", "message_id", "event", "field", "reason", "words", "taken", "token")
    rows = (
        (one.at.isoformat(), one.source, one.message_id, one.event, one.field, one.reason,
         words(one.reason), "yes" if one.taken else "no", one.token or "")
        for one in queries.refused_rows()
    )  # fmt: skip
    response = StreamingHttpResponse(
        sheets.lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="not-taken.csv"'
    return response
