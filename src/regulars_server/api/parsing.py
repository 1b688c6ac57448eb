"""Reading what was sent: what no database can hold is refused here, for every operation."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.errors import HttpError
from ninja.parser import Parser


class CleanParser(Parser):
    """JSON and query texts without NUL and without halves of surrogate pairs."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = json.loads(request.body)
        except RecursionError:
            raise HttpError(HTTPStatus.BAD_REQUEST, "nested too deeply") from None
        _check(json.dumps(found, ensure_ascii=False))
        return found

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        found = super().parse_querydict(data, list_fields, request)
        for name, given in found.items():
            for text in (name, *(given if isinstance(given, list) else [given])):
                if isinstance(text, str):
                    _check(json.dumps(text, ensure_ascii=False))
        return found


def _check(written: str) -> None:
    # json.dumps leaves lone surrogates as they are and writes NUL as \u0000.
    try:
        written.encode()
    except UnicodeEncodeError:
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, "half a surrogate pair") from None
    if "\\u0000" in written.replace("\\\\", ""):
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, "the character NUL")
