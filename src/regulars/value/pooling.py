"""Segments fitted by themselves, held together: small ones lean on the whole base.

Each segment's log-parameters are taken as drawn around the whole base's with a spread τ of their
own per parameter, found from the segments themselves (empirical Bayes, by expectation and
maximisation). As all is in logarithms, neither the unit of time nor of money matters. A segment
with many customers keeps its own estimate, one with a handful gets the whole base's; where the
segments do not differ, τ goes to nothing and all share one fit.

What a segment leans on has an error of its own, C, and all segments share it. With V a segment's
covariance if the centre were known and Λ = diag(1/τ²), moving the centre by d moves the segment by
B·d, B = VΛ: its covariance is V + BCBᵀ, and that of two segments together BCB'ᵀ. Without this the
sums of segments held closely together would seem to be known almost exactly.

Source: Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5 (hierarchical normal model).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import numpy as np

from regulars.models import Fit
from regulars.models.fit import fitted
from regulars.models.fitting import Box, Objective, Optimum, around, maximise
from regulars.value.base import Floats

MOST_ROUNDS = 40
NARROWEST, WIDEST = 1e-3, 2.0

M = TypeVar("M", bound=Any)


@dataclass(frozen=True, eq=False)
class Pooled(Generic[M]):
    """The fit of the whole base, and those of its segments.

    Attributes
    ----------
    whole : it also stands in for segments that have none of their own.
    parts : by segment; their covariances hold the error of what they lean on.
    pull : by segment the matrix B: how far it follows when the whole moves, in log-parameters.
    spread : the standard deviation τ of each log-parameter between segments.
    """

    whole: Fit[M]
    parts: Mapping[str, Fit[M]] = field(default_factory=dict)
    pull: Mapping[str, Floats] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)

    def of(self, segment: str) -> Fit[M]:
        return self.parts.get(segment, self.whole)

    def moved(self, segments: Sequence[str]) -> Iterator[tuple[dict[str, tuple[M, M]], float]]:
        """Every independent error: the models that it moves, up and down, by segment, and by how
        many standard deviations (as `Fit.moved`)."""
        centre = _logs(self.whole.model)
        for up, _, step in self.whole.moved():
            shift = _logs(up) - centre
            yield {name: self._both(name, shift) for name in segments}, step
        for name in segments:
            if name in self.parts:
                for up, down, step in self._own(name).moved():
                    yield {name: (up, down)}, step

    def _both(self, name: str, shift: Floats) -> tuple[M, M]:
        model, along = self.of(name).model, shift
        if name in self.pull:
            along = self.pull[name] @ shift
        at = _logs(model)
        return model.with_parameters(np.exp(at + along)), model.with_parameters(np.exp(at - along))

    def _own(self, name: str) -> Fit[M]:
        """The segment's fit with the error that it has if the whole were known."""
        fit, pull = self.parts[name], self.pull[name]
        return replace(
            fit, log_covariance=fit.log_covariance - pull @ self.whole.log_covariance @ pull.T
        )


def _logs(model: Any) -> Floats:
    found: Floats = np.log(list(model.parameters.values()))
    return found


def lean(
    whole: Fit[M],
    parts: Mapping[str, tuple[Objective, Objective | None]],
    sizes: Mapping[str, tuple[float, int]],
) -> Pooled[M]:
    """Fit every segment, leaning on the whole.

    Parameters
    ----------
    parts : see `pool`; sizes : customers and distinct histories of each.
    """
    names = type(whole.model).parameter_names()
    optima, spread = pool(parts, _logs(whole.model), names)
    fits, pull = {}, {}
    for name, optimum in optima.items():
        known = _at_most(optimum.covariance, spread)
        follows = known / spread**2
        customers, histories = sizes[name]
        found = fitted(whole.model, optimum, customers=customers, histories=histories)
        fits[name] = replace(
            found,
            log_likelihood=parts[name][0](optimum.point)[0],
            log_covariance=known + follows @ whole.log_covariance @ follows.T,
        )
        pull[name] = follows
    return Pooled(whole, fits, pull, dict(zip(names, spread.tolist(), strict=True)))


def _at_most(covariance: Floats, spread: Floats) -> Floats:
    """A covariance no wider than the spread itself in any direction: data never take away."""
    values, vectors = np.linalg.eigh(covariance / np.outer(spread, spread))
    inside: Floats = (vectors * np.clip(values, 0.0, 1.0)) @ vectors.T
    return inside * np.outer(spread, spread)


def penalised(objective: Objective, centre: Floats, spread: Floats) -> Objective:
    """The log-likelihood plus the log density of parameters drawn around a centre."""

    def with_penalty(point: Floats) -> tuple[float, Floats]:
        value, gradient = objective(point)
        off = (point - centre) / spread
        return value - 0.5 * float(off @ off), gradient - off / spread

    return with_penalty


def pool(
    parts: Mapping[str, tuple[Objective, Objective | None]],
    centre: Floats,
    names: Sequence[str],
) -> tuple[dict[str, Optimum], Floats]:
    """Fit every part, held to the centre as closely as the parts themselves warrant.

    Parameters
    ----------
    parts : for each segment its log-likelihood, and a coarse one where that is cheaper.
    centre : the whole base's log-parameters.

    Returns
    -------
    The optimum of each part, and the spread τ of each parameter between segments.
    """
    box = around(centre)
    spread = np.full(len(centre), 0.5)
    points = dict.fromkeys(parts, centre)
    for _ in range(MOST_ROUNDS):
        second = np.zeros(len(centre))
        for name, (whole, coarse) in parts.items():
            found = _fit(coarse or whole, None, centre, spread, points[name], box, names)
            points[name] = found.point
            second += (found.point - centre) ** 2 + np.diag(found.covariance)
        wider = np.clip(np.sqrt(second / len(parts)), NARROWEST, WIDEST)
        settled = np.abs(np.log(wider / spread)).max() < 0.02
        spread = wider
        if settled:
            break
    optima = {
        name: _fit(whole, coarse, centre, spread, points[name], box, names)
        for name, (whole, coarse) in parts.items()
    }
    return optima, spread


def _fit(
    whole: Objective,
    coarse: Objective | None,
    centre: Floats,
    spread: Floats,
    start: Floats,
    box: Box,
    names: Sequence[str],
) -> Optimum:
    return maximise(
        penalised(whole, centre, spread),
        [start],
        box,
        names,
        coarse=None if coarse is None else penalised(coarse, centre, spread),
    )
