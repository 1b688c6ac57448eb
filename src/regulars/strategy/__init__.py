"""Strategy: the lifetime-value table, and what a plan would change; knows no customer (pure)."""

from __future__ import annotations

from regulars.strategy.breakeven import BreakEven, break_even
from regulars.strategy.budget import Response, Split
from regulars.strategy.comparison import Comparison, Scenario, compare
from regulars.strategy.curve import (
    RetentionCurve,
    active_retention,
    contract_retention,
    fitted_retention,
    pooled_retention,
)
from regulars.strategy.inputs import FIELDS, InputError
from regulars.strategy.leads import Lead, RankedLead, rank_leads
from regulars.strategy.lines import LINES
from regulars.strategy.magazine import Card, CardPlan, Magazine, by_contract, card_plan
from regulars.strategy.plane import PLACES, Plane, plane
from regulars.strategy.renewals import Leak, LetterSeries, leak, letter_series
from regulars.strategy.retention import RetentionEconomics, retention_economics
from regulars.strategy.sensitivity import Levers, Swing, levers, sensitivity
from regulars.strategy.sources import RankedSource, Source, rank_sources
from regulars.strategy.strata import Strata, split
from regulars.strategy.survival import Survival, survival
from regulars.strategy.table import LifetimeValueTable
from regulars.strategy.uncertainty import Interval, delta_interval, drawn_interval

__all__ = [
    "FIELDS",
    "LINES",
    "PLACES",
    "BreakEven",
    "Card",
    "CardPlan",
    "Comparison",
    "InputError",
    "Interval",
    "Lead",
    "Leak",
    "LetterSeries",
    "Levers",
    "LifetimeValueTable",
    "Magazine",
    "Plane",
    "RankedLead",
    "RankedSource",
    "Response",
    "RetentionCurve",
    "RetentionEconomics",
    "Scenario",
    "Source",
    "Split",
    "Strata",
    "Survival",
    "Swing",
    "active_retention",
    "break_even",
    "by_contract",
    "card_plan",
    "compare",
    "contract_retention",
    "delta_interval",
    "drawn_interval",
    "fitted_retention",
    "leak",
    "letter_series",
    "levers",
    "plane",
    "pooled_retention",
    "rank_leads",
    "rank_sources",
    "retention_economics",
    "sensitivity",
    "split",
    "survival",
]
