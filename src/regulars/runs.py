"""The run log: one JSON line for everything that was computed in a workspace."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from regulars.errors import EngineError, UnknownName
from regulars.result import plain

FILE = "runs.jsonl"
BLOCK = 1 << 18  # bytes that are read at a time from the end of a log
Clock = Callable[[], dt.datetime]


@dataclass
class Run:
    """What a run is about to say of itself; filled in while it goes on."""

    name: str
    parameters: Mapping[str, Any]
    engine: str
    facts_version: int | None = None
    rows: int | None = None
    sql: list[str] = field(default_factory=list)


@contextmanager
def recorded(root: Path, clock: Clock, program_version: str, run: Run) -> Iterator[Run]:
    """Write the run's line when it ends, well or badly."""
    at = clock()
    started = time.perf_counter()
    error: str | None = None
    try:
        yield run
    except BaseException as failure:
        error = _said(failure)
        raise
    finally:
        line = {
            "id": f"{at:%Y%m%dT%H%M%S%f}-{os.getpid()}",
            "at": at.isoformat(timespec="seconds"),
            "name": run.name,
            "version": program_version,
            "parameters": plain(run.parameters),
            "engine": run.engine,
            "facts_version": run.facts_version,
            "rows": run.rows,
            "seconds": round(time.perf_counter() - started, 3),
            "memory_mb": _peak_memory_mb(),
            "error": error,
            "sql": run.sql,
        }
        _append(root / FILE, json.dumps(line, ensure_ascii=False, default=str))


def _said(failure: BaseException) -> str:
    """The failure's first line, without what may be a customer's."""
    kind, first = type(failure).__name__, str(failure).partition("\n")[0]
    if isinstance(failure, UnknownName):
        return kind
    if isinstance(failure, EngineError) or isinstance(failure.__cause__, EngineError):
        # Engines quote the value that they could not read; the log outlives the data.
        first = re.sub("[\"'`].*", "…", first)
    return f"{kind}: {first}"


def _append(path: Path, line: str) -> None:
    # One write of one line in append mode: concurrent runs do not mix theirs. A workspace that
    # may only be read keeps no log, and that is no reason to refuse an answer.
    try:
        with path.open("a+b") as file:
            file.write(_after_a_crash(file) + line.encode() + b"\n")
    except OSError:
        return


def _after_a_crash(file: IO[bytes]) -> bytes:
    """A new line first, where a crash left half of one: it must not swallow this."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def read(root: Path) -> list[dict[str, Any]]:
    """Every recorded run, oldest first. A last line cut short by a crash is left out."""
    return [run for path in files(root) for run in _read_file(path)]


def newest(root: Path) -> Iterator[dict[str, Any]]:
    """Every recorded run, newest first, read from the end: the first of a long log soon come.

    A line that was cut short by a crash is left out.
    """
    for path in reversed(files(root)):
        for line in _backwards(path):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _backwards(path: Path) -> Iterator[bytes]:
    """The lines of a file, the last first."""
    try:
        with path.open("rb") as file:
            place, rest = file.seek(0, os.SEEK_END), b""
            while place:
                size = min(BLOCK, place)
                place -= size
                file.seek(place)
                first, *whole = (file.read(size) + rest).split(b"\n")
                yield from (line for line in reversed(whole) if line)
                rest = first
            if rest:
                yield rest
    except FileNotFoundError:  # put aside or dropped in this moment
        return


def files(root: Path) -> list[Path]:
    """The files of the log, those put aside by `rotate` first, oldest first."""
    return [*sorted(root.glob("runs-*.jsonl")), *root.glob(FILE)]


def _read_file(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def rotate(
    root: Path, *, at: dt.datetime, longer_than: int, drop_before: dt.datetime, dry_run: bool
) -> list[Path]:
    """Put a long log aside, and drop what was put aside and last written before an instant.

    By renaming: a run that writes its line at this moment loses nothing.

    Parameters
    ----------
    longer_than : bytes from which on the log is put aside.

    Returns
    -------
    The files that are dropped.
    """
    gone = [p for p in root.glob("runs-*.jsonl") if p.stat().st_mtime < drop_before.timestamp()]
    if dry_run:
        return gone
    for path in gone:
        path.unlink(missing_ok=True)
    current = root / FILE
    if current.exists() and current.stat().st_size > longer_than:
        current.rename(root / f"runs-{at:%Y%m%dT%H%M%S%f}.jsonl")
    return gone


def _peak_memory_mb() -> float:
    """Peak resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
