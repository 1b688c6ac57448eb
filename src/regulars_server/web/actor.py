"""Who does something, as services and the audit know it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest

from regulars_server.settings.declared import TRUST_PROXY
from regulars_server.web.logs import REQUEST_ID


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who (None: the server itself), how they came, from where, in which request."""

    user_id: int | None
    via: str
    address: str | None = None
    request_id: str = ""


def system(via: str) -> Actor:
    """The server itself: a job, a command at the terminal."""
    return Actor(user_id=None, via=via)


def actor_of(request: HttpRequest) -> Actor:
    """Who sent this request: by session, or by the token that the API found."""
    user: Any = request.user
    return Actor(
        user_id=user.pk if user.is_authenticated else None,
        via=getattr(request, "via", "session"),
        address=address_of(request),
        request_id=REQUEST_ID.get(),
    )


def address_of(request: HttpRequest) -> str | None:
    """The client's address: the last that the trusted proxy added, or the connection's own."""
    given = request.META.get("REMOTE_ADDR", "")
    if TRUST_PROXY.value:
        given = request.headers.get("X-Forwarded-For", given).rsplit(",", 1)[-1]
    try:
        return str(ip_address(given.strip()))
    except ValueError:
        return None
