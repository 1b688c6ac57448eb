"""What every model is: a few positive parameters, by name."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike


class Parametric:
    """A frozen dataclass whose first fields are its positive parameters.

    ``settings`` names the fields that are none: known beforehand and never fitted.
    """

    name: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{self.name}: {field.name} = {value} must be positive and finite")

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls) if f.name not in cls.settings)  # type: ignore[arg-type]

    @property
    def parameters(self) -> dict[str, float]:
        return {name: float(getattr(self, name)) for name in self.parameter_names()}

    def with_parameters(self, values: ArrayLike) -> Self:
        """The same model at other parameters, in their declared order."""
        given = np.asarray(values, dtype=float).tolist()
        return replace(self, **dict(zip(self.parameter_names(), given, strict=True)))  # type: ignore[type-var]

    def to_dict(self) -> dict[str, Any]:
        settings = {name: getattr(self, name) for name in self.settings}
        return {"model": self.name, "parameters": self.parameters, "settings": settings}
