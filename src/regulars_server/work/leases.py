"""Who holds a job: taken, renewed, given up, lost. Every change names the token that it holds by.

Each function is one short transaction and is told what time it is. None of them trusts what was
read before: the token stands in the WHERE of the UPDATE, so whoever lost the lease changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from regulars_server.work.kinds import Rank, kinds
from regulars_server.work.models import Count, Job, State
from regulars_server.work.rules import Attempts, Schedule, Terms, due_key

log = logging.getLogger("regulars_server.work")
LOSSES = "lease_losses"
DETAIL_LONGEST = 2000
PATIENT_SECONDS = 600
"""So long what prepares lets others go before it."""


class LeaseLost(Exception):
    """The token no longer holds the job: somebody else decides about it now."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A job and the token that it is held by."""

    job_id: int
    kind: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job is, as its child last said."""

    stage: str = ""
    done_units: int | None = None
    all_units: int | None = None


def claim(
    *, worker: str, among: Collection[str], terms: Terms, now: dt.datetime
) -> Held | None:  # fmt: skip
    """Take the job whose turn it is; None where nothing is due.

    What somebody asked for comes before what prepares, and then what has been due longest. What
    prepares and has been due for `PATIENT_SECONDS` waits no longer: it has its turn by the time it
    was due, so that many who ask hold nothing up for ever.

    One statement: SQLite has one writer at a time, and PostgreSQL steps over rows that others
    are taking just now.
    """
    due = Job.objects.filter(state=State.WAITING, run_at__lte=now, kind__in=list(among))
    if not among or not due.exists():
        return None  # asked first: an UPDATE would make SQLite's writers wait, each second
    token = secrets.token_hex(16)
    adapted = connection.ops.adapt_datetimefield_value
    skip = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    later = [name for name in among if _prepares(name)]
    turn = f"CASE WHEN kind IN ({_places(later)}) AND run_at > %s THEN 1 ELSE 0 END"
    statement = f"""
        UPDATE work_job
        SET state = 'running', token = %s, worker = %s, lease_until = %s, begun_at = %s,
            beat_at = %s, attempts = attempts + 1, stage = '', done_units = NULL, all_units = NULL
        WHERE id = (
            SELECT id FROM work_job
            WHERE state = 'waiting' AND run_at <= %s AND kind IN ({_places(among)})
            ORDER BY {turn + "," if later else ""} run_at, id LIMIT 1 {skip}
        )
        RETURNING id, kind
    """
    at = adapted(now)
    values = [token, worker[:120], adapted(terms.until(now)), at, at, at, *among]
    if later:
        values += [*later, adapted(now - dt.timedelta(seconds=PATIENT_SECONDS))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else Held(job_id=row[0], kind=row[1], token=token)


def _prepares(name: str) -> bool:
    kind = kinds().get(name)
    return kind is not None and kind.rank is Rank.PREPARES


def _places(given: Collection[str]) -> str:
    return ", ".join(["%s"] * len(given))


def beat(held: Held, *, progress: Progress, terms: Terms, now: dt.datetime) -> bool:
    """Renew the lease and note how far the job is; returns whether it is asked to end.

    Raises
    ------
    LeaseLost : the job was put back in the meantime.
    """
    with transaction.atomic():
        renewed = _of(held).update(
            lease_until=terms.until(now),
            beat_at=now,
            stage=progress.stage,
            done_units=progress.done_units,
            all_units=progress.all_units,
        )
        if not renewed:
            raise LeaseLost
        return bool(Job.objects.filter(pk=held.job_id, cancel_asked_at__isnull=False).exists())


def finish(held: Held, *, result: Mapping[str, Any] | None, now: dt.datetime) -> None:
    """Mark as done, in the transaction that writes what the job has done.

    Raises
    ------
    LeaseLost : somebody else holds the job; the transaction must not be kept.
    RuntimeError : no transaction is open.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a job is finished in the transaction of what it has done")
    done = _of(held).update(
        **_NOT_HELD,
        state=State.DONE,
        ended_at=now,
        result=None if result is None else dict(result),
        error_code="",
        error_detail="",
    )
    if not done:
        raise LeaseLost


