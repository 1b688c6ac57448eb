"""Acquisition against retention: how to split a budget (000-2).

Blattberg & Deighton, "Manage marketing by the customer equity test", Harvard Business Review,
July–August 1996, 136–144.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import exp, isfinite

import numpy as np
from scipy.optimize import minimize_scalar

from regulars.strategy.inputs import InputError


@dataclass(frozen=True)
class Split:
    """A budget, and what comes of it.

    Parameters
    ----------
    acquisition : A, money per prospect and year.
    retention : R, money per customer and year.
    acquired, retained : shares a and r that it buys.
    equity : CE, value per prospect; money.
    """

    acquisition: float
    retention: float
    acquired: float
    retained: float
    equity: float


@dataclass(frozen=True, kw_only=True)
class Response:
    """How acquisition and retention answer to money.

    ``a = c_A(1 − e^(−k_A·A))``, ``r = c_R(1 − e^(−k_R·R))``,
    ``CE = a·[M + (M − R/r)·r/(1+d−r)] − A``.

    Parameters
    ----------
    margin : M, money per customer and year.
    acquisition_ceiling, retention_ceiling : c_A, c_R, what no budget exceeds; shares.
    acquisition_rate, retention_rate : k_A, k_R, per unit of money.
    discount : d a year.

    Raises
    ------
    InputError : a share out of range, a rate or discount that is not over 0.
    """

    margin: float
    acquisition_ceiling: float
    acquisition_rate: float
    retention_ceiling: float
    retention_rate: float
    discount: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isfinite(value) or value <= 0:
                raise InputError(field.name, f"{value} is not over 0")
            if field.name.endswith("ceiling") and value > 1:
                raise InputError(field.name, f"{value} is over 1")

    def split(self, *, acquisition: float, retention: float) -> Split:
        """What a budget brings.

        Raises
        ------
        InputError : negative money.
        """
        for name, value in (("acquisition", acquisition), ("retention", retention)):
            if not isfinite(value) or value < 0:
                raise InputError(name, f"{value} is under 0 or not finite")
        a = self.acquisition_ceiling * -np.expm1(-self.acquisition_rate * acquisition)
        r = self.retention_ceiling * (1 - exp(-self.retention_rate * retention))
        # (M − R/r)·r is M·r − R: the same, and it stands at r = 0 too.
        later = (self.margin * r - retention) / (1 + self.discount - r)
        equity = a * (self.margin + later) - acquisition
        return Split(acquisition, retention, float(a), r, float(equity))

    def optimum(self) -> Split:
        """The split with the highest customer equity."""
        # R stands in the bracket only, so its best does not depend on A; over M it cannot pay.
        grid = np.linspace(0, self.margin, 201)
        best = float(max(grid, key=lambda spend: self._bracket(float(spend))))
        step = self.margin / 200
        found = minimize_scalar(
            lambda spend: -self._bracket(spend),
            bounds=(max(0.0, best - step), min(self.margin, best + step)),
            method="bounded",
            options={"xatol": 1e-9 * self.margin},
        )
        retention = max((0.0, float(found.x)), key=self._bracket)
        bracket = self._bracket(retention)
        # ∂CE/∂A = c_A·k_A·e^(−k_A·A)·bracket − 1 = 0
        gain = self.acquisition_ceiling * self.acquisition_rate * bracket
        acquisition = float(np.log(gain)) / self.acquisition_rate if gain > 1 else 0.0
        return self.split(acquisition=acquisition, retention=retention)

    def _bracket(self, retention: float) -> float:
        one = self.split(acquisition=0.0, retention=retention)
        return self.margin + (self.margin * one.retained - retention) / (
            1 + self.discount - one.retained
        )
