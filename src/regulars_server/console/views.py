"""The home page, and the palette."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars.errors import RegularsError
from regulars_server.console import palette as palette_of
from regulars_server.console.headline import home as found
from regulars_server.console.language import library_language
from regulars_server.web.access import needs, signed_in
from regulars_server.web.problems import told


@needs("home.read")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The frame at once; the headline follows when it is worked out."""
    return render(request, "console/home.html")


@needs("home.read")
@require_safe
def headline(request: HttpRequest) -> HttpResponse:
    """What moved, as the report says it. A page of its own for who has no scripts."""
    values: dict[str, Any] = {"home": None, "problem": None}
    try:
        values["home"] = found(library_language())
    except RegularsError as error:
        values["problem"] = told(error)
    part = bool(getattr(request, "htmx", False))
    return render(request, f"console/headline{'_part' if part else ''}.html", values)


@signed_in
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Where one may want to go by what was typed; a page of its own for who has no scripts."""
    words = request.GET.get("q", "")[: palette_of.LONGEST]
    values = {"words": words, "hits": palette_of.hits(words, user=request.user)}
    part = bool(getattr(request, "htmx", False))
    return render(request, f"console/palette{'_part' if part else ''}.html", values)
