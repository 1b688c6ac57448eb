"""A fitted model: its parameters, how sure they are, how well the data determine them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from regulars.models.fitting import Determination, Optimum
from regulars.models.parametric import Parametric

Floats = NDArray[np.float64]
M = TypeVar("M", bound=Parametric)

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Fit(Generic[M]):
    """A model with fitted parameters.

    Attributes
    ----------
    model : the model itself; it predicts.
    log_likelihood : at the optimum.
    log_covariance : shape (k, k), of the logarithms of the parameters, in their declared order.
    customers : sum of the weights that it was fitted to.
    histories : distinct histories that it was fitted to.
    determination : how well the optimum is determined; `str` says it in words.
    evaluations : of the likelihood of all histories, with its gradient.
    """

    model: M
    log_likelihood: float
    log_covariance: Floats
    customers: float
    histories: int
    determination: Determination
    evaluations: int

    @property
    def parameters(self) -> dict[str, float]:
        return self.model.parameters

    @property
    def covariance(self) -> Floats:
        """Of the parameters themselves, by the delta method: ``θ_i θ_j Cov(ln θ_i, ln θ_j)``."""
        theta = np.array(list(self.parameters.values()))
        return self.log_covariance * np.outer(theta, theta)

    @property
    def standard_errors(self) -> dict[str, float]:
        return dict(zip(self.parameters, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """For each parameter an interval, symmetric in its logarithm."""
        z = float(ndtri((1 + level) / 2))
        spread = np.sqrt(np.diag(self.log_covariance))
        return {
            name: (value * float(np.exp(-z * s)), value * float(np.exp(z * s)))
            for (name, value), s in zip(self.parameters.items(), spread, strict=True)
        }

    def moved(self) -> list[tuple[M, M, float]]:
        """The model moved by one standard deviation either way along each independent direction.

        With f any figure of the model, ``Σ ((f(up) − f(down)) / (2·step))²`` is its variance
        from the parameters (the delta method, gᵀΣg); ``step`` is under 1 where a whole standard
        deviation would be too far for a straight line.
        """
        values, vectors = np.linalg.eigh(self.log_covariance)
        theta = np.log(list(self.parameters.values()))
        pairs = []
        for value, vector in zip(values, vectors.T, strict=True):
            spread = float(np.sqrt(max(value, 0.0)))
            step = 1.0 if spread <= 0.25 else 0.25 / spread
            shift = step * spread * vector
            pairs.append((self._at(theta + shift), self._at(theta - shift), step))
        return pairs

    def _at(self, log_parameters: Floats) -> M:
        return self.model.with_parameters(np.exp(log_parameters))

    def variance(self, figure: Callable[[M], Any]) -> Any:
        """Variance that the parameters' error gives a figure of the model, by the delta method.

        Parameters
        ----------
        figure : from a model to a number or an array.
        """
        total: Any = 0.0
        for up, down, step in self.moved():
            total = total + ((np.asarray(figure(up)) - np.asarray(figure(down))) / (2 * step)) ** 2
        return total

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, for JSON."""
        told = self.determination
        return {
            "format": FORMAT,
            **self.model.to_dict(),
            "log_likelihood": self.log_likelihood,
            "log_covariance": self.log_covariance.tolist(),
            "customers": self.customers,
            "histories": self.histories,
            "determination": {
                "status": told.status,
                "loosest": told.loosest,
                "direction": dict(told.direction),
                "at_bound": list(told.at_bound),
            },
            "evaluations": self.evaluations,
        }

    def save(self, path: str | Path) -> None:
        """Write it as JSON; `regulars.models.load` reads it."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")


def fitted(model: M, optimum: Optimum, *, customers: float, histories: int) -> Fit[M]:
    """The fit of a model at an optimum."""
    return Fit(
        model.with_parameters(np.exp(optimum.point)),
        optimum.value,
        optimum.covariance,
        customers,
        histories,
        optimum.determination,
        optimum.evaluations,
    )


def from_dict(kept: Any, kinds: Mapping[str, type[Any]]) -> Fit[Any]:
    """The fit that `Fit.to_dict` told.

    Raises
    ------
    ValueError : of a newer program, of an unknown model, or damaged.
    """
    if not isinstance(kept, Mapping) or not isinstance(kept.get("format"), int):
        raise ValueError("this is no saved fit")
    if kept["format"] > FORMAT:
        raise ValueError("this fit was saved by a newer Regulars")
    try:
        model = kinds[kept["model"]](**kept["parameters"], **kept.get("settings", {}))
        told = kept["determination"]
        determination = Determination(
            told["status"], told["loosest"], told["direction"], tuple(told["at_bound"])
        )
        return Fit(
            model,
            kept["log_likelihood"],
            np.array(kept["log_covariance"], dtype=float),
            kept["customers"],
            kept["histories"],
            determination,
            kept["evaluations"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no saved fit: {error}") from None
