"""Real workers with real children, on both databases."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.web.actor import system
from regulars_server.work import services
from regulars_server.work.models import Job, State
from server.work.conftest import Workers, children_of_jobs

NOBODY = system("test")
Until = Callable[..., None]


def ask(kind: str, **payload: Any) -> int:
    return services.enqueue(actor=NOBODY, kind=kind, payload=payload).pk


def state(job_id: int) -> str:
    return Job.objects.get(pk=job_id).state


def effects(job_id: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT attempt FROM trial_effect WHERE job_id = %s", [job_id])
        return [row[0] for row in cursor.fetchall()]


def test_jobs_end_well_or_are_set_aside_with_their_reason(workers: Workers, until: Until) -> None:
    good = ask("trial.effect")
    bad = {
        ask("trial.fails"): ("failed", "ValueError", 2),
        ask("trial.refused"): ("refused", "no such column", 1),
        ask("trial.crash"): ("killed", "SIGSEGV", 2),
        ask("trial.greedy"): ("memory", "", 1),
        ask("trial.late"): ("time", "", 1),
    }
    workers.start(REGULARS_JOBS_AT_ONCE="2")
    until(lambda: not Job.objects.filter(state__in=("waiting", "running")).exists(), "the end", 90)
    assert (state(good), effects(good)) == (State.DONE, [1])
    assert Job.objects.get(pk=good).result == {"attempt": 1}
    for job_id, (code, detail, attempts) in bad.items():
        job = Job.objects.get(pk=job_id)
        assert job.state == State.SET_ASIDE, job.kind
        assert (job.error_code, job.error_detail, job.attempts) == (code, detail, attempts)
        assert effects(job_id) == [], "what failed leaves nothing"


def test_progress_can_be_read_and_a_cancelled_job_ends(workers: Workers, until: Until) -> None:
    job_id = ask("trial.steps", steps=6000)
    worker = workers.start()
    until(lambda: (Job.objects.get(pk=job_id).done_units or 0) > 3, "progress")
    job = Job.objects.get(pk=job_id)
    assert (job.stage, job.all_units) == ("counting", 6000)
    services.cancel(actor=NOBODY, job_id=job_id)
    until(lambda: state(job_id) == State.CANCELLED, "the end of the job", 20)
    until(lambda: children_of_jobs() == [], "the end of the child")
    assert worker.poll() is None


def test_a_job_that_does_not_listen_is_killed_after_the_grace(
    workers: Workers, until: Until
) -> None:
    job_id = ask("trial.deaf")
    workers.start()
    until(lambda: state(job_id) == State.RUNNING and children_of_jobs(), "the child")
    services.cancel(actor=NOBODY, job_id=job_id)
    until(lambda: state(job_id) == State.CANCELLED, "the end of the job", 20)
    assert children_of_jobs() == []


def test_a_worker_that_is_told_to_stop_lets_its_job_finish_and_takes_no_other(
    workers: Workers, until: Until
) -> None:
    runs, waits = ask("trial.effect", seconds=1.5), ask("trial.effect")
    worker = workers.start(REGULARS_JOB_GRACE_SECONDS="30")
    until(lambda: begun(runs), "the job")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    assert (state(runs), effects(runs)) == (State.DONE, [1])
    assert (state(waits), Job.objects.get(pk=waits).attempts) == (State.WAITING, 0)


def test_a_job_that_does_not_finish_within_the_grace_is_put_back_unharmed(
    workers: Workers, until: Until
) -> None:
    job_id = ask("trial.deaf")
    worker = workers.start(REGULARS_JOB_GRACE_SECONDS="1")
    until(lambda: begun(job_id), "the job")
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=30) == 0
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, job.error_code) == (State.WAITING, 0, "")
    assert children_of_jobs() == []


def test_a_child_ends_with_its_worker_and_another_worker_does_the_job(
    workers: Workers, until: Until
) -> None:
    job_id = ask("trial.effect", seconds=3)
    first = workers.start()
    until(lambda: begun(job_id), "the job")
    child = children_of_jobs()
    assert len(child) == 1
    first.kill()
    until(lambda: children_of_jobs() == [], "the end of the child", 5)
    workers.start()
    until(lambda: state(job_id) == State.DONE, "the job", 60)
    assert effects(job_id) == [2]


def test_a_child_that_stands_still_loses_its_lease_and_can_do_no_harm(
    workers: Workers, until: Until
) -> None:
    """As when a machine sleeps: the job is done elsewhere, then the child wakes up."""
    job_id = ask("trial.effect", seconds=2)
    first = workers.start()
    until(lambda: begun(job_id), "the job")
    child = children_of_jobs()[0]
    # The worker first: else it would see that its child lost the lease, and end it.
    os.kill(first.pid, signal.SIGSTOP)
    os.kill(child, signal.SIGSTOP)
    workers.start()
    until(lambda: state(job_id) == State.DONE, "the job", 60)
    os.kill(child, signal.SIGCONT)
    until(lambda: child not in children_of_jobs(), "the end of the first child", 20)
    os.kill(first.pid, signal.SIGCONT)
    time.sleep(1)
    assert first.poll() is None
    assert effects(job_id) == [2]


def begun(job_id: int) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM trial_run WHERE job_id = %s", [job_id])
        return cursor.fetchone() is not None


pytestmark = pytest.mark.django_db(transaction=True)
