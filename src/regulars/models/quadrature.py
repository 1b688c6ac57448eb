"""Fixed rules for the integrals that the models need.

Where textbooks print Gaussian hypergeometric functions, these models integrate: sums of positive
terms neither lose digits nor turn into not-a-number at extreme histories, and one rule serves many
histories at once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.special import betaln, expit

Floats = NDArray[np.float64]


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

    Gauss–Jacobi by the eigenvalues of the recurrence's matrix (Golub & Welsch 1969); kept, as the
    same few are asked for over and over.

    Parameters
    ----------
    a : scalar > 0; b : shape (k,), > 0.
    order : nodes, n.

    Returns
    -------
    Two arrays of shape (k, n).
    """
    return _jacobi_kept(a, np.asarray(b, dtype=float).tobytes(), order)


@lru_cache(maxsize=64)
def _jacobi_kept(a: float, b: bytes, order: int) -> tuple[Floats, Floats]:
    return _jacobi(a, np.frombuffer(b), order)


def _jacobi(a: float, b: Floats, order: int) -> tuple[Floats, Floats]:
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
    # One small tridiagonal matrix after another: the solver for full ones spreads itself over
    # threads that wait for one another on a busy machine, ten times longer than the work takes.
    nodes, weights = np.empty((len(b), order)), np.empty((len(b), order))
    for row, (along, beside) in enumerate(
        zip((1 + diagonal) / 2, np.sqrt(squared) / 2, strict=True)
    ):
        nodes[row], vectors = eigh_tridiagonal(along, beside)
        weights[row] = vectors[0] ** 2
    return np.clip(nodes, 0.0, 1.0), weights


def fewest_nodes(shape: Floats, orders: tuple[int, ...]) -> Floats:
    """How near 0 a pole of ``(1 + p/near)^(−shape)`` may lie for `beta_law` to average it.

    Gauss's rule errs by M·ρ^(−2n), with ρ the ellipse about [0, 1] through −η·near and M the growth
    (1 − η)^(−shape) on it; the best η of a few is taken, for ten digits.

    Parameters
    ----------
    shape : shape (k,); orders : numbers of nodes, n.

    Returns
    -------
    Shape (k, orders): with n nodes ``near`` may be this or more.
    """
    eta = np.array([0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95])
    digits = 2 * 11.0 - shape[:, None, None] * np.log1p(-eta)
    rho = np.exp(np.minimum(digits / (2.0 * np.array(orders)[:, None]), 300.0))
    nearest: Floats = ((rho - 2 + 1 / rho) / (4 * eta)).min(axis=2)
    return nearest


def logit_law(a: float, b: Floats, bend: float) -> tuple[Floats, Floats, Floats]:
    """Nodes and weights of the mean under Beta(a, b) of a function that bends near p = 1/bend.

    The trapezoidal rule in ln(p/(1−p)), which converges at any scale of p where Gauss's rule would
    need hundreds of nodes. The tails of the law may be long: a line through the function's ends
    is averaged exactly, and only what differs from it by the rule.

    Parameters
    ----------
    a : scalar > 0; b : shape (k,), > 0.
    bend : from 1/bend on the function, else flat towards 0, falls by powers of p, at most squares.

    Returns
    -------
    Nodes and weights, shapes (k, n), and for the values at 0 and 1 their weights, shape (k, 2). The
    mean of f is ``weights @ f(nodes) + ends @ f([0, 1])``.
    """
    b = np.asarray(b, dtype=float)[:, None]
    # For a not small the mean may be far under the value at 0: that end is then left alone.
    slanted = a < 0.5
    left, right = a + slanted, b + 1
    drop = 34 + 2 * np.log1p(bend)
    top = left * np.log(left) + right * np.log(right) - (left + right) * np.log(left + right)
    low, high = (top - drop) / left, (drop - top) / right
    # The law's own width, and where (1 + p·bend)^(−k) has its singularity in the complex plane.
    step = np.minimum(np.pi**2 / drop, np.sqrt(2 * np.pi**2 * (left + right) / (left * right) / 36))
    order = int(np.ceil(((high - low) / step).max())) + 1
    width = (high - low) / (order - 1)
    y = low + width * np.arange(order)
    weights = width * np.exp(a * y - (a + b) * np.logaddexp(0.0, y) - betaln(a, b))
    nodes = expit(y)
    ends = np.zeros((len(b), 2))
    ends[:, 1] = 1 - weights.sum(axis=1)
    if slanted:
        mean = a / (a + b[:, 0])
        at_one = (weights * nodes).sum(axis=1)
        ends[:, 1] = mean - at_one
        ends[:, 0] = 1 - mean - (weights.sum(axis=1) - at_one)
    return nodes, weights, ends
