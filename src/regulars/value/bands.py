"""Bands of purchase days and of the time since the last: few, in steps that people use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Band = tuple[int, int]

OPEN = 1_000_000_000
"""Upper end of a band without one."""

PURCHASE_DAYS = (1, 2, 3, 5, 9)
LONGEST_OPEN = 0.5
"""The share of customers in the open band of purchase days above which it says too little."""

RECENCY_DAYS = (7, 14, 30, 60, 90, 180, 365, 730, 1095)
MOST = 6
SMALLEST = 0.02


def purchase_day_bands(days: Any, customers: Any) -> list[Band]:
    """1, 2, 3, 4–5, 6–9, 10 and more; sixths of the customers where most of them bought oftener.

    Parameters
    ----------
    days, customers : shape (n,), distinct numbers of purchase days and the customers with each.

    Returns
    -------
    First and last number of each band, lowest first; the last band is open (`OPEN`).
    """
    days, customers = _sorted(days, customers)
    if not len(days):
        return []
    if customers[days > PURCHASE_DAYS[-1]].sum() <= LONGEST_OPEN * customers.sum():
        return _between(PURCHASE_DAYS, low=1)
    # The smallest number that so many sixths of the customers do not exceed.
    running = np.cumsum(customers)
    wanted = [-(-k * int(running[-1]) // MOST) for k in range(1, MOST)]
    edges = days[np.searchsorted(running, wanted)]
    return _between(sorted({int(edge) for edge in edges if edge < days[-1]}), low=1)


def recency_bands(days: Any, customers: Any) -> list[Band]:
    """At most six bands between usual lengths of time, none with under 2% of the customers.

    The smallest band joins the smaller of its neighbours until that holds.
    """
    days, customers = _sorted(days, customers)
    if not len(days):
        return []
    bands = _between([edge for edge in RECENCY_DAYS if edge < days[-1]], low=0)
    held = [int(customers[(days >= low) & (days <= high)].sum()) for low, high in bands]
    while len(bands) > 1 and (len(bands) > MOST or min(held) < SMALLEST * sum(held)):
        place = held.index(min(held))
        beside = [i for i in (place - 1, place + 1) if 0 <= i < len(bands)]
        first = min(place, min(beside, key=lambda i: held[i]))
        bands[first : first + 2] = [(bands[first][0], bands[first + 1][1])]
        held[first : first + 2] = [held[first] + held[first + 1]]
    return bands


def _sorted(days: Any, customers: Any) -> tuple[Numbers, Numbers]:
    order = np.argsort(days, kind="stable")
    return np.asarray(days, np.int64)[order], np.asarray(customers, np.int64)[order]


def _between(edges: Sequence[int], *, low: int) -> list[Band]:
    lows = [low, *(edge + 1 for edge in edges)]
    return list(zip(lows, [*edges, OPEN], strict=True))
