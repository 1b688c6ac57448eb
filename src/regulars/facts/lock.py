"""One writer at a time: a lock on a file of the lake."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_writer(
    path: Path, purpose: str, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lake's writing lock; the operating system frees it when the process dies.

    Parameters
    ----------
    path : the lock file, made when missing.
    purpose : what the holder is doing; the next writer is told so while it waits.
    waiting : called once with that purpose when another writer holds the lock.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                holder = os.pread(handle, 4096, 0).decode("utf-8", "replace").strip()
                waiting(holder or "another writer")
            fcntl.flock(handle, fcntl.LOCK_EX)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{purpose} (process {os.getpid()})".encode(), 0)
        yield
    finally:
        os.close(handle)
