"""Imports in the API."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from regulars_server.api.auth import needs
from regulars_server.api.once import OptionalKey, RequestKey, once
from regulars_server.api.types import BIGGEST, Id, Rows
from regulars_server.imports import mapping, queries, schemas, services
from regulars_server.web.actor import actor_of

router = Router()


@router.get("/imports", auth=needs("imports.read"), response=schemas.Imports, summary="Imports")
def list_imports(  # type: ignore[no-untyped-def]
    request,
    cursor: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Rows = 50,
) -> Any:
    """The newest first."""
    found = queries.imports()
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    rows = list(found[: limit + 1])
    after = str(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [schemas.told(one) for one in rows[:limit]], "next_cursor": after}


@router.post(
    "/imports",
    auth=needs("imports.run"),
    response={202: schemas.ImportOut},
    summary="Import a file",
    openapi_extra=schemas.FORM,
)
@once
def import_file(  # type: ignore[no-untyped-def]
    request,
    file: Annotated[UploadedFile, File()],
    fact: Annotated[str, Form(max_length=40)],
    idempotency_key: RequestKey,
    source: Annotated[str, Form(max_length=60)] = "shop",
    at_once: Annotated[bool, Form()] = True,
) -> Any:
    """The file is looked at and, with `at_once`, imported where no column is unsure.

    Else its state becomes `asking`: confirm the columns.
    """
    coming = services.Announced(
        fact=fact, source=source, file_name=file.name or "file", size=file.size or 0,
        at_once=at_once,
    )  # fmt: skip
    made = services.whole(actor=actor_of(request), coming=coming, file=file)
    return Status(202, schemas.told(made))


@router.get(
    "/imports/{import_id}",
    auth=needs("imports.read"),
    response=schemas.ImportOut,
    summary="One import",
)
def one_import(request, import_id: Id) -> Any:  # type: ignore[no-untyped-def]
    """How far it is; its report once it is done."""
    return schemas.told(queries.of(import_id))


@router.post(
    "/imports/{import_id}/confirm",
    auth=needs("imports.run"),
    response={202: schemas.ImportOut},
    summary="Import with these columns",
)
@once
def confirm_import(  # type: ignore[no-untyped-def]
    request,
    import_id: Id,
    body: Annotated[schemas.Confirmed, Body()],
    idempotency_key: OptionalKey = None,
) -> Any:
    """409 when it was changed since that version: a replay without a key is such."""
    given = body.dict()
    version = given.pop("version")
    made = services.confirm(
        actor=actor_of(request), import_id=import_id, version=version,
        chosen=mapping.Chosen(**given),
    )  # fmt: skip
    return Status(202, schemas.told(made))
