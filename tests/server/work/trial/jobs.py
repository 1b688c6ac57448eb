"""What the jobs of tests do. Their effects are rows of tables that know no uniqueness."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from django.db import connection

from regulars_server.errors import Invalid
from regulars_server.work.running import Running

TABLES = (
    "CREATE TABLE trial_effect (job_id bigint, attempt int)",
    "CREATE TABLE trial_run (job_id bigint, pid bigint, what varchar(9), at double precision)",
)


def write(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def note(job: Running, what: str) -> None:
    """That a run begins or ends, at once and whatever becomes of the job."""
    at = time.clock_gettime(time.CLOCK_MONOTONIC)
    write("INSERT INTO trial_run VALUES (%s, %s, %s, %s)", job.id, os.getpid(), what, at)


def others_of(job: Running) -> list[int]:
    """Processes of earlier attempts at this job that still run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT pid FROM trial_run WHERE job_id = %s", [job.id])
        pids = [pid for (pid,) in cursor.fetchall()]
    mark = f"regulars_server.work.child\0{job.id}\0".encode()
    return [pid for pid in pids if mark in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for one that has ended
    except OSError:
        return b""


def effect(job: Running) -> None:
    if others_of(job):
        note(job, "overlaps")
    note(job, "begins")
    for _step in range(5):
        job.check()
        time.sleep(job.payload.get("seconds", 0) / 5)
    with job.finishing({"attempt": job.attempt}):
        write("INSERT INTO trial_effect VALUES (%s, %s)", job.id, job.attempt)
        time.sleep(job.payload.get("finishing", 0))
        note(job, "ends")


def nothing(_job: Running) -> None:
    pass


def steps(job: Running) -> dict[str, Any]:
    total = job.payload["steps"]
    for number in range(total):
        job.progress(number, total, stage="counting")
        time.sleep(0.1)
    return {"counted": total}


def fails(job: Running) -> None:
    with job.finishing():
        write("INSERT INTO trial_effect VALUES (%s, %s)", job.id, job.attempt)
        raise ValueError("王小明 has no phone")


def refused(_job: Running) -> None:
    raise Invalid("no such column")


def deaf(job: Running) -> None:
    note(job, "begins")
    time.sleep(600)


def crash(_job: Running) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def greedy(_job: Running) -> int:
    return len(bytearray(600 * 1024 * 1024))
