"""Pages of analyses, each made from its declaration: a new one needs no page of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from regulars.errors import RegularsError
from regulars_server.analyses import described, finding, history, pages, showing
from regulars_server.analyses.asked import FACTS, Address
from regulars_server.analyses.asking import AGAIN_SECONDS, DESK, Sheet, Working
from regulars_server.analyses.kept import Answer
from regulars_server.analyses.results import KEY
from regulars_server.analyses.showing import KEEPING, Reader, Selection
from regulars_server.console.language import library_language
from regulars_server.errors import DomainError, Invalid
from regulars_server.web.access import needs
from regulars_server.web.problems import told

ROWS = 50
AT_ONCE_SECONDS = 0.6
"""So long a page waits for an answer before it comes without."""
LONGEST_SEARCH = 100


@needs("analyses.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every question by theme, and what this user asked last."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    values = {"words": words, "themes": finding.by_theme(words), "past": history.past(request)}
    return render(request, "analyses/index.html", values)


@needs("analyses.read")
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The question, its parameters, and the answer when it is there."""
    address = Address(name, _query(request))
    return _page(request, address, address.form)


def _page(request: HttpRequest, address: Address, form: Any) -> HttpResponse:
    values: dict[str, Any] = {
        "address": address,
        "form": form,
        "about": described.described(address.analysis),
        "past": history.past(request),
    }
    if not form.is_valid():
        return render(request, "analyses/page.html", values, status=422)
    values["set_apart"] = form.set_apart()
    values |= _answered(request, address, wait=AT_ONCE_SECONDS)
    status = values["problem"].status if values.get("problem") else 200
    return render(request, "analyses/page.html", values, status=status)


@needs("analyses.read")
@require_safe
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Takes the form, and leads to the address that has what differs from the defaults."""
    address = Address(name, {})
    form = address.form_of(request.GET)
    if not form.is_valid():
        return _page(request, address, form)
    keep = {n: v for n, v in _query(request).items() if n.startswith(KEEPING)}
    query = urlencode({**form.canonical(), **keep})
    return redirect(reverse("analyses:page", args=[name]) + (f"?{query}" if query else ""))


@needs("analyses.read")
@require_safe
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """The answer as a part of its page, which asks again until it is there."""
    address = Address(name, _query(request))
    if not address.form.is_valid():
        raise Invalid(fields={n: " ".join(map(str, e)) for n, e in address.form.errors.items()})
    if not getattr(request, "htmx", False):
        return redirect(f"{reverse('analyses:page', args=[name])}?{address.tail}")
    values = {"address": address, **_answered(request, address, wait=1.0)}
    status = values["problem"].status if values.get("problem") else 200
    return render(request, "analyses/answer_part.html", values, status=status)


def _query(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


def _reader(request: HttpRequest) -> Reader:
    user: Any = request.user
    return Reader(lang=library_language(), named=user.may("people.read"))


def _answered(request: HttpRequest, address: Address, *, wait: float) -> dict[str, Any]:
    """What the answer's part of the page shows."""
    try:
        found = DESK.ask(address.question, user_id=_id(request), wait_seconds=wait)
        if isinstance(found, Working):
            return {"working": found, "again_in": AGAIN_SECONDS}
        return _shown(request, address, found)
    except (RegularsError, DomainError) as error:
        return {"problem": told(error)}


def _id(request: HttpRequest) -> int:
    user: Any = request.user
    return int(user.pk)


