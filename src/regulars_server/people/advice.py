"""What to do next for a customer, by rules that have names (pure).

The first rule that fits is the advice; those after it are not given, so that a desk has one thing
to do. Who refuses personalised decisions gets none: that is asked before any rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

# Overdue is said only when a purchase is late by more than its usual wait allows for.
LATE_DAYS = 1


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the rules look at.

    Attributes
    ----------
    today : the day that counts: the as-of day of the snapshot.
    stage : life stage; None is unknown.
    value : where the customer's value lies in the base; None is unknown.
    due : when the next order is expected; None is unknown.
    purchase_days : days with a purchase.
    open_cases : not closed yet.
    refuses : personalised decisions.
    marketing : channels by which they may be written to; empty: none is known to be allowed.
    said_no : they withdrew marketing by every channel.
    """

    today: dt.date
    stage: str | None = None
    value: Literal["high", "middle", "low"] | None = None
    due: dt.date | None = None
    purchase_days: int = 0
    open_cases: int = 0
    refuses: bool = False
    marketing: Collection[str] = ()
    said_no: bool = False

    @property
    def late_days(self) -> int:
        """So many days past the expected next order; 0 where it is not."""
        if self.due is None:
            return 0
        late = (self.today - self.due).days
        return late if late >= LATE_DAYS else 0

    @property
    def valuable(self) -> bool:
        return self.value == "high"

    @property
    def leaving(self) -> bool:
        return self.stage in ("decline", "lost")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to do and why, by codes; ``facts`` fill the words.

    Attributes
    ----------
    rule : its name.
    needs_consent : it means writing to the customer, and no channel is allowed.
    """

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)
    needs_consent: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A name, when it fits, and whether it means writing to the customer."""

    name: str
    fits: Callable[[Situation], bool]
    writes: bool = False


RULES = (
    Rule(name="answer_case", fits=lambda s: s.open_cases > 0),
    Rule(name="never_bought", fits=lambda s: s.purchase_days == 0, writes=True),
    Rule(name="win_back_valuable", fits=lambda s: s.leaving and s.valuable, writes=True),
    Rule(name="let_rest", fits=lambda s: s.stage == "lost" and s.value in ("low", None)),
    Rule(name="remind_lapsing", fits=lambda s: s.leaving, writes=True),
    Rule(name="learn_why_returned", fits=lambda s: s.stage == "returned"),
    Rule(name="second_purchase", fits=lambda s: s.purchase_days == 1, writes=True),
    Rule(
        name="remind_overdue",
        fits=lambda s: s.late_days > 0 and s.value in ("high", "middle"),
        writes=True,
    ),
    Rule(name="thank_valuable", fits=lambda s: s.valuable),
    Rule(name="wait_for_order", fits=lambda s: s.due is not None and s.late_days == 0),
    Rule(name="nothing", fits=lambda s: True),
)


def advise(situation: Situation) -> Advice | None:
    """What to do next; None where the customer refuses personalised decisions.

    An open case is no decision about offers, so it is named whatever the customer refuses.
    """
    if situation.refuses and not situation.open_cases:
        return None
    rule = next(rule for rule in RULES if rule.fits(situation))
    facts = {
        "cases": situation.open_cases,
        "due": situation.due,
        "late_days": situation.late_days,
    }
    blocked = rule.writes and not situation.marketing
    return Advice(rule=rule.name, facts=facts, needs_consent=blocked)
