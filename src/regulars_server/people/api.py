"""Customers and their consents in the API."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body, Query, Router, Status

from regulars_server.api.auth import needs
from regulars_server.api.once import RequestKey, once
from regulars_server.api.types import CustomerKey, Rows
from regulars_server.people import consents, schemas
from regulars_server.people.index import state
from regulars_server.people.search import ROWS, person, search
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
    q: Annotated[str, Query(min_length=1, max_length=200, example="王小明")],
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Rows = ROWS,
) -> Any:
    """By the beginning of a name, telephone number, e-mail address, card or id."""
    found = search(q, after=cursor, rows=limit)
    return {
        "items": [schemas.customer(p) for p in found.people],
        "next_cursor": found.after,
        "index_being_made": state().being_made,
    }


@router.get(
    "/customers/{customer_key}/consents",
    auth=needs("people.read"),
    response=schemas.Consents,
    summary="What a customer allows and refuses",
)
def consents_of(request, customer_key: CustomerKey) -> Any:  # type: ignore[no-untyped-def]
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
@once
def record_consent(  # type: ignore[no-untyped-def]
    request,
    customer_key: CustomerKey,
    body: Annotated[schemas.ConsentSaid, Body()],
    idempotency_key: RequestKey,
) -> Any:
    """201 when it is new. 200 when this message was recorded and its key is over; 409 when another
    one of this key was."""
    made, new = consents.record_consent(
        actor=actor_of(request),
        customer_key=customer_key,
        message_id=idempotency_key,
        word=consents.Word(**body.dict()),
    )
    return Status(201 if new else 200, schemas.consent(made))