def _shown(request: HttpRequest, address: Address, found: Answer) -> dict[str, Any]:
    reader = _reader(request)
    chosen = Selection(answer=found, reader=reader, keep=address.keep, sort=address.sort)
    query = {n: v for n, v in address.query.items() if n not in ("page", FACTS)}
    unsorted = {name: value for name, value in query.items() if name != "sort"}
    count = chosen.count()
    last = max(1, -(-count // ROWS))
    at = min(address.page, last)
    heads, rows = showing.table(chosen, after=(at - 1) * ROWS, most=ROWS, query=unsorted)
    _remember(request, address, found)
    link = {**address.canonical, **({"sort": address.sort} if address.sort else {})}
    if found.told["facts_version"] is not None:
        link[FACTS] = str(found.told["facts_version"])
    return {
        "answer": found.told,
        "blocks": [] if chosen.keep else showing.findings(found, reader),
        "figures": showing.figures(found, reader.lang),
        "cut_figures": showing.cut_figures(found, reader.lang),
        "notes": showing.notes(found, reader.lang),
        "kept": showing.kept_said(chosen, query),
        "heads": heads,
        "rows": rows,
        "count": count,
        "shown": (at - 1) * ROWS + 1,
        "until": (at - 1) * ROWS + len(rows),
        "page": at,
        "pages": last,
        "before": _with_page(query, at - 1) if at > 1 else "",
        "after": _with_page(query, at + 1) if at < last else "",
        "link": request.build_absolute_uri(
            reverse("analyses:page", args=[address.name]) + f"?{urlencode(link)}"
        ),
        "query": urlencode(query),
        "changed": address.version if _changed(address, found) else None,
        "said": described.said(found, address.form),
    }


def _with_page(query: dict[str, str], number: int) -> str:
    return "?" + urlencode({**query, "page": number})


def _changed(address: Address, found: Answer) -> bool:
    return address.version is not None and address.version != found.told["facts_version"]


def _remember(request: HttpRequest, address: Address, found: Answer) -> None:
    naming = {c["name"] for c in found.columns if c["personal"]} | {KEY}
    if naming & set(address.keep):
        return
    history.remember(request, name=address.name, query=address.canonical)


@needs("analyses.read")
@require_safe
def rows_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """Every row that the page shows part of, under the public names of its columns."""

    def given(chosen: Selection) -> HttpResponseBase:
        shown = pages.columns(chosen, named=chosen.reader.named, chosen=[])
        parts = pages.csv(chosen, shown)
        response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response

    return _file(request, name, given)


@needs("analyses.read")
@require_safe
def rows_xlsx(request: HttpRequest, name: str) -> HttpResponseBase:
    """The same as a workbook in the reader's language, written beside the web."""

    def given(chosen: Selection) -> HttpResponseBase:
        sheet = Sheet(
            answer=chosen.answer, lang=chosen.reader.lang, named=chosen.reader.named,
            keep=chosen.keep, sort=chosen.sort,
        )  # fmt: skip
        path = DESK.write(sheet, user_id=_id(request))
        if isinstance(path, Working):
            return _later(request, path)
        # Of two who asked at once the other was faster: it is written again.
        return _sent(path, f"{name}.xlsx") or _later(request, Working(0.0))

    return _file(request, name, given)


def _file(
    request: HttpRequest, name: str, given: Callable[[Selection], HttpResponseBase]
) -> HttpResponseBase:
    address = Address(name, _query(request))
    if not address.form.is_valid():
        raise Invalid(fields={n: " ".join(map(str, e)) for n, e in address.form.errors.items()})
    found = DESK.ask(address.question, user_id=_id(request))
    if isinstance(found, Working):
        return _later(request, found)
    reader = _reader(request)
    return given(Selection(answer=found, reader=reader, keep=address.keep, sort=address.sort))


def _later(request: HttpRequest, working: Working) -> HttpResponse:
    """A page that asks again; the file then comes by itself."""
    response = render(request, "analyses/file.html", {"working": working}, status=202)
    response["Refresh"] = str(AGAIN_SECONDS)
    return response


def _sent(path: Path, name: str) -> FileResponse | None:
    """The workbook, put away at once: it may hold the ids of customers. None where it is gone."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return None
    path.unlink(missing_ok=True)
    return FileResponse(handle, as_attachment=True, filename=name)
