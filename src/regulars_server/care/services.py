"""Cases opened, taken, answered, closed with a reason. Each change is audited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.access.models import User
from regulars_server.audit.services import ERASED, changed, record
from regulars_server.care.models import KINDS, REASONS, Case, CaseEntry
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.people.models import Person
from regulars_server.people.search import person
from regulars_server.web.actor import Actor

_LONGEST = 20_000
_AUDITED = ("state", "owner_id", "reason", "severity")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a new case is about; severity 1 is worst, 5 least."""

    kind: str
    subject: str
    text: str = ""
    severity: int = 3


@transaction.atomic
def open_case(
    *, actor: Actor, customer_key: int, about: Opening, message_id: str
) -> tuple[Case, bool]:
    """Open a case of a customer.

    Returns
    -------
    The case, and whether it is new: the same message again changes nothing.

    Raises
    ------
    NotFound : nobody of this key. Invalid : kind, subject, text or severity.
    Conflict : another message had this id.
    """
    known = Person.objects.select_for_update().filter(pk=person(customer_key).pk).first()
    if known is None:
        raise NotFound
    _check(about, message_id)
    case = Case(
        message_id=message_id, customer_key=known.pk, kind=about.kind,
        severity=about.severity, subject=about.subject.strip(),
    )  # fmt: skip
    before = Case.objects.filter(message_id=message_id).first()
    if before is not None:
        return _replayed(before, case, about), False
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError:  # the same message at the same moment
        return _replayed(Case.objects.get(message_id=message_id), case, about), False
    _say(actor, case, "opened", about.text)
    record(
        actor=actor, action="care.case_opened", subject_kind="case", subject_id=case.pk,
        customer_key=known.pk, after={"kind": case.kind, "severity": case.severity},
    )  # fmt: skip
    return case, True


def _check(about: Opening, message_id: str) -> None:
    wrong: dict[str, str] = {}
    if about.kind not in dict(KINDS):
        wrong["kind"] = _("Choose one of: %(known)s") % {"known": ", ".join(dict(KINDS))}
    if not 1 <= len(about.subject.strip()) <= 200:
        wrong["subject"] = _("Between 1 and 200 characters.")
    if len(about.text) > _LONGEST:
        wrong["text"] = _("That is too long.")
    if not 1 <= about.severity <= 5:
        wrong["severity"] = _("From 1, the worst, to 5.")
    if not message_id or len(message_id) > 100:
        wrong["message_id"] = _("Between 1 and 100 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def _replayed(before: Case, case: Case, about: Opening) -> Case:
    fields = ("customer_key", "kind", "severity", "subject")
    first = before.entries.first()
    alike = all(getattr(before, name) == getattr(case, name) for name in fields)
    if not alike or first is None or first.text != about.text:
        raise Conflict(_("Another message with this id was recorded before."))
    return before


@transaction.atomic
def assign(*, actor: Actor, case_id: int, owner_id: int | None, version: int) -> Case:
    """Give a case to somebody who works on cases; to nobody with None.

    Raises
    ------
    NotFound : no such case. Conflict : it was changed since that version, or is closed.
    Invalid : the owner may not work on cases.
    """
    case = _locked(case_id, version)
    _must_be_open(case)
    if owner_id is not None:
        owner = User.objects.filter(pk=owner_id, is_active=True).first()
        if owner is None or not owner.may("care.work"):
            raise Invalid(fields={"owner": _("This user does not work on cases.")})
    before = _state(case)
    case.owner_id = owner_id
    return _saved(actor, case, before, "care.case_assigned")


@transaction.atomic
def answer(*, actor: Actor, case_id: int, text: str, version: int, note: bool = False) -> Case:
    """Say something in a case: to the customer, or a note for ourselves. As `assign`.

    What is said is kept here; the channels by which customers are written to send it.
    """
    case = _locked(case_id, version)
    _must_be_open(case)
    _text(text)
    before = _state(case)
    _say(actor, case, "note" if note else "answer", text)
    if not note:
        case.state = "answered"
        case.first_reply_at = case.first_reply_at or timezone.now()
        case.owner_id = case.owner_id or actor.user_id
    return _saved(actor, case, before, "care.note_written" if note else "care.case_answered")


@transaction.atomic
def close(*, actor: Actor, case_id: int, reason: str, version: int, text: str = "") -> Case:
    """Close a case with a reason. As `assign`."""
    case = _locked(case_id, version)
    _must_be_open(case)
    if reason not in dict(REASONS):
        known = ", ".join(dict(REASONS))
        raise Invalid(fields={"reason": _("Choose one of: %(known)s") % {"known": known}})
    if len(text) > _LONGEST:
        raise Invalid(fields={"text": _("That is too long.")})
    before = _state(case)
    _say(actor, case, "closed", text)
    case.state, case.reason, case.closed_at = "closed", reason, timezone.now()
    return _saved(actor, case, before, "care.case_closed")


@transaction.atomic
def reopen(*, actor: Actor, case_id: int, version: int) -> Case:
    """Open a closed case again. As `assign`."""
    case = _locked(case_id, version)
    if case.state != "closed":
        raise Conflict(_("This case is open."))
    if case.customer_key is None:
        raise Conflict(_("The customer of this case was erased."))
    before = _state(case)
    _say(actor, case, "reopened", "")
    case.state, case.reason, case.closed_at = "open", "", None
    return _saved(actor, case, before, "care.case_reopened")


def _locked(case_id: int, version: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    if case.version != version:
        raise Conflict(_("Somebody changed this case meanwhile. Look again, then decide."))
    return case


def _must_be_open(case: Case) -> None:
    if case.state == "closed":
        raise Conflict(_("This case is closed. Open it again first."))


def _text(text: str) -> None:
    if not text.strip():
        raise Invalid(fields={"text": _("Write something.")})
    if len(text) > _LONGEST:
        raise Invalid(fields={"text": _("That is too long.")})


def _state(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in _AUDITED}


def _say(actor: Actor, case: Case, kind: str, text: str) -> None:
    CaseEntry.objects.create(case=case, kind=kind, text=text, user_id=actor.user_id)


def _saved(actor: Actor, case: Case, before: dict[str, object], action: str) -> Case:
    case.version += 1
    case.save()
    was, now = changed(before, _state(case))
    # What was said stands in the case alone: the audit says that something was.
    record(
        actor=actor, action=action, subject_kind="case", subject_id=case.pk,
        before=was, after=now, customer_key=case.customer_key,
    )  # fmt: skip
    return case


def forget(*, customer_keys: Collection[int]) -> None:
    """Take what names or tells of erased people out of their cases; kind, times, reason stay."""
    mine = Case.objects.filter(customer_key__in=list(customer_keys))
    CaseEntry.objects.filter(case__in=mine).exclude(text="").update(text=ERASED)
    for case in mine.select_for_update():
        # The message's id is the sender's: it can hold anything.
        Case.objects.filter(pk=case.pk).update(
            subject=ERASED, message_id=f"erased-{case.pk}", customer_key=None,
            version=case.version + 1,
        )  # fmt: skip
