"""Maximum likelihood for models with a few positive parameters, and how well they are determined.

All is done in the logarithms of the parameters, so that no unit of time or money matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
"""From log-parameters to the log-likelihood and its gradient in them."""

STEP = 1e-4  # of a log-parameter, for second derivatives from the analytic first ones
WELL, WEAKLY = 0.5, 1.0  # standard deviations of a log-parameter's loosest direction
REACH = np.log(1e4)  # how far a log-parameter may go from where a sensible one lies
LONGEST_STEP = 2.0
AT_END = 1e-9  # of a log-parameter
NOTHING_TO_GAIN = 1e-7  # of log-likelihood: chance alone moves it by about 1
NEARLY_NOTHING = 1e-3
NOTHING = 0.05  # a gain that no data could tell from none


@dataclass(frozen=True)
class Determination:
    """How well the data determine the optimum.

    Attributes
    ----------
    status : "well"; "weakly" (some direction is known within a factor of about e only); "ridge"
        (along some direction the likelihood is flat: the parameters move together and only their
        combination is known); "boundary" (it keeps rising towards parameters without end);
        "not_found" (no optimum was reached; the parameters are not to be used).
    loosest : standard deviation of the loosest direction, in log-parameters.
    direction : what moves along it: parameter to its share, the largest 1 in size.
    at_bound : parameters that ran to the end of their range.
    """

    status: Literal["well", "weakly", "ridge", "boundary", "not_found"]
    loosest: float
    direction: Mapping[str, float]
    at_bound: tuple[str, ...] = ()

    def __str__(self) -> str:
        together = ", ".join(f"{name} {share:+.2f}" for name, share in self.direction.items())
        ends = " and ".join(self.at_bound)
        run = "run to the ends of their ranges" if self.at_bound[1:] else "runs to its range's end"
        return {
            "well": "the parameters are well determined",
            "weakly": f"the parameters are weakly determined along ({together}),"
            f" by a factor of {np.exp(min(self.loosest, 50)):.1f} either way",
            "ridge": f"a flat ridge: the parameters move together along ({together});"
            " their combination is determined, they themselves are not",
            "boundary": f"the likelihood keeps rising as {ends} {run}",
            "not_found": "no optimum was found; do not use these parameters",
        }[self.status]


@dataclass(frozen=True)
class Optimum:
    """Where the likelihood is highest, in log-parameters."""

    point: Floats
    value: float
    information: Floats
    covariance: Floats
    determination: Determination
    evaluations: int


@dataclass(frozen=True)
class Box:
    """The range of log-parameters."""

    lower: Floats
    upper: Floats

    def clip(self, point: Floats) -> Floats:
        return np.clip(point, self.lower, self.upper)

    def within(self, point: Floats, step: Floats) -> Floats:
        """Along the step as far as the range goes: cut short as a whole, so that it stays on a
        ridge that leads out of it."""
        room = np.where(step > 0, self.upper - point, self.lower - point)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(step != 0, room / step, 1.0)
        return self.clip(point + min(1.0, float(reach.min())) * step)

    def stuck(self, point: Floats, gradient: Floats) -> NDArray[np.bool_]:
        """Parameters at an end of their range that the likelihood would push further."""
        # A step cut short ends there but for rounding.
        low = (point <= self.lower + AT_END) & (gradient <= 0)
        high = (point >= self.upper - AT_END) & (gradient >= 0)
        return low | high

    def held(self, point: Floats, step: Floats) -> NDArray[np.bool_]:
        """Parameters at an end of their range that the step itself would take further."""
        held: NDArray[np.bool_] = self.stuck(point, step) & (step != 0)
        return held


def around(centre: Floats, reach: float = REACH) -> Box:
    return Box(centre - reach, centre + reach)


def maximise(
    objective: Objective,
    starts: Sequence[Floats],
    box: Box,
    names: Sequence[str],
    *,
    coarse: Objective | None = None,
) -> Optimum:
    """The highest point of a log-likelihood.

    Newton's method with second derivatives from differences of the analytic gradient, damped where
    the surface is not a hill.

    Parameters
    ----------
    starts : log-parameters to begin at. The most likely is climbed from first, the others only
        where that leads nowhere.
    coarse : a cheaper objective of nearly the same shape. The climb is done there, and a few steps
        with its curvature then reach the optimum of ``objective`` itself.
    """
    counted = _Counted(objective)
    climbed = coarse or counted
    inside = sorted((box.clip(start) for start in starts), key=lambda s: -climbed(s)[0])
    best = _climb(climbed, inside[0], box)
    if not best.reached:
        others = (_climb(climbed, start, box) for start in inside[1:])
        best = max([best, *others], key=lambda c: c.value)
    if coarse is not None:
        best = _settle(counted, best, box)
    return _judge(counted, best, box, tuple(names))


def dot(left: Floats, right: Floats) -> float:
    """Σ left·right in one thread: a threaded product waits for busy processors longer than it
    saves."""
    return float(np.einsum("i,i->", left, right))


class _Counted:
    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.evaluations = 0

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        self.evaluations += 1
        value, gradient = self.objective(point)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return -np.inf, np.zeros_like(point)
        return value, gradient


@dataclass(frozen=True)
class _Climbed:
    point: Floats
    value: float
    gradient: Floats
    information: Floats
    reached: bool


def _one_sided(objective: Objective, point: Floats, gradient: Floats) -> Floats:
    """Minus the second derivatives, by differences from a gradient that is known: good enough for
    a covariance, and half the work."""
    columns = []
    for i in range(len(point)):
        shift = np.zeros_like(point)
        shift[i] = STEP
        columns.append((gradient - objective(point + shift)[1]) / STEP)
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


def _information(objective: Objective, point: Floats) -> Floats:
    """Minus the second derivatives, by central differences of the gradient."""
    columns = []
    for i in range(len(point)):
        shift = np.zeros_like(point)
        shift[i] = STEP
        up, down = objective(point + shift)[1], objective(point - shift)[1]
        columns.append((down - up) / (2 * STEP))
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


def _climb(objective: Objective, start: Floats, box: Box, most: int = 200) -> _Climbed:
    point = start
    value, gradient = objective(point)
    damping = 1e-3
    information = _information(objective, point)
    for _ in range(most):
        free = ~box.stuck(point, gradient)
        if _flat(gradient[free], value):
            return _Climbed(point, value, gradient, information, True)
        step = _step(information, gradient, free, damping)
        held = box.held(point, step)
        if held.any():  # else one of them would hold back all the others
            step = _step(information, gradient, free & ~held, damping)
        trial = box.within(point, step)
        trial_value, trial_gradient = objective(trial)
        if _gained_by(information, gradient, free) < NOTHING_TO_GAIN:
            # The last step is taken all the same: it squares what error is left.
            if trial_value >= value:
                point, value, gradient = trial, trial_value, trial_gradient
            return _Climbed(point, value, gradient, information, True)
        if trial_value > value:
            gained = trial_value - value
            point, value, gradient = trial, trial_value, trial_gradient
            information = _information(objective, point)
            damping = max(damping / 10, 1e-9)
            if gained < 1e-12 * (1 + abs(value)) and np.abs(step).max() < 1e-7:
                return _Climbed(point, value, gradient, information, True)
        else:
            damping *= 10
            if damping > 1e12:  # rounding decides which way is up
                break
    free = ~box.stuck(point, gradient)
    near = bool((np.abs(gradient[free]) < 1e-4 * (1 + abs(value)) ** 0.5).all())
    near = near or _gained_by(information, gradient, free) < NEARLY_NOTHING
    return _Climbed(point, value, gradient, information, near or _level(gradient[free]))


def _level(gradient: Floats) -> bool:
    """Whether this slope, to the end of the range, would gain nothing: a ridge, not a hillside."""
    return bool(np.abs(gradient).sum() * REACH < NOTHING)


def _flat(gradient: Floats, value: float) -> bool:
    return not len(gradient) or bool(np.abs(gradient).max() <= 1e-9 * (1 + abs(value)) ** 0.5)


def _step(information: Floats, gradient: Floats, free: NDArray[np.bool_], damping: float) -> Floats:
    """Uphill: negative curvatures are turned round, flat ones damped."""
    step = np.zeros_like(gradient)
    if not free.any():
        return step
    values, vectors = np.linalg.eigh(information[np.ix_(free, free)])
    steepness = np.abs(values)
    along = vectors.T @ gradient[free] / (steepness + damping * max(steepness.max(), 1e-300))
    step[free] = vectors @ along
    longest = np.abs(step).max()
    return step if longest <= LONGEST_STEP else step * (LONGEST_STEP / longest)


def _gained_by(information: Floats, gradient: Floats, free: NDArray[np.bool_]) -> float:
    """What a step without damping promises: damping alone makes any step small."""
    return float(gradient @ _step(information, gradient, free, 1e-9))


def _settle(objective: Objective, climbed: _Climbed, box: Box, most: int = 12) -> _Climbed:
    """From the coarse optimum to the exact one, with the coarse curvature."""
    point = climbed.point
    value, gradient = objective(point)
    information = climbed.information
    for _ in range(most):
        free = ~box.stuck(point, gradient)
        step = _step(information, gradient, free, 1e-12)
        # What is still to be gained is far under what chance moves the likelihood by.
        if float(gradient @ step) <= 1e-10:
            return _Climbed(point, value, gradient, information, True)
        trial = box.within(point, step)
        trial_value, trial_gradient = objective(trial)
        if not trial_value > value:
            break
        point, value, gradient = trial, trial_value, trial_gradient
    if _gained_by(information, gradient, ~box.stuck(point, gradient)) < 1e-6:
        return _Climbed(point, value, gradient, information, True)
    # Far from quadratic, so ridge or boundary: a few steps tell, each costs nine of all histories.
    return _climb(objective, point, box, most=25)


def _judge(objective: _Counted, climbed: _Climbed, box: Box, names: tuple[str, ...]) -> Optimum:
    information = _one_sided(objective, climbed.point, climbed.gradient)
    stuck = box.stuck(climbed.point, climbed.gradient)
    covariance, spread, direction = _spread(information)
    largest = direction[np.argmax(np.abs(direction))]
    shares = {
        name: round(float(part / largest), 2)
        for name, part in zip(names, direction, strict=True)
        if abs(part / largest) >= 0.1
    }
    determination = Determination(
        _status(climbed.reached and np.isfinite(climbed.value), spread, bool(stuck.any())),
        spread,
        shares,
        tuple(name for name, end in zip(names, stuck, strict=True) if end),
    )
    return Optimum(
        climbed.point, climbed.value, information, covariance, determination, objective.evaluations
    )


def _status(
    reached: bool, spread: float, stuck: bool
) -> Literal["well", "weakly", "ridge", "boundary", "not_found"]:
    if not reached:
        return "not_found"
    if stuck:
        return "boundary"
    if spread > WEAKLY:
        return "ridge"
    return "weakly" if spread > WELL else "well"


def _spread(information: Floats) -> tuple[Floats, float, Floats]:
    """Covariance of the log-parameters, the loosest direction and its standard deviation.

    A direction in which the likelihood is flat is given the width of the whole range instead of an
    infinite one. A parameter at the end of its range is no exception: what leads there is a ridge,
    along which others move with it, and only along that ridge is it loose.
    """
    values, vectors = np.linalg.eigh(information)
    variances = 1 / np.maximum(values, REACH**-2)
    covariance: Floats = (vectors * variances) @ vectors.T
    return covariance, float(np.sqrt(variances[0])), vectors[:, 0]
