"""Cases in the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Body, Query, Router, Status

from regulars_server.access.models import User
from regulars_server.api.auth import needs
from regulars_server.api.once import OptionalKey, RequestKey, once
from regulars_server.api.types import BIGGEST, Id, Rows
from regulars_server.care import queries, schemas, services
from regulars_server.errors import Invalid
from regulars_server.people.search import person
from regulars_server.web.actor import actor_of

router = Router()


@router.get("/cases", auth=needs("care.read"), response=schemas.Cases, summary="Cases")
def cases(  # type: ignore[no-untyped-def]
    request,
    state: Literal["", "pending", "open", "answered", "closed"] = "",
    owner: Annotated[str, Query(max_length=254)] = "",
    customer_key: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    cursor: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Rows = 50,
) -> Any:
    """The newest first. `pending`: all that are not closed; `owner`: their e-mail address."""
    keys = None if customer_key is None else person(customer_key).keys
    found = queries.cases(state=state, keys=keys)
    if owner:
        found = found.filter(owner__email=owner.strip().lower())
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    rows = list(found[: limit + 1])
    after = str(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [schemas.case(one) for one in rows[:limit]], "next_cursor": after}


@router.post(
    "/cases",
    auth=needs("care.work"),
    response={200: schemas.CaseWhole, 201: schemas.CaseWhole},
    summary="Open a case",
)
@once
def open_case(  # type: ignore[no-untyped-def]
    request,
    body: Annotated[schemas.CaseOpened, Body()],
    idempotency_key: RequestKey,
) -> Any:
    """201 when it is new. 200 when this message opened it and its key is over; 409 when another one
    of this key did."""
    given = body.dict()
    made, new = services.open_case(
        actor=actor_of(request),
        customer_key=given.pop("customer_key"),
        message_id=idempotency_key,
        about=services.Opening(**given),
    )
    return Status(201 if new else 200, schemas.whole(made))


@router.get(
    "/cases/{case_id}", auth=needs("care.read"), response=schemas.CaseWhole, summary="One case"
)
def one_case(request, case_id: Id) -> Any:  # type: ignore[no-untyped-def]
    """With what was said in it."""
    return schemas.whole(queries.case(case_id))


@router.post(
    "/cases/{case_id}/answer",
    auth=needs("care.work"),
    response=schemas.CaseWhole,
    summary="Answer in a case",
)
@once
def answer(  # type: ignore[no-untyped-def]
    request,
    case_id: Id,
    body: Annotated[schemas.Answered, Body()],
    idempotency_key: OptionalKey = None,
) -> Any:
    """409 when somebody changed the case since that version: a replay without a key is such."""
    return schemas.whole(services.answer(actor=actor_of(request), case_id=case_id, **body.dict()))


@router.post(
    "/cases/{case_id}/close",
    auth=needs("care.work"),
    response=schemas.CaseWhole,
    summary="Close a case",
)
@once
def close(  # type: ignore[no-untyped-def]
    request,
    case_id: Id,
    body: Annotated[schemas.Closed, Body()],
    idempotency_key: OptionalKey = None,
) -> Any:
    """With a reason. 409 as for an answer."""
    return schemas.whole(services.close(actor=actor_of(request), case_id=case_id, **body.dict()))


@router.put(
    "/cases/{case_id}/owner",
    auth=needs("care.work"),
    response=schemas.CaseWhole,
    summary="Give a case to somebody",
)
def own(  # type: ignore[no-untyped-def]
    request, case_id: Id, body: Annotated[schemas.Owned, Body()]
) -> Any:
    """409 as for an answer."""
    user = None
    if body.owner is not None:
        user = User.objects.filter(email=body.owner.strip().lower()).first()
        if user is None:
            raise Invalid(fields={"owner": "?"})
    made = services.assign(
        actor=actor_of(request), case_id=case_id, version=body.version,
        owner_id=user.pk if user is not None else None,
    )  # fmt: skip
    return schemas.whole(made)
