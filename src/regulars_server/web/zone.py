"""Pages show instants in the workspace's time zone: the one in which its days are counted."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from regulars.errors import RegularsError
from regulars_server.console.workspace import opened

# What shows no page: programs get instants in UTC.
WITHOUT = ("/api/", "/static/", "/health", "/ready", "/metrics")


class ZoneMiddleware:
    """Activates the zone; UTC where the workspace does not open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT):
            return self.get_response(request)
        with timezone.override(_zone()):
            return self.get_response(request)


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(opened().settings.zone)
    except RegularsError:
        return ZoneInfo("UTC")
