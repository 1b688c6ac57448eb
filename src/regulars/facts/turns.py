"""A writer's turn: alone, over a clean state, with an empty folder to work in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.facts import delta, records, versions
from regulars.facts.lock import one_writer
from regulars.facts.tables import FACTS
from regulars.facts.versions import FactsVersion

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Waiting = Callable[[str], None]


@contextmanager
def turn(
    facts: Path,
    purpose: str,
    waiting: Waiting | None,
    *,
    connect: Callable[[Path], AbstractContextManager[DuckDBPyConnection]],
    look_only: bool = False,
) -> Iterator[Path]:
    """Hold the lock; what a writer left that died is taken back or finished first.

    Parameters
    ----------
    purpose : what it is for, which those who wait are told.
    connect : a connection that spills into the working folder it is given.
    look_only : change nothing; the working folder is not made.

    Yields
    ------
    The working folder, which is removed at the end.
    """
    (facts / "versions").mkdir(parents=True, exist_ok=True)
    work = facts / ".work"
    with one_writer(facts / ".lock", purpose, waiting):
        if look_only:
            yield work
            return
        shutil.rmtree(work, ignore_errors=True)
        _take_back(facts)
        work.mkdir()
        _finish_forgetting(facts, lambda: connect(work))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _take_back(facts: Path) -> None:
    """Whatever a writer left that died before its publication."""
    current = _current(facts)
    for name in FACTS:
        path = facts / name
        if path.exists():
            delta.restore(path, current.tables.get(name))
    records.remove_unpublished(facts, current.import_seq)
    for left in (facts / "versions").glob("*.tmp"):
        left.unlink()


def _finish_forgetting(
    facts: Path, connect: Callable[[], AbstractContextManager[DuckDBPyConnection]]
) -> None:
    from regulars.facts.forgetting import resume, was_killed

    if not was_killed(facts):
        return
    with connect() as con:
        resume(con, facts, _current(facts))


def _current(facts: Path) -> FactsVersion:
    return versions.newest(facts / "versions") or FactsVersion(number=0)
