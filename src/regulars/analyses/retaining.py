"""From counts of customers by period to retention rates: pure. What `retention` says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.analyses.analysis import Rows
from regulars.analyses.extending import EXPECTED, SEEN, Extended, around, extended

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regulars.models import ContractModel, Fit
    from regulars.strategy import RetentionCurve

ENOUGH_FOR_BDW = 5
"""Rates: three parameters, and something left to judge them by."""

CLEARLY = 2.0  # of log-likelihood


@dataclass(frozen=True)
class Watched:
    """Customers by how many periods they completed, and who was active in which.

    Attributes
    ----------
    members : customers by completed periods; ``early`` of all began at the start of the history.
    together : by completed periods, period and later period, customers active in both.
    money : by period, orders and net spend of those who completed it.
    """

    members: Counter[int]
    early: int
    together: Mapping[tuple[int, int, int], int]
    money: Mapping[int, tuple[int, int]]

    @classmethod
    def of(cls, fetched: Mapping[str, Rows], *, periods: int) -> Watched:
        counted = fetched["retained_customers"]
        return cls(
            Counter({int(row["completed"]): int(row["customers"]) for row in counted}),
            sum(int(row["early"]) for row in counted),
            {
                (int(row["completed"]), int(row["period"]), int(row["later"])): int(
                    row["customers"]
                )
                for row in fetched["retained_pairs"]
            },
            {
                int(row["period"]): (int(row["orders"]), int(row["spend_minor"]))
                for row in fetched["retained_money"]
                if row["period"] <= periods
            },
        )

    @property
    def customers(self) -> int:
        return sum(self.members.values())

    @property
    def came_back(self) -> bool:
        """Somebody was active in a later period than the first."""
        return any(period > 0 and n for (_, period, _), n in self.together.items())

    def base(self, period: int) -> int:
        """Customers whose period after this one is complete."""
        return self._of(period + 2)

    def whole(self, period: int) -> int:
        """Customers who completed this period."""
        return self._of(period + 1)

    def active(self, period: int, later: int, *, completed: int) -> int:
        """Of those who completed so many, active in both periods."""
        return sum(
            n
            for (done, i, j), n in self.together.items()
            if done >= completed and (i, j) == (period, later)
        )

    def seen(self, rates: int, least: int) -> RetentionCurve:
        """The rates as far as they rest on enough customers."""
        import numpy as np

        from regulars.strategy import RetentionCurve, pooled_retention

        k = 0
        while k < rates and self.active(k, k, completed=k + 2) >= (least if k else 1):
            k += 1
        if not k:
            return RetentionCurve(np.zeros(0), np.zeros((0, 0)), 0)
        return pooled_retention(self._counts(k))

    def _counts(self, k: int) -> NDArray[Any]:
        import numpy as np

        counts = np.zeros((k, k + 1, k + 1))
        for (done, i, j), n in self.together.items():
            if i <= k and j <= k:
                for y in range(min(k, done - 1)):
                    counts[y, i, j] += n
                    counts[y, j, i] += n * (i != j)
        return counts

    def _of(self, completed: int) -> int:
        return sum(n for done, n in self.members.items() if done >= completed)


def expected_of(fetched: Mapping[str, Rows]) -> Mapping[str, Any]:
    """What the purchase model told; nothing where there was no customer."""
    rows = fetched["retained_told"]
    found: Mapping[str, Any] = json.loads(rows[0]["told"]) if rows else {"failed": "no customer"}
    return found


def curve_of(
    watched: Watched,
    model: Mapping[str, Any],
    *,
    kind: str,
    rates: int,
    least: int,
    unit_days: float,
) -> Extended:
    """The rates seen, carried on; where none was seen, those that the purchase model expects."""
    import numpy as np

    from regulars.strategy import RetentionCurve

    seen = watched.seen(rates, least)
    if len(seen.rates):
        fit = _nearest(seen, kind, customers=watched.base(0), unit_days=unit_days)
        return extended(seen, fit, rates=rates)
    if "failed" in model:
        return Extended(seen, ())
    curve = RetentionCurve(np.array(model["rates"]), np.array(model["covariance"]), 0)
    return Extended(curve, (EXPECTED,) * rates)


def _nearest(
    seen: RetentionCurve, kind: str, *, customers: int, unit_days: float
) -> Fit[ContractModel] | None:
    from regulars.models import BetaDiscreteWeibull, ShiftedBetaGeometric

    if len(seen.rates) < 2 or not (seen.rates > 0).all():
        return None
    fits: list[Fit[Any]] = []
    for law in (ShiftedBetaGeometric, BetaDiscreteWeibull):
        enough = (
            law is ShiftedBetaGeometric or kind == law.name or len(seen.rates) >= ENOUGH_FOR_BDW
        )
        if kind not in ("auto", law.name) or not enough:
            continue
        fit = law.fit_rates(seen.rates, seen.covariance, customers=customers, unit_days=unit_days)
        if fit.determination.status != "not_found":
            fits.append(fit)
    if len(fits) == 2 and (
        fits[1].determination.status not in ("well", "weakly")
        or fits[1].log_likelihood - fits[0].log_likelihood < CLEARLY
    ):
        fits.pop()
    return fits[-1] if fits else None


def rows_of(watched: Watched, curve: Extended, model: Mapping[str, Any]) -> Rows:
    """One row a period, as far as anything is known of it."""
    known = max(watched.members, default=0)
    length = max(len(curve.bases), min(known, len(curve.bases) or known))
    return [_row(watched, curve, model, y) for y in range(length)] if watched.customers else []


def _row(watched: Watched, curve: Extended, model: Mapping[str, Any], y: int) -> dict[str, Any]:
    from regulars.statistics.intervals import wilson

    base = watched.base(y)
    now, later = (watched.active(p, p, completed=y + 2) for p in (y, y + 1))
    both = watched.active(y, y + 1, completed=y + 2)
    low, high = wilson(both, now) or (None, None)
    whole, active = watched.whole(y), watched.active(y, y, completed=y + 1)
    orders, spend = watched.money.get(y, (0, 0))
    shares = model.get("shares", ())
    return {
        "period": y,
        "customers": base,
        "active": now,
        "active_next": later,
        **_rate(curve, y, both=both, now=now, later=later, base=base),
        "repeat_rate": both / now if now else None,
        "repeat_rate_low": low,
        "repeat_rate_high": high,
        **curve.fitted(y),
        "active_share": active / whole if whole else None,
        "model_active_share": shares[y] if y < len(shares) else None,
        "orders_per_active": orders / active if active else None,
        "aov_minor": spend / orders if orders else None,
        "spend_minor": spend if whole else None,
        "complete": bool(base) and base == watched.customers,
    }


def _rate(curve: Extended, y: int, *, both: int, now: int, later: int, base: int) -> dict[str, Any]:
    """The rate that the curve takes: counted, with an interval that holds for few customers too."""
    from regulars.statistics.intervals import wilson
    from regulars.statistics.ratios import paired_ratio

    if y >= len(curve.bases):
        return {"retention": None, "retention_low": None, "retention_high": None}
    rate, basis = float(curve.curve.rates[y]), curve.bases[y]
    if basis == SEEN:
        # In its first period everybody is active: the ratio is a plain share.
        plain = now == base
        bounds = wilson(later, base) if plain else paired_ratio(both, first=now, second=later)
        low, high = bounds or (None, None)
    else:
        low, high = around(rate, float(curve.curve.standard_errors[y]))
    return {"retention": rate, "retention_low": low, "retention_high": high, "rate_from": basis}
