"""What matching reads: the current facts as named tables of one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from regulars.facts import FACTS, FactsVersion, Lake
from regulars.facts.merging import old_rows
from regulars.facts.sql import identifier

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 50_000
_READ = ("identities", "people", "memberships", "merges", "match_pairs")


def open_tables(con: DuckDBPyConnection, lake: Lake, current: FactsVersion) -> None:
    """Views of the live rows, and ``records``: each customer record under its present customer.

    ``records`` has customer_key, source, external_id and root, the customer that it counts for.
    """
    for name in _READ:
        files = lake.files(name, current) if current.number else ()
        rows = old_rows(con, FACTS[name], files)
        con.execute(f"CREATE VIEW all_{name} AS SELECT * FROM {rows}").fetchall()
        con.execute(
            f"CREATE VIEW {name} AS SELECT * FROM all_{name} WHERE status = 'live'"
        ).fetchall()
    con.execute(
        "CREATE TABLE records AS SELECT customer_key, min(source) AS source, "
        "min(external_id) AS external_id, coalesce(min(merged_into), customer_key) AS root "
        "FROM identities GROUP BY customer_key"
    ).fetchall()


def register(con: DuckDBPyConnection, name: str, **columns: Any) -> None:
    """Make a table of arrays or lists; integers, floats and texts."""
    from arro3.core import Array, DataType, Table

    made: dict[str, Any] = {}
    for column, values in columns.items():
        kind = getattr(getattr(values, "dtype", None), "kind", "O")
        types = {"i": DataType.int64(), "f": DataType.float64()}
        listed = values.tolist() if hasattr(values, "tolist") else list(values)
        made[column] = Array(listed, type=types.get(kind, DataType.string()))
    con.register("given", Table.from_pydict(made))
    con.execute(f"CREATE OR REPLACE TABLE {identifier(name)} AS SELECT * FROM given").fetchall()
    con.unregister("given")


def normalised(
    con: DuckDBPyConnection,
    name: str,
    *,
    texts: str,
    form: Callable[[str], tuple[str, str | None] | None],
) -> None:
    """Make table ``name`` (text, value, doubt) of the distinct texts that say something.

    ``texts`` is a SELECT of one column; each distinct text is looked at once.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE {name} (text VARCHAR, value VARCHAR, doubt VARCHAR)"
    ).fetchall()
    con.execute(f"CREATE OR REPLACE TABLE distinct_texts AS {texts}").fetchall()
    with con.cursor() as reader:
        for batch in _batches(reader):
            rows = [(text, *found) for text in batch if (found := form(text)) is not None]
            if rows:
                said, values, doubts = zip(*rows, strict=True)
                register(con, "batch", text=said, value=values, doubt=doubts)
                con.execute(f"INSERT INTO {name} SELECT * FROM batch").fetchall()


def _batches(reader: DuckDBPyConnection) -> Iterator[Sequence[str]]:
    reader.execute("SELECT * FROM distinct_texts ORDER BY 1")
    while rows := reader.fetchmany(BATCH):
        yield [row[0] for row in rows]
