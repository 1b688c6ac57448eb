"""Acquisition against retention: the present split, the best one, what is rewarded (000-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from regulars.declare import Language, Text
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.section import Section
from regulars.strategy import Response, Split

KIND = "budget"
SIDES = ("acquisition", "retention")
REWARDED = (*SIDES, "both")


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: money spent for one side, and the margin it is credited with."""

    name: Text
    side: str
    spent: Decimal
    earned: Decimal


@dataclass(frozen=True)
class Kpi:
    """What somebody is measured by, and which side it rewards."""

    name: Text
    rewards: str


@dataclass(frozen=True, kw_only=True)
class BudgetPlan:
    """How money answers, how it is split now, the ledger and the KPIs."""

    header: Header
    response: Response
    acquisition: float
    retention: float
    prospects: int | None
    ledger: Sequence[Entry]
    kpis: Sequence[Kpi]

    @cached_property
    def present(self) -> Split:
        """What the present split brings."""
        return self.response.split(acquisition=self.acquisition, retention=self.retention)

    @cached_property
    def best(self) -> Split:
        """The split that brings most."""
        return self.response.optimum()

    @property
    def biased(self) -> int:
        """KPIs that reward acquisition alone."""
        return sum(one.rewards == "acquisition" for one in self.kpis)

    def returned(self, side: str) -> Decimal | None:
        """Margin less money spent, over money spent; None where nothing was."""
        entries = [one for one in self.ledger if one.side == side]
        spent = sum((one.spent for one in entries), Decimal(0))
        earned = sum((one.earned for one in entries), Decimal(0))
        return (earned - spent) / spent if spent else None

    def answer(self, lang: Language = "en") -> Answer:
        """Where money would do more."""
        from regulars.plans.kinds.budget_answer import answer

        return answer(self, lang)


def read(section: Section, facts: Facts | None = None) -> BudgetPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    sides = {side: section.section(side) for side in SIDES}
    given = {"margin": section.number("margin"), "discount": section.number("discount")}
    spend = {}
    for side, inner in sides.items():
        given[f"{side}_ceiling"] = inner.number("ceiling")
        given[f"{side}_rate"] = inner.number("rate")
        spend[side] = inner.number("spend")
        if spend[side] < 0:
            raise inner.error("spend", f"{spend[side]} is under 0")
        inner.end()
        for key in ("ceiling", "rate"):
            value = given[f"{side}_{key}"]
            if value <= 0 or (key == "ceiling" and value > 1):
                raise inner.error(key, f"{value} is not over 0" + " and up to 1" * (key[0] == "c"))
    with section.placed():
        response = Response(**{name: float(value) for name, value in given.items()})
    ledger = [_entry(one) for one in section.rows("ledger")] if section.has("ledger") else []
    kpis = [_kpi(one) for one in section.rows("kpis")] if section.has("kpis") else []
    prospects = section.whole("prospects", None, low=1)
    section.end()
    return BudgetPlan(
        header=header,
        response=response,
        acquisition=float(spend["acquisition"]),
        retention=float(spend["retention"]),
        prospects=prospects,
        ledger=ledger,
        kpis=kpis,
    )


def _entry(section: Section) -> Entry:
    found = Entry(
        section.words("name"),
        section.choice("side", SIDES),
        section.number("spent"),
        section.number("earned"),
    )
    for key, value in (("spent", found.spent), ("earned", found.earned)):
        if value < 0:
            raise section.error(key, f"{value} is under 0")
    section.end()
    return found


def _kpi(section: Section) -> Kpi:
    found = Kpi(section.words("name"), section.choice("rewards", REWARDED))
    section.end()
    return found
