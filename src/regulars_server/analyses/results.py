"""A kept answer as the library's own `Result`, for the sections of the report to read."""

from __future__ import annotations

from functools import cache
from typing import Any

import regulars
from regulars.declare import Text
from regulars.result import Note, Result
from regulars_server.analyses.kept import TABLE, Answer, reader


def result_of(answer: Answer) -> Result:
    """The answer as `Workspace.show` gave it; days of parameters and figures are ISO text."""
    from arro3.core import Table

    told = answer.told
    declared = {column.name: column for column in _analyses()[told["name"]].columns}
    names = [column["name"] for column in told["columns"]]
    with reader() as con:
        table = Table.from_arrow(con.read_parquet(str(answer.folder / TABLE)))
    return Result(
        name=told["name"],
        parameters=told["parameters"],
        columns=tuple(declared[name] for name in names if name in declared),
        table=table,
        figures={one["name"]: one["value"] for one in told["figures"]},
        notes=tuple(
            Note(one["code"], Text(_whole(one["text"]["en"]), _whole(one["text"]["zh"])))
            for one in told["notes"]
        ),
        facts_version=told["facts_version"],
        details=told.get("details") or {},
    )


@cache
def _analyses() -> dict[str, Any]:
    return {one.name: one for one in regulars.catalogue()}


def _whole(text: str) -> str:
    """A text that is filled already; a brace in it is no place for a value."""
    return text.replace("{", "{{").replace("}", "}}")
