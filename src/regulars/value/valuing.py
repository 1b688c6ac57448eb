"""From a base to its scores and totals, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from regulars.value.base import Base, Spends, Terms
from regulars.value.choice import Choice, Holdout, choose
from regulars.value.fitting import WHOLE, Fitted, fit
from regulars.value.scoring import Scores, score
from regulars.value.totals import Totals, certainty_of, joined, total_of

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
    sums: bool = True,
    lifetime: bool = True,
) -> Valued:
    """Fit where no fit is given, score, add up.

    Parameters
    ----------
    model : "bg_nbd", "mbg_nbd", "pareto_nbd", or "auto": the one that foretells ``held`` best.
    fitted : a fit made before, taken as it is; it must be in the base's unit of time.
    sums : whether totals are wanted; without them there are none. They need ``lifetime``.
    lifetime : whether each history's lifetime value is wanted; without, it is not a number.

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
    scores, totals = _scored(base, fitted, terms, sums=sums, lifetime=lifetime)
    return Valued(scores, totals, fitted, choice, terms)


def _scored(
    base: Base, fitted: Fitted, terms: Terms, *, sums: bool, lifetime: bool
) -> tuple[Scores, tuple[Totals, ...]]:
    """Scores, and totals of the whole and of each segment."""
    parts = list(base.parts())
    if not sums:
        scored = [
            score(part, fitted.purchase_of(name), fitted.spend_of(name), terms, lifetime=lifetime)
            for name, _, part in parts
        ]
        placed = [(rows, one) for (_, rows, _), one in zip(parts, scored, strict=True)]
        return scored[0] if len(parts) == 1 else joined(placed, len(base)), ()
    # How sure the sums are needs no scores: worked out beside them, on another processor.
    with ThreadPoolExecutor(max_workers=1) as beside:
        whole = beside.submit(certainty_of, base, fitted, terms)
        scored = [
            score(part, fitted.purchase_of(name), fitted.spend_of(name), terms)
            for name, _, part in parts
        ]
        if len(parts) == 1:
            return scored[0], (total_of(base, scored[0], whole.result(), terms, name=WHOLE),)
        owns = [beside.submit(certainty_of, part, fitted, terms) for _, _, part in parts]
        placed = [(rows, one) for (_, rows, _), one in zip(parts, scored, strict=True)]
        scores = joined(placed, len(base))
        totals = [total_of(base, scores, whole.result(), terms, name=WHOLE)]
        for (name, _, part), one, own in zip(parts, scored, owns, strict=True):
            totals.append(total_of(part, one, own.result(), terms, name=name))
    return scores, tuple(totals)
