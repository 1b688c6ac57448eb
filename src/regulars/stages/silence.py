"""How long a silence must last to be improbable, had the customer kept on buying."""

from __future__ import annotations

import numpy as np
from scipy import special

from regulars.stages.histories import Floats, Integers


def quotients(most_repeats: int, *, level: float, regularity: float) -> Floats:
    """For x = 0 … ``most_repeats`` repeat days, the t_x/T at which the silence reaches the level.

    p = I_{t_x/T}(k·x, k) is the probability that a customer who bought x times after his first
    order, at the same pace throughout, made the last of them no later than t_x of T days
    (row 002-5, 8-statistics). p ≤ level exactly when t_x/T is at most the quotient given here.
    x = 0 gives 0: nothing can be told from one purchase day.
    """
    x = np.arange(most_repeats + 1, dtype=np.float64)
    found = np.zeros(most_repeats + 1)
    found[1:] = special.betaincinv(regularity * x[1:], regularity, level)
    return found


def silent_after(last: Integers, repeats: Integers, quotient: Floats) -> Floats:
    """Days after the first order from which the silence reaches the level; inf is never.

    ``last`` is t_x, days from the first order to the last.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        days = np.ceil(last / quotient[repeats] - 1e-9)
    return np.where(repeats > 0, np.maximum(days, last + 1), np.inf)
