"""From a base to its scores and totals, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.value.base import Base, Spends, Terms
from regulars.value.choice import Choice, Holdout, choose
from regulars.value.fitting import WHOLE, Fitted, fit
from regulars.value.scoring import Scores, score
from regulars.value.totals import Totals, joined, total_of

AUTO = "auto"


@dataclass(frozen=True, eq=False)
class Valued:
    """A base valued: one score a history, totals for the whole and each segment."""

    scores: Scores
    totals: tuple[Totals, ...]
    fitted: Fitted
    choice: Choice | None
    terms: Terms

    def to_dict(self) -> Mapping[str, Any]:
        """Everything but the scores, as plain values."""
        return {
            "fitted": self.fitted.to_dict(),
            "totals": [one.to_dict() for one in self.totals],
            "choice": None if self.choice is None else self.choice.to_dict(),
            "terms": self.terms.to_dict(),
        }


def value(
    base: Base,
    spends: Spends,
    *,
    model: str = AUTO,
    terms: Terms | None = None,
    held: Holdout | None = None,
    fitted: Fitted | None = None,
) -> Valued:
    """Fit where no fit is given, score, add up.

    Parameters
    ----------
    model : "bg_nbd", "mbg_nbd", "pareto_nbd", or "auto": the one that foretells ``held`` best.
    fitted : a fit made before, taken as it is; it must be in the base's unit of time.

    Raises
    ------
    ValueError : nothing to fit, or a fit in another unit of time.
    """
    terms = terms or Terms()
    choice = None
    if fitted is None:
        if model == AUTO:
            choice = choose(held)
            model = choice.model
        fitted = fit(base, spends, model)
    elif fitted.unit_days != base.unit_days:
        raise ValueError(
            f"the fit counts time in units of {fitted.unit_days:g} days, the histories in units of"
            f" {base.unit_days:g}"
        )
    parts = [
        (rows, score(part, fitted.purchase_of(name), fitted.spend_of(name), terms))
        for name, rows, part in base.parts()
    ]
    scores = parts[0][1] if len(parts) == 1 else joined(parts, len(base))
    totals = [total_of(base, scores, fitted, terms, name=WHOLE)]
    if len(parts) > 1:
        totals += [
            total_of(part, scored, fitted, terms, name=name)
            for (name, _, part), (_, scored) in zip(base.parts(), parts, strict=True)
        ]
    return Valued(scores, tuple(totals), fitted, choice, terms)
