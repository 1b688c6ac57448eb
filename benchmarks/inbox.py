"""Events a second over HTTP: ``python -m benchmarks.inbox [--events N] [--clients N]``.

Starts the application server as ``regulars serve`` runs it (gunicorn), on the database of
``REGULARS_DATABASE_URL`` (which should be an empty one), else on SQLite in a temporary folder. The
clients, processes of their own on the same machine, post orders, page views and opened e-mails in
batches of 100 and of 1,000, each waiting for its answer. Then the events are landed.
Prints events a second, the seconds of an answer (median, 99th percentile), and of the landing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BATCHES = (100, 1000)


def main(arguments: list[str]) -> int:
    """Measure, and print the figures as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=50_000)
    asked.add_argument("--clients", type=int, default=4)
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="regulars-inbox-") as folder:
        found = measure(Path(folder), events=given.events, clients=given.clients)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def measure(folder: Path, *, events: int, clients: int) -> dict[str, object]:
    """Events a second by size of batch, and of the landing."""
    import regulars

    ws = regulars.init(folder / "workspace", zone="Asia/Shanghai", currency="CNY")
    port = _free_port()
    os.environ |= {
        "REGULARS_DATA": str(folder), "REGULARS_WORKSPACE": str(ws.settings.root),
        "REGULARS_BIND": f"127.0.0.1:{port}", "REGULARS_LOG_LEVEL": "WARNING",
        "REGULARS_INBOX_REQUESTS_PER_MINUTE": "1000000", "REGULARS_INBOX_VISIT_MINUTES": "0",
        "REGULARS_SECRET_KEY": "of no worth after the measurement",
        "DJANGO_SETTINGS_MODULE": "regulars_server.settings.main",
    }  # fmt: skip
    program = [sys.executable, "-m", "regulars_server"]
    subprocess.run([*program, "prepare"], check=True)
    secret = subprocess.run(
        [sys.executable, "-c", _TOKEN], check=True, capture_output=True, text=True
    ).stdout.strip()
    rates: dict[str, dict[str, Any]] = {}
    with _running([*program, "web"], port):
        for size in BATCHES:
            rates[f"batches of {size}"] = _post(port, secret, events, clients, size)
    begun = time.perf_counter()
    landed = int(
        subprocess.run(
            [sys.executable, "-c", _LAND], check=True, capture_output=True, text=True
        ).stdout
    )
    seconds = time.perf_counter() - begun
    assert landed == sum(one["events"] for one in rates.values()), f"{landed} landed"
    database = os.environ.get("REGULARS_DATABASE_URL", "sqlite").partition(":")[0]
    return {
        "database": database,
        "clients": clients,
        "taken": rates,
        "landed": {"events": landed, "seconds": round(seconds, 1),
                   "events_a_second": round(landed / seconds)},
    }  # fmt: skip


_TOKEN = """
import django; django.setup()
from regulars_server.access.models import User
from regulars_server.access.tokens import make
from regulars_server.web.actor import system
user = User.objects.create(email="bench@example.com", name="bench", role="administrator")
made = make(actor=system("bench"), user=user, name="bench", scopes=["events.write"], days=1)
print(made[1])
"""
_LAND = """
import django; django.setup()
from regulars_server.inbox.landing import land_once
total = 0
while (landed := land_once()) is not None:
    total += landed
print(total)
"""


def _post(port: int, secret: str, events: int, clients: int, size: int) -> dict[str, Any]:
    each = max(1, events // clients // size)
    work = [(port, secret, client, each, size) for client in range(clients)]
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        pool.map(_ready, range(clients))
        begun = time.perf_counter()
        answers = [one for some in pool.map(_client, work, chunksize=1) for one in some]
        seconds = time.perf_counter() - begun
    answers.sort()
    return {
        "events": each * size * clients,
        "events_a_second": round(each * size * clients / seconds),
        "answer_seconds": {
            "median": round(statistics.median(answers), 4),
            "p99": round(answers[int(len(answers) * 0.99)], 4),
        },
    }


def _ready(_number: int) -> None:
    """A client's process has started."""


def _client(work: tuple[int, str, int, int, int]) -> list[float]:
    """Post batches one after the other; the seconds of each answer."""
    port, secret, client, batches, size = work
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    bodies = [_body(client, number, size) for number in range(batches)]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for body in bodies:
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/events", body, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        taken.append(time.perf_counter() - begun)
        assert answer.status == 200, said
        assert said["accepted"] == size, said
    return taken


def _body(client: int, number: int, size: int) -> bytes:
    return json.dumps(
        {"batch": [_message(f"{size}-{client}-{number}-{n}", n) for n in range(size)]}
    ).encode()


def _message(name: str, n: int) -> dict[str, object]:
    kinds = ("Order Completed", "Page Viewed", "Email Opened", "Page Viewed")
    products = [{"product_id": f"p{n % 50}", "price": 9.9, "quantity": 1}] * 3
    given = {"order_id": name, "total": 29.7, "products": products} if n % 4 == 0 else {}
    return {
        "type": "track", "messageId": name, "userId": f"C-{n % 997}", "event": kinds[n % 4],
        "timestamp": "2026-03-01T12:00:00Z", "sentAt": "2026-03-01T12:00:01Z",
        "context": {"library": {"name": "bench", "version": "1"}, "page": {"path": "/shop"}},
        "properties": {"campaign": "spring", **given},
    }  # fmt: skip


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
