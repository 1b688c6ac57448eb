"""kill -9 of children and workers while they import: the facts hold whole files, each once."""

from __future__ import annotations

import io
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.imports import services
from regulars_server.imports.models import Import, State
from regulars_server.imports.services import Announced
from regulars_server.work.models import Job
from server.people import actor, make_user
from server.work.conftest import Workers, children_of_jobs

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 20_000


def test_some_kills(workers: Workers, until: Callable[..., None], settings: Any,
                    tmp_path: Path) -> None:  # fmt: skip
    kill(workers, until, settings, tmp_path, imports=2, kills=4)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_kills(workers: Workers, until: Callable[..., None], settings: Any,
                    tmp_path: Path) -> None:  # fmt: skip
    kill(workers, until, settings, tmp_path, imports=8, kills=30)


def kill(
    workers: Workers, until: Any, settings: Any, folder: Path, *, imports: int, kills: int
) -> None:
    settings.REGULARS_DATA = folder
    settings.REGULARS_WORKSPACE = folder / "shop"
    settings.REGULARS_UPLOADS_PER_USER = imports
    regulars.init(folder / "shop", zone="UTC", currency="EUR")
    user = actor(make_user())
    for number in range(imports):
        lines = (f"{number}-{i},C-{i % 997},2026-03-01,{i}.00\n" for i in range(ROWS))
        body = ("order_id,customer_id,day,amount\n" + "".join(lines)).encode()
        coming = Announced(fact="orders", file_name=f"{number}.csv", size=len(body), at_once=True)
        services.whole(actor=user, coming=coming, file=io.BytesIO(body))
    chance = random.Random(7)
    given = {"REGULARS_WORKSPACE": str(folder / "shop")}
    worker = workers.start(**given)
    left = kills

    def over() -> bool:
        return not Import.objects.exclude(state=State.DONE).exists()

    end = time.monotonic() + 60 + 20 * (kills + imports)
    while not over():
        assert time.monotonic() < end, list(Import.objects.values_list("state", "said"))
        time.sleep(chance.uniform(0.2, 1.5))
        if left and (children := children_of_jobs()):
            left -= 1
            if chance.random() < 0.3:
                worker.kill()
                worker.wait()
                worker = workers.start(**given)
            else:
                os.kill(chance.choice(children), signal.SIGKILL)
        # What a kill has set aside is tried again by hand, as on the page.
        for job in Job.objects.filter(kind__startswith="imports.", state="set_aside"):
            Job.objects.filter(pk=job.pk).update(state="waiting", attempts=0, ended_at=None)
        Job.objects.filter(state="waiting", kind__startswith="imports.").update(run_at=job_now())
    assert left < kills, "nothing was killed"
    ws = regulars.open(folder / "shop")
    assert next(t.live for t in ws.facts() if t.table == "orders") == imports * ROWS
    assert [one.report["new"] for one in Import.objects.all() if one.report] == [ROWS] * imports


def job_now() -> Any:
    from regulars_server.work.clock import shared

    return shared()
