"""The description of the API: valid, with an example of everything, and a page made from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from regulars_server.api.main import API
from regulars_server.api.openapi import operations
from server.people import Client

import regulars_server.urls  # noqa: F401  # isort: skip  # binds the API


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(json.dumps(API.get_openapi_schema(), default=str)))


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(schema).validate()
    names = [one["operationId"] for _path, _method, one in operations(schema)]
    assert len(names) == len(set(names))


def test_every_operation_shows_what_is_sent_and_answered(schema: dict[str, Any]) -> None:
    """An operation of yours fails here? Give its schema an ``example`` in ``json_schema_extra``."""
    lacking = [
        f"{method} {path}"
        for path, method, operation in operations(schema)
        for content in contents(operation)
        if "example" not in content and "examples" not in content
    ]
    assert lacking == []


def test_every_part_of_an_address_has_an_example(schema: dict[str, Any]) -> None:
    lacking = [
        f"{path} {parameter['name']}"
        for path, _method, operation in operations(schema)
        for parameter in operation.get("parameters", ())
        if parameter["required"] and "example" not in parameter
        and "example" not in parameter["schema"]
    ]  # fmt: skip
    assert lacking == []


def test_examples_are_as_their_schemas_say(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        for content in contents(operation):
            whole = {**content["schema"], "components": schema["components"]}
            jsonschema.Draft202012Validator(whole).validate(content["example"]), (path, method)


def test_every_operation_says_what_it_is_for(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        assert operation.get("description"), f"{method} {path}"
        assert {"401", "403", "429"} <= set(operation["responses"]), f"{method} {path}"


def test_whatever_makes_something_takes_a_key(schema: dict[str, Any]) -> None:
    """A POST without one would be done twice when a network fails between two programs.

    Events carry an id each, which is as good.
    """
    without = [
        path
        for path, method, operation in operations(schema)
        if method == "post"
        and not path.endswith("/events")
        and not any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
    ]
    assert without == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_names_every_operation(
    schema: dict[str, Any], as_role: Callable[[str], Client], language: str
) -> None:
    page = as_role("analyst").get("/api/v1/docs", HTTP_ACCEPT_LANGUAGE=language)
    text = page.content.decode()
    assert page.status_code == 200
    for path, _method, operation in operations(schema):
        assert f'id="{operation["operationId"]}"' in text, path
    assert "<script>" not in text
    assert "style=" not in text
    assert ("需要权限" in text) == (language == "zh-hans")
