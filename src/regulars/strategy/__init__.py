"""Strategy: the lifetime-value table, and what a plan would change; knows no customer (pure)."""

from __future__ import annotations

from regulars.strategy.comparison import Comparison, compare
from regulars.strategy.inputs import FIELDS, InputError
from regulars.strategy.lines import LINES
from regulars.strategy.table import LifetimeValueTable

__all__ = [
    "FIELDS",
    "LINES",
    "Comparison",
    "InputError",
    "LifetimeValueTable",
    "compare",
]
