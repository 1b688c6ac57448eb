"""Strategies in the API: list, one, begin, move."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Body, Query, Router, Status

from regulars_server.api.auth import needs
from regulars_server.api.once import OptionalKey, RequestKey, once
from regulars_server.api.types import BIGGEST, Id, Rows
from regulars_server.strategies import queries, schemas, starting, workbooks
from regulars_server.web.actor import actor_of

router = Router()
FOUR = Decimal("0.0001")


@router.get(
    "/strategies", auth=needs("strategies.read"), response=schemas.Strategies, summary="Strategies"
)
def strategies(  # type: ignore[no-untyped-def]
    request,
    state: Literal["", "draft", "costed", "approved"] = "",
    cursor: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Rows = 50,
) -> Any:
    """The newest first; those that are put away are not among them."""
    found = queries.workbooks(state=state).select_related("costed_by", "approved_by")
    found = found.order_by("-id")
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    rows = list(found[: limit + 1])
    after = str(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [schemas.strategy(one) for one in rows[:limit]], "next_cursor": after}


@router.post(
    "/strategies",
    auth=needs("strategies.manage"),
    response={201: schemas.StrategyWhole},
    summary="Begin a strategy",
)
@once
def begin(  # type: ignore[no-untyped-def]
    request, body: Annotated[schemas.StrategyGiven, Body()], idempotency_key: RequestKey
) -> Any:
    """A draft. Its baseline is taken in the console, where who does it sees the customers."""
    given = body.dict()
    title, offers = given.pop("title"), given.pop("offers")
    given["needs"] = "\n".join(line.replace("\n", " ").strip() for line in given["needs"])
    for name in ("metric_now", "target", "control"):
        if given[name] is not None:
            given[name] = Decimal(repr(given[name])).quantize(FOUR)
    made = workbooks.begin(
        actor=actor_of(request), title=title, currency=starting.own_currency(), values=given,
        offers=tuple(offers),
    )  # fmt: skip
    return Status(201, schemas.whole(made))


@router.get(
    "/strategies/{workbook_id}",
    auth=needs("strategies.read"),
    response=schemas.StrategyWhole,
    summary="One strategy",
)
def one_strategy(request, workbook_id: Id) -> Any:  # type: ignore[no-untyped-def]
    """With what happened to it, and what it lacks before it can be costed."""
    return schemas.whole(queries.workbook(workbook_id))


@router.post(
    "/strategies/{workbook_id}/state",
    auth=needs("strategies.manage"),
    response=schemas.StrategyWhole,
    summary="Cost, approve or take back a strategy",
)
@once
def move(  # type: ignore[no-untyped-def]
    request,
    workbook_id: Id,
    body: Annotated[schemas.Moved, Body()],
    idempotency_key: OptionalKey = None,
) -> Any:
    """422 with every reason when it may not go there: approving needs `strategies.approve` as well,
    and is refused to who costed it while somebody else could. 409 when it was changed since that
    version."""
    given = body.dict()
    workbooks.move(
        actor=actor_of(request), workbook_id=workbook_id, to=given.pop("state"),
        today=timezone.localdate(), **given,
    )  # fmt: skip
    return schemas.whole(queries.workbook(workbook_id))
