"""How odd a customer's silence is under a fitted purchase model.

These waits hold on average over the base only, as they put the base's law of rates in place of the
customer's own: good for ranking, not for Benjamini–Hochberg (000-1b).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

Floats = NDArray[np.float64]


def gamma_poisson_silence(
    *, repeats: ArrayLike, last: ArrayLike, now: ArrayLike, r: float, alpha: float
) -> Floats:
    """Chance that a living customer is silent from ``last`` to ``now``.

    ``p = ((α+t_x)/(α+T))^(r+x)``, the Lomax law of the next wait.

    Parameters
    ----------
    repeats : x; last, now : t_x and T, in the model's unit of time.
    r, alpha : gamma law of the rates (shape, rate).

    Source: Fader, Hardie & Lee, Marketing Science 24 (2005) 275–284.
    """
    x, t, end = (np.asarray(a, dtype=float) for a in (repeats, last, now))
    result: Floats = np.exp((r + x) * (np.log(alpha + t) - np.log(alpha + end)))
    return result


def odds_alive(silence: ArrayLike, *, repeats: ArrayLike, a: float, b: float) -> Floats:
    """BG/NBD odds that a customer with x ≥ 1 repeats has not dropped out: ``p·(b+x−1)/a``.

    Without a repeat nobody has had the occasion to drop out: the odds are infinite.

    Parameters
    ----------
    silence : p of `gamma_poisson_silence`.
    a, b : beta law of the dropout probability.

    Source: Fader, Hardie & Lee (2005), P(alive) = odds/(1 + odds).
    """
    x, p = np.asarray(repeats, dtype=float), np.asarray(silence, dtype=float)
    result: Floats = np.where(x > 0, p * (b + x - 1.0) / a, np.inf)
    return result


def beta_bernoulli_silence(
    *, periods: ArrayLike, bought: ArrayLike, silent: ArrayLike, a: float, b: float
) -> Floats:
    """BG/BB: chance that a living customer skips ``silent`` more periods.

    ``B(a+x, b+n−x+m) / B(a+x, b+n−x)``.

    Parameters
    ----------
    periods, bought : n periods seen, in x of which he bought; silent : the m periods since.
    a, b : beta law of buying in a period.

    Source: Fader, Hardie & Shang, Marketing Science 29 (2010) 1086–1108.
    """
    n, x, m = (np.asarray(v, dtype=float) for v in (periods, bought, silent))
    result: Floats = np.exp(betaln(a + x, b + n - x + m) - betaln(a + x, b + n - x))
    return result
