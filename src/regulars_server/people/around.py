"""The customers before and after one in an audience, on a server that has audiences."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import reverse

from regulars_server.console.pages import number_of
from regulars_server.errors import DomainError

AUDIENCES = "audiences"


@dataclass(frozen=True, kw_only=True)
class Around:
    """Where a customer stands in an audience, with addresses of both neighbours."""

    audience_id: int
    title: str
    url: str
    place: int
    size: int
    previous: str | None
    following: str | None


def around(given: str, customer_key: int, *, user: Any) -> Around | None:
    """The neighbours, where ``given`` is an audience that this user may see and that has them."""
    audience_id = number_of(given)
    if audience_id is None or not apps.is_installed("regulars_server.audiences"):
        return None
    if not user.may("audiences.read"):
        return None
    queries = import_module("regulars_server.audiences.queries")
    try:
        found = queries.neighbours(audience_id, customer_key)
    except DomainError:
        return None
    if found is None:
        return None
    return Around(
        audience_id=audience_id, title=str(found.title), place=found.place, size=found.size,
        url=reverse("audiences:audience", args=[audience_id]),
        previous=_address(found.previous, audience_id), following=_address(found.next, audience_id),
    )  # fmt: skip


def _address(key: int | None, audience: int) -> str | None:
    if key is None:
        return None
    return f"{reverse('people:person', args=[key])}?audience={audience}"
