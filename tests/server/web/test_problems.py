"""Errors: one table for pages and API, and nothing that a user must not see."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.test import RequestFactory

from regulars import errors as library
from regulars_server import errors
from regulars_server.web.problems import answer, told


def every_error(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(found for below in kind.__subclasses__() for found in every_error(below))]


@pytest.mark.parametrize(
    "kind",
    [*every_error(errors.DomainError)[1:], *every_error(library.RegularsError)[1:]],
    ids=lambda kind: kind.__name__,
)
def test_every_error_that_is_raised_on_purpose_has_a_status(kind: type[Exception]) -> None:
    if kind.__module__.startswith(("regulars.errors", "regulars_server.errors")):
        assert any(base in errors.STATUS for base in kind.__mro__)


def test_every_status_of_the_table_has_a_title() -> None:
    assert set(errors.STATUS.values()) <= set(errors.TITLES)


def test_the_nearest_class_decides() -> None:
    assert errors.known(library.UnknownName("x")) is HTTPStatus.NOT_FOUND
    assert errors.known(library.ParameterError("x")) is HTTPStatus.UNPROCESSABLE_ENTITY
    assert errors.known(ValueError("x")) is None


@pytest.mark.parametrize(
    "error",
    [
        ValueError("password=hunter2"),
        library.EngineError("SELECT 'hunter2'"),
        library.WorkspaceError("/home/hunter2"),
    ],
)
def test_what_is_for_the_log_is_not_told(error: Exception, rf: RequestFactory) -> None:
    shown = answer(rf.get("/api/v1/x"), told(error)).content.decode()
    assert "hunter2" not in shown
    assert "request_id" in shown


def test_fields_and_waiting_time_reach_a_program(rf: RequestFactory) -> None:
    wrong = answer(rf.get("/api/v1/x"), told(errors.Invalid("bad", fields={"a": "b"})))
    assert b'"errors": [{"field": "a", "message": "b"}]' in wrong.content
    many: Any = answer(rf.get("/api/v1/x"), told(errors.TooMany("wait", seconds=9)))
    assert (many.status_code, many["Retry-After"]) == (429, "9")
    assert many["Content-Type"] == "application/problem+json"
