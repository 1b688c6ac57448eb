"""What a curve of rates leaves of a cohort, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from regulars.strategy.curve import Floats, RetentionCurve


@dataclass(frozen=True)
class Survival:
    """Share of the cohort that is left after each period.

    Parameters
    ----------
    shares, low, high : shape (k,), after 1 … k periods.
    """

    shares: Floats
    low: Floats
    high: Floats


def survival(curve: RetentionCurve, *, level: float = 0.95) -> Survival:
    """``S_t = Π r_s``, its interval symmetric in ln(−ln S), by the delta method (Greenwood).

    Where S is 1 or more (nobody left, or more came back) it is symmetric in ln S, and where a rate
    is 0 the share is 0 up to what that rate's own error allows.
    """
    rates, errors = curve.rates, curve.standard_errors
    shares: Floats = np.asarray(np.cumprod(rates), dtype=np.float64)
    positive = np.maximum(rates, 1e-12)
    slopes = np.tril(np.ones((len(rates), len(rates)))) / positive
    variances: Floats = np.asarray(np.diag(slopes @ curve.covariance @ slopes.T), dtype=float)
    spread = np.sqrt(np.maximum(variances, 0))
    z = float(ndtri(0.5 + level / 2))
    low, high = np.zeros(len(rates)), np.zeros(len(rates))
    before = 1.0
    for t, share in enumerate(shares):
        if share <= 0:
            high[t] = min(1.0, before * z * errors[t])
            before = high[t]
            continue
        if share < 1:
            log = -np.log(share)
            step = np.exp(min(z * spread[t] / log, 50.0))
            low[t], high[t] = np.exp(-log * step), np.exp(-log / step)
        else:
            low[t], high[t] = share * np.exp(-z * spread[t]), share * np.exp(z * spread[t])
        before = share
    return Survival(shares, low, high)
