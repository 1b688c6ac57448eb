"""Lines of text files that the reader could not cut into fields.

A quotation mark that never closes makes the reader swallow everything up to the next one, or to
the end of its buffer, and count it as a single bad line. So such lines are found first and taken
out, and the rest is read again, until nothing is swallowed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regulars.errors import FactsError
from regulars.facts.reading import Source, text_relation
from regulars.facts.textfiles import without_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROUNDS = 25

_CODES = {
    "MISSING COLUMNS": "too_few_fields",
    "TOO MANY COLUMNS": "too_many_fields",
    "UNQUOTED VALUE": "open_quote",
    "INVALID ENCODING": "bad_encoding",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
}


def mend(con: DuckDBPyConnection, source: Source, work: Path) -> None:
    """Take lines with an unclosed quotation mark out of the text that is read."""
    if source.text is None or not source.text.quotes:
        return
    for round_ in range(_ROUNDS):
        con.execute(f"SELECT count(c0) FROM {source.relation}").fetchall()
        open_quotes = con.execute(
            "SELECT DISTINCT byte_position FROM reject_errors "
            "WHERE error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM') ORDER BY 1"
        ).fetchall()
        _forget_errors(con)
        if not open_quotes:
            return
        offsets = [int(row[0]) - 1 for row in open_quotes]
        source.text = without_lines(source.text, offsets, work, round_)
        source.relation = text_relation(source.text.path, len(source.header), source.delimiter)
    raise FactsError(
        f"{source.name}: more lines with an unclosed quotation mark than can be taken out; "
        "please export the file again with quotation marks doubled inside quoted fields."
    )


def read_broken(con: DuckDBPyConnection) -> list[tuple[int, str, str | None]]:
    """Byte offset, reason and content of each line that was not read; clears the reader's list."""
    rows = con.execute(
        "SELECT min(line_byte_position) - 1, min_by(error_type, byte_position), "
        "min_by(csv_line, byte_position) FROM reject_errors "
        "GROUP BY line_byte_position ORDER BY 1"
    ).fetchall()
    _forget_errors(con)
    return [
        (int(offset), _CODES.get(str(kind), "broken_line"), str(raw).strip("\r\n"))
        for offset, kind, raw in rows
    ]


def _forget_errors(con: DuckDBPyConnection) -> None:
    con.execute("DELETE FROM reject_errors").fetchall()
    con.execute("DELETE FROM reject_scans").fetchall()
