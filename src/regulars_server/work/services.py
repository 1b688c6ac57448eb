"""Asking for a job, cancelling one, trying one again."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from regulars_server.audit import services as audit
from regulars_server.errors import Conflict, NotFound
from regulars_server.web.actor import Actor
from regulars_server.work.clock import shared
from regulars_server.work.kinds import kinds
from regulars_server.work.models import Job, State

KEY_LONGEST = 200


@transaction.atomic
def enqueue(
    *,
    actor: Actor,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    key: str = "",
    run_at: dt.datetime | None = None,
) -> Job:
    """Ask for a job, in the caller's transaction: if that is rolled back, nobody asked.

    Parameters
    ----------
    actor : who asks.
    kind : a declared kind.
    payload : what the function finds in ``job.payload``; goes through JSON, and names nobody.
    key : asking twice under one key is asking once, also after the job has ended. Left out, each
        call is a job of its own.
    run_at : not before this instant; left out, at once.

    Returns
    -------
    Job : the one that was made, or the one that was there.

    Raises
    ------
    LookupError : nothing declares this kind.
    ValueError : the key is too long.
    Conflict : under this key something else was asked for.
    """
    if kind not in kinds():
        raise LookupError(f"no capability declares jobs of kind {kind!r}")
    if len(key) > KEY_LONGEST:
        raise ValueError(f"a job's key has at most {KEY_LONGEST} characters")
    now = shared()
    asked = json.loads(json.dumps(dict(payload or {}), cls=DjangoJSONEncoder))
    job, made = Job.objects.get_or_create(
        kind=kind,
        key=key or secrets.token_hex(16),
        defaults={
            "payload": asked,
            "asked_by_id": actor.user_id,
            "asked_at": now,
            "run_at": run_at or now,
        },
    )
    if job.payload != asked:
        raise Conflict(_("Something else was asked for under this key."))
    if made:
        audit.record(
            actor=actor, action="work.asked", subject_kind="job", subject_id=job.pk,
            after={"kind": kind, **asked},
        )  # fmt: skip
    return job


@transaction.atomic
def cancel(*, actor: Actor, job_id: int) -> Job:
    """End a job that waits; ask one that runs to end, which it does at its next sign of life.

    Raises
    ------
    NotFound : there is no such job.
    Conflict : it has ended in the meantime.
    """
    job, now = _locked(job_id), shared()
    before = {"state": job.state}
    if job.state == State.WAITING:
        job.state, job.ended_at, job.cancel_asked_at = State.CANCELLED, now, now
    elif job.state == State.RUNNING:
        job.cancel_asked_at = job.cancel_asked_at or now
    else:
        raise Conflict(_("The job has ended in the meantime."))
    job.save(update_fields=["state", "ended_at", "cancel_asked_at"])
    audit.record(
        actor=actor, action="work.cancelled", subject_kind="job", subject_id=job.pk,
        before=before, after={"state": job.state},
    )  # fmt: skip
    return job


@transaction.atomic
def retry(*, actor: Actor, job_id: int) -> Job:
    """Try a job again that was set aside or cancelled, with all its attempts.

    A job that waits for its next attempt is tried at once.

    Raises
    ------
    NotFound : there is no such job.
    Conflict : it runs, or it is done.
    """
    job, now = _locked(job_id), shared()
    if job.state not in (State.SET_ASIDE, State.CANCELLED, State.WAITING):
        raise Conflict(_("The job runs or is done; there is nothing to try again."))
    before = {"state": job.state, "attempts": job.attempts}
    if job.state != State.WAITING:
        job.attempts = 0
    job.state, job.run_at = State.WAITING, now
    job.ended_at = job.cancel_asked_at = None
    job.save(update_fields=["state", "run_at", "attempts", "ended_at", "cancel_asked_at"])
    audit.record(
        actor=actor, action="work.retried", subject_kind="job", subject_id=job.pk,
        before=before, after={"state": job.state, "attempts": job.attempts},
    )  # fmt: skip
    return job


def _locked(job_id: int) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job
