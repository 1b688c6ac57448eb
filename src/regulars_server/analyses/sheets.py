"""A kept answer as a workbook, written in a process beside the web. It knows no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.datasets import notice
from regulars.report.days import as_day
from regulars.report.workbook import MOST_ROWS, write_workbook
from regulars.report.write import context_of
from regulars_server.analyses import results
from regulars_server.analyses.parts import Part, quoted
from regulars_server.analyses.results import ID, ID_COLUMN, KEY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Workspace
    from regulars.declare import Language

MEMORY = "1GB"


def write(
    ws: Workspace,
    folder: Path,
    path: Path,
    *,
    lang: Language,
    named: bool,
    keep: Mapping[str, str],
    sort: str,
) -> None:
    """Write the rows with all that is said beside them; the file is there whole or not at all.

    Parameters
    ----------
    folder : of the answer. named : customers get their ids, and columns that name people stay.
    """
    import duckdb

    told = results.read(folder)
    part = Part(table=folder / "rows.parquet", keep=keep, sort=sort)
    columns = tuple(c for c in results.columns_of(told) if named or not _naming(c))
    names = [column.name for column in columns]
    spill = str(folder.parent / ".spill")
    with duckdb.connect(
        config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill}
    ) as con:
        con.execute("SET enable_progress_bar = false").fetchall()
        statement, values = part.select(names, after=0, most=MOST_ROWS)
        files = results.identities(ws, told["facts_version"])
        if named and files and KEY in names and ID not in names:
            statement, values = _with_ids(statement, values, names, files)
            columns = (columns[0], ID_COLUMN, *columns[1:])
        table = _arrow(con, statement, values)
    context = replace(
        context_of(ws.settings),
        as_of=as_day(told["as_of"]),
        facts_version=told["facts_version"],
        data_notice=notice(ws.settings.root),
    )
    answer = results.result(told, columns, table)
    write_workbook({told["name"]: answer}, path, context=context, lang=lang)


def _naming(column: Any) -> bool:
    return bool(column.personal) or column.name == ID


def _with_ids(
    statement: str, values: list[Any], names: list[str], files: list[str]
) -> tuple[str, list[Any]]:
    """Each customer's first id in alphabetical order, as the library has it, behind the key."""
    first, *others = (f"r.{quoted(name)}" for name in names)
    listed = ", ".join([first, f"n.{ID}", *others])
    joined = (
        f"WITH r AS (SELECT *, row_number() OVER () AS place FROM ({statement})), n AS ("
        f"SELECT coalesce(merged_into, customer_key) AS k, min(external_id) AS {ID} "
        "FROM read_parquet(?) GROUP BY 1) "
        f"SELECT {listed} FROM r LEFT JOIN n ON n.k = r.{KEY} ORDER BY r.place"
    )
    return joined, [*values, files]


def _arrow(con: DuckDBPyConnection, statement: str, values: list[Any]) -> Any:
    return results.arrow(con, statement, values)
