"""Faults of cells and refusals of the rules, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars_server.strategies.cells import Fault
from regulars_server.strategies.rules import Refusal
from regulars_server.strategies.states import State

Said = str | Promise

FAULTS: Mapping[str, Said] = {
    "missing": _("Give a number; 0 where there is none."),
    "no_number": _("“%(given)s” is not a number."),
    "negative": _("“%(given)s” is under 0."),
    "comma": _("Write %(meant)s: the comma of “%(given)s” could group thousands."),
    "no_percent": _("“%(given)s” is a share, and this is an amount."),
    "too_large": _("That is more than any company has."),
    "over": _("It is at most %(high)s."),
    "over_zero": _("It has to be over 0."),
    "all_factors": _("Give a factor for every period, or none at all."),
    "days_range": _("A period has between 1 and 36,525 days."),
    "no_currency": _("“%(given)s” is no currency; write a code such as USD or CNY."),
    "small_rate": _("Read as %(meant)s%%. For %(given)s of all, write it times 100."),
    "refused": _("%(said)s"),
}
GROUPS: Mapping[str, Said] = {
    "customers": _("Won and kept"),
    "sales": _("What they buy"),
    "costs": _("What they cost"),
    "discount": _("Money later"),
}
REFUSALS: Mapping[str, Said] = {
    "later": _(
        "%(state)s comes with campaigns: it needs a launch, a random control group and its"
        " measured effect."
    ),
    "already": _("It is there already."),
    "may_not_manage": _("Your role does not work on strategies."),
    "may_not_approve": _("Your role does not approve strategies."),
    "no_segment": _("Say whom it is for: an audience, or a condition."),
    "no_baseline": _("Take the baseline: what these customers are worth before anything is done."),
    "nobody": _("Nobody is in the segment."),
    "no_goal": _("Set the goal: what is to change, and to what figure."),
    "no_due": _("Say by which day the goal is to be met."),
    "due_before_baseline": _("The goal's day lies before the baseline."),
    "goal_past": _("The goal's day has passed."),
    "no_offer": _("Say what customers are offered."),
    "no_unit_cost": _(
        "Say what “%(about)s” costs each time it is taken; 0 where it costs nothing."
    ),
    "no_takers": _("Say how many are expected to take “%(about)s”."),
    "more_takers": _("More are expected to take “%(about)s” than there are customers."),
    "not_costed": _("It has to be costed first."),
    "no_control": _(
        "Plan a control group over 0%: customers who get nothing, so that the effect can be told"
        " from chance."
    ),
    "all_control": _("With everybody in the control group, nobody is offered anything."),
    "no_budget": _("Set the budget."),
    "budget_short": _("The budget is less than the offers cost."),
    "own_costing": _(
        "You costed it: somebody else approves it. This rule falls away only where nobody else can."
    ),
}
PARTS: Mapping[str, Said] = {
    "title": _("title"),
    "segment": _("segment"),
    "baseline": _("baseline"),
    "goal": _("goal"),
    "needs": _("needs"),
    "offers": _("offers"),
    "table": _("value table"),
    "control": _("control group"),
    "budget": _("budget"),
}
NAMES: Mapping[State, Said] = {
    State.DRAFT: _("Draft"),
    State.COSTED: _("Costed"),
    State.APPROVED: _("Approved"),
    State.LIVE: _("Live"),
    State.MEASURED: _("Measured"),
    State.DECIDED: _("Decided"),
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
    return gettext("Not yet.") + " " + " ".join(refusal(one) for one in found)
