"""How regularly a base buys: the one number k of its gaps between purchases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import polygamma, psi, xlogy

LOWEST, HIGHEST = 0.05, 50.0


@dataclass(frozen=True)
class Regularity:
    """Estimated k (1: Poisson; below: in bursts; above: by habit), and how sure.

    ``free_gaps`` is what there was to learn from: Σ (x − 1), as the last gap of a customer follows
    from the others.
    """

    value: float
    standard_error: float | None
    free_gaps: int


def estimate(
    *,
    gap_days: ArrayLike,
    gap_counts: ArrayLike,
    repeats: ArrayLike,
    span_days: ArrayLike,
    counts: ArrayLike,
    whole_days: bool = False,
) -> Regularity | None:
    """k by maximum likelihood of the gap shares of all customers; None with nothing to learn from.

    Maximises ``Σ_i [ln Γ(k·x_i) − x_i ln Γ(k) + (k−1) Σ_j ln(g_ij/t_x,i)]``, the
    Dirichlet(k, …, k) law of the shares of a customer's gaps, in which his own rate does not
    occur. Two small groupings suffice, because ``Σ_ij ln g_ij`` sums over distinct gap lengths and
    ``Σ_i x_i ln t_x,i`` over distinct (x, t_x). The score falls in k, so its zero is the maximum;
    with gaps all equal there is none, and k is 50, the highest taken.

    Parameters
    ----------
    gap_days, gap_counts : distinct gaps between purchase days (at least 1 day), how often each.
    repeats, span_days, counts : distinct histories with a repeat: x, t_x, customers.
    whole_days : the gaps are between purchase days, so purchases of one day were merged and no gap
        is under a day. A gap of g days then stands for any of g−1 to g: its logarithm is averaged
        over these, and half a day a gap is taken from t_x. Random purchases then give k = 1 whether
        they come weekly or yearly; without, they give 1.4 at ten days between purchases.

    Raises
    ------
    ValueError : the gaps are not those of the histories (their numbers or sums differ).

    Source: 000-1b; the score equation is T. Minka's, Estimating a Dirichlet distribution (2000).
    """
    gap, gaps = np.asarray(gap_days, dtype=float), np.asarray(gap_counts, dtype=float)
    x, span, n = (np.asarray(a, dtype=float) for a in (repeats, span_days, counts))
    same = np.isclose([gaps.sum(), (gaps * gap).sum()], [(n * x).sum(), (n * span).sum()])
    if not same.all():
        raise ValueError("these gaps are not those of these histories")
    bought = x > 0
    x, span, n = x[bought], span[bought], n[bought]
    free = int((n * (x - 1)).sum())
    if free == 0:
        return None
    if whole_days:
        logs, span = gap * np.log(gap) - xlogy(gap - 1, gap - 1) - 1, span - x / 2
    else:
        logs = np.log(gap)
    shares = float((gaps * logs).sum() - (n * x * np.log(span)).sum())
    value = _maximum(x, n, shares)
    information = float((n * (x * polygamma(1, value) - x * x * polygamma(1, value * x))).sum())
    inside = LOWEST < value < HIGHEST and information > 0
    return Regularity(value, information**-0.5 if inside else None, free)


def _maximum(x: NDArray[np.float64], n: NDArray[np.float64], shares: float) -> float:
    """Where ``Σ n·x·(ψ(k·x) − ψ(k)) + Σ ln(g/t)`` is zero."""
    distinct, place = np.unique(x, return_inverse=True)
    weight = np.bincount(place, weights=n)

    def score(k: float) -> float:
        return float((weight * distinct * (psi(k * distinct) - psi(k))).sum()) + shares

    if score(HIGHEST) >= 0:
        return HIGHEST
    if score(LOWEST) <= 0:
        return LOWEST
    return float(brentq(score, LOWEST, HIGHEST, xtol=1e-12, rtol=1e-12))
