"""Snapshots in the API, and a customer as the newest has them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Path, Query, Router

from regulars.result import plain
from regulars_server.api.auth import needs
from regulars_server.api.once import RequestKey, once
from regulars_server.api.types import BIGGEST, CustomerKey
from regulars_server.people.schemas import customer
from regulars_server.people.search import person
from regulars_server.snapshots import queries, schemas
from regulars_server.web.actor import actor_of
from regulars_server.work.api import accepted
from regulars_server.work.jobs import SNAPSHOT
from regulars_server.work.schemas import JobShown
from regulars_server.work.services import enqueue

router = Router()
SnapshotId = Annotated[
    str, Path(max_length=120, example="newest", description="Of the list, or `newest`.")
]
Columns = Annotated[str, Query(max_length=4000, description="These alone, with commas between.")]


@router.get(
    "/snapshots",
    auth=needs("snapshots.read"),
    response=schemas.Snapshots,
    summary="Snapshots",
)
def list_snapshots(  # type: ignore[no-untyped-def]
    request,
    cursor: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows of a page.")] = 50,
) -> Any:
    """The newest first."""
    begin = cursor or 0
    found = queries.snapshots()
    end = begin + limit
    after = str(end) if len(found) > end else None
    return {"items": [_shown(one) for one in found[begin:end]], "next_cursor": after}


@router.post(
    "/snapshots",
    auth=needs("work.manage"),
    response={202: JobShown},
    summary="Take a snapshot",
)
@once
def take_snapshot(  # type: ignore[no-untyped-def]
    request,
    body: Annotated[schemas.SnapshotAsked, Body()],
    idempotency_key: RequestKey,
) -> Any:
    """A job: follow it at `Location`. When it is done, its `result` has the snapshot's id."""
    given = body.model_dump(mode="json")
    return accepted(request, enqueue(actor=actor_of(request), kind=SNAPSHOT.name, payload=given))


@router.get(
    "/snapshots/{snapshot_id}",
    auth=needs("snapshots.read"),
    response=schemas.SnapshotWhole,
    summary="One snapshot",
)
def one_snapshot(request, snapshot_id: SnapshotId) -> Any:  # type: ignore[no-untyped-def]
    """With its columns: type, unit, meaning, whose they are, what an unknown value means."""
    found = queries.snapshot(snapshot_id)
    shown = queries.columns(found, [], named=_named(request))
    return {**_shown(found), "columns": shown}


@router.get(
    "/snapshots/{snapshot_id}/rows",
    auth=needs("snapshots.read"),
    response=schemas.SnapshotRows,
    summary="Rows of a snapshot",
)
def snapshot_rows(  # type: ignore[no-untyped-def]
    request,
    snapshot_id: SnapshotId,
    columns: Columns = "",
    cursor: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Rows of a page.")] = 1000,
) -> Any:
    """By customer key. Where the pages are read one by one, name the snapshot by its id: `newest`
    can be another one in between."""
    found = queries.snapshot(snapshot_id)
    chosen = [one.strip() for one in columns.split(",")] if columns else []
    names = [one["name"] for one in queries.columns(found, chosen, named=_named(request))]
    rows, after = queries.rows(found, names, after=cursor or 0, most=limit)
    return {
        "snapshot": found.id,
        "as_of": found.as_of,
        "rows": [dict(zip(names, plain(row), strict=True)) for row in rows],
        "next_cursor": None if after is None else str(after),
    }


@router.get(
    "/customers/{customer_key}",
    auth=needs("snapshots.read"),
    response=schemas.CustomerWhole,
    summary="One customer",
)
def one_customer(request, customer_key: CustomerKey) -> Any:  # type: ignore[no-untyped-def]
    """By the key of any of their records, merged ones too. `identity` is null without
    `people.read`; `snapshot` where the newest does not have them."""
    of = person(customer_key)
    found = queries.values(of.pk)
    said = None
    if found is not None:
        newest, values = found
        said = {"id": newest.id, "as_of": newest.as_of, "values": plain(values)}
    identity = customer(of) if _named(request) else None
    return {"customer_key": of.pk, "identity": identity, "snapshot": said}


def _named(request: HttpRequest) -> bool:
    """Whether who asks may see what names people."""
    user: Any = request.user
    return bool(user.may("people.read"))


def _shown(one: Any) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "id": one.id, "as_of": one.as_of, "rows": one.rows,
        "facts_version": manifest["facts_version"], "taken_at": one.published_at,
        "parameters": manifest["parameters"],
    }  # fmt: skip
