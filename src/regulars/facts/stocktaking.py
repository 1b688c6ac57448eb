"""What stands in each table of the lake: rows, days, the last import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from regulars.facts.reports import ImportReport, TableStatus
from regulars.facts.sql import parquet
from regulars.facts.tables import FACTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def last_imports(reports: Iterable[ImportReport], *, upto: int | None) -> dict[str, ImportReport]:
    """The last import that wrote to each table; up to one of this number, or of all."""
    last: dict[str, ImportReport] = {}
    for report in reports:
        if upto is None or report.import_seq <= upto:
            for name in (report.table, *(report.also or {})):
                last[name] = report
    return last


def table_status(
    con: DuckDBPyConnection, name: str, files: tuple[str, ...], last: ImportReport | None
) -> TableStatus:
    """Rows and days of a table's files."""
    if not files:
        return TableStatus(
            table=name, live=0, void=0, first_day=None, last_day=None, last_import=last
        )
    days = [c.name for c in FACTS[name].columns if c.type == "DATE"]
    day = "day" if "day" in days else None
    row = con.execute(
        "SELECT count(*) FILTER (status = 'live'), count(*) FILTER (status = 'void'), "
        f"{f'min({day})' if day else 'NULL'}, {f'max({day})' if day else 'NULL'} "
        f"FROM {parquet(files)}"
    ).fetchall()[0]
    return TableStatus(
        table=name,
        live=row[0],
        void=row[1],
        first_day=row[2],
        last_day=row[3],
        last_import=last,
    )
