"""Apache Spark: what one moves to past one machine."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyspark.sql.functions
import sqlglot
from pyspark.sql import DataFrame, SparkSession

from regulars.engines.arrays import arrays_of, derived
from regulars.engines.engine import FactQuery, FactSource, FactTableName, failed

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived


class Spark:
    """A session of its own on the running Spark: views and kept tables go with it."""

    name = "spark"
    dialect = "spark"
    gaps: frozenset[str] = frozenset()

    def __init__(self, master: str | None, *, scratch: Path | None = None) -> None:
        builder = SparkSession.builder.appName("regulars")
        if master:
            builder = builder.master(master)
        if master and master.startswith("local"):
            # The workers are ours too: the first python3 on PATH may have no Regulars.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        for option, value in _OPTIONS.items():
            builder = builder.config(option, value)
        if scratch is not None:
            builder = builder.config("spark.local.dir", str(scratch))
        self._session = builder.getOrCreate().newSession()
        for option in ("spark.sql.session.timeZone", "spark.sql.ansi.enabled"):
            self._session.conf.set(option, _OPTIONS[option])
        # Spark's default of 200 is for clusters; on one machine each costs a task for nothing.
        partitions = self._session.conf.get("spark.sql.shuffle.partitions")
        if master and master.startswith("local") and partitions == "200":
            self._session.conf.set("spark.sql.shuffle.partitions", "8")
        self._kept: list[DataFrame] = []
        self._lasting: list[DataFrame] = []

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        schema = _schema(columns)
        if isinstance(source, FactQuery):
            frame = self._sql(source.sql)
        elif isinstance(source, FactTableName):
            frame = self._own_table(columns, source.name)
        elif source.paths:
            frame = self._session.read.schema(schema).parquet(*source.paths)
        else:
            frame = self._session.createDataFrame([], schema)
        if isinstance(source, FactQuery) and source.kept:
            frame = frame.persist()
            self._lasting.append(frame)
        frame.createOrReplaceTempView(name)

    def _own_table(self, columns: Sequence[Column], table: str) -> DataFrame:
        """A table of the catalogue with the declared columns and types; what it lacks is null."""
        try:
            frame = self._session.table(table)
        except Exception as error:
            raise failed(self.name, f"select * from {table}", error) from error
        present = set(frame.columns)
        return frame.selectExpr(
            *(
                f"cast({f'`{c.name}`' if c.name in present else 'null'} as {_type(c.type)})"
                f" as `{c.name}`"
                for c in columns
            )
        )

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        frame = self._sql(sql).persist()
        frame.createOrReplaceTempView(name)
        self._kept.append(frame)

    def derive(self, step: Derived, sql: str, values: Mapping[str, Any]) -> None:
        with warnings.catch_warnings():
            # Rows travel as Arrow; PySpark asks for pandas all the same, and warns of its version.
            warnings.filterwarnings("ignore", ".*pandas >= 3", FutureWarning)
            frame = self._derived(step, self._sql(sql), values).persist()
        frame.createOrReplaceTempView(step.name)
        self._kept.append(frame)

    def _derived(self, step: Derived, rows: DataFrame, values: Mapping[str, Any]) -> DataFrame:
        if step.per_customer:
            # Batches of customers by hash: each is worked on where it lies, and none is cut.
            batch = pyspark.sql.functions.expr(f"pmod(hash(customer_key), {_BATCHES})")
            return rows.groupBy(batch.alias("batch")).applyInArrow(
                _applied(step, dict(values)), _schema(step.columns)
            )
        table = derived(step, arrays_of(rows.toArrow()), values)
        return self._session.createDataFrame(pa.table(table), _schema(step.columns))

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

    def release(self) -> None:
        while self._kept:
            self._kept.pop().unpersist()

    def close(self) -> None:
        self.release()
        while self._lasting:
            self._lasting.pop().unpersist()

    def _sql(self, sql: str) -> DataFrame:
        try:
            return self._session.sql(sql)
        except Exception as error:
            raise failed(self.name, sql, error) from error


# More than any machine of a small cluster has cores, few enough that a batch is worth its call.
_BATCHES = 64

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


def _applied(step: Derived, values: Mapping[str, Any]) -> Any:
    """The step's function as Spark calls it, on an Arrow table of some whole customers."""
    order = [("customer_key", "ascending"), *((name, "ascending") for name in step.order_by)]

    def apply(rows: pa.Table) -> pa.Table:
        return pa.table(derived(step, arrays_of(rows.sort_by(order)), values))

    return apply


def _schema(columns: Sequence[Column]) -> str:
    return ", ".join(f"`{c.name}` {_type(c.type)}" for c in columns)


def _type(declared: str) -> str:
    return sqlglot.exp.DataType.build(declared, dialect="duckdb").sql(dialect="spark")
