"""Why a message was not taken, or did not become a fact: stable codes with words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNMAPPED = "unmapped"
NEVER_NAMED = "never_named"
FORGOTTEN = "forgotten"
REASONS: Mapping[str, Promise] = {
    "not_an_object": _("is no JSON object"),
    "missing": _("is missing or empty"),
    "not_text": _("is neither a text nor a number, or holds what is no text"),
    "nul": _("holds a NUL character"),
    "too_long": _("is too long"),
    "too_large": _("is larger than 32 KB"),
    "too_deep": _("is nested too deeply"),
    "unknown_type": _("is none of track, identify, page, screen"),
    "not_a_time": _("is no time such as 2026-03-10T18:05:00Z"),
    "no_zone": _("does not say its time zone"),
    "in_the_future": _("lies in the future"),
    "not_an_amount": _("is no amount such as 1234.56"),
    "not_a_whole_number": _("is no whole number"),
    "not_a_number": _("is no number"),
    "not_a_day": _("is no day such as 1990-05-01"),
    "not_a_list": _("is no list of objects"),
    "not_a_choice": _("is none of the values allowed"),
    "other_content": _("was taken before, with other content"),
    # After it was taken.
    UNMAPPED: _("this event is no fact that Regulars knows"),
    NEVER_NAMED: _("nobody said in time who this visitor is"),
    FORGOTTEN: _("belongs to somebody who asked to be forgotten"),
    "no_rate": _("no exchange rate is known for it"),
    "nothing_to_void": _("withdraws an order that is not known"),
    "lines_in_foreign_currency": _(
        "the order was taken without its products: their prices are in another currency"
    ),
}


@dataclass(frozen=True)
class Fault(Exception):
    """What is wrong: the field, as a path such as ``properties.order_id``, and a code."""

    field: str
    reason: str


def words(reason: str) -> str:
    """The words of a code; of one that only the library knows, the code itself."""
    return str(REASONS.get(reason, reason))
