"""Every address of the server, with what it declares, as read from the URL table itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from regulars_server.web.access import Access, declared

# What stands in for a part of an address; no test data has it, so that nothing is changed.
EXAMPLES = {"int": "999999999", "str": "nothing", "slug": "nothing", "uuid": "0" * 32,
            "path": "nothing"}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One address of a page."""

    path: str
    name: str
    access: Access | None


@dataclass(frozen=True)
class Operation:
    """One operation of the API."""

    method: str
    path: str
    permissions: tuple[str | None, ...]


def pages() -> list[Address]:
    """Every address that is no operation of the API."""
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[Any], before: str) -> Iterator[Address]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            operation = route.startswith("/api/") and declared(one.callback) is None
            if not operation:
                yield Address(_filled(one, route), str(one.name), declared(one.callback))


def _filled(one: URLPattern, route: str) -> str:
    converters: dict[str, Any] = one.pattern.converters
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, EXAMPLES[kind])
    return route


def operations() -> list[Operation]:
    """Every operation of the API, with the permissions of its ways to sign in."""
    from ninja.operation import PathView

    from regulars_server.api.main import API

    found = []
    for prefix, router in _routers(API):
        for path, view in router.path_operations.items():
            assert isinstance(view, PathView)
            for operation in view.operations:
                permissions = tuple(_permission(one) for one in operation.auth_callbacks)
                full = f"/api/v1/{prefix.strip('/')}/{path.strip('/')}".replace("//", "/")
                found += [Operation(m, _example(full), permissions) for m in operation.methods]
    return found


def _routers(api: Any) -> list[tuple[str, Any]]:
    api.urls  # noqa: B018  # binds the routers
    return [(one.prefix, one) for one in api._bound_routers_cache]


def _permission(callback: Any) -> str | None:
    return callback.permission  # every way to sign in of ours has one


def _example(path: str) -> str:
    import re

    return re.sub(r"\{[^}]*\}", "999999999", path)
