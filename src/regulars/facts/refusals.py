"""What the system refuses, in words: a full disk, a folder that may only be read."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.errors import FactsError

# The libraries say it in their own sentences; the system's words stand within.
_KNOWN = (
    (errno.ENOSPC, r"no space left on device", "The disk is full"),
    (errno.EDQUOT, r"disk quota exceeded", "The quota of the disk is used up"),
    (errno.EFBIG, r"file too large", "A file may not grow further (File too large)"),
    (
        errno.EROFS,
        r"read-only file system",
        "The workspace may not be written: its disk is read-only",
    ),
    (errno.EACCES, r"permission denied", "The workspace may not be written by this user"),
    (errno.EPERM, r"operation not permitted", "The workspace may not be written by this user"),
)

_LIBRARIES = ("_duckdb", "duckdb", "deltalake", "_internal")  # delta-rs calls itself the last


@contextmanager
def in_words(folder: object) -> Iterator[None]:
    """Say a refusal of the system as a `FactsError`; anything else passes as it is."""
    try:
        yield
    except FactsError:
        raise
    except Exception as error:
        said = _said(error)
        if said is None:
            raise
        raise FactsError(
            f"{said}: {folder}. Nothing was changed; the facts are as they were."
        ) from error


def _said(error: BaseException) -> str | None:
    for number, pattern, words in _KNOWN:
        if isinstance(error, OSError) and error.errno == number:
            return words
        # DuckDB's and delta-rs's errors carry no number.
        library = type(error).__module__.partition(".")[0]
        if library in _LIBRARIES and re.search(pattern, str(error), re.IGNORECASE):
            return words
    return None
