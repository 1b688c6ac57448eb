"""Intervals for shares."""

from __future__ import annotations

import math

from scipy.special import ndtri


def wilson(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float] | None:
    """Wilson score interval of a share; None without trials.

    ``(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)``.

    Source: E. B. Wilson, JASA 22 (1927) 209–212.
    """
    if trials <= 0:
        return None
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials")
    z = float(ndtri(0.5 + level / 2))
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return low, high
