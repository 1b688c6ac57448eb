"""Every address, without a session and with every role: walked from the URL table itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.capability import permissions
from regulars_server.roles import Role
from server.addresses import Address, Operation, operations, pages
from server.people import Client

PAGES = pages()
SIGNED_IN = [page for page in PAGES if page.access is not None and page.access.signed_in]
WITH_PERMISSION = [page for page in SIGNED_IN if page.access and page.access.permission]
OPERATIONS = operations()
METHODS = ("get", "post", "put", "patch", "delete")


def named(page: Any) -> str:
    return str(page.path)


def test_the_walk_finds_what_is_there() -> None:
    found = {page.path for page in PAGES}
    assert {"/", "/health", "/users/", "/users/999999999/role/", "/api/v1/docs"} <= found
    assert ("GET", "/api/v1/me") in {(one.method, one.path) for one in OPERATIONS}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_page_declares_who_may_call_it(page: Address) -> None:
    assert page.access is not None
    if page.access.permission is not None:
        assert page.access.permission in permissions()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_declares_who_may_call_it(operation: Operation) -> None:
    assert operation.permissions, "no way to sign in"
    assert set(operation.permissions) <= {None, *permissions()}


@pytest.mark.django_db
@pytest.mark.parametrize("page", SIGNED_IN, ids=named)
def test_without_a_session_a_page_leads_to_the_sign_in(page: Address, client: Client) -> None:
    for method in METHODS:
        response = getattr(client, method)(page.path)
        assert response.status_code == 302, method
        assert response["Location"].startswith("/sign-in/"), method


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_without_a_token_an_operation_answers_401(operation: Operation, client: Client) -> None:
    for header in ({}, {"HTTP_AUTHORIZATION": "Bearer rgl_nothing"}):
        response = client.generic(operation.method, operation.path, **header)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_permission_is_refused(
    role: Role, as_role: Callable[[str], Client]
) -> None:
    client = as_role(role.value)
    for page in WITH_PERMISSION:
        assert page.access is not None
        assert page.access.permission is not None
        if permissions()[page.access.permission].held_by(role):
            continue
        for method in METHODS:
            response = getattr(client, method)(page.path)
            assert response.status_code == 403, f"{method} {page.path}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_permission_is_refused_by_the_api(
    role: Role, as_role: Callable[[str], Client]
) -> None:
    client = as_role(role.value)
    for operation in OPERATIONS:
        wanted = operation.permissions[0]
        if wanted is None or permissions()[wanted].held_by(role):
            continue
        response = client.generic(operation.method, operation.path)
        assert response.status_code == 403, f"{operation.method} {operation.path}"


@pytest.mark.django_db
def test_the_auditor_can_call_nothing_that_changes(as_role: Callable[[str], Client]) -> None:
    client = as_role("auditor")
    own = ("/account/", "/sign-out/", "/language/")  # of oneself
    for page in SIGNED_IN:
        if page.path.startswith(own):
            continue
        response = client.post(page.path)
        assert response.status_code in (403, 405), page.path
