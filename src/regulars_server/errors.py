"""What services raise, and the one table from errors to status codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars import errors as library
from regulars_server.library_words import in_words

Said = str | Promise


class DomainError(Exception):
    """Base of what a service refuses on purpose. Its text is shown to the user as it is."""

    def __init__(self, said: Said = "") -> None:
        super().__init__(said)
        self.said = said


class NotSignedIn(DomainError):
    """Nobody is signed in, or the token is not known."""


class NotAllowed(DomainError):
    """The user's role does not hold the permission."""


class NotFound(DomainError):
    """There is no such thing, or the user may not know of it."""


class Invalid(DomainError):
    """The input is wrong; `fields` says what is wrong with which."""

    def __init__(self, said: Said = "", *, fields: Mapping[str, Said] | None = None) -> None:
        super().__init__(said)
        self.fields = dict(fields or {})


class Conflict(DomainError):
    """Somebody else changed it in between, or it is already there."""


class TooMany(DomainError):
    """Too many attempts; `seconds` says when the next may be made."""

    def __init__(self, said: Said = "", *, seconds: int) -> None:
        super().__init__(said)
        self.seconds = seconds


class TooLarge(DomainError):
    """More than the limit."""


class NotNow(DomainError):
    """The server cannot do it at present; `seconds` says when to try again, where it is known."""

    def __init__(self, said: Said = "", *, seconds: int | None = None) -> None:
        super().__init__(said)
        self.seconds = seconds


# The nearest class of an error's ancestry decides.
STATUS: Mapping[type[Exception], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotNow: HTTPStatus.SERVICE_UNAVAILABLE,
    library.UnknownName: HTTPStatus.NOT_FOUND,
    library.ParameterError: HTTPStatus.UNPROCESSABLE_ENTITY,
    library.ImportRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    library.FactsError: HTTPStatus.CONFLICT,
    library.WorkspaceError: HTTPStatus.SERVICE_UNAVAILABLE,
    library.MissingExtra: HTTPStatus.NOT_IMPLEMENTED,
    library.EngineError: HTTPStatus.BAD_GATEWAY,
}

TITLES: Mapping[HTTPStatus, Promise] = {
    HTTPStatus.BAD_REQUEST: _("The request could not be read"),
    HTTPStatus.UNAUTHORIZED: _("Please sign in"),
    HTTPStatus.FORBIDDEN: _("Your role may not do this"),
    HTTPStatus.NOT_FOUND: _("There is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This address does not take that method"),
    HTTPStatus.CONFLICT: _("Somebody was faster"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("That is too large"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Something in the input is wrong"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many attempts"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Something went wrong inside Regulars"),
    HTTPStatus.NOT_IMPLEMENTED: _("A part of Regulars is not installed"),
    HTTPStatus.BAD_GATEWAY: _("The engine could not answer"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Not available just now"),
}

# What the text of an engine's or a workspace's error shows (SQL, paths) is for the log alone.
PRIVATE = (library.EngineError, library.WorkspaceError)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error as a user is told it, in HTML or as ``application/problem+json`` (RFC 9457)."""

    status: HTTPStatus
    title: Said
    detail: Said = ""
    fields: Mapping[str, Said] = field(default_factory=dict)
    retry_after: int | None = None


def known(error: Exception) -> HTTPStatus | None:
    """The status of an error that stands in the table; None for any other, which is a bug."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def problem(error: Exception) -> Problem:
    """What a user is told of an error; nothing of one that is not in the table."""
    status = known(error)
    if status is None:
        return of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
    detail: Said = error.said if isinstance(error, DomainError) else in_words(str(error))
    return Problem(
        status=status,
        title=TITLES[status],
        detail="" if isinstance(error, PRIVATE) else detail,
        fields=error.fields if isinstance(error, Invalid) else {},
        retry_after=error.seconds if isinstance(error, TooMany | NotNow) else None,
    )


def of_status(status: HTTPStatus, detail: Said = "") -> Problem:
    """The problem that a bare status code stands for."""
    return Problem(status=status, title=TITLES.get(status, status.phrase), detail=detail)
