"""Has one customer slowed, or fallen silent, beyond what chance does to a steady buyer?

Everything is conditional on how many repeat purchases a customer has, so that his own rate drops
out: with ``n`` repeats in ``T`` days, when they fall is known whatever the rate. ``k`` is the
regularity of the base (`regulars.statistics.regularity`): 1 is Poisson, more is more regular.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

Floats = NDArray[np.float64]

REACH = 0.05
SILENCE_REPEATS = 3


def _tail(a: ArrayLike, b: ArrayLike, share: ArrayLike) -> Floats:
    """``I_share(a, b)``; 1 where ``a`` is 0, for then there is nothing that could have slowed."""
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    some = first > 0
    found = betainc(np.where(some, first, 1.0), second, np.clip(share, 0.0, 1.0))
    result: Floats = np.where(some, found, 1.0)
    return result


def slowing(
    *, before: ArrayLike, recent: ArrayLike, recent_share: ArrayLike, regularity: float = 1.0
) -> Floats:
    """Chance of so few recent repeats, or fewer, at an unchanged rate.

    ``p_rate = I_{1−π}(k·n₁, k·n₂+1)``, 1 when n₁ = 0. With k = 1 this is the exact
    ``P(Bin(n₁+n₂, π) ≤ n₂)``.

    Parameters
    ----------
    before, recent : repeat purchase days before the recent window (n₁) and in it (n₂).
    recent_share : the window's share of the days since the first purchase (π), at most 1.
    regularity : k.

    Source: 000-1b; Przyborowski & Wilenski, Biometrika 31 (1940) 313–323, for k = 1.
    """
    k = regularity
    return _tail(
        k * np.asarray(before, dtype=float),
        k * np.asarray(recent, dtype=float) + 1.0,
        1.0 - np.asarray(recent_share, dtype=float),
    )


def quickening(
    *, before: ArrayLike, recent: ArrayLike, recent_share: ArrayLike, regularity: float = 1.0
) -> Floats:
    """`slowing` turned round: chance of so many recent repeats, or more. 1 when n₂ = 0."""
    rest = 1.0 - np.asarray(recent_share, dtype=float)
    return slowing(before=recent, recent=before, recent_share=rest, regularity=regularity)


def silence(*, repeats: ArrayLike, elapsed_share: ArrayLike, regularity: float = 1.0) -> Floats:
    """Chance of a silence so long, or longer, since the last purchase.

    ``p_sil = I_{t_x/T}(k·x, k)``, 1 when x = 0. With k = 1 this is ``(t_x/T)^x``.

    Parameters
    ----------
    repeats : repeat purchase days (x).
    elapsed_share : days from the first to the last purchase over days to the as-of day (t_x/T).
    regularity : k.

    Source: 000-1b.
    """
    return _tail(regularity * np.asarray(repeats, dtype=float), regularity, elapsed_share)


def freshness(*, repeats: ArrayLike, elapsed_share: ArrayLike) -> Floats:
    """`silence` turned round: chance of a last purchase so recent, or more. 1 when x = 0.

    ``1 − (t_x/T)^x`` whatever the regularity: just before the as-of day a purchase lies with a
    chance of rate times days, in any steady process. (The upper tail of the law that `silence`
    takes would be too small for k > 1, as it counts the open gap for a whole one.)
    """
    result: Floats = np.where(
        np.asarray(repeats) > 0, 1.0 - silence(repeats=repeats, elapsed_share=elapsed_share), 1.0
    )
    return result


def either(one: ArrayLike, other: ArrayLike) -> Floats:
    """The p-value of two tests read together: ``min(1, 2·min)`` (Bonferroni)."""
    result: Floats = np.minimum(1.0, 2.0 * np.minimum(one, other))
    return result


def reachable(
    *, repeats: ArrayLike, days: ArrayLike, recent_share: ArrayLike, regularity: float = 1.0
) -> NDArray[np.bool_]:
    """Whose history could show a decline at all, whatever happened: by x and T alone.

    ``(1−π)^(k·n) ≤ .05``: the slowing test reaches .05 if every repeat lay before the window. Or
    at least three repeats and the silence test reaches .05 if they lay on the first x days. The
    others have too few purchases to tell; they are not steady. Looking at *when* the purchases
    fell would choose the tests by their outcome.

    Parameters
    ----------
    repeats : repeat purchase days (x).
    days : days from the first purchase to the as-of day (T).
    recent_share : π, at most 1.
    """
    x, span = np.asarray(repeats, dtype=float), np.asarray(days, dtype=float)
    nothing = np.zeros_like(x)
    by_rate = slowing(before=x, recent=nothing, recent_share=recent_share, regularity=regularity)
    with_start = 1.0 - np.asarray(recent_share, dtype=float) > 0
    by_silence = silence(repeats=x, elapsed_share=x / np.maximum(span, 1), regularity=regularity)
    result: NDArray[np.bool_] = (with_start & (by_rate <= REACH)) | (
        (x >= SILENCE_REPEATS) & (by_silence <= REACH)
    )
    return result
