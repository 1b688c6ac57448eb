"""The DuckDB connections of the lake: in memory, bounded, spilling where we say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.facts.sql import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def connection(*, memory_limit: str, spill: Path) -> Iterator[DuckDBPyConnection]:
    """A connection that holds nothing yet, and is closed at the end."""
    import duckdb

    con = duckdb.connect(":memory:")
    try:
        con.execute("SET TimeZone = 'UTC'").fetchall()
        con.execute("SET preserve_insertion_order = true").fetchall()
        # Nothing here outlives the connection: rewriting its tables would be for nobody.
        con.execute("SET checkpoint_threshold = '1TB'").fetchall()
        con.execute(f"SET memory_limit = {literal(memory_limit)}").fetchall()
        con.execute(f"SET temp_directory = {literal(str(spill))}").fetchall()
        yield con
    finally:
        con.close()


def scratch(root: Path) -> Path:
    """Where readers spill: never into the folder that the user happens to be in."""
    # Made by us: DuckDB removes a folder that it made, and others may spill there too.
    with suppress(OSError):
        (root / "scratch").mkdir(exist_ok=True)
    return root / "scratch"
