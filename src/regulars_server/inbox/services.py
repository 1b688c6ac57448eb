"""Taking messages: answered when they are durable, each id once."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars_server.errors import Invalid
from regulars_server.inbox import tally
from regulars_server.inbox.events import facts_of, known
from regulars_server.inbox.faults import FORGOTTEN, UNMAPPED, Fault
from regulars_server.inbox.forgotten import forgotten, who
from regulars_server.inbox.messages import digest, id_of, read, written
from regulars_server.inbox.models import Refusal, State, Visitor
from regulars_server.inbox.storing import Incoming, insert

if TYPE_CHECKING:
    from regulars.facts.forgotten import Forgotten

DEFAULT_SOURCE = "shop"


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A message that was not taken: its place in the batch, its id, field and reason."""

    index: int
    message_id: str
    field: str
    reason: str
    event: str = ""


@dataclass
class Taken:
    """What became of a batch: new, known before, of events that are no fact, not taken."""

    accepted: int = 0
    duplicates: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)


def take(
    *, messages: Sequence[Any], source: str, token: int | None, received_at: dt.datetime
) -> Taken:
    """Keep the good messages; tell of each bad one what is wrong with it.

    Parameters
    ----------
    messages : as they were sent, whatever they are.
    source : the system whose customer ids they carry.
    token : the API token that sent them.
    received_at : the instant by the server's clock.

    Raises
    ------
    Invalid : the source has no proper name.
    WorkspaceError : there are no facts to land in.
    """
    if not re.fullmatch(r"[\w.-]{1,60}", source):
        raise Invalid(fields={"source": _("Letters, digits, . _ - and at most 60 of them.")})
    found, taken = forgotten(), Taken()
    good: dict[str, tuple[int, Incoming]] = {}
    for index, given in enumerate(messages):
        try:
            made = _made(given, source=source, token=token, received_at=received_at, known_=found)
            before = good.setdefault(made.message_id, (index, made))[1]
            if before is not made:
                _again(taken, index, made, before.digest)
        except Fault as fault:
            _reject(taken, index, id_of(given), fault, _event_of(given))
    with transaction.atomic():
        old = insert(source, [made for _index, made in good.values()])
        new = [made for _index, made in good.values() if made.message_id not in old]
        _name_visitors(new)
        for index, made in good.values():
            if made.message_id in old:
                _again(taken, index, made, old[made.message_id])
        taken.rejected.sort(key=lambda one: one.index)
        _note(taken, new, source=source, token=token, at=received_at)
    taken.accepted = len(new)
    return taken


def _again(taken: Taken, index: int, made: Incoming, before: str) -> None:
    """A known id: nothing happens; other content under it is told. An erased one has no digest."""
    if before in ("", made.digest) or not made.digest:
        taken.duplicates += 1
    else:
        fault = Fault("messageId", "other_content")
        _reject(taken, index, made.message_id, fault, made.event)


def _reject(taken: Taken, index: int, message_id: str, fault: Fault, event: str) -> None:
    one = Rejected(
        index=index, message_id=message_id, field=fault.field, reason=fault.reason, event=event
    )
    taken.rejected.append(one)


def _event_of(given: Any) -> str:
    found = given.get("event") if isinstance(given, dict) else None
    return found[:200] if isinstance(found, str) and found.isprintable() else ""


def _made(
    given: Any, *, source: str, token: int | None, received_at: dt.datetime, known_: Forgotten
) -> Incoming:
    """What is kept of a message; nothing but its id of one that is of somebody forgotten."""
    body = written(given)
    message = read(given, received_at=received_at)
    facts_of(message)  # what it lands as is made later; here the sender is told what is wrong
    hashed = who(
        known_, source=source, customer_id=message.customer_id, anonymous_id=message.anonymous_id
    )
    event = known(message.event)
    unmapped = message.kind == "track" and event is None
    is_gone = hashed in known_.erasures
    reason = FORGOTTEN if is_gone else UNMAPPED if unmapped else ""
    return Incoming(
        source=source,
        message_id=message.message_id,
        digest="" if is_gone else digest(body),
        kind=message.kind,
        event=message.event,
        customer_id="" if is_gone else message.customer_id,
        anonymous_id="" if is_gone else message.anonymous_id,
        who="" if is_gone else hashed,
        in_visit=event is not None and event.in_visit,
        body="" if is_gone else body,
        at=received_at if is_gone else message.at,
        received_at=received_at,
        token=token,
        state=State.SET_ASIDE if reason else State.WAITING,
        field="event" if unmapped and not is_gone else "",
        reason=reason,
        settled_at=received_at if reason else None,
    )


def _name_visitors(new: Sequence[Incoming]) -> None:
    """Note who a visitor is where a message names both; the first word counts."""
    pairs = {
        one.anonymous_id: Visitor(
            source=one.source, anonymous_id=one.anonymous_id, customer_id=one.customer_id,
            who=one.who, seen_at=one.received_at,
        )
        for one in reversed(new)
        if one.anonymous_id and one.customer_id
    }  # fmt: skip
    if pairs:
        rows = [pairs[name] for name in sorted(pairs)]
        Visitor.objects.bulk_create(rows, ignore_conflicts=True)


def _note(
    taken: Taken, new: Sequence[Incoming], *, source: str, token: int | None, at: dt.datetime
) -> None:
    """Keep what was not taken and what is no fact, for the page and the figures."""
    aside = [one for one in new if one.state == State.SET_ASIDE]
    taken.set_aside.update(one.event for one in aside if one.reason == UNMAPPED)
    refusals = [
        Refusal(source=source, message_id=one.message_id, event=one.event, field=one.field[:100],
                reason=one.reason, taken=False, token=token, at=at)
        for one in taken.rejected
    ] + [
        Refusal(source=source, message_id=one.message_id, event=one.event, field=one.field,
                reason=one.reason, taken=True, token=token, at=at)
        for one in aside
    ]  # fmt: skip
    if refusals:
        Refusal.objects.bulk_create(refusals, batch_size=500)
        counts = Counter(f"refused:{one.reason}" for one in refusals)
        tally.add({**counts, "set_aside": len(aside)})
