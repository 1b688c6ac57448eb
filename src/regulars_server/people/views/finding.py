"""The page that finds people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars_server.console.workspace import opened
from regulars_server.people import index as searched
from regulars_server.people.search import search
from regulars_server.web.access import needs


@needs("people.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """People by what was typed; without it, how many can be found."""
    typed = request.GET.get("q", "")[:200]
    found = search(typed, after=request.GET.get("cursor")) if typed.strip() else None
    values = {
        "typed": typed,
        "found": found,
        "state": searched.state(),
        "lake": opened().settings.lake,
    }
    return render(request, "people/index.html", values)
