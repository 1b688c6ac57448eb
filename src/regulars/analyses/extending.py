"""Rates that were seen, carried on: by a fitted curve where there is one, else as they are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.analyses.columns import text
from regulars.declare import Parameter, Text
from regulars.result import Note

if TYPE_CHECKING:
    from regulars.models import Fit
    from regulars.strategy import RetentionCurve

SEEN, EXTRAPOLATED, CARRIED, EXPECTED = "seen", "extrapolated", "carried", "expected"
BASES = (SEEN, EXTRAPOLATED, CARRIED, EXPECTED)
FEW = 50  # customers under whom the interval says more than the rate
RATE_FROM = text(
    "rate_from",
    "Where the rate comes from: counted (seen), the fitted curve's (extrapolated), the last one"
    " seen again (carried), or a purchase model's where none was seen (expected).",
    "比率来源：seen 实际观察；extrapolated 拟合曲线外推；carried 沿用最后一期；"
    "expected 尚无观察、由购买模型给出。",
    choices=BASES,
)
MODEL = Parameter(
    name="model", kind="choice", default="auto", choices=("auto", "sbg", "bdw"),
    meaning=Text(
        "Curve beyond what was seen: sBG, BdW, or whichever the data speak for (auto).",
        "外推所用曲线：sBG、BdW，或由数据选择（auto）。",
    ),
)  # fmt: skip
PERIODS = Parameter(
    name="periods", kind="integer", default=10, minimum=1, maximum=60,
    meaning=Text("How many rates, from the first on.", "给出多少期的比率，自第一期起。"),
)  # fmt: skip
LEAST = Parameter(
    name="least", kind="integer", default=10, unit="customers", minimum=1, maximum=1_000_000,
    meaning=Text(
        "A later rate counts as seen when it rests on so many; the first always does.",
        "后续各期至少有这么多客户才算“实际观察”；首期不限。",
    ),
)  # fmt: skip
NAMED = {"sbg": "sBG", "bdw": "BdW"}

BEYOND = Text(
    "Rates after the first {seen} are {model}'s curve: an extrapolation, whose interval holds as"
    " far as customers leave as that curve says.",
    "前{seen}期为实际观察，其后为{model}曲线的外推；区间以流失确如该曲线为前提。",
)
CARRIED_ON = Text(
    "{seen} rates seen: too few for a curve, so the last one is carried on. Who stays is usually"
    " likelier to stay again, so it is the low end of what may come, and its interval is that of"
    " one rate, not of the future.",
    "仅观察到{seen}期，不足以拟合曲线，其后沿用最后一期。留下的客户通常更可能继续留下，"
    "故这是偏低的估计；其区间只反映该期比率的误差，不代表未来。",
)
LOOSE = Text(
    "The curve is loosely determined ({status}): read the interval beyond what was seen.",
    "曲线的参数不够确定（{status}）：外推部分请以区间为准。",
)
FEW_CUSTOMERS = Text(
    "{customers} customers: the rates could well be elsewhere in their intervals.",
    "仅{customers}位客户：比率的真值可能在区间内任何位置。",
)


@dataclass(frozen=True)
class Extended:
    """A curve as long as asked for, or as far as anything is known.

    Attributes
    ----------
    bases : of each rate, one of `BASES`.
    fit : the curve behind the extrapolation, where there is one.
    """

    curve: RetentionCurve
    bases: tuple[str, ...]
    fit: Fit[Any] | None = None

    def told(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "rates": self.curve.rates.tolist(),
            "covariance": self.curve.covariance.tolist(),
            "observed": self.curve.observed,
            "bases": list(self.bases),
            "model": None if self.fit is None else self.fit.model.name,
        }

    def fitted(self, place: int) -> dict[str, float | None]:
        """What the fitted curve says of one rate, with its interval."""
        if self.fit is None:
            return {"fitted": None, "fitted_low": None, "fitted_high": None}
        from regulars.strategy import fitted_retention

        found = fitted_retention(self.fit, rates=place + 1)
        rate, error = float(found.rates[place]), float(found.standard_errors[place])
        low, high = around(rate, error)
        return {"fitted": rate, "fitted_low": low, "fitted_high": high}


def extended(seen: RetentionCurve, fit: Fit[Any] | None, *, rates: int) -> Extended:
    """What was seen, then the fitted curve; without one the last rate again and again."""
    from regulars.strategy import RetentionCurve, fitted_retention

    k = min(len(seen.rates), rates)
    cut = RetentionCurve(seen.rates[:k], seen.covariance[:k, :k], k)
    if not k or k == rates:
        return Extended(cut, (SEEN,) * k, fit)
    if fit is None:
        return Extended(cut.carried(rates), (SEEN,) * k + (CARRIED,) * (rates - k))
    later = fitted_retention(fit, rates=rates)
    return Extended(cut.then(later), (SEEN,) * k + (EXTRAPOLATED,) * (rates - k), fit)


def around(rate: float, error: float) -> tuple[float, float]:
    """95% interval of a rate, symmetric in its log odds; of one over 1, in its logarithm."""
    z = 1.959963984540054
    if not 0 < rate < 1:
        step = z * error / rate if rate > 0 else 0.0
        return (rate * math.exp(-step), rate * math.exp(step)) if rate else (0.0, z * error)
    odds, step = math.log(rate / (1 - rate)), min(z * error / (rate * (1 - rate)), 40.0)
    return 1 / (1 + math.exp(step - odds)), 1 / (1 + math.exp(-step - odds))


def notes(found: Extended, *, customers: int) -> Iterator[Note]:
    """How the curve was obtained, in words."""
    seen = found.bases.count(SEEN)
    if 0 < customers < FEW:
        yield Note("few_customers", FEW_CUSTOMERS, {"customers": customers})
    if CARRIED in found.bases:
        yield Note("carried", CARRIED_ON, {"seen": seen})
    if EXTRAPOLATED in found.bases and found.fit is not None:
        model = NAMED[found.fit.model.name]
        yield Note("extrapolated", BEYOND, {"model": model, "seen": seen})
        status = found.fit.determination.status
        if status != "well":
            yield Note("loose", LOOSE, {"status": status})
