"""A series of renewal letters: after which one to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class LetterSeries:
    """What each letter of a series is worth, and the last that pays.

    Attributes
    ----------
    value : expected margin of one more letter to one still unrenewed subscriber, one a letter.
    net : value less the cost of that letter.
    letters : how many to send: those before the first that does not pay.
    """

    value: NDArray[np.float64]
    net: NDArray[np.float64]
    letters: int


def letter_series(response: ArrayLike, *, cost: ArrayLike, margin: float) -> LetterSeries:
    """Stop at the first letter k with ``p_k · margin < c_k``.

    Parameters
    ----------
    response : p_k, the share of those still unrenewed who renew at letter k, in 0..1.
    cost : c_k of one letter, one for all or one a letter, in the unit of ``margin``.
    margin : what one renewal brings.

    Raises
    ------
    ValueError : a response outside 0..1, a negative cost, or lengths that differ.

    Examples
    --------
    >>> letter_series([0.12, 0.06, 0.02, 0.008], cost=0.5, margin=35.2).letters
    3

    Source: row 001-5 (the fourth letter brings 0.28 and costs 0.50).
    """
    shares = np.atleast_1d(np.asarray(response, dtype=float))
    costs = np.asarray(cost, dtype=float)
    if costs.ndim and costs.shape != shares.shape:
        raise ValueError(f"{costs.size} costs for {shares.size} letters")
    if ((shares < 0) | (shares > 1)).any() or (costs < 0).any():
        raise ValueError("responses are shares in 0..1, costs are not negative")
    value = shares * margin
    net = value - costs
    losing = np.flatnonzero(net < 0)
    return LetterSeries(value, net, int(losing[0]) if losing.size else int(shares.size))
