"""Two shares compared, and an index of one to another."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln
from scipy.stats import chi2

from regulars.statistics.intervals import wilson

LEAST_EXPECTED = 5


def two_shares(successes: int, trials: int, *, others: int, other_trials: int) -> float | None:
    """p-value, two-sided, that a group's share differs from the others'.

    Pearson's chi-squared (the square of the pooled z) where every expected count is 5 or more,
    else Fisher's exact test: the sum over tables no likelier than the one seen.

    Parameters
    ----------
    successes, trials : of the group; ``others``, ``other_trials`` : of everybody else.

    Returns
    -------
    p, or None where one side is empty or everybody is alike.

    Source: R. A. Fisher, Statistical Methods for Research Workers, 5th ed. (1934), § 21.02.
    """
    whole, hits = trials + other_trials, successes + others
    if not trials or not other_trials or hits in (0, whole):
        return None
    least = min(trials, other_trials) * min(hits, whole - hits) / whole
    if least >= LEAST_EXPECTED:
        between = successes * (other_trials - others) - others * (trials - successes)
        scale = float(trials) * other_trials * hits * (whole - hits)
        return float(chi2.sf(whole * float(between) ** 2 / scale, 1))
    counts = np.arange(max(0, hits - other_trials), min(hits, trials) + 1)
    chances = np.exp(
        _log_choose(trials, counts)
        + _log_choose(other_trials, hits - counts)
        - _log_choose(whole, np.asarray(hits))
    )
    seen = chances[successes - counts[0]]
    # a hair of slack: tables exactly as likely as the one seen count
    return float(min(1.0, chances[chances <= seen * (1 + 1e-7)].sum()))


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def index_interval(
    successes: int, trials: int, *, total_share: float | None
) -> tuple[float, float, float] | None:
    """A group's share over the total's × 100 (100 = as everybody), with a 95% interval.

    The interval is Wilson's of the group's share over the total's, which is taken as known.
    """
    bounds = wilson(successes, trials)
    if bounds is None or not total_share:
        return None
    low, high = bounds
    return (100 * successes / trials / total_share, 100 * low / total_share,
            100 * high / total_share)  # fmt: skip


def shift_parts(before: list[int], after: list[int]) -> list[float] | None:
    """The parts of ``Σ (a − b) ln(a / b)`` over shares a of ``before`` and b of ``after``.

    Their sum is the population stability index when the two are periods, and the information
    value when they are the good and the bad. A group that one of the two lacks altogether counts
    there as half a customer, without which the logarithm has no value.

    Returns
    -------
    One part a group, or None when one of the two is empty.

    Source: Siddiqi, Credit Risk Scorecards (2006), ch. 6; Kullback & Leibler, Ann. Math. Statist.
    22 (1951) 79–86, whose divergence J this is.
    """
    n, m = sum(before), sum(after)
    if not n or not m:
        return None
    parts = []
    for one, other in zip(before, after, strict=True):
        if not one and not other:
            parts.append(0.0)
            continue
        a, b = (one or 0.5) / n, (other or 0.5) / m
        parts.append((a - b) * math.log(a / b))
    return parts
