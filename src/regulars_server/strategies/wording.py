"""Faults of cells and refusals of the rules, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars_server.strategies.cells import Fault
from regulars_server.strategies.rules import Refusal
from regulars_server.strategies.states import State

Said = str | Promise

FAULTS: Mapping[str, Said] = {
    "missing": lazy("Give a number; 0 where there is none."),
    "no_number": lazy("“%(given)s” is not a number."),
    "negative": lazy("“%(given)s” is under 0."),
    "comma": lazy("Write %(meant)s: the comma of “%(given)s” could group thousands."),
    "no_percent": lazy("“%(given)s” is a share, and this is an amount."),
    "too_large": lazy("That is more than any company has."),
    "over": lazy("It is at most %(high)s."),
    "over_zero": lazy("It has to be over 0."),
    "all_factors": lazy("Give a factor for every period, or none at all."),
    "days_range": lazy("A period has between 1 and 36,525 days."),
    "no_currency": lazy("“%(given)s” is no currency; write a code such as USD or CNY."),
    "small_rate": lazy("Read as %(meant)s%%. For %(given)s of all, write it times 100."),
    "refused": lazy("%(said)s"),
}
GROUPS: Mapping[str, Said] = {
    "customers": lazy("Customers"),
    "sales": lazy("What they buy"),
    "costs": lazy("What they cost"),
    "discount": lazy("Money later"),
}
REFUSALS: Mapping[str, Said] = {
    "later": lazy(
        "%(state)s comes with campaigns: it needs a launch, a random control group and its"
        " measured effect."
    ),
    "already": lazy("It is there already."),
    "may_not_manage": lazy("Your role does not work on strategies."),
    "may_not_approve": lazy("Your role does not approve strategies."),
    "no_segment": lazy("Say whom it is for: an audience, or a condition."),
    "no_baseline": lazy("Take the baseline: what these customers are worth before anything is done."),
    "nobody": lazy("Nobody is in the segment."),
    "no_goal": lazy("Set the goal: what is to change, and to what figure."),
    "no_due": lazy("Say by which day the goal is to be met."),
    "due_before_baseline": lazy("The goal's day lies before the baseline."),
    "goal_past": lazy("The goal's day has passed."),
    "no_offer": lazy("Say what customers are offered."),
    "no_unit_cost": lazy("Say what “%(about)s” costs each time it is taken; 0 where it costs nothing."),
    "no_takers": lazy("Say how many are expected to take “%(about)s”."),
    "more_takers": lazy("More are expected to take “%(about)s” than there are customers."),
    "not_costed": lazy("It has to be costed first."),
    "no_control": lazy(
        "Plan a control group over 0%: customers who get nothing, so that the effect can be told"
        " from chance."
    ),
    "all_control": lazy("With everybody in the control group, nobody is offered anything."),
    "no_budget": lazy("Set the budget."),
    "budget_short": lazy("The budget is less than the offers cost."),
    "own_costing": lazy(
        "You costed it: somebody else approves it. This rule falls away only where nobody else can."
    ),
}
PARTS: Mapping[str, Said] = {
    "title": lazy("title"),
    "segment": lazy("segment"),
    "baseline": lazy("baseline"),
    "goal": lazy("goal"),
    "needs": lazy("needs"),
    "offers": lazy("offers"),
    "table": lazy("value table"),
    "control": lazy("control group"),
    "budget": lazy("budget"),
}
NAMES: Mapping[State, Said] = {
    State.DRAFT: lazy("Draft"),
    State.COSTED: lazy("Costed"),
    State.APPROVED: lazy("Approved"),
    State.LIVE: lazy("Live"),
    State.MEASURED: lazy("Measured"),
    State.DECIDED: lazy("Decided"),
}


def fault(one: Fault) -> str:
    """What is wrong with a cell, or has to be known of it."""
    said = str(FAULTS[one.code])
    return said % one.values if "%" in said else said


def refusal(one: Refusal) -> str:
    """Why a strategy may not go on."""
    said = str(REFUSALS[one.code])
    if one.code == "later":
        return said % {"state": NAMES[State(one.about)]}
    return said % {"about": one.about} if "%(about)s" in said else said


def refused(found: Sequence[Refusal]) -> str:
    """All reasons in one text."""
    return _("Not yet.") + " " + " ".join(refusal(one) for one in found)
