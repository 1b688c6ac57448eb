"""kill -9 of the web while clients post, and of the lander: nothing lost, nothing twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from regulars_server.inbox.landing import land_once
from regulars_server.inbox.models import Message, State
from server.inbox.conftest import event, facts, land_all, order
from server.people import actor, make_user
from server.start.test_serve import free_port
from server.work.conftest import url_of_this_database

pytestmark = pytest.mark.django_db(transaction=True)
LANDER = """
import django; django.setup()
from regulars_server.inbox.landing import land_once
while True:
    if land_once() is None:
        print("idle", flush=True)
        break
    print("landed", flush=True)
"""


def environment(folder: Path, ws: Any, **more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("REGULARS_", "DJANGO_"))}
    return {
        **clean,
        "DJANGO_SETTINGS_MODULE": "regulars_server.settings.main",
        "REGULARS_DATA": str(folder / "data"),
        "REGULARS_SECRET_KEY": "a key for tests, of no worth elsewhere",
        "REGULARS_DATABASE_URL": url_of_this_database(),
        "REGULARS_WORKSPACE": str(ws.settings.root),
        "REGULARS_LOG_LEVEL": "ERROR",
        "REGULARS_INBOX_VISIT_MINUTES": "0",
        **more,
    }


class Web:
    """The application server in a group of its own, so that all of it dies at once."""

    def __init__(self, folder: Path, ws: Any) -> None:
        self.port = free_port()
        self._environment = environment(folder, ws, REGULARS_BIND=f"127.0.0.1:{self.port}")
        # The page's style sheets are not asked for: there is nothing to prepare but the folder.
        (folder / "data/static").mkdir(parents=True, exist_ok=True)
        self.log = (folder / "web.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "regulars_server", "web"],
            env=self._environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def web(inbox: Any, tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path, inbox)
    made.start()
    try:
        yield made
    finally:
        made.kill()
        made.log.close()


class Sender(threading.Thread):
    """Posts batches until it is told to end; each again and again until it is answered."""

    def __init__(self, name: str, port: int, secret: str) -> None:
        super().__init__(name=name)
        self.acknowledged: list[str] = []
        self.tries = 0
        self.wrong: list[str] = []
        self.end = threading.Event()
        self._port, self._headers = port, {
            "Authorization": f"Bearer {secret}", "Content-Type": "application/json",
        }  # fmt: skip

    def run(self) -> None:
        number = 0
        while not self.end.is_set():
            ids = [f"{self.name}-{number}-{n}" for n in range(20)]
            body = json.dumps({"batch": [order(one) for one in ids]})
            while not self._post(body):
                if self.end.is_set():
                    return
                time.sleep(0.05)
            self.acknowledged += ids
            number += 1

    def _post(self, body: str) -> bool:
        self.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        with suppress(OSError, http.client.HTTPException):
            connection.request("POST", "/api/v1/events", body, self._headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                self.wrong.append(f"{answer.status} {said[:200]!r}")
            return answer.status == 200
        return False


def post_through_kills(web: Web, *, kills: int, seed: int) -> None:
    from regulars_server.access.tokens import make

    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    user = make_user("administrator")
    _token, secret = make(actor=actor(user), user=user, name="x", scopes=["events.write"], days=1)
    senders = [Sender(f"s{n}", web.port, secret) for n in range(3)]
    for one in senders:
        one.start()
    try:
        for _ in range(kills):
            before = sum(len(one.acknowledged) for one in senders)
            until = time.monotonic() + 60
            while sum(len(one.acknowledged) for one in senders) == before:
                assert time.monotonic() < until, [one.wrong[-1:] for one in senders]
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            web.kill()
            web.start()
    finally:
        for one in senders:
            one.end.set()
        for one in senders:
            one.join()
        web.kill()
    acknowledged = [one for sender in senders for one in sender.acknowledged]
    kept = Counter(Message.objects.values_list("message_id", flat=True))
    assert not [one for sender in senders for one in sender.wrong]
    assert len(acknowledged) > 20 * kills
    assert set(acknowledged) <= set(kept), "an answer was given for what is not there"
    assert set(kept.values()) == {1}
    assert sum(one.tries for one in senders) > len(acknowledged) / 20, "no request was cut off"


def test_the_web_is_killed_while_clients_post(web: Web, store: str) -> None:
    post_through_kills(web, kills=4, seed=20260310)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_web_is_killed_a_hundred_times(web: Web, store: str) -> None:
    post_through_kills(web, kills=100, seed=1)


def land_through_kills(ws: Any, folder: Path, *, kills: int, seed: int) -> None:
    """Messages come in all the while; each must be one row of the facts in the end."""
    from regulars_server.inbox.services import take
    from regulars_server.work.clock import shared

    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    sent: list[str] = []
    killed: Counter[str] = Counter()

    def send() -> None:
        ids = [f"k{len(sent) + n}" for n in range(chance.randrange(1, 40))]
        messages = [
            event(one, chance.choice(("Email Opened", "Page Viewed"))) if n % 2 else order(one)
            for n, one in enumerate(ids)
        ]
        take(messages=messages, source="shop", token=None, received_at=shared())
        sent.extend(ids)

    while sum(killed.values()) < kills:
        send()
        process = subprocess.Popen(
            [sys.executable, "-c", LANDER], env=environment(folder, ws), stdout=subprocess.PIPE
        )
        # Past its start; then forming, landing and marking.
        until = time.monotonic() + chance.uniform(0.6, 1.6)
        while time.monotonic() < until and process.poll() is None:
            if chance.random() < 0.1:
                send()
            time.sleep(0.02)
        killed["at work" if process.poll() is None else "ended"] += 1
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    land_all()
    assert land_once() is None
    assert killed["at work"] >= kills // 4, killed
    sys.stdout.write(f"{dict(killed)}, {len(sent)} messages\n")
    assert set(Message.objects.values_list("state", flat=True)) == {State.LANDED}
    orders = [row[0] for row in facts(ws, "orders", "order_id") if row[0].startswith("k")]
    opened = [row[0] for row in facts(ws, "responses", "response_id")]
    pages = sum(row[0] for row in facts(ws, "visits", "pages"))
    names = dict(Message.objects.values_list("message_id", "event"))
    assert sorted(orders) == sorted(n for n, e in names.items() if e == "Order Completed")
    assert sorted(opened) == sorted(n for n, e in names.items() if e == "Email Opened")
    assert pages == sum(e == "Page Viewed" for e in names.values())
    assert sorted(names) == sorted(sent)


@pytest.mark.usefixtures("visits_end_at_once")
def test_the_lander_is_killed_at_random(inbox: Any, tmp_path: Path, store: str) -> None:
    land_through_kills(inbox, tmp_path, kills=8, seed=20260310)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("visits_end_at_once")
def test_the_lander_is_killed_a_hundred_times(inbox: Any, tmp_path: Path, store: str) -> None:
    land_through_kills(inbox, tmp_path, kills=100, seed=1)
