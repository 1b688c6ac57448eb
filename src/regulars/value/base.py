"""The customers to be valued, as distinct histories; and what they spent, for the spend model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.models import Histories

Floats = NDArray[np.float64]
Segments = NDArray[np.object_]

YEAR_DAYS = 365
"""Days of the horizon that the columns in _365d speak of."""


@dataclass(frozen=True, eq=False)
class Base:
    """Distinct histories of a customer base, each within one segment.

    Attributes
    ----------
    segment : shape (n,), the name of the segment ("" where there are none).
    given : the histories, in units of ``unit_days`` days, weighted by customers.
    spenders : customers among them with spend after the first purchase day; ``spend`` and
        ``squares`` the sum of that spend and of its square over them, in minor units.
    """

    segment: Segments
    given: Histories
    spenders: Floats
    spend: Floats
    squares: Floats
    unit_days: float = 1.0

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def horizon(self) -> float:
        """365 days, in units of time."""
        return YEAR_DAYS / self.unit_days

    @property
    def length(self) -> float:
        """How far back the first purchase of anybody lies, in units of time."""
        return float(self.given.T.max(initial=0.0))

    @cached_property
    def segments(self) -> tuple[str, ...]:
        if len(self) and (self.segment == self.segment[0]).all():  # most often; names take a while
            return (str(self.segment[0]),)
        return tuple(sorted({str(name) for name in self.segment}))

    def part(self, rows: NDArray[Any]) -> Base:
        """Some of the histories."""
        g = self.given
        return Base(
            self.segment[rows],
            Histories(g.x[rows], g.t_x[rows], g.T[rows], g.weight[rows]),
            self.spenders[rows],
            self.spend[rows],
            self.squares[rows],
            self.unit_days,
        )

    def parts(self) -> Iterator[tuple[str, NDArray[Any], Base]]:
        """Each segment: its name, its rows, and these as a base."""
        if len(self.segments) == 1:
            yield self.segments[0], np.arange(len(self)), self
            return
        for name in self.segments:
            rows = np.flatnonzero(self.segment == name)
            yield name, rows, self.part(rows)


@dataclass(frozen=True, eq=False)
class Spends:
    """Mean spends per repeat purchase day, for the spend model.

    Attributes
    ----------
    segment, orders, mean, weight : shape (n,): the segment, repeat purchase days, the mean net
        spend on one of them in minor units, and customers.
    """

    segment: Segments
    orders: Floats
    mean: Floats
    weight: Floats

    def of(self, name: str) -> Spends:
        rows = np.flatnonzero(self.segment == name)
        return Spends(self.segment[rows], self.orders[rows], self.mean[rows], self.weight[rows])


@dataclass(frozen=True)
class Terms:
    """How value is counted.

    Attributes
    ----------
    margin : share of spend that is contribution; None leaves every CLV unknown.
    yearly_rate : discount rate per year.
    lifetime_years : where "lifetime" stops.
    level : of the predictive intervals on a customer; ``sum_level`` of those on a sum.
    intervals : whether intervals on customers are wanted: they take most of the time.
    due_after_one : whether a next order has a day after one purchase already: it is then the
        segment's own, as the customer has shown no pace.
    """

    margin: float | None = None
    yearly_rate: float = 0.10
    lifetime_years: float = 10.0
    level: float = 0.80
    sum_level: float = 0.95
    intervals: bool = True
    due_after_one: bool = False

    def to_dict(self) -> Mapping[str, Any]:
        return dict(vars(self))
