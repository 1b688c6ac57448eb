"""The API: made once from what the capabilities declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router

from regulars_server.api import problems
from regulars_server.api.auth import Nobody, signed_in
from regulars_server.api.schemas import Me
from regulars_server.capability import capabilities, load
from regulars_server.web import access

DESCRIPTION = """
Facts in, answers out. Sign in with `Authorization: Bearer TOKEN`; tokens are made in the console.
Errors are `application/problem+json` (RFC 9457).
"""

own = Router(tags=["server"])


@own.get("/me", auth=signed_in(), response=Me, summary="Who I am")
def me(request):  # type: ignore[no-untyped-def]
    """The user behind the token or session, and what it may do."""
    user = request.user
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "permissions": sorted(user.permissions),
    }


def _docs(view: Callable[..., Any]) -> Callable[..., Any]:
    """The pages about the API are for whoever is signed in, and for reading."""
    return access.signed_in(require_safe(view))


def build() -> NinjaAPI:
    """The API with the router of every capability."""
    api = NinjaAPI(
        title="Regulars",
        version="1",
        description=DESCRIPTION.strip(),
        urls_namespace="api",
        docs_decorator=_docs,
        # An operation that does not say who may call it may be called by nobody.
        auth=Nobody(),
    )
    problems.register(api)
    api.add_router("", own)
    for one in capabilities():
        if one.api is not None:
            api.add_router("", load(one.api), tags=[one.name])
    return api


API = build()
