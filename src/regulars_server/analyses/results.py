"""An answer that is kept, as the library's own `Result`. It knows no Django."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regulars
from regulars.declare import Column, Text
from regulars.result import Note, Result
from regulars.words import named

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Workspace

ID = "external_id"
KEY = "customer_key"
ID_COLUMN = named(
    Column(
        name=ID, type="VARCHAR", personal=True,
        meaning=Text("The customer's id in the source system.", "客户在来源系统中的编号。"),
    )
)  # fmt: skip


def analysis_of(name: str) -> Any:
    """The analysis of a name as it is declared; None where there is none."""
    return next((one for one in regulars.catalogue() if one.name == name), None)


def columns_of(told: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns of an answer as they are declared, with their headings and words."""
    analysis = analysis_of(told["name"])
    known = {column.name: column for column in (*analysis.columns, *analysis.cuts, ID_COLUMN)}
    return tuple(known[one["name"]] for one in told["columns"])


def figures_of(told: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in told["figures"]}


def notes_of(told: Mapping[str, Any]) -> tuple[Note, ...]:
    """Its notes, whose sentences are finished: nothing in them is to be filled in."""
    return tuple(
        Note(one["code"], Text(_whole(one["text"]["en"]), _whole(one["text"]["zh"])))
        for one in told["notes"]
    )


def _whole(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def result(told: Mapping[str, Any], columns: tuple[Column, ...], table: Any) -> Result:
    """The answer with these rows of it."""
    return Result(
        name=told["name"],
        parameters=told["parameters"],
        columns=columns,
        table=table,
        figures=figures_of(told),
        notes=notes_of(told),
        facts_version=told["facts_version"],
        details=told.get("details") or {},
        limit=None if told["complete"] else told["rows"],
    )


def read(folder: Path) -> dict[str, Any]:
    """What an answer says of itself."""
    found: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return found


def arrow(con: DuckDBPyConnection, statement: str, values: list[Any]) -> Any:
    """Rows as an Arrow table."""
    from arro3.core import Table

    return Table.from_arrow(con.sql(statement, params=values))


def identities(ws: Workspace, facts_version: int | None) -> list[str]:
    """The Parquet files that say which id is whose; none without a lake."""
    if not ws.settings.lake or facts_version is None:
        return []
    return list(ws.lake.files("identities", facts_version))
