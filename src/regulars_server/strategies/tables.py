"""Value tables saved, saved again, put away and taken back. Each change is audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.audit.services import record
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.strategies.models import TableVersion, ValueTable
from regulars_server.web.actor import Actor

LONGEST_NOTE = 4000


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is saved of a table: its file, how its retention was measured, what it came to."""

    name: str
    note: str
    text: str
    measured: str
    summary: dict[str, Any]


@transaction.atomic
def create(*, actor: Actor, content: Content) -> ValueTable:
    """Save a table for the first time; who saves it owns it.

    Raises
    ------
    Invalid : name or note.
    """
    _check(content)
    table = ValueTable.objects.create(
        name=content.name.strip(), note=content.note.strip(), owner_id=actor.user_id
    )
    _append(actor, table, content)
    record(
        actor=actor, action="strategies.table_saved", subject_kind="value_table",
        subject_id=table.pk, after={"name": table.name, **content.summary},
    )  # fmt: skip
    return table


@transaction.atomic
def save(*, actor: Actor, table_id: int, version: int, content: Content) -> ValueTable:
    """Save it again, as its next version.

    Raises
    ------
    NotFound : no such table. Invalid : name or note.
    Conflict : it was saved since that version, or is put away.
    """
    table = _locked(table_id)
    _check(content)
    if table.archived_at is not None:
        raise Conflict(_("This table is put away. Take it back first."))
    if table.version != version:
        said = _(
            "Somebody saved version %(number)s of this table meanwhile. What you typed stands"
            " below: save it as a table of its own, or look at theirs."
        )
        raise Conflict(said % {"number": table.version})
    before = _told(table)
    table.name, table.note = content.name.strip(), content.note.strip()
    table.version += 1
    table.changed_at = timezone.now()
    table.save()
    _append(actor, table, content)
    record(
        actor=actor, action="strategies.table_changed", subject_kind="value_table",
        subject_id=table.pk, before=before, after=_told(table),
    )  # fmt: skip
    return table


@transaction.atomic
def archive(*, actor: Actor, table_id: int, archived: bool) -> ValueTable:
    """Put a table away, or take it back; twice is as once. `NotFound` where there is none."""
    table = _locked(table_id)
    if (table.archived_at is not None) == archived:
        return table
    table.archived_at = timezone.now() if archived else None
    table.save(update_fields=["archived_at"])
    record(
        actor=actor, action=f"strategies.table_{'archived' if archived else 'restored'}",
        subject_kind="value_table", subject_id=table.pk, after={"name": table.name},
    )  # fmt: skip
    return table


def _locked(table_id: int) -> ValueTable:
    table = ValueTable.objects.select_for_update().filter(pk=table_id).first()
    if table is None:
        raise NotFound
    return table


def _check(content: Content) -> None:
    wrong = {}
    if not 1 <= len(content.name.strip()) <= 120:
        wrong["title"] = _("Between 1 and 120 characters.")
    if len(content.note) > LONGEST_NOTE:
        wrong["note"] = _("That is too long.")
    if wrong:
        raise Invalid(fields=wrong)


def _append(actor: Actor, table: ValueTable, content: Content) -> None:
    TableVersion.objects.create(
        table=table, number=table.version, text=content.text, measured=content.measured,
        summary=content.summary, user_id=actor.user_id,
    )  # fmt: skip


def _told(table: ValueTable) -> dict[str, Any]:
    newest = table.versions.first()
    told = newest.summary if newest is not None else {}
    return {"name": table.name, "version": table.version, **told}
