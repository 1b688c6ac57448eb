"""The palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars_server.console import palette as palette_of
from regulars_server.web.access import signed_in


@signed_in
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Where one may want to go by what was typed; a page of its own for who has no scripts."""
    words = request.GET.get("q", "")[: palette_of.LONGEST]
    values = {"words": words, "hits": palette_of.hits(words, user=request.user)}
    part = bool(getattr(request, "htmx", False))
    return render(request, f"console/palette{'_part' if part else ''}.html", values)
