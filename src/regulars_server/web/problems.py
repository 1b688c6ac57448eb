"""Errors as people and programs are told them: one page, one JSON, one table of statuses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars_server.errors import Problem, known, of_status, problem
from regulars_server.web.access import public
from regulars_server.web.logs import REQUEST_ID

log = logging.getLogger("regulars_server.problems")
MEDIA_TYPE = "application/problem+json"
DJANGO = (Http404, PermissionDenied, SuspiciousOperation)


class ProblemMiddleware:
    """Turns an error of a view into its answer. What is in no table is logged with its trace."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DJANGO):
            return None  # Django calls our handlers below
        return answer(request, told(error))


def told(error: Exception) -> Problem:
    """The problem of an error, after logging what only the log may hold."""
    if known(error) is None:
        log.error("unexpected error", exc_info=error)
    elif known(error) in (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE):
        log.warning("%s: %s", type(error).__name__, error)
    return problem(error)


def answer(request: HttpRequest, found: Problem) -> HttpResponse:
    """The problem in the form that the client reads."""
    response = as_json(found) if wants_json(request) else as_page(request, found)
    if found.retry_after is not None:
        response["Retry-After"] = str(found.retry_after)
    return response


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def as_json(found: Problem) -> HttpResponse:
    """RFC 9457, with the fields that are wrong."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(found.title),
        "status": int(found.status),
        "request_id": REQUEST_ID.get(),
    }
    if found.detail:
        body["detail"] = str(found.detail)
    if found.fields:
        body["errors"] = [{"field": name, "message": str(m)} for name, m in found.fields.items()]
    return JsonResponse(body, status=found.status, content_type=MEDIA_TYPE)


def as_page(request: HttpRequest, found: Problem) -> HttpResponse:
    """The console's page of an error; only its words where htmx asked for a part of a page."""
    part = bool(getattr(request, "htmx", False))
    template = "console/problem_part.html" if part else "console/problem.html"
    values = {"problem": found, "request_id": REQUEST_ID.get()}
    return render(request, template, values, status=found.status)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, of_status(HTTPStatus.BAD_REQUEST))


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, of_status(HTTPStatus.NOT_FOUND))


@public
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, of_status(HTTPStatus.FORBIDDEN))


@public
def broken(request: HttpRequest) -> HttpResponse:
    return answer(request, of_status(HTTPStatus.INTERNAL_SERVER_ERROR))


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.warning("a form was refused: %s", reason)
    said = _("This page was open too long, or the form came from elsewhere. Load it again.")
    return answer(request, of_status(HTTPStatus.FORBIDDEN, said))
