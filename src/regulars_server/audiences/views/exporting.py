"""Pages of exports: what is to be in the file, how far it is, the file."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars_server.audiences import exporting, files, members, queries, services, shown
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.forms import ExportForm
from regulars_server.audiences.models import Audience, Export
from regulars_server.audiences.reading import numbers_of, read, saved
from regulars_server.audiences.refusals import refusing
from regulars_server.console.forms import attempt, status_of
from regulars_server.console.pages import number_of, page_of
from regulars_server.console.sending import once
from regulars_server.errors import Invalid, NotFound
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of
from regulars_server.work.models import Job, State

ENDED = (State.SET_ASIDE, State.CANCELLED)


@needs("audiences.export")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """What the file is to hold; a job writes it then."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    audience, text = _asked(request, of)
    user: Any = request.user
    may_name = user.may("people.read")
    form = ExportForm(request.POST or None, may_name=may_name)
    columns = request.POST.getlist("columns")
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            order = services.Order(
                title=audience.name if audience else _("Customers of a condition"),
                condition=text, columns=columns, audience_id=audience.pk if audience else None,
                language=get_language() or "en", **form.cleaned_data,
            )  # fmt: skip
            export, _new = once(
                request,
                lambda: (
                    services.ask_export(
                        actor=actor_of(request), may_name=may_name, order=order, of=of
                    ).pk
                ),
            )
            return redirect("audiences:exported", export)
    values = _told(of, text, may_name=may_name)
    values |= {"form": form, "audience": audience, "where": text, "of": of}
    values["chosen"] = columns or values["usual"]
    return render(request, "audiences/export.html", values, status=status_of(form))


def _asked(request: HttpRequest, of: Catalogue) -> tuple[Audience | None, str]:
    given = request.POST if request.method == "POST" else request.GET
    number = number_of(given.get("audience", ""))
    if number is None:
        return None, given.get("where", "")
    audience = queries.audience(number)
    lacking = saved(audience.condition, audience.columns, of).lacking
    if lacking:
        said = _("The newest snapshot lacks: %(columns)s.") % {"columns": ", ".join(lacking)}
        raise Invalid(said)
    return audience, audience.condition


def _told(of: Catalogue, text: str, *, may_name: bool) -> dict[str, Any]:
    """How many it will be, and who is left out."""
    condition = read(text, of)
    numbers, gone = numbers_of(), members.erased()
    refused = [key for key in refusing() if key not in set(gone)]
    answer = shown.answer(of, condition)
    return {
        "answer": answer,
        "refusing": numbers.count(exporting.counted(of, condition, refused)),
        "erased": exporting.counted(of, condition, gone),
        "groups": shown.columns_by_contributor(of, naming=may_name),
        "usual": shown.member_columns(of, condition),
    }


@needs("audiences.export")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one exported, and whether the file is still there."""
    return render(request, "audiences/exports.html",
                  {"page": page_of(request, queries.exports(asked_by=request.user))})  # fmt: skip


@needs("audiences.export")
@require_safe
def show(request: HttpRequest, export_id: int) -> HttpResponse:
    """How far it is; the file, when it is whole."""
    export = queries.export(export_id, asked_by=request.user)
    part = "_part" if getattr(request, "htmx", False) else ""
    return render(request, f"audiences/exported{part}.html", _state(export))


def _state(export: Export) -> dict[str, Any]:
    job = Job.objects.filter(pk=export.job_id or 0).first()
    ready = export.rows is not None and export.removed_at is None
    ready = ready and files.file_of(export).is_file()
    failed = export.rows is None and (job is None or job.state in ENDED)
    return {
        "export": export, "job": job, "ready": ready, "failed": failed,
        "asking": export.rows is None and not failed,
        "bytes": files.file_of(export).stat().st_size if ready else 0,
        "rows": numbers_of().count(export.rows) if export.rows is not None else "",
    }  # fmt: skip


@needs("audiences.export")
@require_POST
def fetch(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file; that it was fetched is audited."""
    export = queries.export(export_id, asked_by=request.user)
    user: Any = request.user
    if export.names_people and not user.may("people.read"):
        raise NotFound
    if export.rows is None or export.removed_at is not None:
        raise NotFound(_("The file is not there any more. Export it again."))
    try:
        file = files.file_of(export).open("rb")
    except FileNotFoundError:
        raise NotFound(_("The file is not there any more. Export it again.")) from None
    services.fetched(actor=actor_of(request), export=export)
    # Named by our number: a name of an audience can hold anything.
    name = f"audience-{export.audience_id or 'filter'}-{export.pk}.{export.form}"
    answer = FileResponse(file, as_attachment=True, filename=name,
                          content_type="application/octet-stream")  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer
