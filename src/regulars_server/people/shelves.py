"""One small text a customer, found by their key in a moment: a file of SQLite, written once.

A web page reads one customer of many millions. Delta tables lie in the order in which facts came,
so a customer's rows are spread over all of them; here they lie together. It is made from the facts
or from a snapshot by a job, names nobody, and can be thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from regulars_server.settings.declared import DATA

BATCH = 10_000
# What a killed job left half written goes after so long.
HALF_WRITTEN_SECONDS = 24 * 3600


def folder() -> Path:
    """Where shelves lie."""
    return DATA.value / "shelves"


def path_of(name: str) -> Path:
    return folder() / f"{name}.sqlite3"


def write(
    name: str,
    rows: Iterable[tuple[int, str]],
    *,
    told: dict[str, Any],
    publish: Callable[[Callable[[], None]], None],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write a shelf aside and put it in its place; returns how many customers it has.

    Parameters
    ----------
    rows : key and text of each customer, each once.
    told : what holds for all of it.
    publish : called with the function that puts it in its place; it may refuse by not calling it.
    progress : called now and then with the number written.
    """
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder().glob(".*"):
        if time.time() - _age(left) > HALF_WRITTEN_SECONDS:
            left.unlink(missing_ok=True)
    aside = folder() / f".{name}.{uuid.uuid4().hex}"
    written = 0
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as db:
            # Nobody reads it before it is whole: no journal, no waiting for the disk.
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            db.execute("CREATE TABLE shelf (customer_key INTEGER PRIMARY KEY, told BLOB)")
            db.execute("CREATE TABLE about (told TEXT)")
            db.execute("INSERT INTO about VALUES (?)", [json.dumps(told)])
            db.execute("BEGIN")
            batch: list[tuple[int, bytes]] = []
            for key, text in rows:
                batch.append((key, zlib.compress(text.encode(), 1)))
                if len(batch) == BATCH:
                    db.executemany("INSERT INTO shelf VALUES (?, ?)", batch)
                    written += len(batch)
                    batch.clear()
                    progress(written)
            db.executemany("INSERT INTO shelf VALUES (?, ?)", batch)
            written += len(batch)
            db.execute("COMMIT")
        publish(lambda: _put(aside, path_of(name)))
    finally:
        aside.unlink(missing_ok=True)
    return written


def _put(aside: Path, place: Path) -> None:
    aside.replace(place)


def whole(name: str) -> bool:
    """Whether there is such a shelf."""
    return about(name) is not None


def read(name: str, customer_key: int) -> dict[str, Any] | None:
    """What the shelf has of a customer, empty if nothing; None where there is no shelf."""
    found = _rows(name, "SELECT told FROM shelf WHERE customer_key = ?", [customer_key])
    if found is None:
        return None
    told: dict[str, Any] = json.loads(zlib.decompress(found[0][0])) if found else {}
    return told


def about(name: str) -> dict[str, Any] | None:
    """What holds for all of it; None where there is no shelf."""
    found = _rows(name, "SELECT told FROM about", [])
    if not found:
        return None
    told: dict[str, Any] = json.loads(found[0][0])
    return told


def _rows(name: str, sql: str, values: list[Any]) -> list[Any] | None:
    # Read only: SQLite would else make an empty file, and the job take it for the shelf.
    address = f"{path_of(name).as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            return db.execute(sql, values).fetchall()
    except sqlite3.DatabaseError:
        return None  # there is none that is whole, or it was removed just now


def names(beginning: str) -> list[str]:
    """The shelves whose name begins so, the newest last."""
    found = [path for path in folder().glob(f"{beginning}*.sqlite3") if path.is_file()]
    return [path.stem for path in sorted(found, key=_age)]


def keep_only(beginning: str, name: str) -> None:
    """Remove the other shelves whose name begins so."""
    for other in names(beginning):
        if other != name:
            path_of(other).unlink(missing_ok=True)


def remove_all() -> None:
    """Remove every shelf, and what was left half written."""
    for path in folder().glob("*"):
        path.unlink(missing_ok=True)
    for path in folder().glob(".*"):
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
