"""Customers and their consents in the API."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body, Header, Query, Router, Status

from regulars_server.api.auth import needs
from regulars_server.people import consents, schemas
from regulars_server.people.search import MOST_ROWS, ROWS, person, search
from regulars_server.web.actor import actor_of

router = Router()


@router.get(
    "/customers",
    auth=needs("people.read"),
    response=schemas.Customers,
    summary="Find customers",
)
def customers(  # type: ignore[no-untyped-def]
    request,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = ROWS,
) -> Any:
    """By the beginning of a name, telephone number, e-mail address, card or id."""
    found = search(q, after=cursor, rows=limit)
    return {"items": [schemas.customer(p) for p in found.people], "next_cursor": found.after}


@router.get(
    "/customers/{customer_key}",
    auth=needs("people.read"),
    response=schemas.Customer,
    summary="One customer",
)
def customer(request, customer_key: int) -> Any:  # type: ignore[no-untyped-def]
    """By the key of any of their records, merged ones too."""
    return schemas.customer(person(customer_key))


@router.get(
    "/customers/{customer_key}/consents",
    auth=needs("people.read"),
    response=schemas.Consents,
    summary="What a customer allows and refuses",
)
def said(request, customer_key: int) -> Any:  # type: ignore[no-untyped-def]
    """For each purpose and channel the latest word counts."""
    keys = person(customer_key).keys
    return {
        "current": [schemas.consent(one) for one in consents.current(keys)],
        "history": [schemas.consent(one) for one in consents.history(keys)],
        "refuses_personalised_decisions": consents.refuses_personalised(keys),
    }


@router.put(
    "/customers/{customer_key}/consents",
    auth=needs("people.consent"),
    response={200: schemas.ConsentRecorded, 201: schemas.ConsentRecorded},
    summary="Record what a customer says",
)
def say(  # type: ignore[no-untyped-def]
    request,
    customer_key: int,
    body: Annotated[schemas.ConsentSaid, Body()],
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)],
) -> Any:
    """201 when it is new; 200 when this message was recorded before; 409 when another one was."""
    made, new = consents.record_consent(
        actor=actor_of(request),
        customer_key=customer_key,
        message_id=idempotency_key,
        word=consents.Word(**body.dict()),
    )
    return Status(201 if new else 200, schemas.consent(made))
