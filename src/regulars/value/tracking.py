"""Orders month by month: what the model says there were and would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models import Fit, Histories, PurchaseModel
from regulars.value.base import Floats
from regulars.value.forecast import around
from regulars.value.past import Past

POOLED = 24
"""Bins of time for variances and slopes; sums themselves are of the histories as they are."""


@dataclass(frozen=True, eq=False)
class Tracked:
    """Expected orders of stretches of time one after the other, with intervals of the sums."""

    expected: Floats
    low: Floats
    high: Floats
    cumulative: Floats
    cumulative_low: Floats
    cumulative_high: Floats


def before_cut(past: Past, model: PurchaseModel, edges: Sequence[float]) -> Floats:
    """Expected repeat orders between the edges, times from the cut and not after it.

    ``Σ E[X(T + end)] − E[X(T + begin)]``: from the days of the first purchases alone.
    """
    ages, customers = np.unique(past.T, return_counts=True)
    reached = np.maximum(ages[:, None] + np.asarray(edges, dtype=float)[None, :], 0.0)
    times, place = np.unique(reached, return_inverse=True)
    none = np.zeros(1)
    # Under MBG/NBD not everybody outlives the first purchase.
    alive = float(model.alive(Histories(none, none, none, none))[0])
    expected = alive * np.array([_if_alive(model, float(time)) for time in times])[place]
    result: Floats = np.diff(customers @ expected.reshape(reached.shape))
    return result


def _if_alive(model: PurchaseModel, until: float) -> float:
    none = np.zeros(1)
    return float(model.orders_if_alive(none, none, until)[0]) if until > 0 else 0.0


def after_cut(
    past: Past, fit: Fit[PurchaseModel], edges: Sequence[float], *, level: float
) -> Tracked:
    """Expected orders between the edges, times after the cut, the first of them 0."""
    given, _ = past.distinct
    pooled, _ = given.pooled(POOLED)

    def sums(model: PurchaseModel, of: object = None) -> Floats:
        rows = given if of is None else pooled
        return np.array([float(rows.weight @ model.orders(rows, end)) for end in edges[1:]])

    cumulative = sums(fit.model)
    expected = np.diff(cumulative, prepend=0.0)
    moves = [(sums(up, pooled) - sums(down, pooled)) / (2 * step) for up, down, step in fit.moved()]
    laws = [fit.model.law(pooled, end) for end in edges[1:]]
    noise = np.array([float(pooled.weight @ law.variance) for law in laws])
    error = sum((move**2 for move in moves), np.zeros(len(cumulative)))
    own_error = sum((np.diff(m, prepend=0.0) ** 2 for m in moves), np.zeros(len(cumulative)))
    own_noise = _noise_of_parts(fit.model, past, edges, expected)
    low, high = around(expected, own_error + own_noise, level=level)
    total_low, total_high = around(cumulative, error + noise, level=level)
    return Tracked(expected, low, high, cumulative, total_low, total_high)


def _noise_of_parts(
    model: PurchaseModel, past: Past, edges: Sequence[float], expected: Floats
) -> Floats:
    """Σ of the customers' variances in each stretch.

    A stretch later on is as one of its length right after the cut, with fewer alive: expected
    orders and pairs of orders fall by the same share, squared means by its square.
    """
    pooled, _ = past.distinct[0].pooled(POOLED)
    found = []
    for begin, end, wanted in zip(edges, edges[1:], expected.tolist(), strict=False):
        law = model.law(pooled, end - begin)
        first = float(pooled.weight @ law.mean)
        share = min(wanted / first, 1.0) if first > 0 else 0.0
        squared = float(pooled.weight @ law.mean**2)
        twos = float(pooled.weight @ law.variance) + squared  # Σ E[N²]
        found.append(share * twos - share**2 * squared)
    return np.array(found)
