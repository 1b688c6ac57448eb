"""Addresses: those of the server itself, the API, then those of each capability."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from regulars_server.api.main import API
from regulars_server.capability import capabilities
from regulars_server.web import health, metrics, problems

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", API.urls),
    *(path("", include(one.urls)) for one in capabilities() if one.urls is not None),
]
handler400 = problems.bad_request
handler403 = problems.not_allowed
handler404 = problems.not_found
handler500 = problems.broken
