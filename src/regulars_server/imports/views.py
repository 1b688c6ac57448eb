"""Pages of imports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars_server.console.forms import attempt, cleaned, status_of
from regulars_server.console.language import library_language
from regulars_server.console.pages import number_of, page_of
from regulars_server.data.queries import rejects_csv
from regulars_server.errors import Conflict, Invalid
from regulars_server.imports import mapping, queries, services, shown
from regulars_server.imports.forms import (
    AnnounceForm,
    ReadingForm,
    UploadForm,
    Versioned,
    WrittenForm,
)
from regulars_server.imports.models import Import, State
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("imports.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What came in, and the form for the next file."""
    return _index(request, UploadForm())


def _index(request: HttpRequest, form: UploadForm) -> HttpResponse:
    page = page_of(request, queries.imports())
    values = {"page": page, "form": form, "limits": shown.limits()}
    return render(request, "imports/index.html", values, status=status_of(form))


@needs("imports.run")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A whole file from a plain form; from the page's script the word that one comes in pieces."""
    if "size" in request.POST:
        given = cleaned(AnnounceForm(request.POST))
        made = services.begin(actor=actor_of(request), coming=services.Announced(**given))
        return JsonResponse(_told(made), status=201)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        coming = services.Announced(
            fact=form.cleaned_data["fact"], source=form.cleaned_data["source"],
            file_name=file.name, size=file.size,
        )  # fmt: skip
        with attempt(form):
            made = services.whole(actor=actor_of(request), coming=coming, file=file)
            return redirect("imports:one", made.pk)
    return _index(request, form)


def _told(found: Import) -> dict[str, Any]:
    return {
        "received": found.received,
        "size": found.size,
        "file_name": found.file_name,
        "piece": reverse("imports:piece", args=[found.pk]),
        "page": reverse("imports:one", args=[found.pk]),
    }


@needs("imports.run")
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, import_id: int) -> HttpResponse:
    """How many bytes have arrived; or the next ones, as the body."""
    if request.method == "GET":
        return JsonResponse(_told(queries.of(import_id)))
    offset = number_of(request.headers.get("X-Offset", ""))
    if offset is None:
        raise Invalid(fields={"X-Offset": _("A whole number.")})
    try:
        found = services.receive(
            actor=actor_of(request), import_id=import_id, offset=offset, chunk=request.body,
            digest=request.headers.get("X-Chunk-SHA256", ""),
        )  # fmt: skip
    except Conflict:
        # The script goes on from where the server is.
        return JsonResponse(_told(queries.of(import_id)), status=409)
    return JsonResponse(_told(found))


@needs("imports.read")
@require_safe
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: how far, what it asks, what it brought."""
    return _page(request, import_id)


def _page(
    request: HttpRequest,
    import_id: int,
    *,
    status: int = 200,
    written: WrittenForm | None = None,
    reading: ReadingForm | None = None,
) -> HttpResponse:
    found = queries.of(import_id)
    part = bool(getattr(request, "htmx", False))
    mine = request.user.pk == found.asked_by_id
    values: dict[str, Any] = {"one": shown.Shown(found), "mine": mine, "here": request.path}
    if found.state == State.ASKING and not part:
        values |= _asked(found, written, reading)
    if part and not values["one"].moves:
        # The page has another shape now: have all of it fetched.
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    name = "part" if part else "one"
    return render(request, f"imports/{name}.html", values, status=status)


def _asked(
    found: Import, written: WrittenForm | None, reading: ReadingForm | None
) -> dict[str, Any]:
    start = (found.look or {}).get("mapping", {})
    now = {"version": found.version}
    usual = {name: start.get(name) or "" for name in ("zone",)}
    usual |= {"day_order": start.get("day_order", "auto")}
    usual |= {"decimal_mark": start.get("decimal_mark", ".")}
    columns = None
    if written is not None and written.is_valid():
        columns = dict(written.chosen().columns)
    return {
        "rows": mapping.rows(found, library_language(), columns),
        "columns": shown.columns(found),
        "sample": shown.sample(found),
        "written": written or WrittenForm(initial={**now, **usual}),
        "reading": reading or ReadingForm(initial={**now, **found.reading}, auto_id="reading_%s"),
    }


@needs("imports.run")
@require_POST
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Import with these columns; what is wrong comes back beside them."""
    form = WrittenForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            services.confirm(
                actor=actor_of(request), import_id=import_id,
                version=form.cleaned_data["version"], chosen=form.chosen(),
            )  # fmt: skip
            return redirect("imports:one", import_id)
        except Invalid as error:
            for name, said in (error.fields or {"": error.said}).items():
                form.add_error(name if name in form.fields else None, str(said))
        except Conflict as error:
            form.add_error(None, str(error.said))
            status = 409
    if queries.of(import_id).state != State.ASKING:
        raise Conflict(" ".join(map(str, form.non_field_errors())))
    return _page(request, import_id, status=status, written=form)


@needs("imports.run")
@require_POST
def look(request: HttpRequest, import_id: int) -> HttpResponse:
    """Open the file otherwise."""
    form = ReadingForm(request.POST, auto_id="reading_%s")
    if form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("version")
        with attempt(form):
            services.look_again(
                actor=actor_of(request), import_id=import_id, version=version, reading=given
            )
            return redirect("imports:one", import_id)
    return _page(request, import_id, status=422, reading=form)


@needs("imports.run")
@require_POST
def back(request: HttpRequest, import_id: int) -> HttpResponse:
    """To the columns again."""
    version = cleaned(Versioned(request.POST))["version"]
    services.back(actor=actor_of(request), import_id=import_id, version=version)
    return redirect("imports:one", import_id)


@needs("imports.run")
@require_POST
def drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Give it up."""
    version = cleaned(Versioned(request.POST))["version"]
    found = services.drop(actor=actor_of(request), import_id=import_id, version=version)
    if found.state == State.DROPPED:
        messages.success(request, _("The import is given up; the file is removed."))
        return redirect("imports:index")
    messages.success(request, _("The import is told to end; that takes a moment."))
    return redirect("imports:one", import_id)


@needs("imports.run")
@require_safe
def rejects(request: HttpRequest, import_id: int) -> HttpResponse:
    """The rows that were not taken, to be mended; formulas are neutralised."""
    number = queries.number_in_lake(queries.of(import_id))
    heads = (_("file"), _("line"), _("column"), _("reason"), _("row"))
    parts = rejects_csv(number, heads)
    response = HttpResponse("".join(parts), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejects-{import_id}.csv"'
    return response
