"""The page of the audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars_server.audit import queries
from regulars_server.console.pages import page_of
from regulars_server.web.access import needs


@needs("audit.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every change, the newest first."""
    action = request.GET.get("action", "")[:60]
    page = page_of(request, queries.entries(action=action))
    return render(request, "audit/index.html", {"page": page, "action": action})
