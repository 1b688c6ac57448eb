"""Tests of contingency tables: marginal homogeneity, and equal transition rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy
from scipy.stats import chi2


@dataclass(frozen=True)
class Test:
    """A test's statistic, degrees of freedom and p-value, and how p was found."""

    statistic: float
    df: int
    p: float
    method: Literal["chi-squared", "Monte Carlo"] = "chi-squared"


def bhapkar(square: ArrayLike) -> Test | None:
    """Marginal homogeneity of a square table: do the same people stand differently afterwards?

    With d the differences of the margins and V their estimated covariance,
    ``W = dᵀ V⁻¹ d`` on (categories − 1) degrees of freedom. Categories that nobody enters or
    leaves say nothing and are left out.

    Parameters
    ----------
    square : shape (k, k), counts; row = before, column = after.

    Returns
    -------
    The test, or None when fewer than two categories have movement.

    Source: V. P. Bhapkar, JASA 61 (1966) 228–235.
    """
    counts = np.asarray(square, dtype=float)
    everybody = counts.sum()  # those in categories without movement belong to the sample too
    moved = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts) > 0
    counts = counts[np.ix_(moved, moved)]
    size = len(counts)
    if size < 2:
        return None
    difference = (counts.sum(axis=1) - counts.sum(axis=0))[:-1]
    covariance = -(counts + counts.T)
    np.fill_diagonal(covariance, counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts))
    covariance = covariance[:-1, :-1] - np.outer(difference, difference) / everybody
    rank = int(np.linalg.matrix_rank(covariance))
    if rank == 0:
        return None
    statistic = float(difference @ np.linalg.pinv(covariance) @ difference)
    return Test(statistic, rank, float(chi2.sf(statistic, rank)))


def g_test(table: ArrayLike, *, seed: int = 20260101, draws: int = 9999) -> Test | None:
    """Do two (or more) rows of counts come from one distribution?

    ``G = 2 Σ O ln(O/E)``. Where an expected count is under 5 the chi-squared law is not to be
    trusted and p comes from `draws` tables with the same margins.

    Parameters
    ----------
    table : shape (rows, columns), counts. Columns without anybody are left out.

    Returns
    -------
    The test, or None when fewer than two rows or columns hold anybody.

    Source: Anderson & Goodman, Ann. Math. Statist. 28 (1957) 89–110.
    """
    observed = np.asarray(table, dtype=float)
    observed = observed[observed.sum(axis=1) > 0][:, observed.sum(axis=0) > 0]
    if observed.shape[0] < 2 or observed.shape[1] < 2:
        return None
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    statistic = float(_g(observed, expected))
    df = (observed.shape[0] - 1) * (observed.shape[1] - 1)
    if expected.min() >= 5:
        return Test(statistic, df, float(chi2.sf(statistic, df)))
    from scipy.stats import random_table

    law = random_table(observed.sum(axis=1).astype(int), observed.sum(axis=0).astype(int))
    drawn = law.rvs(size=draws, random_state=np.random.default_rng(seed))
    # A hair of slack: the observed table itself must count as "as extreme" among the draws.
    extreme = np.sum(_g(drawn, expected) >= statistic - 1e-9)
    return Test(statistic, df, float((1 + extreme) / (1 + draws)), "Monte Carlo")


def _g(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    terms: NDArray[np.float64] = xlogy(observed, observed / expected)
    return np.asarray(2 * terms.sum(axis=(-2, -1)))
