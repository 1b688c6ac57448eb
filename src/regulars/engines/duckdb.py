"""DuckDB, embedded: the default. What does not fit in memory goes to the scratch folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from regulars.engines.arrays import applied, arrays_of, raw_table
from regulars.engines.engine import (
    FactFiles,
    FactQuery,
    FactSource,
    failed,
    in_turn,
    whole_customers,
)
from regulars.errors import EngineError

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived


class DuckDB:
    """One in-memory DuckDB that reads the lake's Parquet files."""

    name = "duckdb"
    dialect = "duckdb"
    gaps: frozenset[str] = frozenset()

    def __init__(self, *, scratch: Path | None = None, memory_limit: str | None = None) -> None:
        config: dict[str, Any] = {"preserve_insertion_order": False}
        if scratch is not None:
            scratch.mkdir(parents=True, exist_ok=True)
            config["temp_directory"] = str(scratch)
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        self._connection = duckdb.connect(":memory:", config=config)
        self._kept: list[str] = []
        self._run("set enable_progress_bar = false")  # it would write into what a user pipes

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        if isinstance(source, FactQuery):
            made = "table" if source.kept else "view"
            self._run(f"create temp {made} {_name(name)} as {source.sql}")
            return
        if not isinstance(source, FactFiles):
            raise EngineError(f"DuckDB reads the lake; it has no table {source.name!r} of its own")
        present: set[object] = set()
        reader = ""
        if source.paths:
            files = ", ".join(_text(path) for path in source.paths)
            # By name: columns are added over time, and older files lack the newer ones.
            reader = f"read_parquet([{files}], union_by_name = true)"
            present = {row[0] for row in self._run(f"describe select * from {reader}")}
        columns_sql = ", ".join(
            f"cast({_name(c.name) if c.name in present else 'null'} as {c.type}) as {_name(c.name)}"
            for c in columns
        )
        origin = f"from {reader}" if source.paths else "where false"
        self._run(f"create or replace temp view {_name(name)} as select {columns_sql} {origin}")

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        self._run(f"create temp table {_name(name)} as {sql}")
        self._kept.append(name)

    def derive(self, step: Derived, sql: str, values: Mapping[str, Any]) -> None:
        batches = (arrays_of(rows) for rows in self._batches(step, sql))
        for number, given in enumerate(in_turn(partial(applied, step, values=values), batches)):
            table, columns = raw_table(given, step.columns)
            self._connection.register("given", table)
            made = _name(step.name)
            into = f"insert into {made}" if number else f"create temp table {made} as"
            self._run(f"{into} select {columns} from given")
            self._connection.unregister("given")
        self._kept.append(step.name)

    def _batches(self, step: Derived, sql: str) -> Iterator[duckdb.DuckDBPyRelation]:
        if not step.per_customer:
            yield self._connection.sql(sql)
            return
        rows = _name(f"{step.name}_rows")
        self._run(f"create temp table {rows} as {sql}")
        count = int(self._run(f"select count(*) from {rows}")[0][0])
        for statement in whole_customers(step, rows, count):
            yield self._connection.sql(statement)
        self._run(f"drop table {rows}")

    def fetch(self, sql: str) -> Table:
        from arro3.core import Table

        try:
            return Table.from_arrow(self._connection.sql(sql))
        except duckdb.Error as error:
            raise failed(self.name, sql, error) from error

    def publish(self, sql: str, folder: Path) -> int:
        folder.mkdir(parents=True)
        path = _text(str(folder / "part-0.parquet"))
        rows = self._run(f"copy ({sql}) to {path} (format parquet, compression zstd)")
        return int(rows[0][0])

    def release(self) -> None:
        while self._kept:
            self._run(f"drop table {_name(self._kept.pop())}")

    def close(self) -> None:
        self._connection.close()

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise failed(self.name, sql, error) from error


def connect(url: str, *, scratch: Path | None = None) -> DuckDB:
    """``duckdb``, or ``duckdb:4GB`` to limit its memory."""
    _, _, memory_limit = url.partition(":")
    return DuckDB(scratch=scratch, memory_limit=memory_limit.strip("/") or None)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
