"""`regulars serve` starts a worker, starts it again when it dies, and ends it with the web."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server.start.test_serve import PROGRAM, clean, free_port

WORKER = b"regulars_server.work\0"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*PROGRAM, "--data", str(tmp_path / "data"), "--bind", f"127.0.0.1:{free_port()}"]
    with (tmp_path / "log").open("wb") as out:
        process = subprocess.Popen(command, env=clean(), stdout=out, stderr=out, cwd=tmp_path)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def below(parent: int, mark: bytes) -> list[int]:
    """The processes that this one started whose command holds the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == parent and mark in command:
            found.append(int(folder.name))
    return found


def wait(holds: Callable[[], object], what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def nightly(data: Path) -> tuple[str, dict[str, object]]:
    with closing(sqlite3.connect(data / "server.sqlite3", timeout=20)) as database:
        statement = "SELECT state, result FROM work_job WHERE kind = 'work.nightly_snapshot'"
        try:
            row = database.execute(statement).fetchone()
        except sqlite3.OperationalError:
            row = None  # not migrated yet
    return (row[0], json.loads(row[1] or "{}")) if row else ("", {})


def test_the_worker_is_there_again_after_a_kill_and_gone_after_the_end(
    served: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    wait(lambda: below(served.pid, WORKER), "the worker")
    first = below(served.pid, WORKER)
    assert len(first) == 1
    data = tmp_path / "data"
    wait(lambda: nightly(data)[0] == "done", "the snapshot of the night before")
    name = str(nightly(data)[1]["snapshot"])
    assert (data / "workspace/snapshots" / name / "manifest.json").is_file()
    os.kill(first[0], signal.SIGKILL)
    wait(lambda: set(below(served.pid, WORKER)) - set(first), "another worker")
    assert served.poll() is None
    again = below(served.pid, WORKER)[0]
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=60) == 0
    assert not Path(f"/proc/{again}").exists()


def test_a_worker_with_wrong_settings_says_so_and_ends(tmp_path: Path) -> None:
    wrong = {"REGULARS_NIGHTLY_SNAPSHOT": "at night", "REGULARS_JOBS_AT_ONCE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "regulars.cli", "worker", "--data", str(tmp_path)],
        env={**clean(), **wrong}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert (
        "REGULARS_NIGHTLY_SNAPSHOT: 'at night' is neither a time like 03:30 nor off" in done.stderr
    )
    assert "REGULARS_JOBS_AT_ONCE" in done.stderr
    assert "Traceback" not in done.stderr
