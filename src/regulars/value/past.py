"""Customers as of a day that is past, and what they did after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from regulars.models import Histories
from regulars.value.base import Floats, Spends
from regulars.value.choice import Holdout

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Past:
    """One row a customer who had bought by the cut; all shape (n,).

    Attributes
    ----------
    x, t_x, T : the history at the cut, in units of ``unit_days``.
    after_orders, after_spend : purchase days and net spend in the ``horizon`` after the cut.
    horizon : what is foretold, in units of time.
    spend : net spend after the first purchase day and before the cut, in minor units.
    recent_orders, recent_spend : repeat purchase days and their net spend in the last ``horizon``
        before the cut. These three may be left out of an earlier cut, which only teaches.
    """

    x: Floats
    t_x: Floats
    T: Floats
    after_orders: Floats
    after_spend: Floats
    horizon: float
    spend: Floats = field(default_factory=lambda: np.zeros(0))
    recent_orders: Floats = field(default_factory=lambda: np.zeros(0))
    recent_spend: Floats = field(default_factory=lambda: np.zeros(0))
    unit_days: float = 1.0

    def __len__(self) -> int:
        return len(self.x)

    @property
    def silence(self) -> Floats:
        """Time since the last purchase."""
        return self.T - self.t_x

    @cached_property
    def distinct(self) -> tuple[Histories, Places]:
        """Distinct histories with their customers, and which of them each customer has."""
        (x, last, age), place = _distinct(self.x, self.t_x, self.T)
        weight = np.bincount(place, minlength=len(x)).astype(float)
        return Histories(x, last, age, weight), place

    @property
    def held(self) -> Holdout:
        """The same for the choice between models."""
        (x, last, age, after), place = _distinct(self.x, self.t_x, self.T, self.after_orders)
        weight = np.bincount(place, minlength=len(x)).astype(float)
        return Holdout(Histories(x, last, age, weight), after, self.horizon, self.unit_days)

    @property
    def spends(self) -> Spends:
        """Mean spends of those with a repeat and a positive spend, for the law of spend."""
        kept = (self.x > 0) & (self.spend > 0)
        (orders, mean), place = _distinct(self.x[kept], self.spend[kept] / self.x[kept])
        weight = np.bincount(place, minlength=len(orders)).astype(float)
        return Spends(np.full(len(orders), "", dtype=object), orders, mean, weight)


def _distinct(*columns: Floats) -> tuple[list[Floats], Places]:
    """Distinct rows in order, and the place of each row among them."""
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.cumsum(new) - 1
    return [column[new] for column in ordered], place
