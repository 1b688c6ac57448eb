"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from regulars_server.capability import HEADS, navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation for the user's permissions, and the languages to switch to."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    groups = navigation(user.permissions) if signed_in and user is not None else []
    return {
        "navigation": [
            {
                "head": HEADS[group],
                "entries": [_entry(e.text, reverse(e.url), request.path) for e in entries],
            }
            for group, entries in groups
        ],
        "languages": settings.LANGUAGES,
        "zone": timezone.get_current_timezone_name(),
        "signed_in": signed_in,
        "user": user,
    }


def _entry(text: Any, url: str, path: str) -> dict[str, Any]:
    here = path == url if url == "/" else path.startswith(url)
    return {"text": text, "url": url, "here": here}
