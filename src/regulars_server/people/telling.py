"""An event of the timeline as a line to read: what, how much, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.charts import Numbers
from regulars.words import happenings
from regulars_server.console.language import library_language
from regulars_server.people.purposes import PURPOSES, STATES
from regulars_server.people.timeline import Event, Row

# Texts that somebody typed and that can name a person: for those who may see names.
FREE = {
    "case": ("reason",),
    "survey": ("value",),
    "consent": ("source",),
    "subscription": ("ended_reason",),
}
# What of a row stands beneath its head, before and after what its kind has of its own.
NAMED = ("order_id", "case_id", "store", "plan", "programme", "survey", "item")
SAID = ("tier", "ended_reason", "reason", "value", "source")
# The table of what can be of several kinds, by the kind of the event.
TABLES = {
    "case": "cases",
    "response": "responses",
    "points": "points_entries",
    "subscription": "subscriptions",
}
PLAIN: Mapping[str, Promise] = {
    "purchase": gettext_lazy("Order"),
    "refund": gettext_lazy("Refund"),
    "visit": gettext_lazy("Visit"),
    "response": gettext_lazy("Response"),
    "points": gettext_lazy("Points"),
    "survey": gettext_lazy("Survey answer"),
}
BEGUN: Mapping[tuple[str, str], Promise] = {
    ("subscription", "begun"): gettext_lazy("Subscription begun"),
    ("subscription", "ended"): gettext_lazy("Subscription ended"),
    ("membership", "begun"): gettext_lazy("Joined"),
    ("membership", "ended"): gettext_lazy("Membership ended"),
    ("case", "begun"): gettext_lazy("Case opened"),
    ("case", "ended"): gettext_lazy("Case closed"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line: its head, a number at the right, small words beneath, and lines of an order."""

    event: Event
    head: str
    amount: Any = None
    beneath: list[str] = field(default_factory=list)
    lines: list[tuple[str, str, Any]] = field(default_factory=list)


def told(one: Event, numbers: Numbers, *, named: bool) -> Told:
    """An event in words.

    Parameters
    ----------
    named : who reads may see what can name the person.
    """
    row = visible(one, named=named)
    return Told(
        event=one, head=_head(one, row), amount=_amount(one, row, numbers),
        beneath=[text for text in _beneath(one, row, numbers) if text],
        lines=[
            (
                str(line.get("product") or "—"),
                _quantity(line),
                _money(line["amount_minor"], numbers),
            )
            for line in one.lines
        ],
    )  # fmt: skip


def visible(one: Event, *, named: bool) -> dict[str, Any]:
    """What of the row may be seen by who may, or may not, see what can name the person."""
    return {k: v for k, v in one.row.items() if named or k not in FREE.get(one.kind, ())}


def _head(one: Event, row: Row) -> str:
    if one.kind == "contact":
        return _("They contacted us") if row.get("direction") == "in" else _("We contacted them")
    if one.kind == "consent":
        purpose = dict(PURPOSES).get(str(row.get("purpose")), row.get("purpose") or "")
        return _with(purpose, dict(STATES).get(str(row.get("state")), row.get("state") or ""))
    begun = BEGUN.get((one.kind, one.what))
    what = begun if begun is not None else PLAIN.get(one.kind, one.kind)
    return _with(what, _said(one, row, "kind") if one.kind in TABLES else "")


def _with(what: Any, kind: Any) -> str:
    """What happened, and of which kind it was where that is known."""
    return _("%(what)s: %(kind)s") % {"what": what, "kind": kind} if kind else str(what)


def _said(one: Event, row: Row, column: str) -> str:
    """A code of the row in words; as it is where it has none."""
    value = row.get(column)
    return happenings.said(TABLES.get(one.kind, ""), column, value, library_language())


def _amount(one: Event, row: Row, numbers: Numbers) -> Any:
    if one.kind in ("purchase", "refund"):
        return _money(row.get("amount_minor"), numbers)
    if one.kind == "subscription" and row.get("price_minor") is not None:
        return _money(row["price_minor"], numbers)
    if one.kind == "points":
        return numbers.count(row.get("points"), signed=True)
    return None


def _money(minor: Any, numbers: Numbers) -> Any:
    """Exact, with its currency: here somebody compares it with a receipt."""
    return f"{numbers.amount(minor)} {numbers.currency_name}" if minor is not None else "—"


def _quantity(line: Row) -> str:
    quantity = line.get("quantity")
    return "" if quantity is None else f"{float(quantity):g} ×"


def _beneath(one: Event, row: Row, numbers: Numbers) -> list[str]:
    said = [channel_name(one.channel)]
    said += [str(row.get(name) or "") for name in NAMED]
    if one.kind in ("contact", "response", "purchase", "refund"):
        said += [str(row.get("campaign") or ""), str(row.get("step") or "")]
    if row.get("severity") is not None:
        said.append(_("severity %(severity)s, 1 is worst") % {"severity": row["severity"]})
    if row.get("refunds_order_id"):
        said.append(_("gives back %(order)s") % {"order": row["refunds_order_id"]})
    if row.get("discount_minor"):
        said.append(_("discount %(money)s") % {"money": _money(row["discount_minor"], numbers)})
    if row.get("paid_with_points"):
        said.append(_("%(points)s points used") % {"points": row["paid_with_points"]})
    said += _visited(row) if one.kind == "visit" else []
    return [*said, *(_said(one, row, name) for name in SAID)]


def _visited(row: Row) -> list[str]:
    words = {
        "pages": _("%(count)s pages"),
        "searches": _("%(count)s searches"),
        "product_views": _("%(count)s products looked at"),
        "carts": _("%(count)s put into the cart"),
    }  # fmt: skip
    return [text % {"count": row[name]} for name, text in words.items() if row.get(name)]


def channel_name(code: str) -> str:
    """What a channel is called; the code itself of one that has no name."""
    return happenings.said("", "channel", code, library_language())
