"""Facts for tests: frames of a generated shop, as an engine can open them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from regulars.analyses import find
from regulars.analyses.run import Session, run
from regulars.declare import Column
from regulars.engines import Engine, FactFiles, FactSource, FactTableName
from regulars.facts import FACTS
from regulars.result import Result

COLUMNS = {name: table.stored_columns for name, table in FACTS.items()}


@dataclass(frozen=True)
class ShopFacts:
    """Facts outside any lake: one Parquet file, or one table, for each."""

    sources: Mapping[str, FactSource]
    version: int | None = None
    read_at: str | None = None

    @property
    def imported(self) -> frozenset[str]:
        return frozenset(self.sources)

    @property
    def columns(self) -> Mapping[str, Sequence[Column]]:
        return COLUMNS

    def records(self, external_id: str) -> tuple[int, ...]:
        raise NotImplementedError

    def source(self, name: str) -> FactSource:
        return self.sources.get(name, FactFiles())


def write_files(frames: Mapping[str, pd.DataFrame], folder: Path) -> ShopFacts:
    """Each frame as one Parquet file with the declared types."""
    sources: dict[str, FactSource] = {}
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register("frame", frame)
            present = set(frame.columns)
            select = ", ".join(
                f'cast({c.name if c.name in present else "null"} as {c.type}) as "{c.name}"'
                for c in COLUMNS[name]
            )
            path = folder / f"{name}.parquet"
            connection.execute(f"copy (select {select} from frame) to '{path}'").fetchall()
            connection.unregister("frame")
            sources[name] = FactFiles((str(path),))
    return ShopFacts(sources)


def load_tables(files: ShopFacts, url: str, schema: str) -> ShopFacts:
    """The same facts as tables of a PostgreSQL schema, as if a company had them there."""
    import adbc_driver_postgresql.dbapi as postgresql
    import pyarrow.parquet as parquet

    sources: dict[str, FactSource] = {}
    with postgresql.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f'create schema "{schema}"')
        for name, source in files.sources.items():
            assert isinstance(source, FactFiles)
            table = parquet.read_table(source.paths[0])
            cursor.adbc_ingest(name, table, mode="create", db_schema_name=schema)
            sources[name] = FactTableName(f"{schema}.{name}")
    return ShopFacts(sources)


def answer(engine: Engine, facts: ShopFacts, name: str, **parameters: object) -> Result:
    return run(find(name), parameters, Session(engine, facts))


def orders_frame(rows: Sequence[tuple[int, str, int]], *, kind: str = "sale") -> pd.DataFrame:
    """Orders from (customer_key, day, amount_minor)."""
    frame = pd.DataFrame(rows, columns=["customer_key", "day", "amount_minor"])
    frame["day"] = [dt.date.fromisoformat(day) for day in frame["day"]]
    frame["order_id"] = [f"o{i}" for i in range(len(frame))]
    frame["kind"], frame["status"] = kind, "live"
    return frame
