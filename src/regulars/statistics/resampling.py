"""Intervals by resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def sums_interval(
    contributions: ArrayLike, *, level: float, draws: int = 4000, seed: int = 20260101
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Percentile bootstrap interval of column sums.

    Parameters
    ----------
    contributions : shape (units, columns); a unit is a customer, or a random group of customers
        (the bootstrap of sums needs exchangeable units, not single customers).
    level : e.g. 0.95.

    Returns
    -------
    low, high : shape (columns,).

    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13.
    """
    values = np.asarray(contributions, dtype=float)
    units, columns = values.shape
    if units == 0:
        empty = np.full(columns, np.nan)
        return empty, empty
    # The order in which the units come is nobody's choice and must not show in the interval.
    values = values[np.lexsort(values.T)]
    generator = np.random.default_rng(seed)
    sums = np.empty((draws, columns))
    shares = np.full(units, 1 / units)
    for start in range(0, draws, 250):  # a block at a time: bounded memory
        count = min(250, draws - start)
        sums[start : start + count] = generator.multinomial(units, shares, size=count) @ values
    tail = (1 - level) / 2
    low, high = np.quantile(sums, [tail, 1 - tail], axis=0)
    return low, high
