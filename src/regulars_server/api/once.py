"""Operations that are answered once under an ``Idempotency-Key``.

    @router.post("/cases", auth=needs("care.work"), response={201: Case}, summary="Open a case")
    @once
    def begin(request, body: Body[New], idempotency_key: RequestKey) -> Any:

`api.main` wraps each such operation when it builds the API. A parameter of type `OptionalKey`
leaves it to the client; without a key, the operation runs as any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from ninja import Header
from ninja.operation import Operation
from pydantic_core import to_jsonable_python

from regulars_server.api import services

_SAID = (
    "Names this request, at most 100 characters. The same request again under this key is"
    " answered as before and changes nothing; another request under it is refused."
)


def _given() -> Any:
    return Header(  # type: ignore[type-arg]
        alias=services.FIELD, min_length=1, max_length=services.LONGEST, description=_SAID,
        example="0f8e5d1c-6a64-4b3f-9e0a-2f9d8c7b1a35",
    )  # fmt: skip


# One object each: what an operation defaults to is noted in it.
RequestKey = Annotated[str, _given()]
OptionalKey = Annotated[str | None, _given()]
View = TypeVar("View", bound=Callable[..., Any])


def once(view: View) -> View:
    """Mark a view whose answer is kept under its parameter ``idempotency_key``."""
    view.once = True  # type: ignore[attr-defined]
    return view


def bind(operation: Operation) -> None:
    """Have a marked operation answered once; any other stays as it is."""
    view = operation.view_func
    if not getattr(view, "once", False):
        return

    def answered(request: HttpRequest, **values: Any) -> Any:
        key = values.get("idempotency_key")
        if key is None:
            return view(request, **values)

        def answer() -> HttpResponse:
            made = view(request, **values)
            empty = operation.api.create_temporal_response(request)
            response = operation._result_to_response(request, made, empty)
            assert isinstance(response, HttpResponse)
            return response

        given = {name: _plain(v) for name, v in values.items() if name != "idempotency_key"}
        user: Any = request.user
        return services.once(
            user_id=user.pk, key=key, asked=[request.method, request.path, given], answer=answer
        )

    operation.view = view  # type: ignore[attr-defined]
    operation.view_func = answered


def _plain(value: Any) -> Any:
    """An input as JSON can hold it; of a file, the hash of what is in it."""
    if isinstance(value, UploadedFile):
        found = hashlib.sha256()
        for part in value.chunks():
            found.update(part)
        value.seek(0)
        return {"file": value.name, "sha256": found.hexdigest()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return to_jsonable_python(value)
