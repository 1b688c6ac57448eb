"""Plain rules that any shop could use instead of a model: what a model has to beat.

Each says how many purchase days, and how much spend, to expect of every customer in the horizon.
What a rule has to learn it learns from an earlier cut, whose outcome was known at the cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.value.base import Floats
from regulars.value.past import Past, Places

MONTH_DAYS = 365 / 12
MOST_MONTHS = 24
FIFTHS = 5


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule's expectation for each customer; ``months`` is the N of `bought_within`."""

    name: str
    orders: Floats
    spend: Floats
    months: int | None = None


def last_period(now: Past) -> Rule:
    """As much again as in a period just as long before the cut.

    A customer first seen inside that period is scaled up from the time that he was there.
    """
    scale = now.horizon / np.maximum(np.minimum(now.T, now.horizon), 1e-9)
    return Rule("last_period", now.recent_orders * scale, now.recent_spend * scale)


def bought_within(now: Past, earlier: Past) -> Rule | None:
    """Who bought in the last N months does what such customers did on average; others nothing.

    N is the one with the smallest squared error of orders at the earlier cut.
    """
    if not len(earlier):
        return None
    found = [
        (_squared_error(earlier, months), months)
        for months in range(1, MOST_MONTHS + 1)
        if _active(earlier, months).any()
    ]
    if not found:
        return None
    months = min(found)[1]
    was, is_ = _active(earlier, months), _active(now, months)
    scale = now.horizon / earlier.horizon
    orders = float(earlier.after_orders[was].mean()) * scale
    spend = float(earlier.after_spend[was].mean()) * scale
    return Rule("bought_within", np.where(is_, orders, 0.0), np.where(is_, spend, 0.0), months)


def _active(past: Past, months: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return past.silence * past.unit_days <= months * MONTH_DAYS


def _squared_error(past: Past, months: int) -> float:
    active, after = _active(past, months), past.after_orders
    predicted = np.where(active, after[active].mean(), 0.0)
    return round(float(((after - predicted) ** 2).mean()), 12)


def segment_mean(now: Past, earlier: Past) -> Rule | None:
    """What the customers of the same cell did on average; of the whole base where nobody was in it.

    Cells are fifths by how lately a customer bought, crossed with fifths by how often.
    """
    if not len(earlier):
        return None
    was, is_ = _cells(earlier), _cells(now)
    scale = now.horizon / earlier.horizon
    return Rule(
        "segment_mean",
        _mean_of(was, earlier.after_orders)[is_] * scale,
        _mean_of(was, earlier.after_spend)[is_] * scale,
    )


def _cells(past: Past) -> Places:
    return _fifth(-past.silence) * FIFTHS + _fifth(past.x)


def _fifth(values: Floats) -> Places:
    """``floor(5·(number strictly lower)/n)``: ties share a fifth."""
    lower = np.searchsorted(np.sort(values), values, side="left")
    return (FIFTHS * lower) // len(values)


def _mean_of(cell: Places, values: Floats) -> Floats:
    count = np.bincount(cell, minlength=FIFTHS**2)
    total = np.bincount(cell, weights=values, minlength=FIFTHS**2)
    return np.where(count > 0, total / np.maximum(count, 1), values.mean())
