"""Purchase histories as the models take them: checked, and few where customers are many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Histories:
    """Distinct histories (x, t_x, T), each with the number of customers who have it.

    Attributes
    ----------
    x : repeat purchases; t_x : time of the last one, from the first purchase; T : time from the
        first purchase to the as-of day. One unit of time throughout.
    weight : customers with this history; need not be whole.
    """

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.x)

    @property
    def customers(self) -> float:
        return float(self.weight.sum())

    @cached_property
    def by_x(self) -> tuple[Floats, Places]:
        """Distinct x, and where each history finds its own."""
        return _distinct(self.x)

    @cached_property
    def by_T(self) -> tuple[Floats, Places]:
        return _distinct(self.T)

    @cached_property
    def by_t_x(self) -> tuple[Floats, Places]:
        return _distinct(self.t_x)

    @cached_property
    def by_x_T(self) -> Pairs:
        """Distinct (x, T): all that the future of a living customer depends on."""
        return Pairs.of(self.by_x, self.by_T)

    @cached_property
    def by_x_t_x(self) -> Pairs:
        return Pairs.of(self.by_x, self.by_t_x)

    def coarse(self, bins: int = 40) -> Histories:
        """Fewer histories with nearly the same likelihood: to start from, never to end with."""
        return self.pooled(bins)[0]

    def pooled(self, bins: int = 40) -> tuple[Histories, Places]:
        """Fewer histories, and which of them each history went into.

        t_x and T are pooled in bins, narrower where time is short; a bin stands at its mean.
        """
        if not len(self):
            return self, np.zeros(0, dtype=np.intp)
        (age_bin, ages), (last_bin, lasts) = (
            self._binned(times, bins) for times in (self.by_T, self.by_t_x)
        )
        x, x_place = self.by_x
        shape = (len(x), len(lasts), len(ages))
        key = np.ravel_multi_index(
            (x_place, last_bin[self.by_t_x[1]], age_bin[self.by_T[1]]), shape
        )
        found, member = _ranked(key, int(np.prod(shape)))
        weight = np.bincount(member, weights=self.weight).astype(float)
        own_x, own_last, own_age = np.unravel_index(found, shape)
        last = np.where(x[own_x] > 0, np.minimum(lasts[own_last], ages[own_age]), 0.0)
        return Histories(x[own_x], last, ages[own_age], weight), member

    def _binned(self, times: tuple[Floats, Places], bins: int) -> tuple[Places, Floats]:
        """For each distinct time its bin, and for each bin the mean of its times."""
        distinct, place = times
        weight = np.maximum(np.bincount(place, weights=self.weight), 1e-300)
        share = distinct / max(float(distinct.max(initial=0.0)), np.finfo(float).tiny)
        _, own = np.unique(np.ceil(np.sqrt(share) * bins), return_inverse=True)
        middle = np.bincount(own, weights=weight * distinct) / np.bincount(own, weights=weight)
        return own, middle


@dataclass(frozen=True, eq=False)
class Pairs:
    """Distinct (x, time), and where each history finds its own."""

    x: Floats
    time: Floats
    x_place: Places
    time_place: Places
    place: Places

    @classmethod
    def of(cls, x: tuple[Floats, Places], time: tuple[Floats, Places]) -> Pairs:
        width = len(time[0])
        keys = x[1] * width + time[1]
        found, place = _ranked(keys, len(x[0]) * width)
        x_place, time_place = np.divmod(found, width)
        return cls(x[0][x_place], time[0][time_place], x_place, time_place, place)


def _ranked(keys: Places, most: int) -> tuple[Places, Places]:
    """As `numpy.unique` with inverse, of numbers from 0 to below ``most``."""
    # A table of all of them is quicker than sorting where it is not much longer than the list.
    if most > 8 * len(keys) + 65_536:
        found, place = np.unique(keys, return_inverse=True)
        return found, place
    seen = np.zeros(most, dtype=bool)
    seen[keys] = True
    rank = np.cumsum(seen) - 1
    return np.flatnonzero(seen), rank[keys]


def _distinct(values: Floats) -> tuple[Floats, Places]:
    if not len(values):
        return values, np.zeros(0, dtype=np.intp)
    top = float(values.max())
    if top < 8 * len(values) + 65_536:
        whole = values.astype(np.intp)
        if np.array_equal(whole, values):
            found, place = _ranked(whole, int(top) + 1)
            return found.astype(float), place
    return np.unique(values, return_inverse=True)


def histories(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weight: ArrayLike | None = None
) -> Histories:
    """Check histories.

    Parameters
    ----------
    x, t_x, T : shape (n,) each, see `Histories`.
    weight : shape (n,), customers with each history; left out, one each.

    Raises
    ------
    ValueError : naming the first history that cannot be: a missing or infinite value, a negative
        one, x that is not whole, t_x > T, x = 0 with t_x > 0; or lengths that differ.
    """
    checked = check(x, t_x, T)
    n = np.ones(len(checked[0])) if weight is None else np.asarray(weight, dtype=float)
    if n.shape != checked[0].shape:
        raise ValueError("weight needs one value a history")
    if not (np.isfinite(n).all() and (n >= 0).all()):
        raise ValueError("a weight is negative, missing or infinite")
    return Histories(*checked, n)


def check(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as arrays of floats of one shape; see `histories` for what is refused."""
    arrays: list[Any] = [np.atleast_1d(np.asarray(a, dtype=float)) for a in (x, t_x, T)]
    try:
        arrays = [np.ascontiguousarray(a) for a in np.broadcast_arrays(*arrays)]
    except ValueError:
        raise ValueError("x, t_x and T need one value a history each") from None
    count, last, age = arrays
    _refuse(~np.isfinite(count + last + age), arrays, "a value is missing or infinite")
    _refuse((count < 0) | (last < 0) | (age < 0), arrays, "a value is negative")
    _refuse(count != np.floor(count), arrays, "x is not a whole number")
    _refuse(last > age, arrays, "the last purchase is after the as-of day (t_x > T)")
    _refuse(
        (count == 0) & (last > 0), arrays, "a last purchase without any repeat (x = 0, t_x > 0)"
    )
    return count, last, age


def _refuse(wrong: Any, arrays: list[Any], why: str) -> None:
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        x, t_x, T = (a.flat[i] for a in arrays)
        raise ValueError(f"history {i} (x = {x:g}, t_x = {t_x:g}, T = {T:g}): {why}")
