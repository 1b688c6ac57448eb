"""PostgreSQL 14+, for data that lives there: needs to read, and to make temporary tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adbc_driver_postgresql.dbapi as postgresql
import sqlglot

from regulars.engines.arrays import arrays_of, derived
from regulars.engines.engine import FactFiles, FactQuery, FactSource, whole_customers
from regulars.engines.postgresql_errors import told, unreachable

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived


class PostgreSQL:
    """One session; everything made here is temporary and goes with it."""

    name = "postgresql"
    dialect = "postgres"
    gaps: frozenset[str] = frozenset()

    def __init__(self, url: str) -> None:
        try:
            # One transaction a run: all its statements see one state of the company's tables.
            self._connection = postgresql.connect(url, autocommit=False)
        except Exception as error:
            raise unreachable(url, error) from None  # what libpq says may hold the password
        self._kept: list[str] = []
        self._run("set transaction isolation level repeatable read")
        # Joins of customers with a small kept table must hash: the planner's guess of a
        # temporary table's size led to nested loops of minutes.
        self._run("set enable_nestloop = off")

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        if isinstance(source, FactQuery):
            made = "table" if source.kept else "view"
            self._run(f"create temp {made} {_name(name)} as {source.sql}")
            if source.kept:
                self._run(f"analyze {_name(name)}")
            return
        if isinstance(source, FactFiles):
            self._load(name, columns, source.paths)
            return
        present = self._columns(source.name)
        select = ", ".join(
            f"cast({_name(c.name) if c.name in present else 'null'} as {_type(c.type)})"
            f" as {_name(c.name)}"
            for c in columns
        )
        self._run(
            f"create temp view {_name(name)} as select {select} from {_qualified(source.name)}"
        )

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        self._run(f"create temp table {_name(name)} as {sql}")
        self._kept.append(name)
        # Without statistics the planner believes every temporary table to be tiny.
        self._run(f"analyze {_name(name)}")

    def derive(self, step: Derived, sql: str, values: Mapping[str, Any]) -> None:
        self._create(step.name, step.columns)
        self._kept.append(step.name)
        for statement in self._batches(step, sql):
            self._append(step.name, derived(step, arrays_of(self.fetch(statement)), values))
        self._run(f"analyze {_name(step.name)}")

    def _batches(self, step: Derived, sql: str) -> Iterator[str]:
        if not step.per_customer:
            yield sql
            return
        rows = _name(f"{step.name}_rows")
        self._run(f"create temp table {rows} as {sql}")
        count = self.fetch(f"select count(*) as n from {rows}").column("n").to_pylist()[0]
        yield from whole_customers(step, rows, count)
        self._run(f"drop table {rows}")

    def fetch(self, sql: str) -> Table:
        from arro3.core import Table

        with self._connection.cursor() as cursor:
            self._execute(cursor, sql)
            try:
                return Table.from_arrow(cursor.fetch_arrow())
            except Exception as error:  # a value may fail while the rows are on their way
                raise told(sql, error) from error

    def publish(self, sql: str, folder: Path) -> int:
        import duckdb

        folder.mkdir(parents=True)
        path = str(folder / "part-0.parquet").replace("'", "''")
        with self._connection.cursor() as cursor, duckdb.connect() as writer:
            self._execute(cursor, sql)
            writer.register("answer", cursor.fetch_record_batch())
            try:
                rows = writer.execute(
                    f"copy answer to '{path}' (format parquet, compression zstd)"
                ).fetchall()
            except Exception as error:
                raise told(sql, error) from error
        return int(rows[0][0])

    def release(self) -> None:
        while self._kept:
            self._run(f"drop table {_name(self._kept.pop())}")

    def close(self) -> None:
        self._connection.close()

    def _load(self, name: str, columns: Sequence[Column], paths: Sequence[str]) -> None:
        """The lake's rows as a temporary table: for a lake that is computed in PostgreSQL."""
        from regulars.engines.duckdb import DuckDB

        reader = DuckDB()
        try:
            reader.open_fact(name, columns, FactFiles(tuple(paths)))
            batches = reader.fetch(f"select * from {_name(name)}").to_reader()
            self._create(name, columns)
            self._append(name, batches)
            self._run(f"analyze {_name(name)}")
        finally:
            reader.close()

    def _create(self, name: str, columns: Sequence[Column]) -> None:
        declared = ", ".join(f"{_name(c.name)} {_type(c.type)}" for c in columns)
        self._run(f"create temp table {_name(name)} ({declared})")

    def _append(self, name: str, rows: Any) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, rows, mode="append", temporary=True)

    def _columns(self, table: str) -> set[str]:
        with self._connection.cursor() as cursor:
            self._execute(cursor, f"select * from {_qualified(table)} limit 0")
            return {column[0] for column in cursor.description or []}

    def _run(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            self._execute(cursor, sql)

    def _execute(self, cursor: Any, sql: str) -> None:
        try:
            cursor.execute(sql)
        except Exception as error:
            with suppress(Exception):
                self._connection.rollback()
            raise told(sql, error) from error


def connect(url: str, *, scratch: Path | None = None) -> PostgreSQL:
    """``postgresql://user@host:port/database``."""
    return PostgreSQL(url)


def _type(declared: str) -> str:
    return sqlglot.exp.DataType.build(declared, dialect="duckdb").sql(dialect="postgres")


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _qualified(table: str) -> str:
    return ".".join(_name(part) for part in table.split("."))
