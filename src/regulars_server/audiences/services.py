"""Audiences saved, edited, restored, archived; exports asked for. Each change is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.conditions import write
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.models import FORMS, PURPOSES, Audience, AudienceVersion, Export
from regulars_server.audiences.reading import kinds, read
from regulars_server.audit.services import changed, record
from regulars_server.errors import Conflict, Invalid, NotAllowed, NotFound
from regulars_server.snapshots.queries import NAMING
from regulars_server.web.actor import Actor, system
from regulars_server.work.services import enqueue

LONGEST_NAME, LONGEST_NOTE = 120, 4_000
SIZES, EXPORT = "audiences.sizes", "audiences.export"
_AUDITED = ("name", "note", "condition", "archived_at")
# What a sheet holds below its head.
MOST_SHEET_ROWS = 1_048_575


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an audience says: a name, a note, a condition as it was typed."""

    name: str
    note: str = ""
    condition: str = ""


@transaction.atomic
def save(*, actor: Actor, content: Content, of: Catalogue) -> Audience:
    """Save a new audience; its sizes at the snapshots that there are follow by a job.

    Raises
    ------
    Invalid : name, note or condition.
    """
    checked, columns = _checked(content, of)
    audience = Audience.objects.create(
        name=checked.name, note=checked.note, condition=checked.condition, columns=columns,
        owner_id=actor.user_id,
    )  # fmt: skip
    _versioned(actor, audience)
    record(
        actor=actor, action="audiences.saved", subject_kind="audience", subject_id=audience.pk,
        after={"name": audience.name, "condition": audience.condition},
    )  # fmt: skip
    _count(actor, audience)
    return audience


@transaction.atomic
def edit(
    *, actor: Actor, audience_id: int, version: int, content: Content, of: Catalogue
) -> Audience:
    """Make a new version of an audience; nothing where nothing changed.

    Raises
    ------
    NotFound : no such audience. Invalid : as `save`.
    Conflict : it was changed since that version, or is archived.
    """
    audience = _locked(audience_id, version)
    _must_be_used(audience)
    if content.condition.strip() == audience.condition:
        # A column that went is no reason to refuse a new name.
        checked, columns = _named(content, audience.condition), audience.columns
    else:
        checked, columns = _checked(content, of)
    return _changed(actor, audience, checked, columns, "audiences.edited")


@transaction.atomic
def restore(*, actor: Actor, audience_id: int, version: int, number: int) -> Audience:
    """Take back the content of an earlier version, as a new one. Raises as `edit`."""
    audience = _locked(audience_id, version)
    _must_be_used(audience)
    old = audience.versions.filter(number=number).first()
    if old is None:
        raise NotFound(_("There is no such version."))
    content = Content(name=old.name, note=old.note, condition=old.condition)
    return _changed(actor, audience, content, old.columns, "audiences.restored", restored=number)


@transaction.atomic
def archive(*, actor: Actor, audience_id: int, version: int) -> Audience:
    """Put an audience aside; it is counted no more, and can be taken back. Raises as `edit`."""
    audience = _locked(audience_id, version)
    _must_be_used(audience)
    audience.archived_at = timezone.now()
    _put(actor, audience, "audiences.archived", before={"archived": False})
    return audience


@transaction.atomic
def take_back(*, actor: Actor, audience_id: int, version: int) -> Audience:
    """Use an archived audience again.

    Raises
    ------
    NotFound : no such audience. Conflict : it was changed since that version, or is in use.
    """
    audience = _locked(audience_id, version)
    if audience.archived_at is None:
        raise Conflict(_("This audience is in use."))
    audience.archived_at = None
    _put(actor, audience, "audiences.taken_back", before={"archived": True})
    _count(actor, audience)
    return audience


def _locked(audience_id: int, version: int) -> Audience:
    audience = Audience.objects.select_for_update().filter(pk=audience_id).first()
    if audience is None:
        raise NotFound(_("There is no such audience."))
    if audience.version != version:
        raise Conflict(_("Somebody changed this audience meanwhile. Look again, then decide."))
    return audience


def _must_be_used(audience: Audience) -> None:
    if audience.archived_at is not None:
        raise Conflict(_("This audience is archived. Take it back first."))


def _named(content: Content, condition: str) -> Content:
    wrong = {}
    name, note = content.name.strip(), content.note.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        wrong["name"] = _("Between 1 and %(most)s characters.") % {"most": LONGEST_NAME}
    if len(note) > LONGEST_NOTE:
        wrong["note"] = _("At most %(most)s characters.") % {"most": LONGEST_NOTE}
    if wrong:
        raise Invalid(fields=wrong)
    return Content(name=name, note=note, condition=condition)


def _checked(content: Content, of: Catalogue) -> tuple[Content, dict[str, str]]:
    found = read(content.condition, of)
    return _named(content, write(found)), kinds(found, of.fields)


