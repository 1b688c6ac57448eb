"""What people allow and refuse: recorded once, never edited; the latest word counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.audit.services import record
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.people.models import Consent, ErasedKey, Leaving, Person
from regulars_server.people.purposes import AHEAD, CHANNELS, PERSONALISED, PURPOSES, STATES
from regulars_server.people.search import person
from regulars_server.web.actor import Actor

_SAME = ("customer_key", "purpose", "channel", "state", "at", "source")


@dataclass(frozen=True, kw_only=True)
class Word:
    """What somebody said: yes or no to a purpose by a channel (empty: by any)."""

    purpose: str
    channel: str
    state: str
    source: str
    at: dt.datetime | None = None


@transaction.atomic
def record_consent(
    *, actor: Actor, customer_key: int, word: Word, message_id: str
) -> tuple[Consent, bool]:
    """Append what a person said, and what tells the facts of it.

    Parameters
    ----------
    message_id : names this message; the same message again changes nothing.

    Returns
    -------
    The consent, and whether it is new.

    Raises
    ------
    NotFound : nobody of this key. Invalid : a purpose, channel, state, source or instant.
    Conflict : another message had this id.
    """
    known = Person.objects.select_for_update().filter(pk=person(customer_key).pk).first()
    if known is None or ErasedKey.objects.filter(pk=known.pk).exists():
        raise NotFound
    _check(word, message_id)
    said = Consent(
        message_id=message_id, customer_key=known.pk, purpose=word.purpose, channel=word.channel,
        state=word.state, at=word.at or timezone.now(), source=word.source.strip(),
        recorded_by_id=actor.user_id, via=actor.via,
    )  # fmt: skip
    before = Consent.objects.filter(message_id=message_id).first()
    if before is not None:
        return _replayed(before, said, known, timed=word.at is not None), False
    try:
        with transaction.atomic():
            said.save()
    except IntegrityError:  # the same message at the same moment
        before = Consent.objects.get(message_id=message_id)
        return _replayed(before, said, known, timed=word.at is not None), False
    _leave(said, known)
    record(
        actor=actor, action="people.consent_recorded", subject_kind="customer",
        subject_id=known.pk, customer_key=known.pk,
        after={name: getattr(said, name) for name in _SAME if name != "customer_key"},
    )  # fmt: skip
    return said, True


def _check(word: Word, message_id: str) -> None:
    wrong: dict[str, str] = {}
    for field, known in (("purpose", PURPOSES), ("channel", CHANNELS), ("state", STATES)):
        if getattr(word, field) not in dict(known):
            wrong[field] = _("Choose one of: %(known)s") % {
                "known": ", ".join(name or '""' for name, _text in known)
            }
    if word.purpose == PERSONALISED and word.channel:
        wrong["channel"] = _("Personalised decisions are refused or allowed as a whole.")
    if not word.source.strip() or len(word.source) > 200:
        wrong["source"] = _("Say where it was said, in at most 200 characters.")
    if word.at is not None and word.at > timezone.now() + AHEAD:
        wrong["at"] = _("This lies in the future.")
    if not message_id or len(message_id) > 100:
        wrong["message_id"] = _("Between 1 and 100 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def _replayed(before: Consent, said: Consent, known: Person, *, timed: bool) -> Consent:
    # A message that says no instant got one when it first came.
    fields = [name for name in _SAME if name != "customer_key" and (timed or name != "at")]
    alike = all(getattr(before, name) == getattr(said, name) for name in fields)
    if not alike or before.customer_key not in known.keys:
        raise Conflict(_("Another message with this id was recorded before."))
    return before


def _leave(said: Consent, known: Person) -> None:
    """The row that tells the facts. It has the person's id, as an import wants it."""
    first = known.told["ids"][0]
    at = said.at.astimezone(dt.UTC)
    Leaving.objects.create(
        message_id=said.message_id,
        table="consents",
        customer_key=known.pk,
        row={
            "id_source": first["source"], "external_id": first["external_id"],
            "purpose": said.purpose, "channel": said.channel, "state": said.state,
            "at": at.isoformat(), "source": said.source,
        },
    )  # fmt: skip


def history(keys: Collection[int]) -> QuerySet[Consent]:
    """Everything that a person said, the latest first."""
    found = Consent.objects.filter(customer_key__in=list(keys)).select_related("recorded_by")
    return found.order_by("-at", "-id")


def current(keys: Collection[int]) -> list[Consent]:
    """The word that counts for each purpose and channel of one person, by purpose."""
    return counting(history(keys))


def counting(said_so_far: Iterable[Consent]) -> list[Consent]:
    """Of what one person said, the latest first, the word that counts for each."""
    latest: dict[tuple[str, str], Consent] = {}
    for said in said_so_far:
        latest.setdefault((said.purpose, said.channel), said)
    order = [name for name, _text in PURPOSES]
    return sorted(latest.values(), key=lambda said: (order.index(said.purpose), said.channel))


def latest() -> QuerySet[Consent]:
    """The word that counts of everybody: for statements that choose many people at once.

    By the key it was recorded under; merged records are the choosing statement's matter.
    """
    ranked = Window(
        expression=RowNumber(),
        partition_by=[F("customer_key"), F("purpose"), F("channel")],
        order_by=[F("at").desc(), F("id").desc()],
    )
    return Consent.objects.annotate(place=ranked).filter(place=1)


def refuses_personalised(keys: Collection[int]) -> bool:
    """Whether a person refused decisions that a program makes from their data."""
    return refused(current(keys))


def refused(counted: Iterable[Consent]) -> bool:
    """Whether such decisions are refused, by the words that count."""
    return any(said.purpose == PERSONALISED and said.state == "withdrawn" for said in counted)
