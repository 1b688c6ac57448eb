"""Scarce hours to where they pay (002-4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from regulars.strategy.inputs import EXACT, InputError, Number, exact


@dataclass(frozen=True)
class Lead:
    """Somebody to be worked on.

    Parameters
    ----------
    name : a key.
    chance : P(convert) if worked on.
    value : money if converted.
    hours : of work.
    cost : money besides the hours.
    """

    name: str
    chance: Number
    value: Number
    hours: Number
    cost: Number = 0


@dataclass(frozen=True)
class RankedLead:
    """A lead and what it is expected to bring.

    Parameters
    ----------
    name : its key.
    expected : ``P(convert)·value − cost``; money.
    per_hour : of that; money.
    hours : of work.
    chosen : it pays, and the hours reach for it.
    """

    name: str
    expected: Decimal
    per_hour: Decimal
    hours: Decimal
    chosen: bool


def rank_leads(leads: Iterable[Lead], *, hours: Number) -> tuple[RankedLead, ...]:
    """Highest expected value per hour first, chosen while the hours last.

    A lead that no longer fits is passed over, and a shorter one after it may still be chosen. This
    is the usual rule, not always the best filling of the hours.

    Raises
    ------
    InputError : a chance out of range, hours that are not over 0, negative cost or value.
    """
    left = exact(hours, "hours")
    if left < 0:
        raise InputError("hours", f"{left} is under 0")
    with localcontext(EXACT):
        measured = sorted((_measured(lead) for lead in leads), key=lambda one: (-one[1], one[0]))
        found = []
        for name, per_hour, needed in measured:
            chosen = per_hour > 0 and needed <= left
            left -= needed if chosen else 0
            found.append(RankedLead(name, per_hour * needed, per_hour, needed, chosen))
    return tuple(found)


def _measured(lead: Lead) -> tuple[str, Decimal, Decimal]:
    chance, needed = exact(lead.chance, "chance"), exact(lead.hours, "hours")
    value, cost = exact(lead.value, "value"), exact(lead.cost, "cost")
    if not 0 <= chance <= 1:
        raise InputError("chance", f"{lead.name}: {chance} is not between 0 and 1")
    if needed <= 0:
        raise InputError("hours", f"{lead.name}: {needed} is not over 0")
    for name, money in (("value", value), ("cost", cost)):
        if money < 0:
            raise InputError(name, f"{lead.name}: {money} is under 0")
    return lead.name, (chance * value - cost) / needed, needed
