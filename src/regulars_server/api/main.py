"""The API: made once from what the capabilities declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from regulars_server.api import once, problems
from regulars_server.api.auth import Nobody, signed_in
from regulars_server.api.docs import Pages
from regulars_server.api.openapi import completed
from regulars_server.api.parsing import CleanParser
from regulars_server.api.schemas import Me
from regulars_server.capability import capabilities, load
from regulars_server.web import access

DESCRIPTION = """
Facts in, answers out. Sign in with `Authorization: Bearer TOKEN`; tokens are made in the console.

A list comes in pages: `next_cursor` of one is the `cursor` of the next, null on the last. A request
that makes something carries an `Idempotency-Key`: sent again, it is answered as before and nothing
is done twice. Errors are `application/problem+json` (RFC 9457). `RateLimit-Remaining` says how many
requests are left for the next `RateLimit-Reset` seconds; after that, 429 with `Retry-After`.
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


class Api(NinjaAPI):
    """Ninja's, with a schema that says all that can be answered."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        made = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return completed(made)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """``care_open_case`` and not the path of a module: clients are generated with it."""
        view = getattr(operation, "view", operation.view_func)
        return f"{view.__module__.split('.')[1]}_{view.__name__}"


def _docs(view: Callable[..., Any]) -> Callable[..., Any]:
    """The pages about the API are for whoever is signed in, and for reading."""
    return access.signed_in(require_safe(view))


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Every operation, bound to this API."""
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            yield from view.operations


def build() -> NinjaAPI:
    """The API with the router of every capability."""
    api = Api(
        title="Regulars",
        version="1",
        description=DESCRIPTION.strip(),
        urls_namespace="api",
        docs=Pages(),
        docs_decorator=_docs,
        parser=CleanParser(),
        # An operation that does not say who may call it may be called by nobody.
        auth=Nobody(),
    )
    problems.register(api)
    api.add_router("", own)
    for one in capabilities():
        if one.api is not None:
            api.add_router("", load(one.api), tags=[one.name])
    for operation in operations(api):
        once.bind(operation)
        wanted = getattr(operation.auth_callbacks[0], "permission", None)
        operation.openapi_extra = {**(operation.openapi_extra or {}), "x-permission": wanted}
    return api


API = build()
