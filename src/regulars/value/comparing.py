"""How far an expectation lies from what came: errors, the best customers found, tenths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.value.base import Floats
from regulars.value.forecast import Expected, Groups

TOP = 0.2
TENTHS = 10


def errors(predicted: Floats, actual: Floats) -> tuple[float, float]:
    """Mean absolute and root mean squared error per customer."""
    off = predicted - actual
    return float(np.abs(off).mean()), float(np.sqrt((off**2).mean()))


def explained(predicted: Floats, actual: Floats) -> float | None:
    """Share of the differences between customers that the expectation explains, 1 − SSE/SST.

    Below 0 where giving everybody the mean would have been nearer; None where all did the same.
    """
    spread = float(((actual - actual.mean()) ** 2).sum())
    return None if spread <= 0 else 1 - float(((actual - predicted) ** 2).sum()) / spread


def top_found(predicted: Floats, actual: Floats, *, share: float = TOP) -> float | None:
    """Share of the customers with the highest outcome who are among the highest expected.

    Only outcomes over 0 make a top customer. Customers alike at the edge count by the chance of
    drawing them, so that the answer hangs on no order; None where nobody did anything.
    """
    most = int(np.ceil(share * len(actual)))
    best = _chance_of(np.where(actual > 0, actual, -np.inf), most) * (actual > 0)
    if not best.sum() > 0:
        return None
    return float(best @ _chance_of(predicted, most) / best.sum())


def _chance_of(values: Floats, most: int) -> Floats:
    """1 for those surely among the ``most`` highest, a share for those tied at the edge."""
    edge = np.partition(values, len(values) - most)[len(values) - most]
    above, tied = values > edge, values == edge
    room = most - int(above.sum())
    chance: Floats = above + tied * (room / max(int(tied.sum()), 1))
    return chance


def tenths(predicted: Floats) -> Groups:
    """The tenth of each customer, 0 for the highest expected; of equals the earlier row first.

    With fewer than ten customers there are as many groups as customers.
    """
    order = np.argsort(-predicted, kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    groups = min(TENTHS, len(order))
    return (rank * groups) // len(order)


def calibration(expected: Expected, actual: Floats, *, level: float) -> list[Mapping[str, Any]]:
    """Means of each tenth: expected with its interval, and actual.

    Customers of whom the same was expected stand for one another: what came from them is shared
    among them, so that the cut between two tenths hangs on no order.
    """
    own = tenths(expected.mean)
    _, alike = np.unique(expected.mean, return_inverse=True)
    actual = (np.bincount(alike, weights=actual) / np.bincount(alike))[alike]
    groups = int(own.max()) + 1
    count = np.bincount(own, minlength=groups)
    value, low, high = expected.sums(own, groups, level=level)
    came = np.bincount(own, weights=actual, minlength=groups)
    return [
        {
            "customers": int(count[i]),
            "predicted": float(value[i] / count[i]),
            "low": float(low[i] / count[i]),
            "high": float(high[i] / count[i]),
            "actual": float(came[i] / count[i]),
            "covered": bool(low[i] <= came[i] <= high[i]),
        }
        for i in range(groups)
    ]


def covered(expected: Expected, actual: Floats) -> float:
    """Share of customers whose outcome lies in their own predictive interval."""
    # Money is whole minor units, an interval is not.
    inside = (actual >= np.floor(expected.low)) & (actual <= np.ceil(expected.high))
    return float(inside.mean())
