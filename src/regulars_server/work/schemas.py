"""Forms of jobs in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.work.models import Job
from regulars_server.work.reasons import in_words

JOB: JsonDict = {
    "id": 31, "kind": "work.snapshot", "state": "done", "stage": "taking", "done_units": None,
    "all_units": None, "attempts": 1, "asked_at": "2026-03-01T03:30:00Z",
    "begun_at": "2026-03-01T03:30:01Z", "ended_at": "2026-03-01T03:31:12Z",
    "result": {"snapshot": "1998-07-01-v1-5f0c7a1e", "as_of": "1998-07-01", "rows": 2357},
    "error": "",
}  # fmt: skip


class JobShown(Schema):
    """A job, from being asked for to its end: `done`, `set_aside` (it failed) or `cancelled`."""

    id: int
    kind: str
    state: str
    stage: str
    done_units: int | None
    all_units: int | None
    attempts: int
    asked_at: dt.datetime
    begun_at: dt.datetime | None
    ended_at: dt.datetime | None
    result: dict[str, Any] | None
    error: str = Field(description="Why the last attempt failed.")

    model_config = ConfigDict(json_schema_extra={"example": JOB})


def job(one: Job) -> dict[str, Any]:
    """A job as the API gives it."""
    names = [name for name in JobShown.model_fields if name not in ("id", "error")]
    error = str(in_words(one.error_code)) if one.error_code else ""
    return {"id": one.pk, "error": error, **{name: getattr(one, name) for name in names}}
