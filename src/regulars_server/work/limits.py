"""The limit of a child's memory."""

from __future__ import annotations

import resource
import sys


def limit_memory(mb: int) -> None:
    """No more than so many MiB for this process, from now on.

    On Linux it is RLIMIT_DATA: what the process may write to and shares with nobody, touched or
    not. It catches Python, NumPy, DuckDB and Arrow when they ask for more, and these say so; a
    library that cannot say it aborts. Files that are mapped for reading do not count, and each
    further process has a limit of its own. Elsewhere it is RLIMIT_AS, which macOS accepts and
    does not keep.
    """
    which = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _soft, hard = resource.getrlimit(which)
    wanted = mb * 1024 * 1024
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(which, (wanted, hard))
