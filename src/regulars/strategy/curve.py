"""Retention for a table, with its errors: from counts, or from a fitted curve.

Each gives rates for ``retention`` and a covariance for `delta_interval`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.models import ContractModel, Fit
from regulars.strategy.inputs import InputError

Floats = NDArray[np.float64]
C = TypeVar("C", bound=ContractModel)


@dataclass(frozen=True)
class RetentionCurve:
    """Rates from one period to the next.

    Parameters
    ----------
    rates : shape (k,), r_0 … r_{k−1}: a table of k + 1 periods.
    covariance : shape (k, k), of the rates' errors.
    observed : how many of them were seen; the rest is a model's.
    """

    rates: Floats
    covariance: Floats
    observed: int

    @property
    def standard_errors(self) -> Floats:
        """Shape (k,)."""
        found: Floats = np.sqrt(np.diag(self.covariance))
        return found

    def then(self, later: RetentionCurve) -> RetentionCurve:
        """These rates as far as they go, after them those of `later`, a curve from the start.

        The curve learnt from the same customers. A fit that wastes nothing goes with what was
        counted just as it goes with itself, ``cov(r̂_seen, r_fitted) = var(r_fitted)``, so that
        the covariance is that of the fitted curve and, on what was seen, the rest of the counts'.
        """
        k = len(self.rates)
        if len(later.rates) <= k:
            return self
        covariance = later.covariance.copy()
        values, vectors = np.linalg.eigh(self.covariance - covariance[:k, :k])
        covariance[:k, :k] += (vectors * np.maximum(values, 0)) @ vectors.T
        rates = np.concatenate([self.rates, later.rates[k:]])
        return RetentionCurve(rates, covariance, self.observed)

    def carried(self, rates: int) -> RetentionCurve:
        """These rates, and the last of them again and again: one estimate, wholly correlated.

        Where people differ those who stay are likelier to stay again, so that this is the low end
        of what may come, and its error is that of one rate, not of what the future may bring.
        """
        k = len(self.rates)
        if not k or rates <= k:
            return self
        place = np.minimum(np.arange(rates), k - 1)
        return RetentionCurve(
            self.rates[place], self.covariance[np.ix_(place, place)], self.observed
        )


def contract_retention(renewed: ArrayLike, due: ArrayLike) -> RetentionCurve:
    """Under contract: renewals over expiries due; each rate's error is binomial.

    Where all or none of a few renewed, the error is that of half a customer more on each side: a
    cohort of five who all stayed does not prove that everybody stays.

    Parameters
    ----------
    renewed, due : shape (k,), by period.

    Raises
    ------
    InputError : nobody was due, or more renewed than were.
    """
    kept, of = (np.atleast_1d(np.asarray(values, dtype=float)) for values in (renewed, due))
    if kept.shape != of.shape:
        raise InputError("renewed", f"{len(kept)} periods beside {len(of)} of those due")
    for period, (k, n) in enumerate(zip(kept, of, strict=True), 1):
        if not n > 0:
            raise InputError("due", "nobody", period=period)
        if not 0 <= k <= n:
            raise InputError("renewed", f"{k:g} of {n:g} due", period=period)
    smoothed = np.where((kept == 0) | (kept == of), (kept + 0.5) / (of + 1), kept / of)
    return RetentionCurve(kept / of, np.diag(smoothed * (1 - smoothed) / of), len(of))


def active_retention(together: ArrayLike) -> RetentionCurve:
    """Without contract: ``r_y = a_{y+1}/a_y``, which may exceed 1, because people come back.

    Neighbouring rates share a count, so that their errors go against each other:
    ``cov(ln a_i, ln a_j) = n_ij/(a_i·a_j) − 1/N``, where 1/N drops out of every ratio.

    Parameters
    ----------
    together : shape (k+1, k+1), customers of **one** cohort active both in period i and in period
        j; the diagonal is a_y.

    Raises
    ------
    InputError : no such counts, or a period in which nobody was active.
    """
    n = np.asarray(together, dtype=float)
    if n.ndim != 2 or n.shape[0] != n.shape[1] or not np.array_equal(n, n.T):
        raise InputError("together", "is square and symmetric")
    active = np.diag(n)
    for period, count in enumerate(active, 1):
        if not count > 0:
            raise InputError("together", "nobody was active", period=period)
    if (n < 0).any() or (n > np.minimum.outer(active, active)).any():
        raise InputError("together", "more active in two periods than in one of them")
    rates = active[1:] / active[:-1]
    logs = n / np.outer(active, active)
    ratio = np.diff(np.eye(len(active)), axis=0)
    covariance = np.outer(rates, rates) * (ratio @ logs @ ratio.T)
    return RetentionCurve(rates, covariance, len(rates))


def pooled_retention(together: ArrayLike) -> RetentionCurve:
    """Without contract, over customers who were watched for different times.

    Rate y is over those whose period y+1 is complete: fewer for each later rate, and each a part of
    those before. With ``φ_yi = (x_{i,y+1} − r_y·x_{i,y})/a_y`` for each customer i of rate y, the
    covariance of two rates is ``Σ_i φ_yi·φ_zi``. Where that shows no error at all (nobody came
    back, or all did), it is that of half a customer more on each side.

    Parameters
    ----------
    together : shape (k, k+1, k+1), for each rate y the customers, of those whose period y+1 is
        complete, who were active both in period i and in period j.

    Raises
    ------
    InputError : no such counts, more customers in a later rate, or a period with nobody active.
    """
    n = np.asarray(together, dtype=float)
    k = len(n)
    if n.ndim != 3 or n.shape[1:] != (k + 1, k + 1):
        raise InputError("together", "has no square of k+1 periods for each of k rates")
    if (np.diff(n, axis=0) > 0).any():
        raise InputError("together", "more customers in a later rate than in the one before")
    y = np.arange(k)
    active, after = n[y, y, y], n[y, y + 1, y + 1]
    for period, count in enumerate(active, 1):
        if not count > 0:
            raise InputError("together", "nobody was active", period=period)
    rates = after / active
    covariance = np.zeros((k, k))
    for z in range(k):
        moves = np.eye(k + 1)[1:] - rates[:, None] * np.eye(k + 1)[:-1]
        row = (moves[: z + 1] @ n[z] @ moves[z]) / (active[: z + 1] * active[z])
        covariance[z, : z + 1] = covariance[: z + 1, z] = row
    share = (np.minimum(after, active) + 0.5) / (active + 1)
    still = np.diag(covariance) <= 1e-12
    covariance[y[still], y[still]] = (share * (1 - share) / active)[still]
    return RetentionCurve(rates, covariance, k)


def fitted_retention(fit: Fit[C], *, rates: int) -> RetentionCurve:
    """The rates of a fitted model of contracts, and their errors by the delta method.

    Parameters
    ----------
    fit : of sBG or BdW.
    rates : how many, from the first renewal on.
    """
    t = np.arange(1, rates + 1, dtype=float)
    covariance = np.zeros((rates, rates))
    for up, down, step in fit.moved():
        along = (up.retention(t) - down.retention(t)) / (2 * step)
        covariance += np.outer(along, along)
    return RetentionCurve(fit.model.retention(t), covariance, 0)
