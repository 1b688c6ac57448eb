"""Customers and their consents in the API."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Status

from regulars_server.analyses.asking import Working
from regulars_server.analyses.configuration import WAIT_SECONDS
from regulars_server.analyses.schemas import Working as WorkingShown
from regulars_server.analyses.schemas import later
from regulars_server.api.auth import needs
from regulars_server.api.once import RequestKey, once
from regulars_server.api.types import CustomerKey, Rows
from regulars_server.errors import Invalid
from regulars_server.people import consents, histories, schemas, timeline
from regulars_server.people.index import state
from regulars_server.people.search import ROWS, person, search
from regulars_server.web.actor import actor_of

router = Router()
MOST_SECONDS = 2.0


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
    "/customers/{customer_key}/timeline",
    auth=needs("people.see"),
    response={200: schemas.CustomerTimeline, 202: WorkingShown},
    summary="What happened with a customer",
)
def timeline_of(  # type: ignore[no-untyped-def]
    request,
    customer_key: CustomerKey,
    kind: Annotated[
        str, Query(max_length=20, description=f"One of {', '.join(timeline.KINDS)}.")
    ] = "",
    channel: Annotated[str, Query(max_length=60)] = "",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Rows = 50,
) -> Any:
    """Orders, contacts, responses, visits, cases and more, by day, the newest first.

    202 while it is read from the facts: ask again after `Retry-After` seconds.
    """
    if kind and kind not in timeline.KINDS:
        said = _("One of: %(known)s") % {"known": ", ".join(timeline.KINDS)}
        raise Invalid(fields={"kind": said})
    after = _place(cursor)
    of = person(customer_key)
    seconds = min(MOST_SECONDS, WAIT_SECONDS.value)
    found = histories.history(of.pk, of.keys, user_id=request.user.pk, wait_seconds=seconds)
    if isinstance(found, Working):
        return later(found.seconds)
    chosen = [
        one
        for one in timeline.events(found.rows)
        if (not kind or one.kind == kind) and (not channel or one.channel == channel)
    ]
    events, following = timeline.following(chosen, after, rows=limit)
    named = request.user.may("people.read")
    return {
        "customer_key": of.pk,
        "facts_version": found.facts_version,
        "items": [schemas.event(one, named=named) for one in events],
        "next_cursor": _written(following) if following is not None else None,
    }


def _written(place: timeline.Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> timeline.Place | None:
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        day, instant, kind, given = json.loads(text)
        dt.date.fromisoformat(day)
        if instant is not None:
            dt.datetime.fromisoformat(instant)
        if kind not in timeline.KINDS or type(given) is not int or given < 0:
            raise ValueError(kind)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(fields={"cursor": _("This is no place in a list.")}) from error
    return day, instant, kind, given


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
