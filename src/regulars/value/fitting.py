"""A base fitted: one purchase model and one law of spend, for the whole and for each segment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from regulars.models import PURCHASE_MODELS, Fit, GammaGamma, PurchaseModel, fit_of
from regulars.models.gamma_gamma import Likelihood as SpendLikelihood
from regulars.models.purchase import COARSE_FROM
from regulars.value.base import Base, Spends
from regulars.value.pooling import Pooled, lean
from regulars.value.spending import SpendLaw, fit_spend

WHOLE = ""
FORMAT = 1


@dataclass(frozen=True)
class Fitted:
    """What was fitted to a base.

    Attributes
    ----------
    model : name of the purchase model; unit_days : its unit of time.
    purchases : the purchase model of the whole base and of its segments.
    spend : law of spend of the whole base; spends : where that is a model, its segments too.
    """

    model: str
    unit_days: float
    purchases: Pooled[PurchaseModel]
    spend: SpendLaw
    spends: Pooled[GammaGamma] | None = None

    def purchase_of(self, segment: str) -> Fit[PurchaseModel]:
        return self.purchases.of(segment)

    def spend_of(self, segment: str) -> SpendLaw:
        if self.spends is None or segment not in self.spends.parts:
            return self.spend
        return SpendLaw("gamma_gamma", self.spends.parts[segment])

    @property
    def segments(self) -> tuple[str, ...]:
        """Segments with a fit of their own."""
        return tuple(self.purchases.parts)

    def to_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "model": self.model,
            "unit_days": self.unit_days,
            "purchases": _told(self.purchases),
            "spend": self.spend.to_dict(),
            "spends": None if self.spends is None else _told(self.spends),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any] | str) -> Fitted:
        """What `to_dict` told, as such or as JSON.

        Raises
        ------
        ValueError : it is no fit, or one of a newer program.
        """
        try:
            told = json.loads(kept) if isinstance(kept, str) else kept
            if told["format"] > FORMAT:
                raise ValueError("this fit was saved by a newer Regulars")
            spends = told["spends"]
            return cls(
                told["model"],
                float(told["unit_days"]),
                _pooled(told["purchases"], PURCHASE_MODELS[told["model"]]),
                SpendLaw.of(told["spend"]),
                None if spends is None else _pooled(spends, GammaGamma),
            )
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"this is no saved fit of value: {error!r}") from None


def _told(pooled: Pooled[Any]) -> dict[str, Any]:
    return {
        "whole": pooled.whole.to_dict(),
        "parts": {name: fit.to_dict() for name, fit in pooled.parts.items()},
        "pull": {name: pull.tolist() for name, pull in pooled.pull.items()},
        "spread": dict(pooled.spread),
    }


def _pooled(told: Mapping[str, Any], kind: type[Any]) -> Pooled[Any]:
    whole = fit_of(told["whole"])
    parts = {name: fit_of(fit) for name, fit in told["parts"].items()}
    size = len(kind.parameter_names())
    pull = {name: np.array(told["pull"][name], dtype=float) for name in parts}
    for fit in (whole, *parts.values()):
        if not isinstance(fit.model, kind):
            raise ValueError(f"this is no saved fit of value: {fit.model.name} is not {kind.name}")
        _square(fit.log_covariance, size)
    for matrix in pull.values():
        _square(matrix, size)
    return Pooled(whole, parts, pull, dict(told["spread"]))


def _square(matrix: Any, size: int) -> None:
    if matrix.shape != (size, size) or not np.isfinite(matrix).all():
        raise ValueError("this is no saved fit of value: a covariance is damaged")


def fit(base: Base, spends: Spends, model: str) -> Fitted:
    """Fit a base, its segments by partial pooling.

    Raises
    ------
    ValueError : there is nothing to fit: no history, or all of them begin on the as-of day.
    """
    kind = PURCHASE_MODELS[model]
    if not base.given.customers > 0 or not base.given.T.max(initial=0.0) > 0:
        raise ValueError("nobody has been a customer for a day: there is nothing to fit")
    whole = Pooled(kind.fit_histories(base.given, unit_days=base.unit_days))
    law = fit_spend(spends)
    spent = None if law.fit is None else Pooled(law.fit)
    # A single segment is the whole base: nothing to pool, and the same answer.
    if len(base.segments) > 1:
        whole = _purchases(base, whole.whole)
        spent = None if law.fit is None else _spends(base, spends, law.fit)
    return Fitted(model, base.unit_days, whole, law, spent)


def _purchases(base: Base, whole: Fit[PurchaseModel]) -> Pooled[PurchaseModel]:
    kind = type(whole.model)
    given = {name: part.given for name, _, part in base.parts()}
    parts = {
        name: (
            kind.likelihood(one),
            kind.likelihood(one.coarse()) if len(one) >= COARSE_FROM else None,
        )
        for name, one in given.items()
    }
    return lean(whole, parts, {name: (one.customers, len(one)) for name, one in given.items()})


def _spends(base: Base, spends: Spends, whole: Fit[GammaGamma]) -> Pooled[GammaGamma]:
    """Segments whose customers spent nothing yet share the whole's."""
    own = {name: spends.of(name) for name in base.segments}
    told = {name: one for name, one in own.items() if one.weight.sum() > 0}
    parts = {
        name: (SpendLikelihood(one.orders, one.mean, one.weight), None)
        for name, one in told.items()
    }
    sizes = {name: (float(one.weight.sum()), len(one.orders)) for name, one in told.items()}
    found = lean(whole, parts, sizes)
    # With q ≤ 1 the mean spend is without bound: such a segment takes the whole's.
    bounded = {name: fit for name, fit in found.parts.items() if fit.model.q > 1}
    return replace(found, parts=bounded, pull={name: found.pull[name] for name in bounded})
