"""What the facts say of consents reaches the server's list, which is what counts.

An event `Unsubscribed` and a file of consents become facts; from there they come here, under the
key of the record that the facts found, so that it stays with it when merged records part. What was
recorded here and became a fact is known already. Safe to do twice: each fact has one message id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from regulars_server.audit.services import record
from regulars_server.console.workspace import opened
from regulars_server.people import index, lake
from regulars_server.people.models import Consent, ErasedKey, IndexState
from regulars_server.people.purposes import AHEAD, PURPOSES
from regulars_server.web.actor import system

log = logging.getLogger("regulars_server.people")
VIA = "facts"
# Facts in one transaction, and parameters of one statement.
PIECE = 500
# What senders call a channel that has a name here; other names stay as they are.
_CHANNELS = {
    "mail": "email", "e-mail": "email", "text": "sms", "push": "app", "call": "phone",
    "telephone": "phone", "letter": "post",
}  # fmt: skip
_LONGEST_CHANNEL, _LONGEST_SOURCE = 40, 200
_COMPARED = ("customer_key", "purpose", "channel", "state", "at", "source")


@dataclass(frozen=True)
class _Fact:
    """A fact, by its message id: what it says now, or None where it says nothing any more."""

    message_id: str
    keys: tuple[int, int]
    word: Consent | None


def hear() -> int:
    """Take in what the facts say that is new; returns how many consents changed."""
    ws = opened()
    if not ws.settings.lake:
        return 0
    with ws.lake.reading() as (con, current):
        upto = index.state().heard_seq
        if upto == current.import_seq:
            return 0
        # A restored workspace can stand before what was heard: all of it is heard again.
        since = upto if upto < current.import_seq else 0
        left_out: Counter[str] = Counter()
        changed = 0
        for rows in lake.consents_since(con, ws, current, seq=since, rows=PIECE):
            changed += _keep([_read(row, left_out) for row in rows])
    IndexState.objects.filter(pk=1).update(heard_seq=current.import_seq)
    if left_out:
        log.warning("consents of the facts that say nothing here", extra={"data": dict(left_out)})
    return changed


def _read(row: lake.Said, left_out: Counter[str]) -> _Fact:
    """The fact as a consent of its record; whoever reads takes all records of a customer."""
    named = f"{row.key}|{row.purpose}|{row.channel}|{row.at}"
    message_id = f"fact-{hashlib.sha256(named.encode()).hexdigest()[:40]}"
    fault = _fault(row)
    if fault:
        left_out[fault] += 1
    if fault or row.status != "live" or row.at is None:
        return _Fact(message_id, (row.key, row.root), None)
    word = Consent(
        message_id=message_id, customer_key=row.key, purpose=_plain(row.purpose),
        channel=_channel(row.channel), state=row.state, at=row.at,
        source=(row.source or VIA)[:_LONGEST_SOURCE], via=VIA,
    )  # fmt: skip
    return _Fact(message_id, (row.key, row.root), word)


def _fault(row: lake.Said) -> str:
    """Why a fact cannot count: it stays a fact, and the log says how many there were."""
    if _plain(row.purpose) not in dict(PURPOSES):
        return "purpose"
    if len(_channel(row.channel)) > _LONGEST_CHANNEL:
        return "channel"
    if row.at is None:
        return "no instant"
    # It would count above every later word until then.
    return "future" if row.at > timezone.now() + AHEAD else ""


def _plain(said: str | None) -> str:
    return (said or "").strip().lower()


def _channel(said: str | None) -> str:
    return _CHANNELS.get(_plain(said), _plain(said))


@transaction.atomic
def _keep(facts: Sequence[_Fact]) -> int:
    """Make the list say what these facts say. Alone with whoever erases somebody."""
    index.locked()
    keys = {key for fact in facts for key in fact.keys}
    erased = set(ErasedKey.objects.filter(pk__in=keys).values_list("pk", flat=True))
    ours = _recorded_here(keys)
    before = Consent.objects.filter(via=VIA, message_id__in=[one.message_id for one in facts])
    known = {one.message_id: one for one in before}
    new: list[Consent] = []
    old: list[Consent] = []
    for fact in facts:
        word, had = fact.word, known.get(fact.message_id)
        if word is not None and (erased & {*fact.keys} or _is_ours(word, fact.keys, ours)):
            word = None
        if word is not None and had is not None and _alike(word, had):
            continue
        if had is not None:
            old.append(had)
        if word is not None:
            new.append(word)
    Consent.objects.filter(pk__in=[one.pk for one in old]).delete()
    Consent.objects.bulk_create(new)
    if new or old:
        record(
            actor=system(VIA), action="people.consents_heard", subject_kind="facts",
            subject_id="consents", after={"new": len(new), "replaced": len(old)},
        )  # fmt: skip
    return len({one.message_id for one in (*new, *old)})


def _recorded_here(keys: Collection[int]) -> set[tuple[int, str, str, dt.datetime]]:
    found = Consent.objects.filter(customer_key__in=keys).exclude(via=VIA)
    return set(found.values_list("customer_key", "purpose", "channel", "at"))


def _is_ours(
    word: Consent, keys: Collection[int], ours: set[tuple[int, str, str, dt.datetime]]
) -> bool:
    """Whether the fact is a word that was recorded here and left for the facts."""
    return any((key, word.purpose, word.channel, word.at) in ours for key in keys)


def _alike(one: Consent, other: Consent) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _COMPARED)
