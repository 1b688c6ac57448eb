"""One file per question: its declaration and its steps."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from regulars.analyses.analysis import Analysis
from regulars.errors import UnknownName

# In the order in which a newcomer would ask.
NAMES = (
    "summary",
    "groups",
    "group_customers",
    "migration",
    "migration_customers",
    "migration_change",
    "routes",
    "groups_trend",
    "bridge",
    "causes",
    "bridge_customers",
    "decline",
    "rfm",
    "segments",
    "cohorts",
    "cohort_customers",
    "retention",
    "lifecycle",
    "lifecycle_customers",
    "lifecycle_history",
    "lifecycle_trend",
    "value",
    "value_totals",
    "value_distribution",
    "value_tenths",
    "value_matrix",
    "value_fit",
    "value_backtest",
    "value_tracking",
    "value_calibration",
    "concentration",
    "concentration_customers",
    "profile",
    "profile_value",
    "preference",
    "response_index",
    "tiers",
    "tier_customers",
    "matrix",
    "profit_loyalty",
    "profit_loyalty_customers",
    "sources",
    "engagement",
    "conversion",
    "goods",
    "baskets",
    "next_due",
    "interest",
    "renewals",
    "rejoin",
    "quality",
)


@cache
def find(name: str) -> Analysis:
    """The analysis of that name.

    Raises
    ------
    UnknownName : there is none; the message suggests the nearest.
    """
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise UnknownName(f"there is no analysis {name!r}; {hint}")
    analysis: Analysis = importlib.import_module(f"regulars.analyses.{name}").ANALYSIS
    return analysis


def chosen(analysis: Analysis, given: Mapping[str, Any]) -> tuple[Analysis, dict[str, Any]]:
    """The analysis that answers, and its parameters: a flag may ask for another one's rows.

    Raises
    ------
    ParameterError : the flag is neither true nor false.
    """
    from regulars.analyses.parameters import read

    parameters = dict(given)
    flags = [p for p in analysis.parameters if p.name in analysis.instead]
    asked = read(flags, {p.name: parameters[p.name] for p in flags if p.name in parameters})
    for name, wanted in asked.items():
        if wanted:
            del parameters[name]
            return find(analysis.instead[name]), parameters
    return analysis, parameters


def catalogue() -> tuple[Analysis, ...]:
    """Every analysis, in the order in which a newcomer would ask."""
    return tuple(find(name) for name in NAMES)
