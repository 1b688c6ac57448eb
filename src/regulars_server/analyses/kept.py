"""Answers on the disk: one folder each, by what was asked of which facts.

A folder is written aside and renamed into place, so that it is whole or not there. It names nobody:
with a lake customers stand in it by their keys alone, and the ids are joined on when it is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from regulars import __version__
from regulars_server.console.disk import remove_at_once, remove_gone
from regulars_server.settings.declared import DATA

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Result

TOLD, TABLE = "answer.json", "rows.parquet"
# Without a lake there is no version by which to know that the facts are the same.
WITHOUT_LAKE_SECONDS = 15 * 60
HALF_WRITTEN_SECONDS = 24 * 3600
# A workbook that nobody came for; it can hold ids of customers.
SHEET = ".sheet-"
SPILL = ".spill"
SHEET_SECONDS = 3600
READER: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "memory_limit": "512MB"}


@dataclass(frozen=True)
class Answer:
    """An answer that is kept."""

    folder: Path
    told: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Of this very answer: worked out again, it is another."""
        return str(self.told["id"])

    @property
    def columns(self) -> list[dict[str, Any]]:
        return list(self.told["columns"])

    @property
    def table(self) -> Path:
        """The Parquet file of its rows."""
        return self.folder / TABLE

    def rows(self, names: Sequence[str], *, after: int, most: int) -> list[tuple[Any, ...]]:
        """So many rows of these columns, after the first so many, in the answer's order."""
        with reader() as con:
            found = con.execute(
                f"SELECT {listed(names)} FROM read_parquet(?, file_row_number=true) "
                "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
                [str(self.folder / TABLE), after, after + most],
            )
            return found.fetchall()

    def batches(self, names: Sequence[str], *, most: int) -> Iterator[list[tuple[Any, ...]]]:
        """Every row of these columns, so many at a time, in the answer's order."""
        statement = (
            f"SELECT {listed(names)} FROM read_parquet(?, file_row_number=true) "
            "ORDER BY file_row_number"
        )
        return batches(statement, [str(self.table)], most=most)

    def result(self) -> Result:
        """The answer as the library has it: figures, notes and, of a small table, its rows.

        Of a list of customers it has no row: these are read page by page, see `pages`. Days among
        parameters and figures are ISO text, as they are kept.
        """
        from regulars_server.analyses import results

        most = 0 if self.told["grain"] == "customer" else self.told["rows"]
        with reader() as con:
            table = results.arrow(
                con,
                "SELECT * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number=true) "
                "WHERE file_row_number < ? ORDER BY file_row_number",
                [str(self.folder / TABLE), most],
            )
        return results.result(self.told, results.columns_of(self.told), table)


def folder() -> Path:
    """A folder an answer lies in this one."""
    return DATA.value / "answers"


def key(asked: Mapping[str, Any]) -> str:
    """The name of an answer's folder; what was asked can name somebody, so it is hashed."""
    text = json.dumps({**asked, "program": __version__}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def find(name: str, *, lasting: bool) -> Answer | None:
    """The answer of this key; None where there is none, or it is over.

    Parameters
    ----------
    lasting : the facts have versions; without, an answer is over after a while.
    """
    home = folder() / name
    try:
        told = json.loads((home / TOLD).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not lasting and time.time() - told["computed_at"] > WITHOUT_LAKE_SECONDS:
        return None
    os.utime(home)  # asked for just now
    return Answer(home, told)


def told(aside: Path) -> dict[str, Any]:
    """What an answer that is just written says of itself."""
    found: dict[str, Any] = json.loads((aside / TOLD).read_text(encoding="utf-8"))
    return found


def discard(aside: Path) -> None:
    """Remove what was not published."""
    shutil.rmtree(aside, ignore_errors=True)


def publish(aside: Path, name: str) -> None:
    """Put a finished folder in its place; of two the later counts."""
    home = folder() / name
    if home.exists():
        home.rename(aside.with_name(f"{aside.name}-gone"))
        shutil.rmtree(aside.with_name(f"{aside.name}-gone"), ignore_errors=True)
    aside.rename(home)


def trim(most_bytes: int) -> int:
    """Remove what was not asked for longest, until the rest has so many bytes; returns how many."""
    removed, total, now = 0, 0, time.time()
    for at, one in sorted(_found(folder(), "*"), reverse=True):
        if one.name.startswith("."):
            if now - at > HALF_WRITTEN_SECONDS:
                _discard(one)
            continue
        for written, sheet in _found(one, f"{SHEET}*"):
            if now - written > SHEET_SECONDS:
                _discard(sheet)
        total += size(one)
        if total > most_bytes:
            shutil.rmtree(one, ignore_errors=True)
            removed += 1
    remove_gone(folder())
    return removed


# Other processes remove, too: what was just there may be gone.


def _found(home: Path, pattern: str) -> Iterator[tuple[float, Path]]:
    for one in home.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            yield one.stat().st_mtime, one


def size(folder: Path) -> int:
    """Bytes of the files of an answer."""
    return sum(_size(file) for file in folder.glob("*"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _discard(one: Path) -> None:
    one.unlink(missing_ok=True) if one.is_file() else shutil.rmtree(one, ignore_errors=True)


def remove_all() -> None:
    """Remove every answer. What is half removed is removed by the next call."""
    remove_at_once(folder())


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove every answer: any can have a row of an erased person. It can be worked out again."""
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if customer_keys:
        transaction.on_commit(remove_all)


@contextmanager
def reader() -> Iterator[DuckDBPyConnection]:
    """A connection for reading a page in the web: two threads, half a gibibyte."""
    import duckdb

    # Left to itself it would spill what it sorts into the folder that the server was started in.
    with duckdb.connect(config={**READER, "temp_directory": str(folder() / SPILL)}) as con:
        con.execute("SET enable_progress_bar = false").fetchall()
        yield con


def batches(statement: str, values: Sequence[Any], *, most: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, so many at a time."""
    with reader() as con:
        con.execute(statement, list(values))
        while found := con.fetchmany(most):
            yield found


def listed(names: Sequence[str]) -> str:
    """Names of columns, as SQL has them."""
    from regulars.facts.sql import identifiers

    return identifiers(names)
