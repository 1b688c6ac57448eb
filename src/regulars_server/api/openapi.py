"""The description of the API, completed: problems, examples, limits, what each status means."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema

JSON, PROBLEM = "application/json", "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")
ALWAYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS,
          HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)  # fmt: skip
SAID = {
    HTTPStatus.BAD_REQUEST: "The request could not be read.",
    HTTPStatus.UNAUTHORIZED: "No token and no session, or the token is not known any more.",
    HTTPStatus.FORBIDDEN: "The role, or the token's scopes, do not hold the permission.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "Somebody changed it in between, or it cannot be done as things stand.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More than the limit.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the input is wrong; `errors` names the fields.",
    HTTPStatus.TOO_MANY_REQUESTS: "The limit of the minute is reached; `Retry-After` has seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of the server; its log has it by `request_id`.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now: the workspace or the database is away, or busy.",
}
SCHEMA = {
    "title": "Problem",
    "type": "object",
    "description": "An error (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "Under it the server's log has more."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "request_id"],
}
EXAMPLE = {"type": "about:blank", "request_id": "5f0c7a1e9d3b2468"}
LIMITS = {
    "RateLimit-Limit": ("Requests of this minute.", 600),
    "RateLimit-Remaining": ("How many of them are left.", 597),
    "RateLimit-Reset": ("Seconds until they begin anew.", 42),
}


def operations(schema: OpenAPISchema | dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """The same with what Ninja does not know of."""
    schemas = schema["components"]["schemas"]
    schemas["Problem"] = SCHEMA
    for _path, _method, operation in operations(schema):
        _name_ways_to_sign_in(operation)
        _add_problems(operation)
        for status, response in operation["responses"].items():
            response.setdefault("description", "")
            if int(status) < HTTPStatus.BAD_REQUEST:
                response["headers"] = {**response.get("headers", {}), **_limits()}
        for content in _contents(operation):
            _show_example(content, schemas)
    return schema


def _name_ways_to_sign_in(operation: dict[str, Any]) -> None:
    # Either suffices; Ninja names a way once a permission.
    names: dict[str, list[str]] = {
        name: [] for way in operation.get("security", []) for name in way
    }
    operation["security"] = [{name: scopes} for name, scopes in names.items()]


def _add_problems(operation: dict[str, Any]) -> None:
    wanted = [*ALWAYS, HTTPStatus.UNPROCESSABLE_ENTITY]
    if operation.get("parameters") or "requestBody" in operation:
        wanted.append(HTTPStatus.NOT_FOUND)
        wanted.append(HTTPStatus.CONFLICT)
    if "requestBody" in operation:
        wanted += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    for status in sorted(wanted):
        operation["responses"].setdefault(int(status), _problem(status))


def _problem(status: HTTPStatus) -> dict[str, Any]:
    example = {**EXAMPLE, "title": status.phrase, "status": int(status), "detail": SAID[status]}
    return {
        "description": SAID[status],
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


def _limits() -> dict[str, Any]:
    return {
        name: {"description": said, "schema": {"type": "integer"}, "example": example}
        for name, (said, example) in LIMITS.items()
    }


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is sent and what is answered, each with its schema."""
    if "requestBody" in operation:
        yield from operation["requestBody"]["content"].values()
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def _show_example(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The example of a schema stands where readers and tools look for it: beside the schema."""
    named = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    example = schemas.get(named, content.get("schema", {})).get("example")
    if example is not None and "example" not in content and "examples" not in content:
        content["example"] = deepcopy(example)
