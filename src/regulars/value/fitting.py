"""A base fitted: one purchase model and one law of spend, for the whole and for each segment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regulars.models import PURCHASE_MODELS, Fit, GammaGamma, PurchaseModel, fit_of
from regulars.models.fit import fitted
from regulars.models.gamma_gamma import Likelihood as SpendLikelihood
from regulars.models.purchase import COARSE_FROM
from regulars.value.base import Base, Spends
from regulars.value.pooling import pool
from regulars.value.spending import SpendLaw, fit_spend

WHOLE = ""
FORMAT = 1


@dataclass(frozen=True)
class Fitted:
    """What was fitted to a base.

    Attributes
    ----------
    model : name of the purchase model; unit_days : its unit of time.
    purchase, spend : by segment; ``""`` is the whole base, and stands in for segments that were
        not there when it was fitted.
    spread : between segments, by parameter: the standard deviation of its logarithm.
    """

    model: str
    unit_days: float
    purchase: Mapping[str, Fit[PurchaseModel]]
    spend: Mapping[str, SpendLaw]
    spread: Mapping[str, float] = field(default_factory=dict)

    def purchase_of(self, segment: str) -> Fit[PurchaseModel]:
        return self.purchase.get(segment, self.purchase[WHOLE])

    def spend_of(self, segment: str) -> SpendLaw:
        return self.spend.get(segment, self.spend[WHOLE])

    def to_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "model": self.model,
            "unit_days": self.unit_days,
            "purchase": {name: fit.to_dict() for name, fit in self.purchase.items()},
            "spend": {name: law.to_dict() for name, law in self.spend.items()},
            "spread": dict(self.spread),
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
            return cls(
                told["model"],
                float(told["unit_days"]),
                {name: fit_of(fit) for name, fit in told["purchase"].items()},
                {name: SpendLaw.of(law) for name, law in told["spend"].items()},
                told["spread"],
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"this is no saved fit of value: {error}") from None


def fit(base: Base, spends: Spends, model: str) -> Fitted:
    """Fit a base, its segments by partial pooling.

    Raises
    ------
    ValueError : there is nothing to fit: no history, or all of them begin on the as-of day.
    """
    kind = PURCHASE_MODELS[model]
    if not base.given.customers > 0 or not base.given.T.max(initial=0.0) > 0:
        raise ValueError("nobody has been a customer for a day: there is nothing to fit")
    whole = kind.fit_histories(base.given, unit_days=base.unit_days)
    law = fit_spend(spends)
    if len(base.segments) <= 1:
        # A single segment is the whole base: nothing to pool, and the same answer.
        return Fitted(model, base.unit_days, {WHOLE: whole}, {WHOLE: law})
    purchase, spread = _purchases(base, whole)
    spend, more = _spends(base, spends, law)
    return Fitted(
        model,
        base.unit_days,
        {WHOLE: whole, **purchase},
        {WHOLE: law, **spend},
        {**spread, **more},
    )


def _purchases(
    base: Base, whole: Fit[PurchaseModel]
) -> tuple[dict[str, Fit[PurchaseModel]], dict[str, float]]:
    kind = type(whole.model)
    given = {name: part.given for name, _, part in base.parts()}
    parts = {
        name: (
            kind.likelihood(one),
            kind.likelihood(one.coarse()) if len(one) >= COARSE_FROM else None,
        )
        for name, one in given.items()
    }
    names = kind.parameter_names()
    optima, spread = pool(parts, np.log(list(whole.parameters.values())), names)
    fits = {
        name: fitted(
            whole.model, optimum, customers=given[name].customers, histories=len(given[name])
        )
        for name, optimum in optima.items()
    }
    return fits, dict(zip(names, spread.tolist(), strict=True))


def _spends(
    base: Base, spends: Spends, whole: SpendLaw
) -> tuple[dict[str, SpendLaw], dict[str, float]]:
    """Segments whose customers spent nothing yet, or bases without a model, share the whole's."""
    if whole.fit is None:
        return {}, {}
    own = {name: spends.of(name) for name in base.segments}
    told = {name: one for name, one in own.items() if one.weight.sum() > 0}
    parts = {
        name: (SpendLikelihood(one.orders, one.mean, one.weight), None)
        for name, one in told.items()
    }
    names = GammaGamma.parameter_names()
    optima, spread = pool(parts, np.log(list(whole.fit.parameters.values())), names)
    laws = {}
    for name, optimum in optima.items():
        found = fitted(
            whole.fit.model,
            optimum,
            customers=float(told[name].weight.sum()),
            histories=len(told[name].orders),
        )
        laws[name] = SpendLaw("gamma_gamma", found) if found.model.q > 1 else whole
    return laws, dict(zip(names, spread.tolist(), strict=True))
