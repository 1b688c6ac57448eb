"""The jobs that make shelves: customers' histories from the facts, their rows from a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from regulars_server.console.workspace import number_in, opened, state_of, version_of
from regulars_server.errors import NotNow
from regulars_server.people import gathering, histories, shelves, standings
from regulars_server.people.index import locked
from regulars_server.people.models import ErasedKey, Erasure

if TYPE_CHECKING:
    from regulars_server.work.running import Running


def shelve(job: Running) -> dict[str, Any]:
    """Bring both to the facts and the snapshot as they are now; nothing where they are."""
    return {"customers": _facts(job), "rows": _snapshot(job)}


def _facts(job: Running) -> int:
    ws = opened()
    if not version_of(ws):
        return 0
    begin = histories.beginning(ws)
    publish = _unless_erased()
    with ws.lake.reading() as (con, current):
        name = f"{begin}{state_of(ws, current.number)}"
        if shelves.whole(name):
            return 0
        job.progress(stage="histories")
        written = shelves.write(
            name,
            gathering.everybody(ws, con, current),
            told={},
            publish=publish,
            progress=lambda done: job.progress(done, stage="histories"),
        )
    shelves.keep_only(histories.BEGINNING, name)
    return written


def _snapshot(job: Running) -> int:
    one = standings.newest()
    if one is None:
        # An erasure can remove every snapshot; what was made of one goes with it.
        shelves.keep_only(standings.BEGINNING, "")
        return 0
    if shelves.whole(standings.name_of(one)):
        return 0
    import duckdb

    job.progress(stage="standings")
    publish = _unless_erased()
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as con:
        con.execute("SET enable_progress_bar = false").fetchall()
        written = shelves.write(
            standings.name_of(one),
            gathering.everybodys_rows(con, one.files, standings.columns_of(one)),
            told={"base": gathering.quarters(con, one.files, standings.measures_of(one))},
            publish=publish,
            progress=lambda done: job.progress(done, stage="standings"),
        )
    shelves.keep_only(standings.BEGINNING, standings.name_of(one))
    return written


def _unless_erased() -> Callable[[Callable[[], None]], None]:
    """Puts a shelf in its place unless somebody was erased since now: it may hold their rows.

    Called before anything is read. Erasing takes the same lock before it removes the shelves, so
    neither can pass the other.

    Raises
    ------
    NotNow : somebody is being erased at this moment.
    """
    if Erasure.objects.filter(step__in=("facts", "database")).exists():
        # Their keys are counted already, and facts and snapshots still have their rows. What
        # erases them asks for this job again.
        raise NotNow("somebody is being erased")
    before = ErasedKey.objects.count()

    def publish(put: Callable[[], None]) -> None:
        with transaction.atomic():
            locked()
            if ErasedKey.objects.count() != before:
                raise NotNow("somebody was erased in the meantime")
            put()

    return publish


def key() -> str | None:
    """What the shelves would be of at this moment: asked for once for each."""
    ws = opened()
    state = state_of(ws)
    if not number_in(state):
        return None
    one = standings.newest()
    return f"facts {state}, snapshot {one.id if one is not None else 'none'}"
