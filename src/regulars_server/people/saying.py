"""The sentences of a customer's page, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.charts import Numbers
from regulars.words.codes import CODES, STAGES
from regulars_server.console.language import library_language

if TYPE_CHECKING:
    from regulars_server.people.portrait import Portrait
    from regulars_server.people.worth import Driver

# What describes a customer and names nobody.
PROFILE: Mapping[str, Promise] = {
    "kind": gettext_lazy("Person or business"),
    "first_seen": gettext_lazy("First seen"),
    "source": gettext_lazy("Came by"),
    "industry": gettext_lazy("Industry"),
    "region": gettext_lazy("Region"),
}
KINDS: Mapping[str, Promise] = {
    "purchase": gettext_lazy("Orders"),
    "refund": gettext_lazy("Refunds"),
    "contact": gettext_lazy("Contacts"),
    "response": gettext_lazy("Responses"),
    "visit": gettext_lazy("Visits"),
    "case": gettext_lazy("Cases in the facts"),
    "consent": gettext_lazy("Consents"),
    "subscription": gettext_lazy("Subscriptions"),
    "membership": gettext_lazy("Memberships"),
    "points": gettext_lazy("Points"),
    "survey": gettext_lazy("Surveys"),
}
# What to do, and why; places are filled with the advice's facts.
ADVICE: Mapping[str, tuple[Promise, Promise]] = {
    "answer_case": (
        gettext_lazy("Settle the open case first."),
        gettext_lazy("While a complaint or question is open, an offer does harm."),
    ),
    "never_bought": (
        gettext_lazy("Invite them to a first order."),
        gettext_lazy("They are known and have not ordered yet."),
    ),
    "win_back_valuable": (
        gettext_lazy("Speak with them in person and find out what went wrong."),
        gettext_lazy("They are among the most valuable quarter, and they are leaving."),
    ),
    "let_rest": (
        gettext_lazy("Let it rest: spend nothing on winning them back."),
        gettext_lazy(
            "They are lost by their own rhythm, and what they would bring is small or unknown."
        ),
    ),
    "remind_lapsing": (
        gettext_lazy("Remind them, with a reason to come back that costs little."),
        gettext_lazy("They have been silent for longer than their rhythm explains."),
    ),
    "learn_why_returned": (
        gettext_lazy("Welcome them back and ask what brought them."),
        gettext_lazy("They were lost and ordered again; the next weeks decide whether they stay."),
    ),
    "second_purchase": (
        gettext_lazy("Bring about the second purchase."),
        gettext_lazy("They have bought once; most who never come back stop here."),
    ),
    "remind_overdue": (
        gettext_lazy("Remind them: the next order is overdue."),
        gettext_lazy("It was expected by %(due)s, %(late_days)s days before the day that counts."),
    ),
    "thank_valuable": (
        gettext_lazy("Thank them; no discount is needed."),
        gettext_lazy("They are among the most valuable quarter and keep their rhythm."),
    ),
    "wait_for_order": (
        gettext_lazy("Nothing now: wait for the next order."),
        gettext_lazy("It is expected around %(due)s."),
    ),
    "nothing": (
        gettext_lazy("Nothing to do."),
        gettext_lazy("No rule fits: too little is known, or all is as it should be."),
    ),
}
# Column and place in the base; the number, then that of the middle customer.
DRIVERS: Mapping[tuple[str, str], Promise] = {
    ("purchase_days", "high"): gettext_lazy(
        "Buys often (purchase days: %(value)s; the middle customer: %(middle)s)."
    ),
    ("purchase_days", "middle"): gettext_lazy(
        "Buys as often as most (purchase days: %(value)s; the middle customer: %(middle)s)."
    ),
    ("purchase_days", "low"): gettext_lazy(
        "Buys seldom (purchase days: %(value)s; the middle customer: %(middle)s)."
    ),
    ("recency_days", "low"): gettext_lazy(
        "Bought lately (days ago: %(value)s; the middle customer: %(middle)s)."
    ),
    ("recency_days", "middle"): gettext_lazy(
        "Bought as lately as most (days ago: %(value)s; the middle customer: %(middle)s)."
    ),
    ("recency_days", "high"): gettext_lazy(
        "Has not bought for long (days ago: %(value)s; the middle customer: %(middle)s)."
    ),
    ("spend_per_purchase_day_minor", "high"): gettext_lazy(
        "Spends much each time (%(value)s; the middle customer: %(middle)s)."
    ),
    ("spend_per_purchase_day_minor", "middle"): gettext_lazy(
        "Spends as much each time as most (%(value)s; the middle customer: %(middle)s)."
    ),
    ("spend_per_purchase_day_minor", "low"): gettext_lazy(
        "Spends little each time (%(value)s; the middle customer: %(middle)s)."
    ),
}
PLACES: Mapping[str, Promise] = {
    "high": gettext_lazy("More than three quarters of the customers: high."),
    "middle": gettext_lazy("Within the middle half of the customers."),
    "low": gettext_lazy("Less than three quarters of the customers: low."),
}


def worth_in_words(one: Portrait) -> list[str]:
    """What the customer is worth, how sure that is, and why; or why it is not known."""
    worth = one.worth
    if worth is None or one.standing is None:
        return []
    if worth.value is None:
        code = worth.unknown or ""
        found = CODES["value_unknown"].get(code)
        why = found.say(library_language()) if found else _("the snapshot gives no reason")
        return [_("What they are worth is not known: %(why)s.") % {"why": why}]
    return [
        _value(one),
        *([str(PLACES[worth.place])] if worth.place else []),
        *(driver(each, one.numbers) for each in worth.drivers),
    ]


def _value(one: Portrait) -> str:
    worth, numbers = one.worth, one.numbers
    assert worth is not None
    money = str(numbers.money(worth.value))
    if worth.column == "clv_365d_minor":
        return _("Worth %(money)s within a year, in margin.") % {"money": money}
    if worth.low is None or worth.high is None:
        return _("Expected to spend %(money)s within a year.") % {"money": money}
    if worth.high <= 0:
        return _("Expected to spend %(money)s within a year on average; most likely nothing.") % {
            "money": money
        }
    level = (
        (one.standing.told.get("value") or {}).get("terms", {}).get("level") if one.standing else 0
    )
    return _("Expected to spend %(money)s within a year (%(level)s interval: %(range)s).") % {
        "money": money, "level": f"{level:.0%}" if level else "",
        "range": numbers.money_range(worth.low, worth.high),
    }  # fmt: skip


def driver(one: Driver, numbers: Numbers) -> str:
    """One of frequency, recency, spend against the middle of the base."""
    write = numbers.money if one.name.endswith("_minor") else numbers.about
    return str(DRIVERS[one.name, one.place]) % {
        "value": write(one.value), "middle": write(one.middle),
    }  # fmt: skip


def due_in_words(one: Portrait) -> str:
    """When the next order is expected, and how late it is; or why nobody can say."""
    if one.standing is None:
        return ""
    if one.ordered_since:
        return _(
            "They ordered since the snapshot; when the next order is due, the next snapshot says."
        )
    if one.due is None:
        code = one.standing.values.get("next_order_unknown") or ""
        found = CODES["next_order_unknown"].get(code)
        why = found.say(library_language()) if found else _("the snapshot gives no reason")
        return _("When the next order is due is not known: %(why)s.") % {"why": why}
    if one.late_days:
        return ngettext(
            "The next order was expected by %(due)s; it is %(days)s day late.",
            "The next order was expected by %(due)s; it is %(days)s days late.",
            one.late_days,
        ) % {"due": one.due.isoformat(), "days": one.late_days}
    return _("The next order is expected by %(due)s, as likely before as after.") % {
        "due": one.due.isoformat()
    }


def advice_in_words(one: Portrait) -> tuple[str, str] | None:
    """What to do and why; None where nothing is offered."""
    if one.advice is None:
        return None
    what, why = ADVICE[one.advice.rule]
    facts = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in one.advice.facts.items()
    }
    return str(what), str(why) % facts


def profile(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What describes the customer and names nobody, each with its head; what is unknown left out.

    Of several records the first that says it counts.
    """
    lang = library_language()
    found = []
    for name, head in PROFILE.items():
        value = next((row[name] for row in rows if row.get(name)), None)
        if value is not None:
            word = CODES.get(name, {}).get(str(value)) if name == "kind" else None
            found.append((str(head), word.say(lang) if word else str(value)))
    return found


def stage_name(code: str) -> str:
    """What a life stage is called."""
    found = STAGES.get(code)
    return found.say(library_language()) if found else code


def reason_name(code: str) -> str:
    """Why a stage began."""
    found = CODES["reason"].get(code)
    return found.say(library_language()) if found else code


def picture_words(
    points: Sequence[Mapping[str, Any]],
    bought: Sequence[dt.date],
    spells: Sequence[Mapping[str, Any]],
    numbers: Numbers,
) -> str:
    """The picture of a life for those who do not see it."""
    said = [
        ngettext("%(days)s purchase day.", "%(days)s purchase days.", len(bought))
        % {"days": len(bought)}
    ]
    if points:
        share = numbers.share(points[-1]["p_alive"])
        said.append(_("Still a customer at the end with probability %(share)s.") % {"share": share})
    if spells:
        named = ", ".join(f"{one['since']} {stage_name(one['stage'])}" for one in spells)
        said.append(_("Stages: %(stages)s.") % {"stages": named})
    return " ".join(said)
