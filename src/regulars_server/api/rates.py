"""How many requests a token and a user may make in a minute.

Counted in the database, so that it holds over all web processes, but in blocks: a process takes a
twentieth of the limit at a time and counts it down in memory. Reading through the API so writes
to the database a few times a minute, not at each request.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regulars_server.access.limits import Limit, take
from regulars_server.api.configuration import TOKEN_PER_MINUTE, USER_PER_MINUTE
from regulars_server.errors import TooMany

log = logging.getLogger("regulars_server.api")
SECONDS = 60
BLOCKS = 20
MOST_KEPT = 10_000
_lock = threading.Lock()
_windows: dict[str, Window] = {}


@dataclass
class Window:
    """What this process may still do under a key, until when, and what was left for all."""

    most: int
    until: float
    left: int
    elsewhere: int

    @property
    def remaining(self) -> int:
        return self.left + self.elsewhere

    @property
    def seconds(self) -> int:
        return max(1, round(self.until - time.monotonic()))


def spend(request: HttpRequest, *, user_id: int, token_id: int | None) -> None:
    """Count a request; the answer's headers will say what is left.

    Raises
    ------
    TooMany : the token's or the user's limit is reached; says when the next may be made.
    """
    asked = [(f"user {user_id}", USER_PER_MINUTE.value)]
    if token_id is not None:
        asked.append((f"token {token_id}", TOKEN_PER_MINUTE.value))
    windows = [_window(key, most) for key, most in asked]
    with _lock:
        over = next((one for one in windows if one.left < 1), None)
        request.rate = over or min(windows, key=lambda one: one.remaining)  # type: ignore[attr-defined]
        if over is None:
            for one in windows:
                one.left -= 1
    if over is not None:
        raise TooMany(_("That is too many requests. Wait a moment."), seconds=over.seconds)


def _window(key: str, most: int) -> Window:
    """The window of a key, with a block of requests where there are any."""
    now = time.monotonic()
    with _lock:
        found = _windows.get(key)
        stands = found is not None and found.until > now and found.most == most
        if found is not None and stands and (found.left or not found.elsewhere):
            return found
        _drop_ended(now)
    block = max(1, most // BLOCKS)
    counted, seconds = _taken(key, most, block)
    free = max(0, most - (counted - block))
    left = min(block, free)
    with _lock:
        other = _windows.get(key)  # of a request that took a block at the same moment
        if other is not None and other is not found and other.until > now:
            left += other.left
        made = Window(most=most, until=now + seconds, left=left, elsewhere=max(0, free - block))
        _windows[key] = made
    return made


def _taken(key: str, most: int, block: int) -> tuple[int, int]:
    try:
        return take(Limit(name="api", most=most, seconds=SECONDS), key, block)
    except OperationalError:
        # Whoever holds SQLite for long must not stop who only reads.
        log.warning("requests are counted in this process alone for a second")
        return block, 1


def _drop_ended(now: float) -> None:
    if len(_windows) > MOST_KEPT:
        for old in [name for name, one in _windows.items() if one.until <= now]:
            del _windows[old]


def forget_all() -> None:
    """Begin anew in this process; for tests."""
    with _lock:
        _windows.clear()


class RateMiddleware:
    """Says in the headers of the API's answers what is left of the limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found: Window | None = getattr(request, "rate", None)
        if found is not None:
            response["RateLimit-Limit"] = str(found.most)
            response["RateLimit-Remaining"] = str(max(0, found.remaining))
            response["RateLimit-Reset"] = str(found.seconds)
        return response
