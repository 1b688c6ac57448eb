"""Events in the API."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from regulars_server.access import limits
from regulars_server.api.auth import needs
from regulars_server.errors import Invalid, TooLarge
from regulars_server.inbox import schemas, services
from regulars_server.inbox.configuration import REQUESTS
from regulars_server.inbox.messages import Unreadable, read_batch

router = Router()


@router.post(
    "/events",
    auth=needs("events.write", rated=False),
    response={200: schemas.Answer, 207: schemas.Answer},
    summary="Send events",
    openapi_extra={"requestBody": schemas.BODY},
)
def events(  # type: ignore[no-untyped-def]
    request, source: Annotated[str, Query(max_length=60)] = services.DEFAULT_SOURCE
) -> Any:
    """Up to 1,000 messages of 32 KB, 5 MB together; answered when they are durable.

    200 when all were taken, now or before; 207 when some were not: `rejected` says which and why,
    and the others were taken. A message id is taken once for each `source`, the system whose
    customer ids the messages carry: sending it again changes nothing.
    """
    via = getattr(request, "via", f"user {request.user.pk}")
    limits.spend(limits.Limit(name="inbox", most=REQUESTS.value, seconds=60), via)
    try:
        messages = read_batch(request.body)
    except RequestDataTooBig:
        raise TooLarge(_("A request has at most 5 MB.")) from None
    except Unreadable as error:
        said = _("The body is no batch of messages: %(why)s.") % {"why": error}
        raise Invalid(said) from None
    taken = services.take(
        messages=messages, source=source, token=_token(via), received_at=timezone.now()
    )
    return Status(207 if taken.rejected else 200, schemas.answer(taken))


def _token(via: str) -> int | None:
    kind, _space, number = via.partition(" ")
    return int(number) if kind == "token" else None
