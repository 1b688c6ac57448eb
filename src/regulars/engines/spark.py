"""Apache Spark: what one moves to past one machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from pyspark.sql import DataFrame, SparkSession

from regulars.engines.engine import FactFiles, FactSource, failed

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column


class Spark:
    """A session of its own on the running Spark: views and kept tables go with it."""

    name = "spark"
    dialect = "spark"
    gaps: frozenset[str] = frozenset()

    def __init__(self, master: str | None, *, scratch: Path | None = None) -> None:
        builder = SparkSession.builder.appName("regulars")
        if master:
            builder = builder.master(master)
        for option, value in _OPTIONS.items():
            builder = builder.config(option, value)
        if scratch is not None:
            builder = builder.config("spark.local.dir", str(scratch))
        self._session = builder.getOrCreate().newSession()
        for option in ("spark.sql.session.timeZone", "spark.sql.ansi.enabled"):
            self._session.conf.set(option, _OPTIONS[option])
        if master and master.startswith("local"):
            # Spark's default of 200 is for clusters; on one machine each costs a task for nothing.
            self._session.conf.set("spark.sql.shuffle.partitions", "8")
        self._kept: list[DataFrame] = []

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        schema = ", ".join(f"`{c.name}` {_type(c.type)}" for c in columns)
        if not isinstance(source, FactFiles):
            frame = self._session.table(source.name)
        elif source.paths:
            frame = self._session.read.schema(schema).parquet(*source.paths)
        else:
            frame = self._session.createDataFrame([], schema)
        frame.createOrReplaceTempView(name)

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        frame = self._sql(sql).persist()
        frame.createOrReplaceTempView(name)
        self._kept.append(frame)

    def fetch(self, sql: str) -> Table:
        from arro3.core import Table

        try:
            return Table.from_arrow(self._sql(sql).toArrow())
        except Exception as error:
            raise failed(self.name, sql, error) from error

    def publish(self, sql: str, folder: Path) -> int:
        frame = self._sql(sql)
        # Not as_uri(): Hadoop takes a path as it stands and would make a folder named %E5….
        target = f"file:{folder.absolute()}"
        try:
            frame.write.parquet(target, compression="zstd")
            return self._session.read.parquet(target).count()
        except Exception as error:
            raise failed(self.name, sql, error) from error

    def close(self) -> None:
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def _sql(self, sql: str) -> DataFrame:
        try:
            return self._session.sql(sql)
        except Exception as error:
            raise failed(self.name, sql, error) from error


_OPTIONS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def connect(url: str, *, scratch: Path | None = None) -> Spark:
    """``spark:local[2]``, ``spark://host:7077``, or ``spark`` for what the environment says."""
    _, _, rest = url.partition(":")
    master = url if rest.startswith("//") else rest or None
    return Spark(master, scratch=scratch)


def _type(declared: str) -> str:
    return sqlglot.exp.DataType.build(declared, dialect="duckdb").sql(dialect="spark")
