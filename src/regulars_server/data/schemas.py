"""Forms of data in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.analyses.schemas import Both

TABLE: JsonDict = {
    "table": "orders", "rows": 6919, "void": 0, "first_day": "1997-01-01",
    "last_day": "1998-06-30", "sources": ["shop"], "bytes": 88213,
    "meaning": {"en": "One order, or one refund", "zh": "一笔订单或退款"},
}  # fmt: skip
CHECK: JsonDict = {
    "check": "orders_without_customer", "rows": 12, "share": 0.0017,
    "text": {"en": "Orders without a customer", "zh": "没有对应客户的订单"},
}  # fmt: skip
IMPORTED: JsonDict = {
    "import_id": "3f1c9a", "table": "orders", "source": "shop", "files": ["orders.csv"],
    "new": 6919, "changed": 0, "unchanged": 0, "void": 0, "rejected_rows": 3,
}  # fmt: skip
RUN: JsonDict = {
    "id": "20260301T033112123456-4711", "at": "2026-03-01T03:31:12Z", "name": "groups",
    "version": "0.1.0", "parameters": {"window_days": 365}, "engine": "duckdb",
    "facts_version": 1, "rows": 5, "seconds": 0.21, "memory_mb": 212.5, "failed": False,
}  # fmt: skip


class TableHeld(Schema):
    """A table of facts: what a row says, how many there are, from when to when, whence."""

    table: str
    meaning: Both
    rows: int
    void: int = Field(description="Rows that were withdrawn.")
    first_day: dt.date | None
    last_day: dt.date | None
    sources: list[str]
    bytes: int | None = Field(description="On the disk; null of a company's own tables.")


class DataTables(Schema):
    """What is in the facts. `fresh`: counted in the facts of now; else of those before, while
    these are being counted. `facts_version` is null of a company's own tables."""

    facts_version: int | None
    measured_at: dt.datetime | None
    fresh: bool
    items: list[TableHeld]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "facts_version": 1, "measured_at": "2026-03-01T03:31:12Z", "fresh": True,
                "items": [TABLE],
            }
        }
    )  # fmt: skip


class QualityCheck(Schema):
    """A check of the data: how many rows it counts, which share of them that is."""

    check: str
    text: Both
    rows: float | None = Field(description="Null: the facts for it are not imported.")
    share: float | None = Field(description="0..1; null where it is no share.")


class QualityState(Schema):
    """The checks in one facts version (null: a company's own tables on that day)."""

    facts_version: int | None
    measured_at: dt.datetime
    rows: int
    read_rows: int = Field(description="Rows of the imports that made it.")
    rejected_rows: int = Field(description="Those of them that were not taken.")
    checks: list[QualityCheck]


class DataQuality(Schema):
    """A page of the states in which the quality was measured, the newest first."""

    items: list[QualityState]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "facts_version": 1, "measured_at": "2026-03-01T03:31:12Z", "rows": 6919,
                        "read_rows": 6922, "rejected_rows": 3, "checks": [CHECK],
                    }
                ],
                "next_cursor": None,
            }
        }
    )  # fmt: skip


class FactsImport(Schema):
    """One import into a facts version."""

    import_id: str
    table: str
    source: str
    files: list[str]
    new: int
    changed: int
    unchanged: int
    void: int
    rejected_rows: int


class TableChange(Schema):
    """How many rows a table has in a facts version, and how many more than in the one before."""

    table: str
    rows: int
    more: int


class FactsVersionShown(Schema):
    """A facts version: when, by what, and what changed in it."""

    number: int
    recorded_at: dt.datetime | None
    operation: str = Field(description="import, landing, forget or maintain.")
    imports: list[FactsImport]
    tables: list[TableChange] = Field(description="Where both versions were counted.")


class FactsVersions(Schema):
    """A page of facts versions, the newest first; none without a lake."""

    items: list[FactsVersionShown]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "number": 1, "recorded_at": "2026-03-01T03:31:12Z", "operation": "import",
                        "imports": [IMPORTED],
                        "tables": [{"table": "orders", "rows": 6919, "more": 6919}],
                    }
                ],
                "next_cursor": None,
            }
        }
    )  # fmt: skip


class RunShown(Schema):
    """One computation. Parameters that may be any text stand as `…` in it."""

    id: str
    at: dt.datetime | None
    name: str
    version: str | None
    parameters: dict[str, Any]
    engine: str | None
    facts_version: int | None
    rows: int | None
    seconds: float | None
    memory_mb: float | None
    failed: bool


class RunsShown(Schema):
    """A page of runs, the newest first. The API looks through the last 5000 of them."""

    items: list[RunShown]
    next_cursor: str | None

    model_config = ConfigDict(json_schema_extra={"example": {"items": [RUN], "next_cursor": None}})


class RunWhole(RunShown):
    """One computation with its statements and its error; both null without `data.sql`."""

    sql: list[str] | None
    error: str | None

    model_config = ConfigDict(
        json_schema_extra={"example": {**RUN, "sql": ["SELECT 1"], "error": None}}
    )