def fail(
    held: Held, *, code: str, detail: str = "", now: dt.datetime, hopeless: bool = False
) -> State:
    """Give up this attempt: another later, or set aside with the reason; cancelled if asked for.

    Parameters
    ----------
    code, detail : why, as the page of jobs says it.
    hopeless : another attempt would end the same way.

    Raises
    ------
    LeaseLost : somebody else holds the job.
    """
    with transaction.atomic():
        job = _of(held).first()
        if job is None:
            raise LeaseLost
        return _give_up(job, code=code, detail=detail, now=now, hopeless=hopeless)


def hand_back(held: Held, *, now: dt.datetime) -> None:
    """Put back a job whose worker is to stop; the attempt does not count.

    Raises
    ------
    LeaseLost : somebody else holds the job.
    """
    with transaction.atomic():
        asked = _of(held).filter(cancel_asked_at__isnull=False)
        if asked.update(**_NOT_HELD, state=State.CANCELLED, ended_at=now):
            return
        back = {**_NOT_HELD, "state": State.WAITING, "run_at": now, "attempts": F("attempts") - 1}
        if not _of(held).update(**back):
            raise LeaseLost


def put_back_lost(*, now: dt.datetime) -> int:
    """Put back every job whose lease is over; returns how many. The attempt counts.

    A job that takes its worker down each time is so set aside in the end.
    """
    over = Job.objects.filter(state=State.RUNNING, lease_until__lt=now)
    if not over.exists():
        return 0
    lost = 0
    with transaction.atomic():
        # Skipped where locked: its child is in the transaction that finishes it.
        for job in over.select_for_update(skip_locked=_can_skip()).order_by("id")[:100]:
            state = _give_up(job, code="lost", detail="", now=now, hopeless=False)
            log.warning("job %s lost its worker %s: %s", job.pk, job.worker, state)
            lost += 1
        if lost:
            Count.objects.bulk_create([Count(name=LOSSES)], ignore_conflicts=True)
            Count.objects.filter(name=LOSSES).update(value=F("value") + lost)
    return lost


def make_due(schedules: Mapping[str, Schedule], *, now: dt.datetime) -> int:
    """Make the row of each periodic job that is due; workers that race make one.

    Only the newest due instant counts: after a week's standstill there is one job, not seven.
    """
    wanted = {name: schedule.latest(now) for name, schedule in schedules.items()}
    rows = [
        Job(kind=name, key=due_key(due), asked_at=now, run_at=due) for name, due in wanted.items()
    ]
    new = [row for row in rows if not Job.objects.filter(kind=row.kind, key=row.key).exists()]
    if new:
        Job.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def rules_of(kind: str) -> Attempts:
    """How often a kind is tried; once, where no capability declares it any more."""
    known = kinds().get(kind)
    return known.attempts if known is not None else Attempts(most=1)


_NOT_HELD: Mapping[str, Any] = {"token": "", "worker": "", "lease_until": None}


def _of(held: Held) -> QuerySet[Job]:
    return Job.objects.filter(pk=held.job_id, state=State.RUNNING, token=held.token)


def _can_skip() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


def _give_up(job: Job, *, code: str, detail: str, now: dt.datetime, hopeless: bool) -> State:
    rules = rules_of(job.kind)
    again = None if hopeless else rules.again_at(f"{job.kind} {job.key}", job.attempts, now)
    after: dict[str, Any]
    if job.cancel_asked_at is not None:
        after = {"state": State.CANCELLED, "ended_at": now}
    elif again is None:
        after = {"state": State.SET_ASIDE, "ended_at": now}
    else:
        after = {"state": State.WAITING, "run_at": again}
    if after["state"] != State.CANCELLED:
        # NUL is the one character that PostgreSQL's text cannot hold.
        said = detail.replace("\x00", "")[:DETAIL_LONGEST]
        after |= {"error_code": code, "error_detail": said}
    held = Held(job_id=job.pk, kind=job.kind, token=job.token)
    if not _of(held).update(**_NOT_HELD, **after):
        raise LeaseLost
    return State(after["state"])
