"""From counts of terms to renewal rates: pure. What `renewals` says of one stratum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regulars.analyses.extending import Extended, extended

if TYPE_CHECKING:
    from regulars.models import ContractModel, Fit

ENOUGH_FOR_BDW = 4  # renewals: three parameters, and one rate left to judge them by
CLEARLY = 2.0  # of log-likelihood, for a third parameter: twice what chance would gain


@dataclass
class Terms:
    """Counts of the terms of a stratum by their place in the chain.

    Attributes
    ----------
    due, renewed, early : of terms that came up for renewal in the window; ``early`` ended before
        they were due and count as lapsed.
    all_due, all_renewed : the same whenever it was.
    other : terms that did not come up, by what they are (running, pending, past_due).
    """

    due: Counter[int] = field(default_factory=Counter)
    renewed: Counter[int] = field(default_factory=Counter)
    early: Counter[int] = field(default_factory=Counter)
    all_due: Counter[int] = field(default_factory=Counter)
    all_renewed: Counter[int] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        """One row of counts."""
        terms, outcome, tenure = int(row["terms"]), row["outcome"], int(row["tenure"])
        if outcome not in ("renewed", "lapsed"):
            self.other[outcome] += terms
            return
        self.all_due[tenure] += terms
        self.all_renewed[tenure] += terms * (outcome == "renewed")
        if row["in_window"]:
            self.due[tenure] += terms
            self.renewed[tenure] += terms * (outcome == "renewed")
            self.early[tenure] += terms * (outcome == "lapsed") * int(row["early"])

    def counted(self) -> tuple[list[int], list[int]]:
        """Due and renewed at each renewal, whenever it was."""
        t = range(1, max(self.all_due, default=0) + 1)
        return [self.all_due[i] for i in t], [self.all_renewed[i] for i in t]


def grouped(rows: Iterable[Mapping[str, Any]], strata: str) -> dict[tuple[str, str], Terms]:
    """Terms by (plan, auto_renew), those of all together first under ``("all", "all")``."""
    found: dict[tuple[str, str], Terms] = {("all", "all"): Terms()}
    for row in rows:
        found["all", "all"].add(row)
        if strata != "none":
            plan = (row["plan"] or "(none)") if strata != "auto_renew" else "all"
            auto = (row["auto_renew"] or "(unknown)") if strata != "plan" else "all"
            found.setdefault((plan, auto), Terms()).add(row)
    return dict(sorted(found.items(), key=lambda one: (one[0] != ("all", "all"), one[0])))


def curve_of(terms: Terms, *, model: str, rates: int, least: int, unit_days: float) -> Extended:
    """Rates of the window, as far as they were seen, carried on by a curve of all the history."""
    import numpy as np

    from regulars.strategy import RetentionCurve, contract_retention

    seen = 0
    while terms.due[seen + 1] >= (least if seen else 1):
        seen += 1
    if not seen:
        return Extended(RetentionCurve(np.zeros(0), np.zeros((0, 0)), 0), ())
    t = range(1, seen + 1)
    curve = contract_retention([terms.renewed[i] for i in t], [terms.due[i] for i in t])
    fit = fitted(terms, model, unit_days=unit_days) if seen > 1 else None
    return extended(curve, fit, rates=rates)


def fitted(terms: Terms, model: str, *, unit_days: float) -> Fit[ContractModel] | None:
    """The curve of all who ever came up; none where nobody ever left, or nothing is found."""
    from regulars.models import BetaDiscreteWeibull, ShiftedBetaGeometric

    due, renewed = terms.counted()
    if due == renewed:
        return None
    fits: list[Fit[Any]] = []
    for kind in (ShiftedBetaGeometric, BetaDiscreteWeibull):
        enough = model == kind.name or kind.name == "sbg" or len(terms.all_due) >= ENOUGH_FOR_BDW
        if model not in ("auto", kind.name) or not enough:
            continue
        fit = kind.fit_renewals(due, renewed, unit_days=unit_days)
        if fit.determination.status != "not_found":
            fits.append(fit)
    if len(fits) == 2 and (
        fits[1].determination.status not in ("well", "weakly")
        or fits[1].log_likelihood - fits[0].log_likelihood < CLEARLY
    ):
        fits.pop()
    return fits[-1] if fits else None


def rows_of(key: tuple[str, str], terms: Terms, found: Extended) -> list[dict[str, Any]]:
    """The stratum as a whole (tenure 0), then renewal by renewal."""
    from regulars.strategy import survival

    left = survival(found.curve)
    whole = {**_place(key, 0), **_counted(*(sum(c.values()) for c in _counts(terms)))}
    rows = [whole]
    for place, basis in enumerate(found.bases):
        tenure = place + 1
        counted = _counted(*(c[tenure] for c in _counts(terms)))
        rows.append(
            {
                **_place(key, tenure),
                **counted,
                "rate_from": basis,
                "survival": float(left.shares[place]),
                "survival_low": float(left.low[place]),
                "survival_high": float(left.high[place]),
                **found.fitted(place),
            }
        )
    return rows


def _counts(terms: Terms) -> tuple[Counter[int], Counter[int], Counter[int]]:
    return terms.due, terms.renewed, terms.early


def _place(key: tuple[str, str], tenure: int) -> dict[str, Any]:
    return {"plan": key[0], "auto_renew": key[1], "tenure": tenure}


def _counted(due: int, renewed: int, early: int) -> dict[str, Any]:
    from regulars.statistics.intervals import wilson

    low, high = wilson(renewed, due) or (None, None)
    return {
        "due": due,
        "renewed": renewed,
        "early": early,
        "renewal_rate": renewed / due if due else None,
        "renewal_rate_low": low,
        "renewal_rate_high": high,
    }
