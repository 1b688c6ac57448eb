"""When many tests are read at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p_values: ArrayLike, counts: ArrayLike | None = None) -> NDArray[np.float64]:
    """Adjusted p-values: those at most q are the discoveries at false discovery rate q.

    ``q_(i) = min_{j ≥ i} p_(j)·m/j``, never above 1.

    Parameters
    ----------
    p_values : one per test, or one per group of tests that share it.
    counts : how many tests share each p-value; left out, one.

    Source: Benjamini & Hochberg, JRSS B 57 (1995) 289–300.
    """
    p = np.asarray(p_values, dtype=float)
    if p.size == 0:
        return p
    tests = np.ones(p.size) if counts is None else np.asarray(counts, dtype=float)
    order = np.argsort(p)
    rank = np.cumsum(tests[order])
    ranked = p[order] * rank[-1] / rank
    adjusted = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    result = np.empty_like(adjusted)
    result[order] = adjusted
    return result
