"""On which line of a text file a row began.

The reader numbers records; a person wants the line. Quoted fields may hold line ends and empty
lines are skipped, so the file is walked once more, in blocks and without a row loop, and only
when there are rejects to place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

BLOCK = 4 << 20


def line_numbers(
    path: Path, *, records: Any, broken: Any, expected: int, width: int
) -> tuple[Any, Any]:
    """Line numbers of records, by their place among the rows that were read.

    Parameters
    ----------
    path : the file that was read.
    records : rising 0-based places among the good rows, as an array.
    broken : rising byte offsets near the start of records that could not be read.
    expected : how many good rows there were; a walk that counts otherwise is not believed.
    width : number of columns (a file of one column counts its empty lines as rows).

    Returns
    -------
    Two arrays of line numbers, for ``records`` and for ``broken``; 0 where it is unknown.
    """
    import numpy as np

    if path.stat().st_size == 0:
        return np.zeros(len(records), np.int64), np.zeros(len(broken), np.int64)
    data = np.memmap(path, dtype=np.uint8, mode="r")
    at = np.array([_past_line_end(data, int(offset)) for offset in broken], dtype=np.int64)
    for quotes in (True, False):
        good, lines, bad_lines = _walk(data, records, at, quotes=quotes, width=width)
        if good == expected:
            return lines, bad_lines
    return np.zeros(len(records), np.int64), bad_lines


def _past_line_end(data: Any, offset: int) -> int:
    offset = min(max(offset, 0), len(data) - 1)
    while offset < len(data) - 1 and data[offset] in (10, 13):
        offset += 1
    return offset


def _walk(
    data: Any, records: Any, broken: Any, *, quotes: bool, width: int
) -> tuple[int, Any, Any]:
    import numpy as np

    lines = np.zeros(len(records), np.int64)
    bad_lines = np.zeros(len(broken), np.int64)
    good, line, odd = -1, 1, 0  # the header is the record before the first
    starts, at_lines = np.array([0], np.int64), np.array([1], np.int64)
    for low in range(0, len(data), BLOCK):
        block = np.asarray(data[low : low + BLOCK])
        ends = np.flatnonzero(block == 10)
        number = line + np.arange(1, len(ends) + 1)
        line += len(ends)
        if quotes:
            marks = np.flatnonzero(block == 34)
            even = (odd + np.searchsorted(marks, ends)) % 2 == 0
            odd = (odd + len(marks)) % 2
            ends, number = ends[even], number[even]
        starts = np.concatenate([starts, ends + low + 1])
        at_lines = np.concatenate([at_lines, number])
        # The last start may go on in the next block, so it is kept for the next turn.
        final = low + BLOCK >= len(data)
        cut = len(starts) if final else len(starts) - 1
        good = _place(data, starts, at_lines, cut, good, records, lines, broken, bad_lines, width)
        starts, at_lines = starts[cut:], at_lines[cut:]
    return good, lines, bad_lines


def _place(
    data: Any,
    starts: Any,
    at_lines: Any,
    cut: int,
    good: int,
    records: Any,
    lines: Any,
    broken: Any,
    bad_lines: Any,
    width: int,
) -> int:
    """Number the records that start in this block; returns how many good ones there are so far."""
    import numpy as np

    here, here_lines = starts[:cut], at_lines[:cut]
    keep = here < len(data)
    here, here_lines = here[keep], here_lines[keep]
    if not len(here):
        return good
    if width > 1:
        first = data[here]
        blank = (first == 10) | ((first == 13) & (data[np.minimum(here + 1, len(data) - 1)] == 10))
        here, here_lines = here[~blank], here_lines[~blank]
    limit = starts[cut] if cut < len(starts) else len(data)
    inside = np.flatnonzero((broken >= (here[0] if len(here) else 0)) & (broken < limit))
    is_broken = np.zeros(len(here), bool)
    if len(inside) and len(here):
        owner = np.searchsorted(here, broken[inside], side="right") - 1
        is_broken[owner] = True
        bad_lines[inside] = here_lines[owner]
    kept = here_lines[~is_broken]
    # Place p of the good rows is the record p + 1 after the header.
    low = np.searchsorted(records, good)
    high = np.searchsorted(records, good + len(kept))
    wanted = np.arange(low, high)
    lines[wanted] = kept[np.asarray(records)[wanted] - good]
    return int(good + len(kept))
