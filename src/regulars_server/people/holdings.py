"""What the facts hold of a person, and what the newest snapshot says of them in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars_server.analyses.asking import DESK, Errand, Working
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened
from regulars_server.people.histories import READ, named
from regulars_server.people.models import Person
from regulars_server.people.purposes import PURPOSES
from regulars_server.people.telling import channel_name
from regulars_server.people.timeline import as_day, as_instant
from regulars_server.snapshots.queries import values

if TYPE_CHECKING:
    from regulars import Workspace


@dataclass(frozen=True, kw_only=True)
class TableHeld:
    """One table of facts: what a row says, how many are the person's, from when to when."""

    name: str
    meaning: str
    rows: int
    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Facts by table, imported consents (the latest first), and the newest snapshot in words.

    Its day is None and its text empty where there is none, or the person is not in it.
    """

    tables: Sequence[TableHeld]
    consents: Sequence[Mapping[str, Any]]
    as_of: dt.date | None
    text: str


def holdings(
    person: Person, *, user_id: int | None, wait_seconds: float = 0.0
) -> Holdings | Working:
    """What is held of this person, or that a child is reading it; see `histories.history`."""
    from regulars.facts import FACTS

    ws, lang = opened(), library_language()
    errand = Errand(
        kept=READ,
        name=named("held", ws, person.keys),
        run="regulars_server.people.gathering:held",
        given={"keys": sorted(person.keys)},
    )
    found = DESK.text(errand, user_id=user_id, wait_seconds=wait_seconds)
    if isinstance(found, Working):
        return found
    told = json.loads(found)
    tables = [
        TableHeld(
            name=one["table"], meaning=FACTS[one["table"]].meaning.say(lang), rows=one["rows"],
            first_day=as_day(one["first_day"]), last_day=as_day(one["last_day"]),
        )
        for one in told["tables"]
    ]  # fmt: skip
    said = [_consent(row) for row in told["consents"]]
    newest = values(person.pk)
    if newest is None:
        return Holdings(tables=tables, consents=said, as_of=None, text="")
    between = "" if lang == "zh" else " "
    text = between.join(_sentences(ws, newest[1]))
    return Holdings(tables=tables, consents=said, as_of=newest[0].as_of, text=text)


def _consent(row: Mapping[str, Any]) -> dict[str, Any]:
    """A consent of the facts, its codes in words where they have any."""
    return {
        **row,
        "at": as_instant(row["at"]),
        "day": as_day(row["day"]),
        "purpose": dict(PURPOSES).get(row["purpose"], row["purpose"]),
        "channel": channel_name(row["channel"] or ""),
    }


def _sentences(ws: Workspace, row: Mapping[str, Any]) -> list[str]:
    said: list[str] = []
    if row.get("orders"):
        said.append(
            ngettext("%(orders)s order, on %(first)s.",
                     "%(orders)s orders from %(first)s to %(last)s.", row["orders"])
            % {"orders": row["orders"], "first": row["first_day"], "last": row["last_day"]}
        )  # fmt: skip
    if row.get("spend_minor") is not None:
        said.append(_("Spent %(amount)s.") % {"amount": _money(ws, row["spend_minor"])})
    if row.get("customer_group") is not None:
        said.append(_("In group %(group)s.") % {"group": row["customer_group"]})
    if row.get("p_alive") is not None:
        said.append(
            _("Still a customer with a probability of %(share)s.")
            % {"share": _share(row["p_alive"])}
        )
    if row.get("expected_orders_365d") is not None:
        said.append(
            _("Within a year, %(orders)s orders are expected.")
            % {"orders": f"{row['expected_orders_365d']:.1f}"}
        )
    if row.get("clv_365d_minor") is not None:
        said.append(
            _("Worth %(amount)s within a year.") % {"amount": _money(ws, row["clv_365d_minor"])}
        )
    return said


def _share(probability: float) -> str:
    """In whole per cent; nothing that is not sure is shown as sure."""
    if probability > 0.99:
        return ">99%"
    return "<1%" if probability < 0.01 else f"{probability:.0%}"


def _money(ws: Workspace, minor: float) -> str:
    exponent = ws.settings.exponent
    return f"{minor / 10**exponent:,.{exponent}f} {ws.settings.currency}"
