"""Progress on the terminal: a bar with the time left, shown only where work takes over a second."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds before anything is shown


class Bar:
    """Shows ``bar(what, done, total)``; it speaks on stderr, and only to a person."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: float, total: float | None) -> None:
        if time.monotonic() - self._started < PATIENCE:
            return
        if self._progress is None:
            self._progress = _progress()
            self._progress.start()
        if what not in self._tasks:
            self._finish_all()
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)

    def _finish_all(self) -> None:
        assert self._progress is not None
        for task in self._tasks.values():
            self._progress.update(task, visible=False)

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()


def _progress() -> Progress:
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(bar_width=30),
        progress.TaskProgressColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("left"),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


@contextlib.contextmanager
def bar() -> Iterator[Bar | None]:
    """A `Bar` for work that reports how far it is; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = Bar()
    try:
        yield shown
    finally:
        shown.close()


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Say what is going on, with the seconds so far, while work runs that cannot say how far."""
    if not sys.stderr.isatty():
        yield
        return
    from rich import progress
    from rich.console import Console

    columns: list[Any] = [
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.TimeElapsedColumn(),
    ]
    shown = progress.Progress(*columns, console=Console(stderr=True), transient=True)
    shown.add_task(what, total=None)
    # Most answers are there sooner: nothing flickers for them.
    patience = threading.Timer(PATIENCE, shown.start)
    patience.daemon = True
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
        patience.join()
        shown.stop()
