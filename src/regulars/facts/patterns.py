"""Many files by one pattern."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from regulars.errors import FactsError


def expand(given: Any) -> list[Any]:
    """Every file or frame that is meant, patterns replaced by the files they fit, by name.

    A name that exists as it stands is that file, whatever signs are in it. ``**`` reaches into
    folders.

    Raises
    ------
    FactsError : no file fits a pattern, or nothing was given.
    """
    listed: Iterable[Any] = given if isinstance(given, list | tuple) else [given]
    found: list[Any] = []
    for one in listed:
        found += _files(one) if isinstance(one, str | Path) else [one]
    if not found:
        raise FactsError("No file was given.")
    return found


def _files(one: str | Path) -> list[Path]:
    path = Path(one)
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    fitting = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    files = [name for name in fitting if name.is_file()]
    if not files:
        raise FactsError(f"No file fits the pattern {str(path)!r}.")
    return files
