"""Segments fitted by themselves, held together: small ones lean on the whole base.

Each segment's log-parameters are taken as drawn around the whole base's with a spread τ of their
own per parameter, found from the segments themselves (empirical Bayes, by expectation and
maximisation). As all is in logarithms, neither the unit of time nor of money matters. A segment
with many customers keeps its own estimate, one with a handful gets the whole base's; where the
segments do not differ, τ goes to nothing and all share one fit.

Source: Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5 (hierarchical normal model).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regulars.models.fitting import Box, Objective, Optimum, around, maximise
from regulars.value.base import Floats

MOST_ROUNDS = 40
NARROWEST, WIDEST = 1e-3, 2.0


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
