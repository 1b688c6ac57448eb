"""A kept answer as the library's own `Result`, so that its report can be written from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars_server.analyses.kept import TABLE, Answer, reader

if TYPE_CHECKING:
    from regulars import Result


def result(answer: Answer) -> Result:
    """The answer with its figures, notes and, of a small table, its rows.

    Of a list of customers it has no row: these are read page by page, see `pages`. Days among
    parameters and figures are ISO text, as they are kept.
    """
    import regulars
    from regulars.declare import Text
    from regulars.result import Note, Result

    told = answer.told
    analysis = next(one for one in regulars.catalogue() if one.name == told["name"])
    names = [column["name"] for column in told["columns"]]
    declared = {column.name: column for column in analysis.columns}
    return Result(
        name=told["name"],
        parameters=told["parameters"],
        columns=tuple(declared[name] for name in names if name in declared),
        table=_table(answer, most=0 if told["grain"] == "customer" else told["rows"]),
        figures={one["name"]: one["value"] for one in told["figures"]},
        notes=tuple(
            Note(one["code"], Text(_plain(one["text"]["en"]), _plain(one["text"]["zh"])))
            for one in told["notes"]
        ),
        facts_version=told["facts_version"],
        details=told.get("details") or {},
        limit=None if told["complete"] else told["rows"],
    )


def _table(answer: Answer, *, most: int) -> Any:
    from arro3.core import Table

    with reader() as con:
        found = con.sql(
            "SELECT * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number=true) "
            "WHERE file_row_number < ? ORDER BY file_row_number",
            params=[str(answer.folder / TABLE), most],
        )
        return Table.from_arrow(found)


def _plain(text: str) -> str:
    """Said already: what looks like a place to be filled is none."""
    return text.replace("{", "{{").replace("}", "}}")
