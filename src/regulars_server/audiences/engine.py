"""Where conditions are counted: one locked-down DuckDB a process, over the snapshots' folder alone.

Nothing that is asked here can read another file, write one, attach, install, or change a setting;
what takes too long is interrupted. The newest snapshot is held decoded where it fits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from regulars_server.analyses.kept import listed
from regulars_server.audiences.configuration import MEMORY_MB, SECONDS, THREADS
from regulars_server.errors import NotNow

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from regulars.snapshot import Snapshot

log = logging.getLogger("regulars_server.audiences")
AT_ONCE = 4
_making = threading.Lock()
_turns = threading.BoundedSemaphore(AT_ONCE)
_opened: dict[str, DuckDBPyConnection] = {}


class TooSlow(NotNow):
    """Counting took longer than it may."""

    def __init__(self) -> None:
        super().__init__(_("Counting this took too long and was broken off. Ask for less at once."))


class Unreadable(NotNow):
    """The files of a snapshot are gone or broken."""

    def __init__(self) -> None:
        super().__init__(_("The files of the snapshot cannot be read. Take another snapshot."))


def locked(
    folders: Sequence[Path], *, memory_mb: int, threads: int = THREADS
) -> DuckDBPyConnection:
    """A connection that reaches these folders and nothing else, for good."""
    import duckdb

    con = duckdb.connect(config={"threads": threads, "memory_limit": f"{memory_mb}MB"})
    settings = (
        "SET enable_progress_bar = false",
        "SET temp_directory = ''",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false",
        f"SET allowed_directories = [{', '.join(_text(str(one)) for one in folders)}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    )
    for setting in settings:
        con.execute(setting).fetchall()
    return con


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def shared(folder: Path) -> DuckDBPyConnection:
    """A cursor on this process's connection to the snapshots in a folder; the caller closes it."""
    name = str(folder)
    # DuckDB refuses two at once on one connection, even for making a cursor.
    with _making:
        if name not in _opened:
            # Whoever still has a cursor on another goes on; it ends with the last.
            _opened.clear()
            _opened[name] = locked([folder], memory_mb=MEMORY_MB.value)
        return _opened[name].cursor()


@contextmanager
def cursor(one: Snapshot, *, seconds: int | None = None) -> Iterator[DuckDBPyConnection]:
    """A cursor over a snapshot, in turn, that is interrupted when its time is over.

    Raises
    ------
    TooSlow : it was. Unreadable : its files are gone or broken.
    """
    import duckdb

    limit = SECONDS.value if seconds is None else seconds
    # Who waits longer than a statement may take would wait for nothing.
    if not _turns.acquire(timeout=limit):
        raise TooSlow
    try:
        with shared(one.path.parent) as con:
            timer = threading.Timer(limit, con.interrupt)
            timer.daemon = True
            timer.start()
            try:
                yield con
            except duckdb.InterruptException:
                raise TooSlow from None
            except (duckdb.IOException, duckdb.InvalidInputException) as error:
                log.exception("the snapshot %s cannot be read", one.id)
                raise Unreadable from error
            except duckdb.OutOfMemoryException:
                raise NotNow(
                    _("The memory for counting is full just now. Try again."), seconds=5
                ) from None
            finally:
                timer.cancel()
                timer.join()
    finally:
        _turns.release()


def source(one: Snapshot) -> str:
    """What a statement reads a snapshot's columns from."""
    files = ", ".join(_text(file) for file in one.files)
    return f"read_parquet([{files}])"


def quoted(name: str) -> str:
    """A column's name, as SQL has it."""
    return listed([name])


def forget_all() -> None:
    """For tests: the connection of this process, and what it holds."""
    with _making:
        _opened.clear()
