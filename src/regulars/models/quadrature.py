"""Fixed rules for the three integrals that the models need.

Where textbooks print Gaussian hypergeometric functions, these models integrate: sums of positive
terms neither lose digits nor turn into not-a-number at extreme histories, and one rule serves many
histories at once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_JACOBI = 32


@lru_cache(maxsize=64)
def legendre(order: int) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss–Legendre on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return (nodes + 1) / 2, weights / 2


@lru_cache(maxsize=4)
def chebyshev(order: int) -> Floats:
    """Chebyshev's points of the second kind on [0, 1], rising."""
    nodes: Floats = (1 - np.cos(np.pi * np.arange(order) / (order - 1))) / 2
    return nodes


def interpolate(values: Floats, row: NDArray[np.intp], at: Floats) -> Floats:
    """Barycentric interpolation between Chebyshev's points (Berrut & Trefethen 2004).

    Parameters
    ----------
    values : shape (k, n), functions at the n points.
    row, at : shape (m,), which function, and where in [0, 1].
    """
    order = values.shape[1]
    weights = (-1.0) ** np.arange(order)
    weights[[0, -1]] /= 2
    off = at[:, None] - chebyshev(order)
    exact = off == 0
    share = weights / np.where(exact, 1.0, off)
    mean = np.einsum("ij,ij->i", share, values[row]) / share.sum(axis=1)
    (hit,) = np.nonzero(exact.any(axis=1))
    mean[hit] = values[row[hit], exact[hit].argmax(axis=1)]
    result: Floats = mean
    return result


@lru_cache(maxsize=8)
def exponential(step: float = 0.125) -> tuple[Floats, Floats]:
    """Nodes z and weights, e^(−z) included, of ``∫_0^∞ e^(−z) g(z) dz``.

    The double exponential rule z = exp(τ − e^(−τ)) of Takahasi & Mori (1974): trapezoidal in τ, so
    that nodes crowd at 0, where g may change at any scale, and logarithms do no harm.
    """
    tau = np.arange(-3.75, 3.75 + step, step)
    z = np.exp(tau - np.exp(-tau))
    weights = step * z * (1 + np.exp(-tau)) * np.exp(-z)
    kept = weights > 1e-40
    return z[kept], weights[kept]


def beta_law(a: float, b: Floats, order: int) -> tuple[Floats, Floats]:
    """Nodes and weights (adding to 1) of the mean of a function under Beta(a, b), for each b.

    Gauss–Jacobi for smooth functions. Of an order over `MOST_JACOBI` it is the double exponential
    rule instead, whose nodes crowd at both ends: for functions with a pole close to 0.

    Parameters
    ----------
    a : scalar > 0; b : shape (k,), > 0.
    order : nodes, where the rule is Gauss–Jacobi.

    Returns
    -------
    Two arrays of shape (k, nodes).
    """
    b = np.asarray(b, dtype=float)
    if order <= MOST_JACOBI:
        return _jacobi_kept(a, b.tobytes(), order)
    return _double_exponential(a, b)


@lru_cache(maxsize=64)
def _jacobi_kept(a: float, b: bytes, order: int) -> tuple[Floats, Floats]:
    return _jacobi(a, np.frombuffer(b), order)


def _double_exponential(a: float, b: Floats) -> tuple[Floats, Floats]:
    """``p = 1/(1 + e^(−π·sinh τ))``, trapezoidal in τ (Takahasi & Mori 1974)."""
    # From where to where the density is within e^−40 of its peak, and how narrow that may be.
    whole = a + b
    peak = a * np.log(a / whole) + b * np.log(b / whole)
    left = np.arcsinh(float(((40 - peak) / (np.pi * a)).max()))
    right = np.arcsinh(float(((40 - peak) / (np.pi * b)).max()))
    narrow = float((whole / np.sqrt(a * b * (whole + 1))).min()) / np.pi
    step = min(0.05, 0.6 * narrow)
    tau = np.linspace(-left, right, int(np.ceil((left + right) / step)) + 1)
    odds = np.pi * np.sinh(tau)
    log_p, log_q = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
    logs = a * log_p + b[:, None] * log_q + np.log(np.cosh(tau))
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.broadcast_to(np.exp(log_p), weights.shape), weights


def _jacobi(a: float, b: Floats, order: int) -> tuple[Floats, Floats]:
    """Gauss–Jacobi by the eigenvalues of the recurrence's matrix (Golub & Welsch 1969)."""
    i = np.arange(order, dtype=float)
    # Jacobi polynomials on [−1, 1] with weight (1−u)^(b−1) (1+u)^(a−1), moved to p = (1+u)/2.
    alpha, beta = b[:, None] - 1.0, a - 1.0
    total = 2 * i + alpha + beta
    with np.errstate(invalid="ignore", divide="ignore"):
        diagonal = (beta**2 - alpha**2) / (total * (total + 2))
        j = i[1:]
        side = 2 * j + alpha + beta
        squared = (
            4
            * j
            * (j + alpha)
            * (j + beta)
            * (j + alpha + beta)
            / (side**2 * (side + 1) * (side - 1))
        )
    # The first two have removable zeros where a + b = 2 or 1.
    diagonal[:, 0] = (beta - alpha[:, 0]) / (alpha[:, 0] + beta + 2)
    if order > 1:
        first = alpha[:, 0] + beta
        squared[:, 0] = 4 * (1 + alpha[:, 0]) * (1 + beta) / ((2 + first) ** 2 * (3 + first))
    matrix = np.zeros((len(b), order, order))
    rows = np.arange(order)
    matrix[:, rows, rows] = (1 + diagonal) / 2
    matrix[:, rows[1:], rows[:-1]] = np.sqrt(squared) / 2
    values, vectors = np.linalg.eigh(matrix)
    return np.clip(values, 0.0, 1.0), vectors[:, 0, :] ** 2
