"""What the facts hold of a person, and what the newest snapshot says of them in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars import words
from regulars.declare import Language
from regulars_server.console.workspace import opened
from regulars_server.people import lake
from regulars_server.people.models import Person

if TYPE_CHECKING:
    from regulars import Workspace
    from regulars.snapshot import Snapshot


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
    """Facts by table; the newest snapshot's day and what it says, empty where there is none."""

    tables: Sequence[TableHeld]
    as_of: dt.date | None
    sentences: Sequence[str]


def holdings(person: Person) -> Holdings:
    """What is held of this person."""
    from regulars.facts import FACTS

    ws = opened()
    lang: Language = "zh" if get_language() == "zh-hans" else "en"
    tables = [
        TableHeld(
            name=one.table, meaning=FACTS[one.table].meaning.say(lang), rows=one.rows,
            first_day=one.first_day, last_day=one.last_day,
        )
        for one in lake.held(ws, person.keys)
    ]  # fmt: skip
    newest = _newest(ws)
    row = newest.customer(person.pk) if newest is not None else None
    if newest is None or row is None:
        return Holdings(tables=tables, as_of=None, sentences=())
    return Holdings(
        tables=tables, as_of=newest.as_of, sentences=list(_sentences(ws, newest, row, lang))
    )


def _newest(ws: Workspace) -> Snapshot | None:
    return max(
        (one for one in ws.snapshots() if not one.has_outside_ids),
        key=lambda one: (one.manifest["facts_version"] or 0, one.as_of),
        default=None,
    )


def _sentences(
    ws: Workspace, snapshot: Snapshot, row: Mapping[str, Any], lang: Language
) -> list[str]:
    said: list[str] = []
    if row.get("orders"):
        said.append(
            ngettext("%(orders)s order, on %(first)s.",
                     "%(orders)s orders from %(first)s to %(last)s.", row["orders"])
            % {"orders": row["orders"], "first": row["first_day"], "last": row["last_day"]}
        )  # fmt: skip
    if row.get("spend_minor") is not None:
        said.append(_("Spent %(amount)s.") % {"amount": _money(ws, row["spend_minor"])})
    said += _coded(snapshot, row, lang)
    if row.get("p_alive") is not None:
        said.append(
            _("Still a customer with a probability of %(share)s.")
            % {"share": f"{row['p_alive']:.0%}"}
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


def _coded(snapshot: Snapshot, row: Mapping[str, Any], lang: Language) -> list[str]:
    """The group and the like, by the words that the report uses."""
    found = []
    for column in snapshot.columns:
        value = row.get(column.name)
        if column.name == "customer_group" and value is not None:
            named = words.named(column)
            found.append(
                _("%(heading)s: %(value)s.")
                % {"heading": named.heading(lang), "value": named.said(str(value), lang)}
            )
    return found


def _money(ws: Workspace, minor: float) -> str:
    exponent = ws.settings.exponent
    return f"{minor / 10**exponent:,.{exponent}f} {ws.settings.currency}"
