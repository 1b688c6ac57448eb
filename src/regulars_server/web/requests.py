"""Each request has an id and one line in the log."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from regulars_server.web.logs import REQUEST_ID

log = logging.getLogger("regulars_server.requests")
QUIET = ("/health", "/ready", "/metrics", "/static/")


class RequestMiddleware:
    """Gives the request its id; logs method, route, status and seconds when it is answered.

    The route is logged, not the address: addresses and queries can name a person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = REQUEST_ID.set(secrets.token_hex(8))
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = REQUEST_ID.get()
            level = logging.DEBUG if request.path.startswith(QUIET) else logging.INFO
            log.log(level, "request", extra={"data": _line(request, response, begun)})
            return response
        finally:
            REQUEST_ID.reset(token)


def _line(request: HttpRequest, response: HttpResponse, begun: float) -> dict[str, object]:
    match = request.resolver_match
    user = getattr(request, "user", None)
    return {
        "method": request.method,
        "route": match.route if match else None,
        "status": response.status_code,
        "seconds": round(time.perf_counter() - begun, 4),
        "user": getattr(user, "pk", None),
    }
