"""Several workers at one table at the same moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from regulars_server.web.actor import system
from regulars_server.work import leases, services
from regulars_server.work.models import Count, Job
from regulars_server.work.rules import Every, Terms

TERMS = Terms(lease_seconds=600)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trial")]


def at_once(do: Callable[[int], Any], threads: int = 4) -> list[Any]:
    """What each of some threads got, all let loose together, each with its own connection."""
    gate, found = threading.Barrier(threads), []

    def run(number: int) -> None:
        try:
            gate.wait()
            found.append(do(number))
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    broken = [one for one in found if isinstance(one, Exception)]
    assert broken == []
    return found


def test_a_job_is_taken_by_one_worker_alone() -> None:
    made = {services.enqueue(actor=system("test"), kind="trial.effect").pk for _ in range(60)}
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)

    def take_all(number: int) -> list[int]:
        mine = []
        while held := leases.claim(
            worker=f"w{number}", among=["trial.effect"], terms=TERMS, now=now
        ):
            mine.append(held.job_id)
        return mine

    taken = Counter(job for mine in at_once(take_all) for job in mine)
    assert set(taken) == made
    assert set(taken.values()) == {1}
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_a_periodic_row_is_made_once() -> None:
    now = dt.datetime.now(dt.UTC)
    for day in range(10):
        at = now + dt.timedelta(days=day)
        at_once(lambda _number, at=at: leases.make_due({"trial.periodic": Every(86400)}, now=at))
    assert Job.objects.filter(kind="trial.periodic").count() == 10


def test_a_lost_job_is_put_back_once() -> None:
    now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)  # however long the asking takes
    for _ in range(20):
        services.enqueue(actor=system("test"), kind="trial.effect")
        leases.claim(worker="w", among=["trial.effect"], terms=TERMS, now=now)
    later = now + dt.timedelta(seconds=601)
    counts = at_once(lambda _number: leases.put_back_lost(now=later))
    assert sum(counts) == 20
    assert Count.objects.get(name=leases.LOSSES).value == 20


def test_asking_at_once_under_one_key_makes_one() -> None:
    def ask(_number: int) -> int:
        return services.enqueue(actor=system("test"), kind="trial.effect", key="one").pk

    assert len(set(at_once(ask))) == 1
    assert Job.objects.count() == 1
