"""Who may call an operation: by the console's session or by a token, with a permission.

@router.get("/customers", auth=needs("people.read"))
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from regulars_server.errors import NotAllowed, NotSignedIn
from regulars_server.web.access import check


class BySession(APIKeyCookie):
    """A session of the console; changes need the CSRF token, which Ninja checks."""

    def __init__(self, permission: str | None, *, rated: bool = True) -> None:
        self.permission, self.rated = permission, rated
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        # Without a session there is nothing that a forged form could abuse: let a token speak.
        if not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        from regulars_server.api.rates import spend

        user: Any = request.user
        if self.rated:
            spend(request, user_id=user.pk, token_id=None)
        if user.must_set_up_second_factor:
            raise NotAllowed
        if self.permission is not None:
            check(user, self.permission)
        return user


class ByToken(HttpBearer):
    """``Authorization: Bearer …`` with a token whose scopes hold the permission."""

    def __init__(self, permission: str | None, *, rated: bool = True) -> None:
        self.permission, self.rated = permission, rated
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        from regulars_server.access.tokens import find, scoped
        from regulars_server.api.rates import spend

        found = find(token)
        if found is None:
            raise NotSignedIn
        request.user = scoped(found)
        request.via = f"token {found.pk}"  # type: ignore[attr-defined]
        if self.rated:
            spend(request, user_id=found.user_id, token_id=found.pk)
        if self.permission is not None:
            check(request.user, self.permission)
        return request.user


class Nobody(HttpBearer):
    """What an operation that declares nothing gets."""

    permission = "nobody"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return None


def needs(permission: str, *, rated: bool = True) -> list[Any]:
    """`auth` of an operation that wants this permission. A token is tried first.

    ``rated=False`` is for an operation that has a limit of its own.
    """
    return [ByToken(permission, rated=rated), BySession(permission, rated=rated)]


def signed_in() -> list[Any]:
    """`auth` of an operation for whoever is signed in."""
    return [ByToken(None), BySession(None)]
