"""The uncertainty of a table's inputs, carried to an interval on lifetime value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.strategy.inputs import Field, InputError
from regulars.strategy.moving import field_of
from regulars.strategy.table import LifetimeValueTable

Floats = NDArray[np.float64]

STEP = 1e-3
"""Of a standard error: the distance over which the delta method takes its slopes."""


@dataclass(frozen=True)
class Interval:
    """Lifetime value per customer acquired, and how sure it is; money.

    Parameters
    ----------
    estimate : of the table as it stands.
    low, high : the interval's ends.
    standard_error : of the estimate.
    level : the interval's coverage.
    """

    estimate: float
    low: float
    high: float
    standard_error: float
    level: float


def delta_interval(
    table: LifetimeValueTable, errors: Mapping[str, ArrayLike], *, level: float = 0.95
) -> Interval:
    """``LTV ± z·√(gᵀΣg)``, g the slopes of lifetime value in the inputs.

    Parameters
    ----------
    errors : by input. One number: the standard error of one estimate used in every period. One
        a period: estimates independent of each other. A square matrix: their covariance, as a
        fitted retention curve gives it. Inputs are independent of each other.
    level : between 0 and 1.

    Raises
    ------
    InputError : no such input, a negative or misshapen standard error.
    """
    z = _quantile(level)
    estimate = float(table.value)
    variance = 0.0
    for field, mean, factor in _uncertain(table, errors):
        for column in factor.T:
            if column.any():
                variance += _slope(table, field, mean, column) ** 2
    se = float(np.sqrt(variance))
    return Interval(estimate, estimate - z * se, estimate + z * se, se, level)


def drawn_interval(
    table: LifetimeValueTable,
    errors: Mapping[str, ArrayLike],
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> Interval:
    """The middle share of lifetime values over inputs drawn at random.

    Shares are drawn on the scale of their log odds, all else on that of its logarithm: no draw
    leaves the range of an input, and the interval need not be symmetric.

    Parameters
    ----------
    errors : as in `delta_interval`.
    seed : of the draws; the same seed, the same interval.
    draws : how many tables are calculated.
    level : between 0 and 1.

    Raises
    ------
    InputError : as in `delta_interval`; or an uncertain input that stands at its bound.
    """
    _quantile(level)
    if draws < 2:
        raise InputError("draws", f"{draws} is under 2")
    rng = np.random.default_rng(seed)
    drawn = {}
    for field, mean, factor in _uncertain(table, errors):
        noise = rng.standard_normal((draws, factor.shape[1])) @ (
            _link_slope(field, mean) * factor.T
        )
        drawn[field.name] = _unlinked(field, _linked(field, mean) + noise)
    values = np.array(
        [
            float(table.changed(**{name: _given(rows[at]) for name, rows in drawn.items()}).value)
            for at in range(draws)
        ]
    )
    tail = (1 - level) / 2
    low, high = (float(v) for v in np.quantile(values, (tail, 1 - tail)))
    return Interval(float(table.value), low, high, float(values.std(ddof=1)), level)


def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise InputError("level", f"{level} is not between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)


def _uncertain(
    table: LifetimeValueTable, errors: Mapping[str, ArrayLike]
) -> list[tuple[Field, Floats, Floats]]:
    """Of each input: its declaration, its values, and F with Σ = F·Fᵀ."""
    found = []
    for name, error in errors.items():
        field = field_of(table, name)
        mean = np.atleast_1d(np.array(table.inputs[name], dtype=float))
        found.append((field, mean, _factor(name, np.asarray(error, dtype=float), len(mean))))
    return found


def _factor(name: str, error: Floats, length: int) -> Floats:
    if not np.isfinite(error).all():
        raise InputError(name, "a standard error is missing or infinite")
    if error.ndim < 2 and (error < 0).any():
        raise InputError(name, "a standard error is under 0")
    if error.ndim == 0:
        return np.full((length, 1), float(error))
    # The last period's retention may be left out, as in the table: it moves nothing.
    missing = length - len(error)
    if missing not in ((0, 1) if name == "retention" else (0,)):
        raise InputError(name, f"{len(error)} standard errors for {length} periods")
    if error.ndim == 1:
        return np.diag(np.pad(error, (0, missing)))
    if error.ndim > 2 or error.shape[0] != error.shape[1] or not np.allclose(error, error.T):
        raise InputError(name, "a covariance is square and symmetric")
    values, vectors = np.linalg.eigh(error)
    if values.min() < -1e-9 * max(values.max(), 0.0):
        raise InputError(name, "the covariance has a negative variance in some direction")
    factor: Floats = np.pad(vectors * np.sqrt(np.maximum(values, 0)), ((0, missing), (0, 0)))
    return factor


def _slope(table: LifetimeValueTable, field: Field, mean: Floats, column: Floats) -> float:
    """Change of value per standard error along one direction; one-sided at a bound."""
    low, high = float(field.low), np.inf if field.high is None else float(field.high)
    ends = [np.clip(mean + way * STEP * column, low, high) for way in (-1, 1)]
    # At a bound one end stays where it is, and the other makes the slope.
    length = float(np.abs(ends[1] - ends[0]).sum() / np.abs(column).sum())
    if length == 0:
        return 0.0
    below, above = (table.changed(**{field.name: _given(end)}).value for end in ends)
    return float(above - below) / length


def _given(values: Floats) -> Any:
    numbers = [Decimal(repr(float(value))) for value in values]
    return numbers if len(numbers) > 1 else numbers[0]


def _share(field: Field) -> bool:
    return field.rate and field.high == 1


def _linked(field: Field, mean: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        found: Floats = np.log(mean / (1 - mean)) if _share(field) else np.log(mean)
    return found


def _link_slope(field: Field, mean: Floats) -> Floats:
    bound = (mean <= 0) | ((mean >= 1) & _share(field))
    if bound.any():
        raise InputError(field.name, "stands at its bound: draws cannot be made around it")
    found: Floats = 1 / (mean * (1 - mean)) if _share(field) else 1 / mean
    return found


def _unlinked(field: Field, values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-values)) if _share(field) else np.exp(values)
    return found
