"""What an order of a customer is expected to be worth, with what to do where no model fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models import Fit, GammaGamma, fit_of
from regulars.value.base import Floats, Spends

FEW = 30
"""Customers with repeats below which their spends say too little for a model of their spread."""
LEAST_SHAPE = 2.1
"""p·x + q under which the variance of spend is without bound; it is taken as if it were this."""


@dataclass(frozen=True)
class SpendLaw:
    """Expected spend per order as ``base + slope·total``, and its spread in units of that mean.

    Attributes
    ----------
    how : "gamma_gamma"; "constant" (all orders alike, or too few to tell: one amount for all);
        "unknown" (nobody spent anything after a first day).
    fit : the fitted model, where there is one.
    amount : that one amount, in minor units, where there is no model.
    """

    how: str
    fit: Fit[GammaGamma] | None = None
    amount: float | None = None

    @property
    def known(self) -> bool:
        return self.how != "unknown"

    @property
    def mean_of_new(self) -> float | None:
        """Expected spend of a customer of whom no spend is known; None where it has no bound."""
        return self.amount if self.fit is None else self.fit.model.population_mean

    def line(self, orders: Floats, model: GammaGamma | None = None) -> tuple[Floats, Floats]:
        """Base and slope: expected spend per order of a customer with so many orders so far.

        ``p(γ + total)/(p·x + q − 1)``; not a number where it has no bound.
        """
        law = model or (None if self.fit is None else self.fit.model)
        if law is None:
            amount = np.nan if self.amount is None else self.amount
            return np.full(len(orders), amount), np.zeros(len(orders))
        below = law.p * orders + law.q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(below > 0, law.p / below, np.nan)
        return slope * law.gamma, slope

    def spread(self, orders: Floats) -> tuple[Floats, Floats]:
        """Relative to the squared expected spend: E[mean²] over what the customer's own mean may
        be, and the variance of one order about it.

        With shape k = p·x + q: ``(k−1)/(k−2)`` and that over p.
        """
        if self.fit is None:
            return np.ones(len(orders)), np.zeros(len(orders))
        law = self.fit.model
        shape = np.maximum(law.p * orders + law.q, LEAST_SHAPE)
        own = (shape - 1) / (shape - 2)
        return own, own / law.p

    def error(self, orders: Floats) -> Floats:
        """Variance that the parameters' error gives to the expected spend, over its square, at a
        typical spend."""
        if self.fit is None:
            return np.zeros(len(orders))
        typical = self.fit.model.p * self.fit.model.gamma / max(self.fit.model.q - 1, 0.1)
        distinct, place = np.unique(orders, return_inverse=True)

        def logs(model: GammaGamma) -> Floats:
            base, slope = self.line(distinct, model)
            with np.errstate(invalid="ignore"):
                found: Floats = np.nan_to_num(np.log(base + slope * distinct * typical))
            return found

        result: Floats = self.fit.variance(logs)[place]
        return result

    def to_dict(self) -> dict[str, Any]:
        fit = None if self.fit is None else self.fit.to_dict()
        return {"how": self.how, "amount": self.amount, "fit": fit}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> SpendLaw:
        fit = None if kept["fit"] is None else fit_of(kept["fit"])
        return cls(kept["how"], fit, kept["amount"])


def fit_spend(spends: Spends) -> SpendLaw:
    """The law of spend of these customers.

    Spends that are not positive (refunds beyond spend) must have been left out.
    """
    total = float(spends.weight.sum())
    if not total > 0:
        return SpendLaw("unknown")
    orders = float((spends.weight * spends.orders).sum())
    amount = float((spends.weight * spends.orders * spends.mean).sum()) / orders
    if total < FEW:
        return SpendLaw("constant", amount=amount)
    try:
        fit = GammaGamma.fit(spends.orders, spends.mean, spends.weight)
    except ValueError:  # spends all alike
        return SpendLaw("constant", amount=amount)
    if fit.determination.status == "not_found" or fit.model.q <= 1:
        return SpendLaw("constant", amount=amount)
    return SpendLaw("gamma_gamma", fit)
