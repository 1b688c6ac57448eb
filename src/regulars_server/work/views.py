"""The pages of jobs."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars_server.console.language import library_language
from regulars_server.console.pages import page_of
from regulars_server.errors import NotFound
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of
from regulars_server.work import queries, services
from regulars_server.work.clock import shared
from regulars_server.work.jobs import REPORT, SNAPSHOT
from regulars_server.work.models import State
from regulars_server.work.reports import file_of
from regulars_server.work.shown import Shown

KEY_LONGEST = 40


@needs("work.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What runs, waits and has ended; the list alone where the page asks how it goes."""
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    page = page_of(request, queries.jobs(state=state))
    now = shared()
    shown = [Shown(job, now) for job in page.object_list]
    counts = queries.by_state()
    values = {
        "page": page,
        "shown": shown,
        "moves": any(one.moves for one in shown),
        "state": state,
        "states": [(one.value, one.label, counts[one.value]) for one in State],
        "all": sum(counts.values()),
        "once": secrets.token_hex(8),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, f"work/{'list' if part else 'index'}.html", values)


@needs("work.read")
@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job: how far, how it ended, what can be done about it."""
    shown = Shown(queries.job(job_id), shared())
    part = bool(getattr(request, "htmx", False))
    return render(request, f"work/{'job_part' if part else 'job'}.html", {"one": shown})


@needs("work.manage")
@require_POST
def snapshot(request: HttpRequest) -> HttpResponse:
    """Ask for a snapshot; a form that is sent twice asks once."""
    made = services.enqueue(actor=actor_of(request), kind=SNAPSHOT.name, key=_once(request))
    return redirect("work:job", made.pk)


@needs("work.report")
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Ask for the report in the language of the page."""
    made = services.enqueue(
        actor=actor_of(request),
        kind=REPORT.name,
        key=_once(request),
        payload={"lang": library_language()},
    )
    return redirect("work:job", made.pk)


@needs("work.manage")
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    ended = services.cancel(actor=actor_of(request), job_id=job_id)
    if ended.state == State.CANCELLED:
        messages.success(request, _("The job is cancelled."))
    else:
        messages.success(request, _("The job is told to end; that takes a moment."))
    return redirect("work:job", job_id)


@needs("work.manage")
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    services.retry(actor=actor_of(request), job_id=job_id)
    messages.success(request, _("The job will be tried again."))
    return redirect("work:job", job_id)


@needs("work.report")
@require_safe
def download(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """The report, as a file: its own scripts must not run beside the console's session."""
    found = queries.job(job_id)
    if not Shown(found, shared()).has_report:
        raise NotFound
    name = f"regulars-{found.asked_at:%Y-%m-%d}.html"
    return FileResponse(file_of(job_id).open("rb"), as_attachment=True, filename=name)


def _once(request: HttpRequest) -> str:
    """The key of a form: the page's own, under the user who sent it."""
    sent = request.POST.get("once", "")[:KEY_LONGEST] or secrets.token_hex(8)
    return f"by hand {request.user.pk} {sent}"
