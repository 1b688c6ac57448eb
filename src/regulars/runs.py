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
HIDDEN = "…"
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?")
# Says a name that was typed; see `analyses.parameters`.
NO_PARAMETER = "there is no parameter"
Clock = Callable[[], dt.datetime]


@dataclass
class Run:
    """What a run is about to say of itself; filled in while it goes on.

    ``parameters`` are as they were typed until they were read. ``free`` are the names of those that
    may be any text; their usual values can be told.
    """

    name: str
    parameters: Mapping[str, Any]
    engine: str
    free: Mapping[str, Any] = field(default_factory=dict)
    facts_version: int | None = None
    rows: int | None = None
    sql: list[str] = field(default_factory=list)


@contextmanager
def recorded(root: Path, clock: Clock, program_version: str, run: Run) -> Iterator[Run]:
    """Write the run's line when it ends, well or badly.

    The log outlives the data and is copied with every backup, so nothing is kept in it that
    somebody typed and that no reader of parameters took for what it is: it can be the id or the
    name of a person, also of one who was erased before it was typed.
    """
    at = clock()
    started = time.perf_counter()
    error: str | None = None
    told: dict[str, Any] | None = None
    try:
        yield run
    except BaseException as failure:
        error, told = _said(failure, run.parameters), _read_at_least(failure, run.parameters)
        raise
    finally:
        typed = [str(v) for n, v in run.parameters.items() if _may_name(run, n, v)]
        line = {
            "id": f"{at:%Y%m%dT%H%M%S%f}-{os.getpid()}",
            "at": at.isoformat(timespec="seconds"),
            "name": run.name,
            "version": program_version,
            "parameters": _told(run) if told is None else told,
            "engine": run.engine,
            "facts_version": run.facts_version,
            "rows": run.rows,
            "seconds": round(time.perf_counter() - started, 3),
            "memory_mb": _peak_memory_mb(),
            "error": error,
            "sql": [_without(sql, typed) for sql in run.sql],
        }
        _append(root / FILE, json.dumps(line, ensure_ascii=False, default=str))


def _may_name(run: Run, name: str, value: Any) -> bool:
    """Whether a parameter is any text, and not the usual one."""
    return name in run.free and value is not None and value != run.free[name]


def _read_at_least(failure: BaseException, given: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept of the parameters of a run that failed: numbers and days."""
    if NO_PARAMETER in str(failure):
        return {}  # a name was typed that is none
    return {
        name: value if not isinstance(value, str) or DAYS.fullmatch(value) else HIDDEN
        for name, value in plain(given).items()
    }


def _told(run: Run) -> dict[str, Any]:
    """The parameters of a run that went well."""
    return {
        name: HIDDEN if _may_name(run, name, value) else value
        for name, value in plain(run.parameters).items()
    }


def _without(sql: str, typed: list[str]) -> str:
    """SQL without the literals that are what somebody typed."""
    for text in typed:
        sql = sql.replace("'" + text.replace("'", "''") + "'", f"'{HIDDEN}'")
    return sql


def _said(failure: BaseException, given: Mapping[str, Any]) -> str:
    """The failure's first line, without what may be a customer's, and without what was typed."""
    kind, text = type(failure).__name__, str(failure)
    if isinstance(failure, UnknownName) or NO_PARAMETER in text:
        return kind
    for value in sorted((str(v) for v in given.values() if isinstance(v, str)), key=len)[::-1]:
        for form in {value, repr(value)[1:-1], value.strip()} - {""}:
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
    first = text.partition("\n")[0]
    if isinstance(failure, EngineError) or isinstance(failure.__cause__, EngineError):
        # Engines quote the value that they could not read; the log outlives the data.
        first = re.sub("[\"'`].*", HIDDEN, first)
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
