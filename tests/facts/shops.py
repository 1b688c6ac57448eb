"""A lake with short words for writing to it and reading it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

from regulars.facts import FACTS, ImportReport, Lake

NOW = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def at(*parts: int) -> dt.datetime:
    """A time without a zone, as facts and frames hold it."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


class Shop:
    """A lake with the few things that tests do to it."""

    def __init__(self, root: Path, *, zone: str = "America/New_York", currency: str = "USD"):
        self.root = root
        self.lake = Lake(root / "客户 data", zone=zone, currency=currency)

    def file(self, content: str | bytes, name: str = "file.csv") -> Path:
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take(self, table: str, content: Any, name: str = "file.csv", **more: Any) -> ImportReport:
        """Import text, bytes, a path, a frame or a list of these."""
        if isinstance(content, str | bytes):
            content = self.file(content, name)
        return self.lake.import_facts(table, content, **{"recorded_at": NOW, **more})

    def rows(self, table: str, columns: str = "*", where: str = "status = 'live'") -> list[Any]:
        files = self.lake.files(table)
        if not files:
            return []
        order = ", ".join(f'"{name}"' for name in FACTS[table].key)
        with duckdb.connect() as con:
            return con.execute(
                f"SELECT {columns} FROM read_parquet(?, union_by_name=true) WHERE {where} "
                f"ORDER BY {order}",
                [list(files)],
            ).fetchall()

    def column(self, table: str, column: str, where: str = "status = 'live'") -> list[Any]:
        return [row[0] for row in self.rows(table, column, where)]
