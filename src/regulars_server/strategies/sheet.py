"""The lifetime-value table as cells that somebody types in: which there are, what stands in them.

What they mean `understanding` finds out, from a plan `copying` writes them (pure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from regulars.strategy import FIELDS
from regulars_server.console.pages import number_of
from regulars_server.strategies.measured import Measured, measured_of

Side = Literal["now", "plan"]
SIDES: tuple[Side, ...] = ("now", "plan")
MOST_PERIODS = 20
"""Columns that a page can show; a file may have more."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "customers": ("customers", "retention", "referral_rate", "referral_incentive"),
    "sales": ("orders", "aov", "direct_cost_rate"),
    "costs": ("acquisition_cost", "marketing", "programme", "database", "renewal_cost"),
    "discount": ("interest", "risk_factor", "payment_delay_days", "discount_factors"),
}
ROWS = tuple(name for names in GROUPS.values() for name in names)
ONCE = ("customers", *(name for name, one in FIELDS.items() if not one.per_period))
"""Inputs with one value for the table."""

WANTED = (
    "customers", "retention", "orders", "aov", "direct_cost_rate", "acquisition_cost", "marketing",
)  # fmt: skip
"""What no table can do without: it is asked for, and nothing stands for 0."""

SHARES = ("retention", "direct_cost_rate")
"""Rates that are hardly ever under one per cent: 0.6 was meant to be 60."""

EMPTY = {"risk_factor": Decimal(1)}
"""What an empty cell means, where that is not 0."""

NAMES = tuple(f"{side}.{name}" for side in SIDES for name in ROWS)
PLAN = "plan"
LONGEST_TITLE, LONGEST_CELL = 120, 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands in the cells, as it was typed.

    Attributes
    ----------
    cells : ``now.retention.2`` → text; cells beyond the last period are kept for whoever makes the
        table longer again.
    periods : columns that count.
    period : ``year`` …, or ``days`` with `period_days`.
    decimals : of discount factors; empty: exact.
    planned : there is a second scenario, called `plan_title`.
    returning : customers without contract, who may come back: retention may be over 100%.
    """

    title: str
    currency: str
    cells: Mapping[str, str]
    periods: int = 3
    period: str = "year"
    period_days: str = "365"
    decimals: str = ""
    planned: bool = False
    plan_title: str = ""
    illustrative: bool = False
    returning: bool = False
    measured: Measured | None = None

    def cell(self, side: Side, name: str, period: int = 1) -> str:
        return self.cells.get(f"{side}.{name}.{period}", "")

    def columns(self, name: str) -> range:
        """The periods in which an input has a cell, from 1."""
        return range(1, 2 if name in ONCE else self.periods + 1)

    def with_plan(self, title: str) -> Sheet:
        """A second scenario that is equal to the first, to be changed."""
        copied = {
            "plan" + name.removeprefix("now"): text
            for name, text in self.cells.items()
            if name.startswith("now.")
        }
        return replace(
            self, planned=True, plan_title=self.plan_title or title, cells={**self.cells, **copied}
        )

    def without_plan(self) -> Sheet:
        return replace(self, planned=False)

    def lasting(self, periods: int) -> Sheet:
        """The same over so many periods; what is new goes on as the last one does."""
        wanted = min(max(periods, 1), MOST_PERIODS)
        cells = dict(self.cells)
        for side in SIDES:
            for name in ROWS:
                if name in ONCE:
                    continue
                last = cells.get(f"{side}.{name}.{self.periods}", "")
                if name == "retention" and not last.strip() and self.periods > 1:
                    last = cells.get(f"{side}.{name}.{self.periods - 1}", "")
                    cells[f"{side}.{name}.{self.periods}"] = last
                for at in range(self.periods + 1, wanted + 1):
                    cells.setdefault(f"{side}.{name}.{at}", last)
        return replace(self, cells=cells, periods=wanted)


def read(given: Mapping[str, Any]) -> Sheet:
    """A sheet from the fields of a form; what is missing is empty."""

    def text(name: str, default: str = "", most: int = LONGEST_TITLE) -> str:
        # NUL is the one character that PostgreSQL's text cannot hold.
        return str(given.get(name, default)).replace("\x00", "")[:most].strip()

    cells = {}
    for name in NAMES:
        for at in range(1, 2 if name.partition(".")[2] in ONCE else MOST_PERIODS + 1):
            said = text(f"{name}.{at}", most=LONGEST_CELL)
            if f"{name}.{at}" in given:
                cells[f"{name}.{at}"] = said
    asked = number_of(text("periods", "3"))
    periods = 3 if asked is None else asked
    return Sheet(
        title=text("title"), currency=text("currency", "USD"), cells=cells,
        periods=min(max(periods, 1), MOST_PERIODS), period=text("period", "year"),
        period_days=text("period_days", "365"), decimals=text("discount_decimals"),
        planned=text("planned") == "1", plan_title=text("plan_title"),
        illustrative=text("illustrative") == "1", returning=text("returning") == "1",
        measured=measured_of(str(given.get("measured", ""))),
    )  # fmt: skip


def is_rate(name: str) -> bool:
    """A share, typed in per cent."""
    return name in FIELDS and FIELDS[name].rate
