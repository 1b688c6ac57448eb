"""Counts and their uncertainty: Wilson's interval, Bhapkar's test of marginal homogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Z95 = 1.959963984540054


def wilson(count: int, total: int) -> tuple[float, float] | tuple[None, None]:
    """95% interval of a share (Wilson 1927): what p satisfies |count − n·p| ≤ z·√(n·p(1 − p))."""
    if total == 0:
        return None, None
    z2 = Z95 * Z95
    middle = (count + z2 / 2) / (total + z2)
    half = Z95 / (total + z2) * float(np.sqrt(count * (total - count) / total + z2 / 4))
    low = 0.0 if count == 0 else middle - half  # exact at the ends, where the terms cancel
    high = 1.0 if count == total else middle + half
    return low, high


@dataclass(frozen=True)
class Homogeneity:
    """Bhapkar's statistic, its degrees of freedom and p; all None when nobody moved."""

    statistic: float | None
    df: int | None
    p: float | None


def bhapkar(matrix: npt.ArrayLike) -> Homogeneity:
    """Are the margins of a square table of the same people the same (Bhapkar 1966)?

    With d the differences of the margins as shares, W = n·dᵀV⁻¹d over all categories but one,
    V_ii = p_i+ + p_+i − 2p_ii − d_i², V_ij = −(p_ij + p_ji) − d_i·d_j. Categories that nobody
    entered or left say nothing and are left out.
    """
    table = np.asarray(matrix, dtype="float64")
    moved = table.sum(axis=0) + table.sum(axis=1) - 2 * np.diag(table) > 0
    n = float(table.sum())
    if moved.sum() < 2:
        return Homogeneity(None, None, None)
    table = table[np.ix_(moved, moved)]
    p = table / n
    d = (p.sum(axis=1) - p.sum(axis=0))[:-1]
    v = -(p + p.T)[:-1, :-1]
    np.fill_diagonal(v, (p.sum(axis=1) + p.sum(axis=0) - 2 * np.diag(p))[:-1])
    v -= np.outer(d, d)
    df = int(np.linalg.matrix_rank(v))
    if df == 0:  # everybody made the same move: no variance to test against
        return Homogeneity(None, None, None)
    statistic = float(n * d @ np.linalg.pinv(v) @ d)
    return Homogeneity(statistic, df, float(stats.chi2.sf(statistic, df)))
