"""Statistical models of customers: arrays in, arrays out; one module a model (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars.models.bdw import BetaDiscreteWeibull
from regulars.models.bg_bb import BgBb
from regulars.models.bg_nbd import BgNbd
from regulars.models.contract import ContractModel
from regulars.models.fit import Fit, from_dict
from regulars.models.fitting import Determination
from regulars.models.gamma_gamma import GammaGamma
from regulars.models.histories import Histories, histories
from regulars.models.mbg_nbd import MbgNbd
from regulars.models.parametric import Parametric
from regulars.models.pareto_nbd import ParetoNbd
from regulars.models.purchase import YEAR_DAYS, OrderLaw, PurchaseModel
from regulars.models.sbg import ShiftedBetaGeometric

MODELS: Mapping[str, type[Parametric]] = {
    model.name: model
    for model in (
        BgNbd,
        MbgNbd,
        ParetoNbd,
        GammaGamma,
        ShiftedBetaGeometric,
        BetaDiscreteWeibull,
        BgBb,
    )
}
"""Every model by its name."""

CONTRACT_MODELS: Mapping[str, type[ContractModel]] = {
    model.name: model for model in (ShiftedBetaGeometric, BetaDiscreteWeibull)
}

PURCHASE_MODELS: Mapping[str, type[PurchaseModel]] = {
    model.name: model for model in (BgNbd, MbgNbd, ParetoNbd)
}


def fit_of(kept: Mapping[str, Any]) -> Fit[Any]:
    """The fit that `Fit.to_dict` told.

    Raises
    ------
    ValueError : it is no saved fit, or of a newer program.
    """
    return from_dict(kept, MODELS)


def load(path: str | Path) -> Fit[Any]:
    """A fit saved by `Fit.save`.

    Raises
    ------
    ValueError : the file is no saved fit, or of a newer program.
    """
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is no saved fit: {error}") from None
    return fit_of(kept)


__all__ = [
    "CONTRACT_MODELS",
    "MODELS",
    "PURCHASE_MODELS",
    "YEAR_DAYS",
    "BetaDiscreteWeibull",
    "BgBb",
    "BgNbd",
    "ContractModel",
    "Determination",
    "Fit",
    "GammaGamma",
    "Histories",
    "MbgNbd",
    "OrderLaw",
    "Parametric",
    "ParetoNbd",
    "PurchaseModel",
    "ShiftedBetaGeometric",
    "fit_of",
    "histories",
    "load",
]
