"""Folders of what can be made again, such as answers and pictures: removed in one moment."""

from __future__ import annotations

import shutil
import uuid
from contextlib import suppress
from pathlib import Path

GONE = "-gone-"


def remove_at_once(folder: Path) -> None:
    """Remove a folder: whoever still writes into it, finds it gone, and leaves nothing behind.

    It is renamed first. Removing it file by file would leave what is put in its place meanwhile.

    Raises
    ------
    OSError : something in it cannot be removed. The next call tries again.
    """
    with suppress(FileNotFoundError):
        folder.rename(folder.with_name(f"{folder.name}{GONE}{uuid.uuid4().hex}"))
    remove_gone(folder)


def remove_gone(folder: Path) -> None:
    """Remove what a process that was killed left of earlier removals."""
    for one in folder.parent.glob(f"{folder.name}{GONE}*"):
        while one.exists():
            with suppress(FileNotFoundError):  # another process removes it, too
                shutil.rmtree(one)
