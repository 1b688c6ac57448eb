"""Customer bases drawn from known models, with what came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.models import Fit, GammaGamma, PurchaseModel, histories
from regulars.models.fitting import Determination
from regulars.value import Base, Fitted, Spends
from regulars.value.pooling import Pooled
from regulars.value.spending import SpendLaw

YEAR = 365.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """A base, and for each history the purchase days and the spend of the year after."""

    base: Base
    spends: Spends
    orders: NDArray[Any]
    spent: NDArray[Any]


def drawn(
    rng: np.random.Generator,
    model: PurchaseModel,
    spend: GammaGamma,
    *,
    customers: int,
    longest_days: int = 730,
    segment: str = "",
) -> Drawn:
    """Customers first seen on any of the last days, under one model."""
    found = model.simulate(rng.integers(1, longest_days + 1, customers), horizon=YEAR, rng=rng)
    x, after = found["x"], found["after"]
    rates = rng.gamma(spend.q, 1 / spend.gamma, customers)
    total = _summed(rng, spend, x) / rates
    names = np.full(customers, segment, dtype=object)
    base = Base(
        names,
        histories(x, np.where(x > 0, found["t_x"], 0.0), found["T"]),
        (x > 0).astype(float),
        total,
        total**2,
    )
    repeat = x > 0
    spends = Spends(names[repeat], x[repeat], total[repeat] / x[repeat], np.ones(int(repeat.sum())))
    return Drawn(base, spends, after, _summed(rng, spend, after) / rates)


def _summed(rng: np.random.Generator, spend: GammaGamma, orders: Any) -> Any:
    shape = np.where(orders > 0, spend.p * orders, 1.0)
    return np.where(orders > 0, rng.gamma(shape), 0.0)


def together(parts: Sequence[Drawn]) -> Drawn:
    """Several bases as one, each a segment."""

    def whole(rooms: Sequence[Any], names: Sequence[str]) -> list[Any]:
        return [np.concatenate([getattr(room, name) for room in rooms]) for name in names]

    bases = [part.base for part in parts]
    given = histories(*whole([base.given for base in bases], ("x", "t_x", "T", "weight")))
    (segment,) = whole(bases, ("segment",))
    base = Base(segment, given, *whole(bases, ("spenders", "spend", "squares")))
    told = whole([part.spends for part in parts], ("segment", "orders", "mean", "weight"))
    return Drawn(base, Spends(*told), *whole(parts, ("orders", "spent")))


def known(model: PurchaseModel, law: GammaGamma | SpendLaw, *, error: float = 0.0) -> Fitted:
    """A fit at these very parameters, each known within so many standard deviations (of logs)."""

    def fit(one: Any) -> Fit[Any]:
        size = len(one.parameters)
        determination = Determination("well", error, {})
        return Fit(one, 0.0, np.eye(size) * error**2, 1.0, 1, determination, 0)

    if isinstance(law, SpendLaw):
        return Fitted(model.name, 1.0, Pooled(fit(model)), law)
    spent = fit(law)
    return Fitted(
        model.name, 1.0, Pooled(fit(model)), SpendLaw("gamma_gamma", spent), Pooled(spent)
    )
