"""The page about the API, made from its description: plain HTML, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from regulars_server.api.openapi import operations
from regulars_server.capability import permissions
from regulars_server.settings.declared import URL

_CODE = re.compile(r"`([^`]+)`")


class Pages(DocsBase):
    """Ninja asks it for the page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_params=kwargs)
        values = {
            "paragraphs": [said(one) for one in schema["info"]["description"].split("\n\n")],
            "groups": _grouped(schema),
            "schema_url": self.get_openapi_url(api, kwargs),
            "base": URL.value,
        }
        return render(request, "api/docs.html", values)


@dataclass(frozen=True)
class Shown:
    """One operation as the page says it."""

    schema: dict[str, Any]
    path: str
    method: str
    operation: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.operation["operationId"])

    @property
    def summary(self) -> str:
        return str(self.operation["summary"])

    @property
    def description(self) -> SafeString:
        return said(self.operation.get("description", ""))

    @property
    def permission(self) -> str:
        return str(self.operation.get("x-permission") or "")

    @property
    def permission_text(self) -> object:
        return permissions()[self.permission].text if self.permission else ""

    @property
    def parameters(self) -> Iterator[dict[str, Any]]:
        for one in self.operation.get("parameters", ()):
            yield {
                "name": one["name"], "place": one["in"], "required": one["required"],
                "kind": kind(one["schema"], self.schema), "said": said(one.get("description", "")),
            }  # fmt: skip

    @property
    def body(self) -> Iterator[dict[str, Any]]:
        """The fields that are sent."""
        for content in self.operation.get("requestBody", {}).get("content", {}).values():
            schema = resolved(content["schema"], self.schema)
            required = schema.get("required", [])
            for name, one in schema.get("properties", {}).items():
                yield {
                    "name": name, "required": name in required, "kind": kind(one, self.schema),
                    "said": said(one.get("description", "")),
                }  # fmt: skip

    @property
    def call(self) -> str:
        """How it is called with curl."""
        path = re.sub(r"{(\w+)}", self._filled, self.path)
        lines = [f"curl {URL.value}{path}", '  -H "Authorization: Bearer $TOKEN"']
        if self.method != "get":
            lines[0] = f"curl -X {self.method.upper()} {URL.value}{path}"
        if any(one["name"] == "Idempotency-Key" for one in self.operation.get("parameters", ())):
            lines.append('  -H "Idempotency-Key: $(uuidgen)"')
        sent = self.operation.get("requestBody", {}).get("content", {}).get("application/json")
        if sent is not None and "example" in sent:
            text = json.dumps(sent["example"], ensure_ascii=False).replace("'", "'\\''")
            lines += ['  -H "Content-Type: application/json"', f"  -d '{text}'"]
        return " \\\n".join(lines)

    def _filled(self, found: re.Match[str]) -> str:
        for one in self.operation.get("parameters", ()):
            if one["name"] == found[1]:
                return str(one.get("example", one["schema"].get("example", found[0])))
        return found[0]

    @property
    def answers(self) -> Iterator[dict[str, Any]]:
        for status, response in self.operation["responses"].items():
            contents = response.get("content", {})
            example = next((one["example"] for one in contents.values() if "example" in one), None)
            good = int(status) < 400
            yield {
                "status": status, "said": said(response["description"]), "good": good,
                "types": ", ".join(contents),
                "example": pretty(example) if good and example is not None else "",
            }  # fmt: skip


def _grouped(schema: dict[str, Any]) -> list[tuple[str, list[Shown]]]:
    found: dict[str, list[Shown]] = {}
    for path, method, operation in operations(schema):
        name = operation.get("tags", ["other"])[0]
        found.setdefault(name, []).append(Shown(schema, path, method, operation))
    return list(found.items())


def resolved(one: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, or the one that it refers to."""
    named = one.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"].get(named, one)
    return found


def kind(one: dict[str, Any], schema: dict[str, Any]) -> str:
    """A type in a few words, with its limits and its default."""
    texts = [_type(one, schema)]
    if "enum" in one:
        texts.append(", ".join(json.dumps(value, ensure_ascii=False) for value in one["enum"]))
    least, most = one.get("minimum"), one.get("maximum")
    if least is not None or most is not None:
        texts.append(f"{'' if least is None else least}..{'' if most is None else most}")
    if one.get("default") not in (None, ""):
        texts.append(f"default {json.dumps(one['default'], ensure_ascii=False)}")
    return "; ".join(texts)


def _type(one: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in one:
        return " or ".join(_type(part, schema) for part in one["anyOf"])
    if "$ref" in one:
        return str(one["$ref"].rpartition("/")[2])
    if one.get("type") == "array":
        return f"list of {_type(one.get('items', {}), schema)}"
    return str(one.get("format") or one.get("type") or "any")


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def said(text: str) -> SafeString:
    """Words of a description, what stands between backquotes as code."""
    parts = _CODE.split(text)
    marked = [
        format_html("<code>{}</code>", part) if number % 2 else conditional_escape(part)
        for number, part in enumerate(parts)
    ]
    return mark_safe("".join(marked))  # each part is escaped above
