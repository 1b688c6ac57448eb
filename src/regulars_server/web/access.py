"""Every view declares who may call it; one that does not is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.urls import ResolverMatch

from regulars_server.capability import permissions
from regulars_server.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may call a view: anybody, anybody signed in, or who holds a permission."""

    signed_in: bool
    permission: str | None = None
    # Pages that a user without the second factor needs in order to set it up.
    first_steps: bool = False


def public(view: View) -> View:
    """Anybody may call this view."""
    return _declared(view, Access(signed_in=False))


def signed_in(view: View) -> View:
    """Whoever is signed in may call this view, whatever the role."""
    return _declared(view, Access(signed_in=True))


def first_steps(view: View) -> View:
    """As `signed_in`, also before a second factor that is required has been set up."""
    return _declared(view, Access(signed_in=True, first_steps=True))


def needs(permission: str) -> Callable[[View], View]:
    """Who holds the permission may call this view."""

    def declare(view: View) -> View:
        return _declared(view, Access(signed_in=True, permission=permission))

    return declare


def _declared(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def declared(view: Callable[..., Any]) -> Access | None:
    """What a view declares; None where it declares nothing."""
    return getattr(view, "access", None)


def is_api(match: ResolverMatch | None) -> bool:
    """Whether the address is one of the API, whose operations carry their own `auth`."""
    return match is not None and match.app_names[:1] == ["ninja"]


def check(user: Any, permission: str) -> None:
    """Raise `NotAllowed` unless the user holds the permission, which must be declared."""
    if permission not in permissions():
        raise ImproperlyConfigured(f"no capability declares the permission {permission!r}")
    if not user.may(permission):
        raise NotAllowed