def _changed(
    actor: Actor,
    audience: Audience,
    content: Content,
    columns: dict[str, str],
    action: str,
    *,
    restored: int | None = None,
) -> Audience:
    before = {name: getattr(audience, name) for name in ("name", "note", "condition")}
    after = {"name": content.name, "note": content.note, "condition": content.condition}
    was, now = changed(before, after)
    if not now:
        return audience
    for name, value in now.items():
        setattr(audience, name, value)
    audience.columns = columns
    audience.edited_at = timezone.now()
    audience.version += 1
    audience.save()
    _versioned(actor, audience, restored=restored)
    record(
        actor=actor, action=action, subject_kind="audience", subject_id=audience.pk,
        before=was, after=now if restored is None else {**now, "restored": restored},
    )  # fmt: skip
    if "condition" in now:
        _count(actor, audience)
    return audience


def _versioned(actor: Actor, audience: Audience, *, restored: int | None = None) -> None:
    AudienceVersion.objects.create(
        audience=audience, number=audience.version, name=audience.name, note=audience.note,
        condition=audience.condition, columns=audience.columns, by_id=actor.user_id,
        restored=restored,
    )  # fmt: skip


def _put(actor: Actor, audience: Audience, action: str, *, before: dict[str, bool]) -> None:
    audience.version += 1
    audience.save()
    _versioned(actor, audience)
    record(
        actor=actor, action=action, subject_kind="audience", subject_id=audience.pk,
        before=before, after={name: not value for name, value in before.items()},
    )  # fmt: skip


def _count(actor: Actor, audience: Audience) -> None:
    key = f"{audience.pk}-{audience.version}"
    enqueue(actor=actor, kind=SIZES, payload={"audience": audience.pk}, key=key)


def snapshot_taken(*, snapshot_id: str) -> None:
    """Have every audience counted at a snapshot that was just published."""
    enqueue(
        actor=system("audiences"), kind=SIZES, payload={"snapshot": snapshot_id}, key=snapshot_id
    )


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an export is to be.

    Attributes
    ----------
    columns : of the snapshot, in this order; the key of the customer always comes first.
    named : names, telephone, e-mail and ids beside them.
    without_refusing : leave out who refuses personalised decisions.
    """

    title: str
    condition: str
    columns: Sequence[str]
    form: str
    purpose: str
    named: bool = False
    without_refusing: bool = True
    language: str = "en"
    audience_id: int | None = None


@transaction.atomic
def ask_export(*, actor: Actor, may_name: bool, order: Order, of: Catalogue) -> Export:
    """Ask for a file of the customers that a condition selects now; a job writes it.

    Parameters
    ----------
    may_name : whether who asks may see people.

    Raises
    ------
    Invalid : form, purpose or columns. NotAllowed : names, without the permission to see people.
    """
    condition = write(read(order.condition, of))
    _check_order(order, of, may_name=may_name)
    export = Export.objects.create(
        audience_id=order.audience_id, title=order.title[:LONGEST_NAME], condition=condition,
        snapshot=of.id, columns=list(dict.fromkeys(order.columns)), form=order.form,
        purpose=order.purpose, named=order.named, without_refusing=order.without_refusing,
        language=order.language, asked_by_id=actor.user_id,
    )  # fmt: skip
    job = enqueue(actor=actor, kind=EXPORT, payload={"export": export.pk}, key=str(export.pk))
    export.job_id = job.pk
    export.save(update_fields=["job_id"])
    record(
        actor=actor, action="audiences.export_asked", subject_kind="export", subject_id=export.pk,
        after=_of_export(export),
    )  # fmt: skip
    return export


def _check_order(order: Order, of: Catalogue, *, may_name: bool) -> None:
    wrong = {}
    for name, known in (("form", FORMS), ("purpose", PURPOSES)):
        if getattr(order, name) not in dict(known):
            wrong[name] = _("Choose one of: %(known)s") % {"known": ", ".join(dict(known))}
    allowed = {c.name for c in of.snapshot.columns}
    if not order.columns or set(order.columns) - allowed:
        wrong["columns"] = _("Choose columns that the snapshot has.")
    if order.form == "xlsx" and of.rows > MOST_SHEET_ROWS and not wrong:
        wrong["form"] = _("A sheet may not hold so many customers. Choose CSV or Parquet.")
    if wrong:
        raise Invalid(fields=wrong)
    if not may_name and (order.named or NAMING in order.columns):
        raise NotAllowed


def _of_export(export: Export) -> dict[str, object]:
    return {
        "audience": export.audience_id, "condition": export.condition, "form": export.form,
        "snapshot": export.snapshot, "columns": export.columns, "purpose": export.purpose,
        "named": export.named, "without_refusing": export.without_refusing,
    }  # fmt: skip


def written(*, actor: Actor, export_id: int, rows: int, refusing: int, erased: int) -> None:
    """Note that the file of an export is whole, within the transaction that ends its job."""
    Export.objects.filter(pk=export_id).update(rows=rows, refusing=refusing, erased=erased)
    record(
        actor=actor, action="audiences.exported", subject_kind="export", subject_id=export_id,
        after={"customers": rows, "refusing_left_out": refusing, "erased_left_out": erased},
    )  # fmt: skip


@transaction.atomic
def fetched(*, actor: Actor, export: Export) -> None:
    """Note that somebody downloads the file of an export."""
    record(
        actor=actor, action="audiences.export_fetched", subject_kind="export",
        subject_id=export.pk, after={"customers": export.rows, "named": export.named},
    )  # fmt: skip
