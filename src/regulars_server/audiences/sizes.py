"""The size of each audience at each snapshot, and who came and left from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from regulars.conditions import Condition, sql
from regulars_server.audiences import deck
from regulars_server.audiences.catalogue import Catalogue, catalogue_of
from regulars_server.audiences.engine import cursor, source
from regulars_server.audiences.measuring import measure
from regulars_server.audiences.models import Audience, AudienceSize
from regulars_server.audiences.reading import Read, digest, saved
from regulars_server.snapshots.queries import KEY, snapshots

if TYPE_CHECKING:
    from regulars.snapshot import Snapshot
    from regulars_server.work.running import Running


def run(job: Running) -> dict[str, Any]:
    """Count what is not counted yet: of one audience, or of all that are in use.

    What was counted stays when the job is killed; the next attempt goes on.
    """
    deck.switch_off()
    found = Audience.objects.filter(archived_at__isnull=True).order_by("id")
    if "audience" in job.payload:
        found = found.filter(pk=job.payload["audience"])
    every = snapshots()
    if every:
        # What its columns hold is worked out here, so that no page waits for it.
        catalogue_of(every[0])
    ordered = in_order(every)
    audiences = list(found)
    done = 0
    for number, audience in enumerate(audiences):
        job.progress(number, len(audiences))
        done += count(audience, ordered)
    return {"counted": done}


def in_order(found: Sequence[Snapshot]) -> list[Snapshot]:
    """Snapshots by their day; of one day the one that was taken last."""
    ordered = sorted(found, key=lambda one: (one.as_of, one.published_at))
    return list({one.as_of: one for one in ordered}.values())


def count(audience: Audience, ordered: Sequence[Snapshot]) -> int:
    """Count an audience at each snapshot where it is not counted yet; returns how many."""
    name = digest(audience.condition)
    known = set(
        AudienceSize.objects.filter(audience=audience, digest=name).values_list("snapshot", "since")
    )
    done = 0
    before: Snapshot | None = None
    for one in ordered:
        since = before.id if before is not None else ""
        # Where a snapshot was taken between two others later on, changes are counted anew.
        if (one.id, since) not in known:
            _put(audience, name, _sized(audience, one, before))
            done += 1
        before = one
    return done


@transaction.atomic
def _put(audience: Audience, name: str, found: Mapping[str, Any]) -> None:
    AudienceSize.objects.update_or_create(
        audience=audience, digest=name, snapshot=found["snapshot"], defaults=found
    )


def _sized(audience: Audience, one: Snapshot, before: Snapshot | None) -> dict[str, Any]:
    of = catalogue_of(one)
    read = saved(audience.condition, audience.columns, of)
    found: dict[str, Any] = {
        "snapshot": one.id, "as_of": one.as_of, "base": one.rows, "lacking": list(read.lacking),
        "since": before.id if before is not None else "",
    }  # fmt: skip
    if read.condition is None:
        return {**found, "customers": None, "unknown": None, "came": None, "left": None}
    measured = measure(of, read.condition)
    came, left = _changes(audience, of, read, before)
    return {
        **found, "customers": measured.customers, "unknown": measured.unknown, "came": came,
        "left": left,
    }  # fmt: skip


def _changes(
    audience: Audience, of: Catalogue, read: Read, before: Snapshot | None
) -> tuple[int | None, int | None]:
    # Without lasting keys nobody can be found again.
    if before is None or before.has_outside_ids or of.snapshot.has_outside_ids:
        return None, None
    older = catalogue_of(before)
    was = saved(audience.condition, audience.columns, older)
    if was.condition is None or read.condition is None:
        return None, None
    return changes(older, was.condition, of, read.condition)


def changes(older: Catalogue, was: Condition, newer: Catalogue, now: Condition) -> tuple[int, int]:
    """How many came and how many left from one snapshot to another."""
    with cursor(newer.snapshot, seconds=120) as con:
        row = con.execute(
            "SELECT count(*) FILTER (WHERE o.k IS NULL), count(*) FILTER (WHERE n.k IS NULL)"
            f" FROM (SELECT {KEY} AS k FROM {source(newer.snapshot)}"
            f" WHERE ({sql(now, as_of=newer.as_of)})) n FULL JOIN"
            f" (SELECT {KEY} AS k FROM {source(older.snapshot)}"
            f" WHERE ({sql(was, as_of=older.as_of)})) o ON n.k = o.k"
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
