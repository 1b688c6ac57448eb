"""How far a long statement has come, told while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from regulars.facts.reading import Progress

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EVERY_SECONDS = 0.25


class Watch:
    """Tells the phase, and now and then how much of the running statement is done.

    ``progress`` is then called from another thread, with a share of 100.
    """

    def __init__(self, con: DuckDBPyConnection, progress: Progress | None) -> None:
        self._con = con
        self._progress = progress
        self._phase = ""
        self._told = 0.0
        self._end = threading.Event()

    def enter(self, phase: str) -> None:
        """Begin a phase whose length is not known yet."""
        self._phase, self._told = phase, 0.0
        if self._progress:
            self._progress(phase, 0.0, None)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at the connection until the block ends."""
        if self._progress is None:
            yield
            return
        self._con.execute("SET enable_progress_bar = true").fetchall()
        self._con.execute("SET enable_progress_bar_print = false").fetchall()
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def _look(self) -> None:
        while not self._end.wait(_EVERY_SECONDS):
            done = self._con.query_progress()
            # A phase has several statements; a bar that runs backwards would only puzzle.
            if self._phase and self._progress and done > self._told:
                self._told = done
                self._progress(self._phase, min(done, 100.0), 100.0)
