"""One job in a process of its own: ``python -m regulars_server.work.child JOB_ID``.

Spawned, never forked: DuckDB and delta-rs have threads that a fork would leave behind. The token
comes by standard input, whose end also tells that the worker is gone.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import NoReturn

from regulars_server.work.beats import Beats
from regulars_server.work.exits import LOST, end_now
from regulars_server.work.limits import limit_memory
from regulars_server.work.running import Running

log = logging.getLogger("regulars_server.work")


def main(job_id: int) -> int:
    """Run one job to its end and say in the job table how it ended."""
    import django

    token = _line()
    threading.Thread(target=_end_with_the_worker, name="worker", daemon=True).start()
    django.setup()
    from regulars_server.work.kinds import kinds
    from regulars_server.work.leases import Held
    from regulars_server.work.models import Job

    job = Job.objects.filter(pk=job_id, token=token).exclude(token="").first()
    if job is None:
        return LOST
    kind = kinds()[job.kind]
    held = Held(job_id=job.pk, kind=job.kind, token=token)
    from regulars_server.work.configuration import MEMORY_MB, terms

    limit_memory(kind.memory_mb or MEMORY_MB.value)
    beats = Beats(held, terms())
    beats.start()
    _run(kind.run, Running(job, held, beats), beats)
    return 0


def _run(path: str, job: Running, beats: Beats) -> None:
    from regulars_server.capability import load
    from regulars_server.work.leases import LeaseLost

    try:
        result = load(path)(job)
        if not job.finished:
            with job.finishing(result):
                pass
    except LeaseLost:
        _lost(job)
    except BaseException as error:
        beats.stop()
        if job.finished:
            log.exception("job %s (%s) failed after it was done", job.id, job.kind)
        else:
            _give_up(job, error)


def _give_up(job: Running, error: BaseException) -> None:
    from regulars_server.work.clock import shared
    from regulars_server.work.leases import LeaseLost, fail
    from regulars_server.work.reasons import reason

    found = reason(error)
    # The trace is for the log, which may hold what a page may not.
    log.log(found.level, "job %s (%s): %s", job.id, job.kind, found.code, exc_info=error)
    try:
        fail(job.held, code=found.code, detail=found.detail, now=shared(), hopeless=found.hopeless)
    except LeaseLost:
        _lost(job)


def _lost(job: Running) -> NoReturn:
    log.warning("job %s (%s): the lease was lost, nothing was kept", job.id, job.kind)
    end_now()


def _line() -> str:
    """The first line of standard input, unbuffered: a thread waits for its end."""
    read = b""
    while not read.endswith(b"\n"):
        more = os.read(0, 1)
        if not more:
            end_now()
        read += more
    return read.decode().strip()


def _end_with_the_worker() -> None:
    while os.read(0, 1):
        pass
    end_now()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    sys.exit(main(int(sys.argv[1])))
