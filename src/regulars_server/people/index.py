"""The search index, brought up to the facts: only what differs is written, some people at a time.

Each piece is a transaction of its own, in which a person is whole: before it as they were, after it
as the facts have them. Other writers wait for a piece at most. Who is killed between two pieces
goes on with what still differs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from regulars_server.console.workspace import opened, state_of
from regulars_server.people import belonging, elsewhere, lake, staging
from regulars_server.people.models import IndexState, Person
from regulars_server.people.terms import terms

if TYPE_CHECKING:
    from regulars import Workspace

log = logging.getLogger("regulars_server.people")
# People in one transaction: about a second of the only writer of SQLite, also on a busy machine.
PIECE = 4_000


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What bringing the index up to date did.

    Attributes
    ----------
    facts_version : that the index is of now.
    people : how many it holds; ``written`` those that were new or different, ``gone`` removed.
    seconds : it took; ``longest_seconds`` is the longest transaction, which others wait for.
    """

    facts_version: int
    people: int
    written: int
    gone: int
    seconds: float
    longest_seconds: float


def state() -> IndexState:
    """What the index is of."""
    return IndexState.objects.get_or_create(pk=1)[0]


def locked() -> IndexState:
    """The same, locked until the transaction ends: who changes the index is alone in it."""
    state()
    return IndexState.objects.select_for_update().get(pk=1)


def stale(ws: Workspace) -> bool:
    """Whether the facts are of another state than the index, or it does not say of whose."""
    now, seen = state_of(ws), state()
    return now is not None and (seen.facts_state != now or not seen.workspace)


def refresh(*, wanted: Callable[[], bool] = lambda: False) -> Refreshed | None:
    """Bring the index to the facts as they are; None where there is nothing to do.

    A workspace without a lake has no index: its people stay where they are.

    Parameters
    ----------
    wanted : asked after each piece: whether the caller has something to do that cannot wait. Then
        None, and the next call goes on.

    Raises
    ------
    WorkspaceError : the facts are not those that this database belongs to; see `belonging`.
    """
    ws = opened()
    if not ws.settings.lake or not stale(ws):
        return None
    belonging.check(ws)
    begun = time.monotonic()
    where = lake.region(ws)
    with ws.lake.reading() as (con, current), staging.tables() as staged:
        from regulars.identities.tables import open_tables

        open_tables(con, ws.lake, current)
        known = ws.lake.forgotten()
        due = lake.compare(con, _digests())
        _tell(written=0, due=due)
        written, longest = 0, 0.0
        for batch in lake.differing(con, rows=PIECE):
            _stage(staged, batch, region=where)
            lost = elsewhere.forgotten(con, known, [key for key, _known, _digest in batch])
            longest = max(longest, _put(staged, [], lost))
            written += len(batch)
            _tell(written=written, due=due)
            if wanted():
                return None
        removed = lake.gone(con)
        for place in range(0, len(removed), PIECE):
            some = removed[place : place + PIECE]
            lost = elsewhere.forgotten(con, known, some)
            longest = max(longest, _put(staged, some, lost))
        people = lake.count(con)
        _done(current.number, state_of(ws, current.number) or "", people, known.secret_id)
    done = Refreshed(
        facts_version=current.number, people=people, written=written, gone=len(removed),
        seconds=time.monotonic() - begun, longest_seconds=longest,
    )  # fmt: skip
    log.info("index of people", extra={"data": vars(done)})
    return done


def _stage(staged: staging.Staged, batch: Sequence[tuple[int, str, str]], *, region: str) -> None:
    people, found = [], []
    for key, known, digest in batch:
        person = Person(customer_key=key, known=known, digest=digest)
        people.append((key, *_shown(person), known, digest))
        found += [(kind, text, key) for kind, text in terms(person.told, region=region)]
    staged.add(people, found)


def _put(staged: staging.Staged, removed: Sequence[int], lost: elsewhere.Keys) -> float:
    """Make what is staged the index; returns the seconds that others waited."""
    with transaction.atomic():
        locked()
        begun = time.monotonic()
        staged.swap(removed)
        elsewhere.erase(lost)
    seconds = time.monotonic() - begun
    staged.clear()
    return seconds


def _tell(*, written: int, due: int) -> None:
    """How far it is, for who searches meanwhile; nothing where it is done within a piece."""
    if due > PIECE:
        state()
        IndexState.objects.filter(pk=1).update(written=written, due=due)


def _done(version: int, facts: str, people: int, workspace: str) -> None:
    IndexState.objects.filter(pk=1).update(
        facts_version=version, facts_state=facts, people=people, workspace=workspace,
        refreshed_at=timezone.now(), written=0, due=0,
    )  # fmt: skip


def _digests() -> Iterator[Sequence[tuple[int, str]]]:
    found = Person.objects.order_by("customer_key").values_list("customer_key", "digest")
    last = -1
    while batch := list(found.filter(customer_key__gt=last)[: lake.BATCH]):
        last = batch[-1][0]
        yield batch


def _shown(person: Person) -> tuple[str, str, str]:
    """Name, telephone and e-mail of the oldest record that has one."""
    records = person.told["records"]
    name, phone, email = (
        next((str(one[field]) for one in records if one[field]), "")
        for field in ("name", "phone", "email")
    )
    return name, phone, email
