"""Generated orders as a workspace: written straight into the lake, without import.

An import of generated orders would measure the import; here its result is made with the lake's
own writer, so that the files are as an import leaves them.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

import regulars as rg
from regulars.facts import FACTS, FactsVersion, delta, versions
from regulars.testing.large import customers_for, identities_query, write_orders


def build(folder: Path, *, orders: int) -> Path:
    """A workspace with about this many orders in ``folder``; made once, then found again.

    Beside it stand ``orders.json`` and ``identities.json``: the lake's files, for programs that
    read them directly.
    """
    return workspace(
        folder,
        customers=customers_for(orders),
        write=lambda drawn: write_orders(drawn, orders=orders),
    )


def workspace(folder: Path, *, customers: int, write: Callable[[Path], list[Path]]) -> Path:
    """As `build`, of the orders that ``write`` puts into the folder that it is given."""
    if (folder / "orders.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shop = rg.init(folder, zone="UTC", currency="USD")
    facts: Path = shop.lake.folder
    drawn = folder / "drawn"
    paths = [str(path) for path in write(drawn)]
    with streaming(folder) as connection:
        tables = {
            "orders": _written(
                connection, facts / "orders", connection.read_parquet(paths).columns, paths
            ),
            "identities": _identities(connection, facts / "identities", customers),
        }
    version = FactsVersion(number=1, tables=tables, import_seq=1, next_customer_key=customers + 1)
    (facts / "versions").mkdir(parents=True, exist_ok=True)
    versions.publish(facts / "versions", version)
    shutil.rmtree(drawn)
    for name in ("identities", "orders"):  # orders last: its list says that all is done
        files = list(rg.open(folder).lake.files(name))
        (folder / f"{name}.json").write_text(json.dumps(files), encoding="utf-8")
    return folder


@contextmanager
def streaming(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "4GB",
        "temp_directory": str(folder / "spill"),
    }
    with duckdb.connect(config=settings) as connection:
        yield connection


def _declared(table: str, present: list[str]) -> str:
    """The select list with every stored column, typed; null where there is nothing."""
    return ", ".join(
        f"cast({column.name if column.name in present else 'null'} as {column.type}) "
        f'as "{column.name}"'
        for column in FACTS[table].stored_columns
    )


def _written(
    connection: duckdb.DuckDBPyConnection, path: Path, present: list[str], files: list[str]
) -> int:
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    query = f"select {_declared(path.name, present)} from read_parquet([{listed}])"
    return _append(path, connection.sql(query))


def _identities(connection: duckdb.DuckDBPyConnection, path: Path, customers: int) -> int:
    present = ["source", "external_id", "customer_key", "merged_into", "import_seq", "status"]
    rows = f"select *, 1 as import_seq, 'live' as status from ({identities_query(customers)})"
    return _append(path, connection.sql(f"select {_declared(path.name, present)} from ({rows})"))


def _append(path: Path, rows: Any) -> int:
    return delta.write(path, rows, overwrite=False, import_id="generated", import_seq=1)


if __name__ == "__main__":
    # in a process of its own: the one that measures must stay small
    build(Path(sys.argv[1]), orders=int(sys.argv[2]))
