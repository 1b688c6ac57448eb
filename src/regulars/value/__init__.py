"""Models brought to customers: fit on distinct histories, score, add up, look back (pure)."""

from __future__ import annotations

from regulars.value.base import Base, Spends, Terms
from regulars.value.choice import Choice, Holdout, choose
from regulars.value.fitting import Fitted, fit
from regulars.value.scoring import Scores, score
from regulars.value.totals import Sum, Totals
from regulars.value.valuing import Valued, value

__all__ = [
    "Base",
    "Choice",
    "Fitted",
    "Holdout",
    "Scores",
    "Spends",
    "Sum",
    "Terms",
    "Totals",
    "Valued",
    "choose",
    "fit",
    "score",
    "value",
]
