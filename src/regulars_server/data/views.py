"""Pages of data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened
from regulars_server.data import mappings, quality, queries, runs, services
from regulars_server.errors import NotAllowed
from regulars_server.web.access import needs

VERSIONS = 25
IMPORTS = 25
LONGEST_NAME = 60


@needs("data.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is in the facts, what each table is needed for, what others would open."""
    found, fresh = services.newest()
    here, lacking = queries.tables(found)
    values = {
        "measured": found, "fresh": fresh, "here": here, "lacking": lacking,
        "lake": opened().settings.lake,
    }  # fmt: skip
    part = bool(getattr(request, "htmx", False))
    return render(request, f"data/index{'_part' if part else ''}.html", values)


@needs("data.read")
@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """What a reader of the figures must know of the data, now and over time."""
    lang = library_language()
    found, fresh = services.newest()
    trend = list(queries.trend())
    names, states = quality.states(trend, queries.rejected(), lang)
    values = {
        "measured": found, "fresh": fresh, "checks": quality.checks(found, lang),
        "picture": quality.over_time(trend, lang), "names": names, "states": states,
        "lake": opened().settings.lake,
    }  # fmt: skip
    part = bool(getattr(request, "htmx", False))
    return render(request, f"data/quality{'_part' if part else ''}.html", values)


@needs("data.read")
@require_safe
def rejects(request: HttpRequest) -> HttpResponse:
    """Imports with rows that were not taken."""
    lake = opened().settings.lake
    found = queries.imports() if lake else []
    page = Paginator(found, IMPORTS).get_page(request.GET.get("page"))
    shown = [(one, queries.instant(one.recorded_at)) for one in page]
    return render(request, "data/rejects.html", {"page": page, "shown": shown, "lake": lake})


@needs("data.read")
@require_safe
def rejects_of(request: HttpRequest, import_id: str) -> HttpResponse:
    """Why rows of an import were not taken, and the first of them."""
    found = queries.import_of(import_id)
    lang = library_language()
    codes = {one.code for one in found.rejected}
    code = request.GET.get("code", "")
    code = code if code in codes else ""
    named = _may(request, "people.read")
    values = {
        "one": found,
        "reasons": [
            {"code": r.code, "said": r.reason.say(lang), "rows": r.rows, "place": r.place}
            for r in found.rejected
        ],
        "code": code,
        "sample": queries.sample(import_id, named=named, code=code),
        "named": named,
        "lang": lang,
    }
    return render(request, "data/rejects_of.html", values)


@needs("data.read")
@require_safe
def rejects_csv(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """Every rejected row of an import; for who may see people. Formulas are neutralised."""
    found = queries.import_of(import_id)
    if not _may(request, "people.read"):
        raise NotAllowed
    heads = (_("file"), _("line"), _("column"), _("reason"), _("row"))
    parts = queries.rejects_csv(found.import_id, heads)
    response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    name = f"rejects-{found.import_seq}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs("data.read")
@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """How the columns of each source became ours."""
    values = {"mappings": mappings.mappings(), "lake": opened().settings.lake}
    return render(request, "data/mappings.html", values)


@needs("data.read")
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """The facts versions, the newest first: when, by what, and what changed."""
    ws = opened()
    numbers = list(reversed(ws.lake.numbers())) if ws.settings.lake else []
    page = Paginator(numbers, VERSIONS).get_page(request.GET.get("page"))
    values = {
        "page": page, "lake": ws.settings.lake,
        "shown": queries.versions(list(page.object_list)), "operations": queries.OPERATIONS,
    }  # fmt: skip
    return render(request, "data/versions.html", values)


@needs("data.read")
@require_safe
def runs_page(request: HttpRequest) -> HttpResponse:
    """What was computed, the newest first."""
    name = request.GET.get("name", "").strip()[:LONGEST_NAME]
    failed = request.GET.get("failed") == "yes"
    found = runs.runs(name=name, failed=failed, after=request.GET.get("after", "")[:60])
    listed = [_listed(one) for one in found.runs]
    values = {"found": found, "runs": listed, "name": name, "failed": failed}
    return render(request, "data/runs.html", values)


@needs("data.read")
@require_safe
def run_page(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run; its SQL and its error for who may see what they can hold."""
    found = runs.run(run_id)
    sql = _may(request, "data.sql")
    values = {
        "one": _listed(found),
        "parameters": [
            (name, value)
            for name, value in dict(found.get("parameters") or {}).items()
            if value is not None
        ],
        "sql": found.get("sql") or [] if sql else None,
        "error": found.get("error") if sql else None,
    }  # fmt: skip
    return render(request, "data/run.html", values)


def _listed(one: dict[str, Any]) -> dict[str, Any]:
    """A run with its instant as one."""
    try:
        at = dt.datetime.fromisoformat(str(one.get("at")))
    except ValueError:
        at = None
    return {**one, "at": at, "failed": bool(one.get("error"))}


def _may(request: HttpRequest, permission: str) -> bool:
    user: Any = request.user
    return bool(user.may(permission))
