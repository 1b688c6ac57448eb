"""A session ends after a while without use, and after a day's work in any case.

A page that asks every few seconds how a job goes says so by the header ``X-Poll``; that is no use.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

BEGUN, SEEN = "begun_at", "seen_at"
# How often the instant of the last request is written: not at each one.
TOUCH_SECONDS = 60


class SessionAgeMiddleware:
    """Signs out whoever was away too long or has been here too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if expired(request, now):
                logout(request)
            elif not polls(request) and now - request.session.get(SEEN, 0) >= TOUCH_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)


def polls(request: HttpRequest) -> bool:
    """Whether a page asks by itself how something goes: nobody need be sitting before it."""
    return request.method == "GET" and request.headers.get("X-Poll") == "yes"


def begin(request: HttpRequest) -> None:
    """Note that the session of a user who has just signed in begins."""
    request.session[BEGUN] = request.session[SEEN] = int(time.time())


def expired(request: HttpRequest, now: int) -> bool:
    """Whether the session is over; one that does not say when it began is."""
    from regulars_server.access.configuration import IDLE_MINUTES, SESSION_HOURS

    begun, seen = int(request.session.get(BEGUN, 0)), int(request.session.get(SEEN, 0))
    return now - begun >= SESSION_HOURS.value * 3600 or now - seen >= IDLE_MINUTES.value * 60
