"""ClickHouse, embedded by chdb: reads the lake's Parquet files in this process, no server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import chdb.session
import duckdb
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse as TheirDialect
from sqlglot.generators.clickhouse import ClickHouseGenerator as Theirs
from sqlglot.transforms import preprocess

from regulars.engines.arrays import arrays_of, derived
from regulars.engines.engine import FactFiles, FactQuery, FactSource, failed, whole_customers
from regulars.errors import EngineError

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived

_SESSION: Any = chdb.session.Session  # chdb says nothing of its types

# ClickHouse's own answers where no row or no match stands behind a value are 0 and 1970-01-01;
# these settings make it say null, as the other engines do.
_SETTINGS = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,  # else `sum(x) as x` hides the column x from its neighbours
    "input_format_parquet_allow_missing_columns": 1,  # older files lack the newer columns
    "output_format_parquet_compression_method": "'zstd'",
}

_ON_DISK = "engine = MergeTree order by tuple()"


def _named_columns(tree: exp.Expr) -> exp.Expr:
    """Name every column of a SELECT: a joined `m.key` is called `m.key` there, not `key`."""
    if isinstance(tree, exp.Select):
        tree.set(
            "expressions",
            [
                exp.alias_(e, e.name, quoted=True) if isinstance(e, exp.Column) and e.table else e
                for e in tree.expressions
            ],
        )
    return tree


class RegularsClickHouse(TheirDialect):
    """sqlglot's ClickHouse, mended where its statements answer otherwise than DuckDB's."""

    class Generator(Theirs):
        TYPE_MAPPING: ClassVar[Any] = {
            **Theirs.TYPE_MAPPING,
            exp.DataType.Type.DATE: "Date32",  # Date begins in 1970 and ends in 2149
            exp.DataType.Type.TIMESTAMPNTZ: "DateTime64(6)",
        }
        TRANSFORMS: ClassVar[Any] = {
            **Theirs.TRANSFORMS,
            exp.Select: preprocess([_named_columns]),
            # `median` there is drawn from a sample.
            exp.Median: lambda self, e: f"quantileExactInclusive(0.5)({self.sql(e, 'this')})",
            # The row before the first is null, whatever the column's type.
            exp.Lag: lambda self, e: self.func("lag", f"toNullable({self.sql(e, 'this')})"),
        }


class _Home:
    """The one folder that all sessions of a process share: chdb allows no second one."""

    path: ClassVar[str | None] = None
    sessions: ClassVar[int] = 0

    @classmethod
    def enter(cls, scratch: Path | None) -> str:
        if cls.path is None:
            if scratch is not None:
                scratch.mkdir(parents=True, exist_ok=True)
            cls.path = tempfile.mkdtemp(prefix="clickhouse-", dir=scratch)
        cls.sessions += 1
        return cls.path

    @classmethod
    def leave(cls) -> None:
        cls.sessions -= 1
        if cls.sessions == 0 and cls.path is not None:
            shutil.rmtree(cls.path, ignore_errors=True)
            cls.path = None


class ClickHouse:
    """A session of its own; what it makes is temporary and goes with it."""

    name = "clickhouse"
    dialect = "regularsclickhouse"
    gaps: frozenset[str] = frozenset()

    def __init__(self, *, scratch: Path | None = None) -> None:
        self._home = Path(_Home.enter(scratch))
        self._session: Any = _SESSION(str(self._home))
        self._kept: list[str] = []
        for name, value in _SETTINGS.items():
            self._run(f"set {name} = {value}")

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        if isinstance(source, FactQuery):
            made = f"table {_name(name)} {_ON_DISK}" if source.kept else f"view {_name(name)}"
            self._run(f"create temporary {made} as {source.sql}")
            return
        if not isinstance(source, FactFiles):
            raise EngineError(
                f"ClickHouse reads the lake; it has no table {source.name!r} of its own"
            )
        self._run(f"create temporary view {_name(name)} as {_rows(columns, source.paths)}")

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        self._run(f"create temporary table {_name(name)} {_ON_DISK} as {sql}")
        self._kept.append(name)

    def derive(self, step: Derived, sql: str, values: Mapping[str, Any]) -> None:
        parts = []
        # By way of Parquet: chdb takes Arrow only from variables that it finds by their name.
        with tempfile.TemporaryDirectory(dir=self._home) as aside, duckdb.connect() as writer:
            for number, statement in enumerate(self._batches(step, sql)):
                parts.append(f"{aside}/{number}.parquet")
                writer.register("given", derived(step, arrays_of(self.fetch(statement)), values))
                writer.execute(f"copy given to {_text(parts[-1])} (format parquet)").fetchall()
            self.keep(step.name, _rows(step.columns, parts), step.key)

    def _batches(self, step: Derived, sql: str) -> Iterator[str]:
        if not step.per_customer:
            yield sql
            return
        rows = _name(f"{step.name}_rows")
        self._run(f"create temporary table {rows} {_ON_DISK} as {sql}")
        count = self.fetch(f"select count(*) as n from {rows}").column("n").to_pylist()[0]
        yield from whole_customers(step, rows, count)
        self._run(f"drop table {rows}")

    def fetch(self, sql: str) -> Table:
        from arro3.core import Table

        return Table.from_arrow(self._run(sql, "ArrowTable"))

    def publish(self, sql: str, folder: Path) -> int:
        folder.mkdir(parents=True)
        part = str(folder / "part-0.parquet")
        self._run(f"insert into function file({_path(part)}, Parquet) {sql}")
        with duckdb.connect() as reader:
            rows = reader.execute("select count(*) from read_parquet($part)", {"part": part})
            return int(rows.fetchall()[0][0])

    def release(self) -> None:
        while self._kept:
            self._run(f"drop table {_name(self._kept.pop())}")

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
            _Home.leave()

    def _run(self, sql: str, form: str = "CSV") -> Any:
        try:
            return self._session.query(sql, form)
        except Exception as error:
            raise failed(self.name, sql, error) from error


def connect(url: str, *, scratch: Path | None = None) -> ClickHouse:
    """``clickhouse``."""
    return ClickHouse(scratch=scratch)


def _rows(columns: Sequence[Column], paths: Sequence[str]) -> str:
    """The rows of some Parquet files as declared; of no files, none."""
    declared = _text(", ".join(f"{_name(c.name)} {_type(c.type)}" for c in columns))
    origins = [f"file({_path(path)}, Parquet, {declared})" for path in paths]
    return " union all ".join(f"select * from {o}" for o in origins or [f"null({declared})"])


def _type(declared: str) -> str:
    """Nullable, as every type of ours is."""
    return exp.DataType.build(declared, dialect="duckdb").sql(dialect=ClickHouse.dialect)


def _path(path: str) -> str:
    # file() reads *, ? and {…} as patterns and knows no way to say that they are meant.
    if set(path) & set("*?{}"):
        raise EngineError(f"ClickHouse cannot read a path with *, ?, {{ or }} in it: {path}")
    return _text(path)


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _name(value: str) -> str:
    return "`" + value.replace("\\", "\\\\").replace("`", "\\`") + "`"
