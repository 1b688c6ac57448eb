"""ClickHouse, embedded by chdb: reads the lake's Parquet files in this process, no server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import chdb.session
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse as TheirDialect
from sqlglot.generators.clickhouse import ClickHouseGenerator as Theirs
from sqlglot.transforms import preprocess

from regulars.engines.engine import FactFiles, FactSource, failed
from regulars.errors import EngineError

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column

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
        self._session: Any = _SESSION(_Home.enter(scratch))
        for name, value in _SETTINGS.items():
            self._run(f"set {name} = {value}")

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        if not isinstance(source, FactFiles):
            raise EngineError(
                f"ClickHouse reads the lake; it has no table {source.name!r} of its own"
            )
        declared = ", ".join(f"{_name(c.name)} {_type(c.type)}" for c in columns)
        origins = [f"file({_path(path)}, Parquet, {_text(declared)})" for path in source.paths]
        rows = [f"select * from {origin}" for origin in origins or [f"null({_text(declared)})"]]
        self._run(f"create temporary view {_name(name)} as {' union all '.join(rows)}")

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        on_disk = "engine = MergeTree order by tuple()"
        self._run(f"create temporary table {_name(name)} {on_disk} as {sql}")

    def fetch(self, sql: str) -> Table:
        from arro3.core import Table

        return Table.from_arrow(self._run(sql, "ArrowTable"))

    def publish(self, sql: str, folder: Path) -> int:
        import duckdb

        folder.mkdir(parents=True)
        part = str(folder / "part-0.parquet")
        self._run(f"insert into function file({_path(part)}, Parquet) {sql}")
        with duckdb.connect() as reader:
            rows = reader.execute("select count(*) from read_parquet($part)", {"part": part})
            return int(rows.fetchall()[0][0])

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
