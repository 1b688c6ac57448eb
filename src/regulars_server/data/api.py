"""Data in the API: tables, quality over the versions, facts versions, runs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from ninja import Path, Query, Router

from regulars.facts import FACTS
from regulars.report.words import quality as words
from regulars_server.analyses.child import both
from regulars_server.api.auth import needs
from regulars_server.api.types import BIGGEST, Rows
from regulars_server.console.workspace import opened
from regulars_server.data import queries, runs, schemas, services
from regulars_server.data.models import Measured

router = Router()
RunId = Annotated[str, Path(max_length=60, example="20260301T033112123456-4711")]
Place = Annotated[int | None, Query(ge=1, le=BIGGEST)]


@router.get(
    "/data/tables",
    auth=needs("data.read"),
    response=schemas.DataTables,
    summary="What is in the facts",
)
def tables(request) -> Any:  # type: ignore[no-untyped-def]
    """Each table that holds anything. What is not counted yet is asked for by this request."""
    found, fresh = services.newest()
    return {
        "facts_version": found.facts_version if found else None,
        "measured_at": found.measured_at if found else None,
        "fresh": fresh,
        "items": [
            {**one, "meaning": both(FACTS[one["table"]].meaning)}
            for one in (found.tables if found else [])
            if one["table"] in FACTS
        ],
    }


@router.get(
    "/data/quality",
    auth=needs("data.read"),
    response=schemas.DataQuality,
    summary="Quality over the facts versions",
)
def quality(request, cursor: Place = None, limit: Rows = 50) -> Any:  # type: ignore[no-untyped-def]
    """The shares that a reader of figures must know, in each state that was measured."""
    begin = cursor or 0
    found = list(reversed([*queries.trend()]))
    rejected = queries.rejected()
    end = begin + limit
    return {
        "items": [_state(one, rejected) for one in found[begin:end]],
        "next_cursor": str(end) if len(found) > end else None,
    }


def _state(one: Measured, rejected: dict[int | None, tuple[int, int]]) -> dict[str, Any]:
    lost, read = rejected.get(one.facts_version, (0, 0))
    return {
        "facts_version": one.facts_version,
        "measured_at": one.measured_at,
        "rows": sum(table["rows"] for table in one.tables),
        "read_rows": read,
        "rejected_rows": lost,
        "checks": [
            {
                "check": row["check"],
                "text": _check(row["check"]),
                "rows": row["rows"],
                "share": row["share"],
            }
            for row in one.quality
        ],
    }


def _check(name: str) -> dict[str, str]:
    return both(words.CHECKS[name]) if name in words.CHECKS else {"en": name, "zh": name}


@router.get(
    "/data/versions",
    auth=needs("data.read"),
    response=schemas.FactsVersions,
    summary="Facts versions",
)
def versions(request, cursor: Place = None, limit: Rows = 50) -> Any:  # type: ignore[no-untyped-def]
    """The newest first: when, by what, and what changed."""
    ws = opened()
    numbers = [*reversed(ws.lake.numbers())] if ws.settings.lake else []
    left = [number for number in numbers if cursor is None or number < cursor]
    chosen = left[:limit]
    return {
        "items": [_version(one) for one in queries.versions(chosen)],
        "next_cursor": str(chosen[-1]) if len(left) > limit else None,
    }


def _version(one: queries.VersionShown) -> dict[str, Any]:
    fields = schemas.FactsImport.model_fields
    return {
        "number": one.number,
        "recorded_at": one.recorded_at,
        "operation": one.operation,
        "imports": [{name: getattr(report, name) for name in fields} for report in one.reports],
        "tables": [
            {"table": table, "rows": rows, "more": more} for table, rows, more in one.tables
        ],
    }


@router.get(
    "/data/runs", auth=needs("data.read"), response=schemas.RunsShown, summary="What was computed"
)
def list_runs(  # type: ignore[no-untyped-def]
    request,
    name: Annotated[str, Query(max_length=60, description="Runs whose name has this.")] = "",
    failed: Annotated[bool, Query(description="Those that failed alone.")] = False,
    cursor: Annotated[str, Query(max_length=60)] = "",
    limit: Rows = 50,
) -> Any:
    """The newest first. The statements stand in each by itself."""
    found = runs.runs(name=name.strip(), failed=failed, after=cursor, rows=limit)
    return {"items": [_run(one) for one in found.runs], "next_cursor": found.after or None}


@router.get(
    "/data/runs/{run_id}", auth=needs("data.read"), response=schemas.RunWhole, summary="One run"
)
def one_run(request, run_id: RunId) -> Any:  # type: ignore[no-untyped-def]
    """Its statements and its error can hold ids: they need `data.sql`."""
    found = runs.run(run_id)
    sql = request.user.may("data.sql")
    return {
        **_run(found),
        "sql": [str(one) for one in found.get("sql") or []] if sql else None,
        "error": found.get("error") if sql else None,
    }


def _run(one: dict[str, Any]) -> dict[str, Any]:
    """A line of the log; one of an older program can lack something."""
    try:
        at = dt.datetime.fromisoformat(str(one.get("at")))
    except ValueError:
        at = None
    names = ("version", "engine", "facts_version", "rows", "seconds", "memory_mb")
    return {
        **{name: one.get(name) for name in names},
        "id": str(one.get("id")),
        "at": at,
        "name": str(one.get("name")),
        "parameters": dict(one.get("parameters") or {}),
        "failed": bool(one.get("error")),
    }
