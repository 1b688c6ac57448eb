"""Profit and loyalty are two levers: the plane of both (001-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.strategy.inputs import InputError

Place: TypeAlias = Literal["ideal", "one_shot_profitable", "loyal_thin", "marginal"]

PLACES: tuple[Place, ...] = ("ideal", "one_shot_profitable", "loyal_thin", "marginal")
"""High and high; profit only; loyalty only; neither."""


@dataclass(frozen=True)
class Plane:
    """Where customers or segments stand.

    Parameters
    ----------
    places : shape (n,), of `PLACES`; empty where contribution or loyalty is not known.
    contribution_cut, loyalty_cut : at a cut counts as high.
    counts : by place, customers.
    contribution_shares : by place, share of all contribution; not a number where all of it is 0
        or less.
    unknown : customers without a place.
    """

    places: NDArray[np.str_]
    contribution_cut: float
    loyalty_cut: float
    counts: dict[Place, int]
    contribution_shares: dict[Place, float]
    unknown: int


def plane(
    contribution: ArrayLike,
    loyalty: ArrayLike,
    *,
    contribution_cut: float | None = None,
    loyalty_cut: float = 0.5,
) -> Plane:
    """Each one's place by contribution and by the chance of being here in the next window.

    Parameters
    ----------
    contribution : shape (n,), revenue less direct, service and marketing cost in the window;
        money. Not a number where it is not known.
    loyalty : shape (n,), P(active in the next window) or the segment's retention.
    contribution_cut : left out, the median of what is over 0.
    loyalty_cut : between 0 and 1.

    Raises
    ------
    InputError : a loyalty out of range, or no contribution over 0 to take the median of.
    """
    x, y = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (contribution, loyalty))
    if x.shape != y.shape or x.ndim != 1:
        raise InputError("loyalty", f"{y.size} values beside {x.size} contributions")
    if ((y < 0) | (y > 1)).any() or not 0 <= loyalty_cut <= 1:
        raise InputError("loyalty", "is not between 0 and 1")
    cut = _median(x) if contribution_cut is None else contribution_cut
    known = ~(np.isnan(x) | np.isnan(y))
    high_x, high_y = x >= cut, y >= loyalty_cut
    conditions = [
        known & high_x & high_y,
        known & high_x & ~high_y,
        known & ~high_x & high_y,
        known & ~high_x & ~high_y,
    ]
    whole = float(x[known].sum())
    return Plane(
        places=np.select(conditions, list(PLACES), default=""),
        contribution_cut=float(cut),
        loyalty_cut=loyalty_cut,
        counts={place: int(here.sum()) for place, here in zip(PLACES, conditions, strict=True)},
        contribution_shares={
            place: float(x[here].sum()) / whole if whole > 0 else float("nan")
            for place, here in zip(PLACES, conditions, strict=True)
        },
        unknown=int((~known).sum()),
    )


def _median(x: NDArray[np.float64]) -> float:
    positive = x[x > 0]
    if not len(positive):
        raise InputError("contribution_cut", "none is over 0: say where to cut")
    return float(np.median(positive))
