"""Interval for the ratio of two shares of the same customers."""

from __future__ import annotations

import math

from scipy.special import ndtri


def paired_ratio(
    both: int, *, first: int, second: int, level: float = 0.95
) -> tuple[float, float] | None:
    """Interval for ``second/first``, counts of the same customers; None where `first` is 0.

    With n₁₁ in both, n₁₂ in the first only and n₂₁ in the second only, each share is given a Wilson
    interval at a z made smaller by how far the two go together:
    ``z' = z·A/(B₁+B₂)``, ``A = √((n₁₂+n₂₁+2)/((n₁+1)(n₂+1)))``, ``B_j = √((1−p_j)/(n_j+1))``,
    ``p_j = (n_j+1)/(n+2)``, n = n₁₁+n₁₂+n₂₁. The ratio lies between ``l₂/u₁`` and ``u₂/l₁``. Holds
    with small counts and with none in `second`.

    Parameters
    ----------
    both : counted in the first and in the second.
    first, second : counted in each.

    Raises
    ------
    ValueError : more in both than in one of them.

    Source: D. G. Bonett & R. M. Price, Statistics in Medicine 25 (2006) 3039–3047.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} in both of {first} and {second}")
    if first == 0:
        return None
    n = first + second - both
    apart = first + second - 2 * both
    together = math.sqrt((apart + 2) / ((first + 1) * (second + 1)))
    alone = sum(math.sqrt((1 - (k + 1) / (n + 2)) / (k + 1)) for k in (first, second))
    z = float(ndtri(0.5 + level / 2)) * together / alone
    (low_1, high_1), (low_2, high_2) = (_wilson(k, n, z) for k in (first, second))
    return low_2 / high_1, high_2 / low_1


def _wilson(k: int, n: int, z: float) -> tuple[float, float]:
    centre, spread = 2 * k + z * z, z * math.sqrt(z * z + 4 * k * (1 - k / n))
    scale = 2 * (n + z * z)
    low = 0.0 if k == 0 else (centre - spread) / scale
    return low, 1.0 if k == n else (centre + spread) / scale
