"""Errors of the API as problem+json, by the same table as the pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from regulars_server.errors import Problem, of_status
from regulars_server.web.problems import answer, told


def register(api: NinjaAPI) -> None:
    """Have the API answer every error as a problem."""
    api.add_exception_handler(Exception, _any)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(ValidationError, _invalid)


def _any(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, told(error))


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, of_status(HTTPStatus.NOT_FOUND))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, of_status(HTTPStatus(error.status_code)))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # The place and the rule, not the value: it can be somebody's name, and logs keep answers.
    fields = {".".join(str(part) for part in e["loc"]): e["msg"] for e in error.errors}
    found = Problem(status=status, title=of_status(status).title, fields=fields)
    return answer(request, found)
