"""Rows that were not taken: kept beside their import with file, line, column and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.facts.forgotten import Forgotten
from regulars.facts.linenumbers import line_numbers
from regulars.facts.reading import Source
from regulars.facts.reports import RejectCount
from regulars.facts.sql import literal
from regulars.facts.staging import EMPTY
from regulars.facts.textfiles import original_line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class StagedFile:
    """One source with the places of its rows in ``staged`` and its lines that broke."""

    source: Source
    first: int
    rows: int
    broken: list[tuple[int, str, str | None]]  # byte offset, reason code, content


def create(con: DuckDBPyConnection) -> None:
    """An empty table of rejects."""
    con.execute(
        "CREATE TABLE rejects (file VARCHAR, line BIGINT, column_name VARCHAR, code VARCHAR, "
        "raw VARCHAR, source VARCHAR, external_id VARCHAR)"
    ).fetchall()


def collect(
    con: DuckDBPyConnection,
    staged: Sequence[StagedFile],
    *,
    source: str,
    forgotten: Forgotten,
) -> None:
    """Fill table ``rejects`` from the staged rows with a reason and the lines that broke."""
    create(con)
    has_customer = bool(
        con.execute(
            "SELECT 1 FROM duckdb_columns() WHERE table_name = 'staged' "
            "AND column_name = 'customer_id'"
        ).fetchall()
    )
    for part in staged:
        _place_rows(con, part, source=source, has_customer=has_customer)
    if forgotten.hashes:
        _empty_forgotten(con, source=source, forgotten=forgotten)


def _empty_forgotten(con: DuckDBPyConnection, *, source: str, forgotten: Forgotten) -> None:
    """Lines that could not be cut into fields may name somebody forgotten: try every word."""
    listed = ", ".join(literal(one) for one in sorted(forgotten.hashes))
    con.execute(
        "CREATE TABLE words AS SELECT DISTINCT n, trim(word) AS word FROM (SELECT rowid AS n, "
        r"""unnest(string_split_regex(raw, '[,;\t|"\r\n]+')) AS word FROM rejects """
        "WHERE column_name = '' AND raw IS NOT NULL)"
    ).fetchall()
    con.execute(
        "UPDATE rejects SET raw = NULL WHERE rowid IN (SELECT n FROM words WHERE "
        f"{forgotten.sql(literal(source), 'word')} IN ({listed}))"
    ).fetchall()


def _place_rows(
    con: DuckDBPyConnection, part: StagedFile, *, source: str, has_customer: bool
) -> None:
    inside = f"rowid >= {part.first} AND rowid < {part.first + part.rows}"
    failing = f"FROM staged WHERE row_reason <> ':{EMPTY}' AND {inside}"
    text = part.source.text
    lost = part.broken or (text is not None and text.removed)
    if not lost and not con.execute(f"SELECT count(*) {failing}").fetchall()[0][0]:
        return  # as usual; the libraries below need not be loaded

    import numpy as np

    found = con.execute(f"SELECT rowid - {part.first} AS place {failing} ORDER BY 1").fetchnumpy()
    places = np.asarray(found["place"], dtype=np.int64)
    lines, broken_lines = places_to_lines(part, places)
    if len(places):
        from arro3.core import Array, Table

        placed = Table.from_pydict(
            {
                "place": Array.from_numpy(places + part.first),
                "line": Array.from_numpy(lines),
            }
        )
        con.register("placed", placed)
        who = (
            f"coalesce(customer_source, {literal(source)}), customer_id"
            if has_customer
            else "NULL, NULL"
        )
        con.execute(
            f"INSERT INTO rejects SELECT {literal(part.source.name)}, nullif(p.line, 0), "
            "split_part(s.row_reason, ':', 1), split_part(s.row_reason, ':', 2), s.row_raw, "
            f"{who} FROM staged s JOIN placed p ON s.rowid = p.place ORDER BY s.rowid"
        ).fetchall()
        con.unregister("placed")
    rows = [
        (part.source.name, int(line) or None, "", code, raw, source, None)
        for line, (_, code, raw) in zip(broken_lines, part.broken, strict=True)
    ]
    if text is not None:
        rows += [
            (part.source.name, line, "", code, raw, source, None)
            for line, code, raw in zip(text.removed, text.why, text.raw, strict=True)
        ]
    _insert(con, rows)


def places_to_lines(part: StagedFile, places: Any) -> tuple[Any, Any]:
    """Line numbers; where there are no lines, rows: from 1, or as the spreadsheet counts them."""
    import numpy as np

    text = part.source.text
    if text is None:
        return places + part.source.first_row, np.zeros(0, np.int64)
    if not len(places) and not part.broken:
        return places, np.zeros(0, np.int64)
    lines, broken = line_numbers(
        text.path,
        records=places,
        broken=np.array([offset for offset, _, _ in part.broken], dtype=np.int64),
        expected=part.rows,
        width=len(part.source.header),
    )
    if text.removed:
        gone = np.asarray(text.removed) - np.arange(len(text.removed))
        lines = lines + np.searchsorted(gone, lines, side="right")
        broken = np.array([original_line(text.removed, int(n)) for n in broken], np.int64)
    return lines, broken


def _insert(con: DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    from arro3.core import Array, DataType, Table

    names = ("file", "line", "column_name", "code", "raw", "source", "external_id")
    types = [DataType.string() if n != "line" else DataType.int64() for n in names]
    columns = list(zip(*rows, strict=True))
    table = Table.from_pydict(
        {
            name: Array(list(values), type=kind)
            for name, values, kind in zip(names, columns, types, strict=True)
        }
    )
    con.register("broken_rows", table)
    con.execute("INSERT INTO rejects SELECT * FROM broken_rows").fetchall()
    con.unregister("broken_rows")


def counts(con: DuckDBPyConnection) -> tuple[RejectCount, ...]:
    rows = con.execute(
        "SELECT column_name, code, count(*), arg_min(file, rowid), arg_min(line, rowid) "
        "FROM rejects GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return tuple(
        RejectCount(column=column, code=code, rows=n, file=file, line=line)
        for column, code, n, file, line in rows
    )


def save(con: DuckDBPyConnection, path: Path) -> None:
    """Write the rejects to a Parquet file."""
    con.execute(
        f"COPY rejects TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    ).fetchall()


def read(
    con: DuckDBPyConnection, path: Path, *, code: str, rows: int
) -> Iterator[list[dict[str, Any]]]:
    """The rejects of such a file, so many at a time; with a code, those of this reason alone."""
    names = ("file", "line", "column", "code", "raw")
    con.execute(
        "SELECT file, line, column_name, code, raw FROM "
        f"read_parquet({literal(str(path))}) WHERE $code = '' OR code = $code "
        "ORDER BY file, line",
        {"code": code},
    )
    while found := con.fetchmany(rows):
        yield [dict(zip(names, row, strict=True)) for row in found]
