"""Jobs of tests, and real workers that are ended whatever a test does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from regulars_server.work.models import Job

TESTS = Path(__file__).resolve().parents[2]
# A child needs a second or two to start where the machine is busy; it must not lose its lease.
LEASE_SECONDS = 6


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds of `server.work.trial` are declared."""
    from regulars_server.work import kinds
    from server.work.trial.capability import CAPABILITY

    every = (*kinds.capabilities(), CAPABILITY)
    monkeypatch.setattr(kinds, "capabilities", lambda: every)
    kinds.kinds.cache_clear()
    yield
    kinds.kinds.cache_clear()


class Workers:
    """Worker processes of a test, on the database of the test."""

    def __init__(self, folder: Path) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "workers.log").open("wb")
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")},
            "DJANGO_SETTINGS_MODULE": "server.work.trial.settings",
            "PYTHONPATH": str(TESTS),
            "REGULARS_DATA": str(folder),
            "REGULARS_SECRET_KEY": "a key for tests, of no worth elsewhere",
            "REGULARS_DATABASE_URL": url_of_this_database(),
            "REGULARS_NIGHTLY_SNAPSHOT": "off",
            "REGULARS_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "REGULARS_JOB_GRACE_SECONDS": "2",
            "REGULARS_LOG_FORMAT": "text",
        }

    def start(self, **settings: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "regulars_server.work"],
            env={**self._environment, **settings},
            stdout=self._log,
            stderr=self._log,
        )
        self.running.append(process)
        return process

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._log.close()
        until = time.monotonic() + 10
        while children_of_jobs() and time.monotonic() < until:
            time.sleep(0.1)  # they see that their worker is gone
        left = children_of_jobs()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert left == [], "children outlived their worker"


def children_of_jobs() -> list[int]:
    """The processes that run a job of a test of this process."""
    mark = f"REGULARS_DATABASE_URL={url_of_this_database()}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            # What is being ended has an environment no more.
            ours = mark in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"regulars_server.work.child" in command and ours:
            found.append(int(folder.name))
    return found


def url_of_this_database() -> str:
    from django.db import connection

    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    who = quote(said["USER"], safe="") + (
        f":{quote(said['PASSWORD'], safe='')}" if said["PASSWORD"] else ""
    )
    port = f":{said['PORT']}" if said["PORT"] else ""
    host = said["HOST"]
    if host.startswith("/"):
        return f"postgresql://{who}@/{said['NAME']}?host={quote(host, safe='/')}"
    return f"postgresql://{who}@{host}{port}/{said['NAME']}"


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, trial: None) -> Iterator[Workers]:
    from django.db import connection

    from server.work.trial.jobs import TABLES

    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
    made = Workers(tmp_path)
    try:
        yield made
    finally:
        try:
            made.end()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE trial_effect")
                cursor.execute("DROP TABLE trial_run")


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits until something holds; says what it waited for when it does not."""

    def wait(holds: Callable[[], Any], what: str = "", seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                rows = list(Job.objects.values("id", "kind", "state", "attempts", "error_code"))
                pytest.fail(f"{what or 'it'} did not come: {rows}")
            time.sleep(0.1)

    return wait
