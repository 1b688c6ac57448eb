"""How long does a count take while twenty people filter? Milliseconds, beside a bare count.

Run: ``python -m benchmarks.audiences WORKSPACE``, a workspace that has a snapshot. It starts a
server of its own on a free port. Twenty users change their filters, each time to a condition that
nobody asked before, and get the page's part with count, sums and profile: first one after the other
without a pause, then as people do, who look for a second. The bare count is DuckDB's, of the same
conditions over the snapshot's file, alone; the ratio is what counting in the page costs beside it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import duckdb

import regulars
from benchmarks.api_answers import free_port
from regulars.conditions import fields_of, parse, sql
from regulars.snapshot import Snapshot

USERS = 20
MAKE_SESSION = """
import time
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from regulars_server.access.models import User
user = User(role="marketer", email="bench@example.com", name="bench")
user.set_unusable_password(); user.save()
client = Client(); client.force_login(user)
session = client.session
session["begun_at"] = session["seen_at"] = int(time.time()); session.save()
print(session.session_key)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--memory-mb", default="512")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = {**os.environ, "REGULARS_DATA": folder, "REGULARS_BIND": f"127.0.0.1:{port}",
               "REGULARS_WORKSPACE": str(given.workspace.resolve()),
               "REGULARS_URL": f"http://127.0.0.1:{port}", "REGULARS_LOG_LEVEL": "WARNING",
               "REGULARS_SECRET_KEY": secrets.token_hex(32),
               "REGULARS_AUDIENCES_MEMORY_MB": given.memory_mb}  # fmt: skip
        python = [sys.executable, "-m", "regulars_server"]
        subprocess.run([*python, "prepare"], env=env, check=True)
        made = subprocess.run([*python, "manage", "shell", "--no-imports", "-c", MAKE_SESSION],
                              env=env, check=True, capture_output=True, text=True)  # fmt: skip
        web = subprocess.Popen([*python, "web"], env=env)
        try:
            measure(f"http://127.0.0.1:{port}", made.stdout.split()[-1], given)
            print(f"memory of the web: {memory_mb(web.pid):.0f} MB")
        finally:
            web.terminate()
            web.wait()


def measure(base: str, session: str, given: argparse.Namespace) -> None:
    newest = regulars.open(given.workspace).snapshots()[-1]
    print(f"{newest.rows:,} customers, {len(newest.columns)} columns, {USERS} users")
    begun = time.perf_counter()
    ask(base, session, "orders >= 1", patience=60)
    print(f"first count, from the file: {1000 * (time.perf_counter() - begun):.0f} ms")
    time.sleep(10)  # the snapshot is loaded beside
    bare = bare_count(newest)
    print(f"bare count alone: median {bare:.0f} ms")
    for name, pause in (("without a pause", 0.0), ("a second to look", 1.0)):
        took = sorted(crowd(base, session, given.seconds, pause))
        middle, late = statistics.median(took), took[int(0.95 * len(took))]
        print(
            f"{name}: {len(took)} counts, {len(took) / given.seconds:.0f} a second,"
            f" median {middle:.0f} ms, p95 {late:.0f} ms, {late / bare:.1f} x the bare count"
        )
    begun = time.perf_counter()
    ask(base, session, "orders >= 1", patience=60)
    print(f"asked before: {1000 * (time.perf_counter() - begun):.0f} ms")


def condition(rng: random.Random) -> str:
    """What a marketer may ask, with thresholds of its own."""
    return rng.choice((
        f"customer_group in ('D', 'E') and spend_minor >= {rng.randrange(10**6)}",
        f"recency_days > {rng.randrange(30, 700)} and p_alive < {rng.random():.4f}",
        f"expected_spend_365d_minor >= {rng.randrange(10**6)} and orders >= {rng.randrange(1, 9)}",
        f"last_day >= as_of - {rng.randrange(365)} or spend_minor > {rng.randrange(10**6)}",
        f"spend_minor / purchase_days >= {rng.randrange(10**5)} and t_x > {rng.randrange(700)}",
    ))  # fmt: skip


def bare_count(newest: Snapshot) -> float:
    """Median milliseconds of DuckDB's own count over the file, by conditions of the same kind."""
    rng, fields = random.Random(1), fields_of(newest.columns)
    took = []
    with duckdb.connect(config={"threads": 2}) as con:
        for _ in range(15):
            where = sql(parse(condition(rng), fields), as_of=newest.as_of)
            begun = time.perf_counter()
            con.execute(
                f"SELECT count(*) FROM read_parquet(?) WHERE {where}", [newest.files]
            ).fetchall()
            took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


def crowd(base: str, session: str, seconds: float, pause: float) -> list[float]:
    """Milliseconds of every count that the users asked for."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def user(number: int) -> None:
        rng = random.Random(f"{number} {pause}")
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        time.sleep(pause * rng.random())
        while time.monotonic() < until:
            begun = time.perf_counter()
            get(connection, session, condition(rng))
            took.append(1000 * (time.perf_counter() - begun))
            time.sleep(pause * (0.5 + rng.random()))
        connection.close()

    users = [threading.Thread(target=user, args=(number,)) for number in range(USERS)]
    for one in users:
        one.start()
    for one in users:
        one.join()
    return took


def get(connection: http.client.HTTPConnection, session: str, where: str) -> None:
    headers = {"Cookie": f"session={session}", "HX-Request": "true", "HX-Target": "answer"}
    connection.request("GET", f"/audiences/explore/?{urlencode({'where': where})}", headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200 or 'class="size"' not in text:
        raise SystemExit(f"{answer.status} for {where}: {text[:300]}")


def ask(base: str, session: str, where: str, *, patience: float) -> None:
    """One count, waiting until the server is up."""
    until = time.monotonic() + patience
    while True:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        try:
            return get(connection, session, where)
        except ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def memory_mb(parent: int) -> float:
    """Resident memory of the web's processes, in MB."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except OSError:
            continue
        mine = int(fields["Pid"]) == parent or int(fields["PPid"]) == parent
        total += int(fields.get("VmRSS", "0 kB").split()[0]) / 1024 if mine else 0
    return total


if __name__ == "__main__":
    main()
