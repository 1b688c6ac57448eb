"""Audiences in the API: listed, one, a condition counted, members by pages."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router

from regulars.conditions import write
from regulars.result import plain
from regulars_server.api.auth import needs
from regulars_server.api.types import BIGGEST, Id, Rows
from regulars_server.audiences import members, queries, schemas
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.measuring import measure
from regulars_server.audiences.reading import LONGEST, read, saved
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.snapshots import queries as kept
from regulars_server.snapshots.queries import KEY

router = Router()
Where = Annotated[
    str,
    Query(max_length=LONGEST, example="orders >= 2", description="A condition; empty: everybody."),
]


def _newest() -> Catalogue:
    of = newest()
    if of is None:
        raise NotFound("There is no snapshot yet.")
    return of


@router.get(
    "/audiences", auth=needs("audiences.read"), response=schemas.Audiences, summary="Audiences"
)
def audiences(  # type: ignore[no-untyped-def]
    request,
    archived: bool = False,
    cursor: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Rows = 50,
) -> Any:
    """By their numbers. `archived`: those put aside instead of those in use."""
    found = queries.audiences(archived=archived).order_by("id")
    if cursor is not None:
        found = found.filter(pk__gt=cursor)
    rows = list(found[: limit + 1])
    after = str(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [schemas.audience(one) for one in rows[:limit]], "next_cursor": after}


@router.get(
    "/audiences/count",
    auth=needs("audiences.read"),
    response=schemas.Counted,
    summary="Count a condition",
)
def count(request, where: Where = "") -> Any:  # type: ignore[no-untyped-def]
    """Of the newest snapshot. What is not allowed in a condition is refused with its place."""
    of = _newest()
    condition = read(where, of)
    found = measure(of, condition)
    return {
        "snapshot": of.id, "as_of": of.as_of, "condition": write(condition),
        "customers": found.customers, "unknown": found.unknown, "base": of.rows,
        "revenue_minor": found.revenue, "value_minor": found.value,
    }  # fmt: skip


@router.get(
    "/audiences/{audience_id}",
    auth=needs("audiences.read"),
    response=schemas.AudienceWhole,
    summary="One audience",
)
def one_audience(request, audience_id: Id) -> Any:  # type: ignore[no-untyped-def]
    """With its size at each snapshot."""
    found = queries.audience(audience_id)
    return {**schemas.audience(found), "sizes": [schemas.size(s) for s in queries.sizes(found)]}


@router.get(
    "/audiences/{audience_id}/members",
    auth=needs("audiences.read"),
    response=schemas.Members,
    summary="Members of an audience",
)
def audience_members(  # type: ignore[no-untyped-def]
    request,
    audience_id: Id,
    columns: Annotated[str, Query(max_length=4000, description="With commas between.")] = KEY,
    cursor: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Rows of a page.")] = 1000,
) -> Any:
    """In the newest snapshot, by customer key, without names; who was erased is left out.

    409 where the snapshot lacks a column that the audience names.
    """
    found, of = queries.audience(audience_id), _newest()
    reading = saved(found.condition, found.columns, of)
    if reading.condition is None:
        raise Conflict(f"The newest snapshot lacks: {', '.join(reading.lacking)}")
    names = [one.strip() for one in columns.split(",") if one.strip() not in ("", KEY)]
    names = [c["name"] for c in kept.columns(of.snapshot, names, named=False)] if names else []
    if set(names) - set(of.fields):
        raise Invalid(fields={"columns": "Columns that hold customers apart cannot be read here."})
    rows = members.by_key(of, reading.condition, names, after=cursor or 0, most=limit + 1)
    after = str(rows[limit - 1][0]) if len(rows) > limit else None
    return {
        "snapshot": of.id, "as_of": of.as_of, "next_cursor": after,
        "rows": [dict(zip([KEY, *names], plain(row), strict=True)) for row in rows[:limit]],
    }  # fmt: skip
