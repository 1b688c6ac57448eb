"""Draft → Costed → Approved, and back: what is refused and why (001-2). Pure: no Django, no clock.

A strategy is costed when somebody could sign what it will cost, and approved when somebody else
has. What was approved cannot change silently: a change of what the costs rest on takes it back to
Draft, a change of the terms under which it was approved back to Costed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from regulars_server.strategies.states import HERE, LATER, State

Part = Literal[
    "title", "segment", "baseline", "goal", "needs", "offers", "table", "control", "budget"
]
COSTS_REST_ON: frozenset[Part] = frozenset({"segment", "baseline", "goal", "offers"})
"""Changed, it has to be costed again: back to Draft."""

APPROVAL_RESTS_ON: frozenset[Part] = frozenset({"title", "needs", "table", "control", "budget"})
"""Changed, its costs still hold, but it has to be approved again: back to Costed."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What customers are offered.

    Attributes
    ----------
    unit_cost : minor units of money per customer who takes it; None: not known yet.
    takers : customers who are expected to take it; None: not known yet.
    """

    title: str
    unit_cost: int | None
    takers: int | None

    @property
    def cost(self) -> int | None:
        """Minor units in all."""
        if self.unit_cost is None or self.takers is None:
            return None
        return self.unit_cost * self.takers


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What the rules look at.

    Attributes
    ----------
    segment : a saved audience or a condition is named.
    customers : of the baseline, as of `as_of`; None: no baseline was taken.
    target : of the goal's metric; `due` the day by which it is to be met.
    control : share of the segment that gets nothing, for comparison: 0 … 1.
    budget : minor units; None: none was set.
    costed_by : the user who costed it.
    """

    state: State
    segment: bool = False
    customers: int | None = None
    as_of: dt.date | None = None
    metric: str = ""
    target: Decimal | None = None
    due: dt.date | None = None
    offers: Sequence[Offer] = ()
    control: Decimal | None = None
    budget: int | None = None
    costed_by: int | None = None

    @property
    def cost(self) -> int | None:
        """Of all offers, minor units; None while one is not known."""
        costs = [offer.cost for offer in self.offers]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if costs and len(known) == len(costs) else None


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who wants to move it.

    Attributes
    ----------
    manages, approves : holds these permissions.
    other_approvers : how many others could approve it.
    """

    user: int
    manages: bool
    approves: bool
    other_approvers: int = 0


@dataclass(frozen=True)
class Refusal:
    """Why not, as a code that is said in words; `about` names the offer or state it is of."""

    code: str
    about: str = ""


def refusals(strategy: Strategy, to: State, *, asker: Asker, today: dt.date) -> tuple[Refusal, ...]:
    """Everything that stands between a strategy and a state; empty: it may go there.

    Parameters
    ----------
    today : the day on which it is decided.
    """
    if to in LATER:
        return (Refusal("later", to.value),)
    if to is strategy.state:
        return (Refusal("already", to.value),)
    if to is State.DRAFT:
        return () if asker.manages else (Refusal("may_not_manage"),)
    if to is State.COSTED:
        return tuple(_not_costed(strategy, asker, today))
    return tuple(_not_approved(strategy, asker, today))


def _not_costed(strategy: Strategy, asker: Asker, today: dt.date) -> Iterable[Refusal]:
    if not asker.manages:
        yield Refusal("may_not_manage")
    yield from incomplete(strategy)
    if strategy.state is State.DRAFT and strategy.due is not None and strategy.due <= today:
        yield Refusal("goal_past")


def incomplete(strategy: Strategy) -> Iterable[Refusal]:
    """What is missing before its costs can be signed."""
    if not strategy.segment:
        yield Refusal("no_segment")
    if strategy.customers is None:
        yield Refusal("no_baseline")
    elif strategy.customers == 0:
        yield Refusal("nobody")
    yield from _no_goal(strategy)
    if not strategy.offers:
        yield Refusal("no_offer")
    for offer in strategy.offers:
        yield from _no_cost(offer, strategy.customers)


def _no_goal(strategy: Strategy) -> Iterable[Refusal]:
    if not strategy.metric or strategy.target is None:
        yield Refusal("no_goal")
    if strategy.due is None:
        yield Refusal("no_due")
    elif strategy.as_of is not None and strategy.due <= strategy.as_of:
        yield Refusal("due_before_baseline")


def _no_cost(offer: Offer, customers: int | None) -> Iterable[Refusal]:
    if offer.unit_cost is None:
        yield Refusal("no_unit_cost", offer.title)
    if offer.takers is None:
        yield Refusal("no_takers", offer.title)
    elif customers is not None and offer.takers > customers:
        yield Refusal("more_takers", offer.title)


def _not_approved(strategy: Strategy, asker: Asker, today: dt.date) -> Iterable[Refusal]:
    if not asker.approves:
        yield Refusal("may_not_approve")
    if strategy.state is not State.COSTED:
        yield Refusal("not_costed")
    yield from incomplete(strategy)
    if strategy.due is not None and strategy.due <= today:
        yield Refusal("goal_past")
    if strategy.control is None or strategy.control <= 0:
        yield Refusal("no_control")
    elif strategy.control >= 1:
        yield Refusal("all_control")
    cost = strategy.cost
    if strategy.budget is None:
        yield Refusal("no_budget")
    elif cost is not None and strategy.budget < cost:
        yield Refusal("budget_short")
    if own_costing(strategy, asker) and asker.other_approvers > 0:
        yield Refusal("own_costing")


def own_costing(strategy: Strategy, asker: Asker) -> bool:
    """Whether who approves is who costed it: allowed only where nobody else could."""
    return strategy.costed_by == asker.user


def after_change(state: State, changed: Iterable[Part]) -> State:
    """Where a strategy stands after these parts were changed."""
    parts = set(changed)
    if state not in HERE or not parts:
        return state
    if parts & COSTS_REST_ON:
        return State.DRAFT
    if parts & APPROVAL_RESTS_ON and state is State.APPROVED:
        return State.COSTED
    return state
