"""Who is reading which facts version: what a running reader needs is never removed.

Each reader keeps a small locked file that names its version. The operating system frees the lock
when the process dies, so nothing has to be cleared up after a crash and nobody waits for anybody.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

UNKNOWN = -1  # a reader that is just coming: it may want any version
FOLDER = ".running"

Version = TypeVar("Version")


@contextmanager
def leased(
    root: Path, current: Callable[[], Version], number: Callable[[Version], int]
) -> Iterator[Version]:
    """Read the current version, and hold on to it while the block runs.

    A workspace that may only be read takes no lease; nothing can be removed from it either.
    """
    held = _take(root / FOLDER)
    try:
        version = current()
        while held is not None:
            # Until the lease is written a writer may pass: look again whether it did.
            os.ftruncate(held[0], 0)
            os.pwrite(held[0], str(number(version)).encode(), 0)
            again = current()
            if number(again) == number(version):
                break
            version = again
        yield version
    finally:
        if held is not None:
            with suppress(OSError):
                held[1].unlink()
            os.close(held[0])


def _take(folder: Path) -> tuple[int, Path] | None:
    try:
        folder.mkdir(exist_ok=True)
        while True:
            path = folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX)
            # Between making and locking it may have been swept away as a dead one's.
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(handle).st_ino:
                    return handle, path
            os.close(handle)
    except OSError:
        return None


def held(root: Path, *, sweep: bool = True) -> list[int]:
    """The versions that live readers hold; `UNKNOWN` for one that has not said yet.

    Parameters
    ----------
    sweep : remove what dead readers left.
    """
    found = []
    folder = root / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.pread(handle, 32, 0).decode("ascii", "replace")
            found.append(int(said) if said.isdigit() else UNKNOWN)
        else:
            if sweep:
                path.unlink(missing_ok=True)
        finally:
            os.close(handle)
    return found
