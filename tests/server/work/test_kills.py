"""kill -9 of workers and children at random: each job ends once, or is set aside."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import groupby

import pytest
from django.db import connection

from regulars_server.web.actor import system
from regulars_server.work import services
from regulars_server.work.models import OPEN, Job, State
from server.work.conftest import Workers, children_of_jobs

Until = Callable[..., None]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dozen_kills(workers: Workers, until: Until, store: str) -> None:
    kill_at_random(workers, until, kills=12, jobs=16, seed=20260310)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1])
def test_a_hundred_kills(workers: Workers, until: Until, store: str, seed: int) -> None:
    kill_at_random(workers, until, kills=100, jobs=120, seed=seed)


def kill_at_random(workers: Workers, until: Until, *, kills: int, jobs: int, seed: int) -> None:
    """Three workers of two jobs each; kills are spread over starts, runs and finishing."""
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    asked = [
        services.enqueue(
            actor=system("test"),
            kind="trial.effect",
            # A long finish: a good part of the kills falls into the transaction itself.
            payload={"seconds": chance.uniform(0, 0.6), "finishing": chance.uniform(0, 0.4)},
        ).pk
        for _ in range(jobs)
    ]
    poison = services.enqueue(actor=system("test"), kind="trial.crash").pk
    running = [workers.start(REGULARS_JOBS_AT_ONCE="2") for _ in range(3)]
    killed: Counter[str] = Counter()
    while sum(killed.values()) < kills:
        time.sleep(chance.uniform(0.2, 1.2))
        if chance.random() < 0.65:
            # Not before there is one: a machine under load starts them slowly.
            until(lambda: children_of_jobs() or not still_open(), "a child")
            children = children_of_jobs()
            if not still_open():
                break
            if children:
                _kill(chance.choice(children))
                killed["child"] += 1
        else:
            one = chance.randrange(3)
            running[one].kill()
            running[one].wait()
            running[one] = workers.start(REGULARS_JOBS_AT_ONCE="2")
            killed["worker"] += 1
    until(lambda: not still_open(), "the end of all", 60 + 6 * jobs)
    sys.stdout.write(f"killed {dict(killed)}\n")
    ended = Job.objects.filter(pk__in=asked)
    assert set(ended.values_list("state", flat=True)) == {State.DONE}
    effects = rows("SELECT job_id, attempt FROM trial_effect")
    assert Counter(job_id for job_id, _attempt in effects) == Counter(asked), "once each"
    # What stands in the side table is the work of the attempt that the job says it was.
    assert dict(effects) == {job.pk: job.result["attempt"] for job in ended if job.result}
    set_aside = Job.objects.get(pk=poison)
    assert (set_aside.state, set_aside.error_code in ("killed", "lost")) == ("set_aside", True)
    assert sum(killed.values()) >= kills // 2, "too few fell into the run to prove anything"
    assert killed["child"] >= kills // 4
    assert max(attempt for _job, attempt in effects) > 1, "no attempt was cut off"
    _one_at_a_time()


def still_open() -> bool:
    return Job.objects.filter(state__in=OPEN).exists()


def _one_at_a_time() -> None:
    """Two children never worked at one job, and none began after another had ended it."""
    assert rows("SELECT job_id FROM trial_run WHERE what = 'overlaps'") == []
    found = rows("SELECT job_id, what FROM trial_run ORDER BY job_id, at")
    for job_id, events in groupby(found, key=lambda row: row[0]):
        said = [what for _job, what in events]
        assert said.count("ends") == 1, job_id
        assert said[-1] == "ends", job_id


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended since it was seen
