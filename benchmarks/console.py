"""The console with several users at once: ``python -m benchmarks.console --workspace W``.

Starts a server of its own with an empty database on the given workspace, which is only read, signs
in so many users, and has each of them open pages without a pause: the overview, customers drawn at
random, counts of conditions drawn at random. A page is what a browser loads: the page and the parts
that it asks for by itself, one after the other. Prints the median, the 95th percentile and the
longest of the pages and of each request, and the memory of the web processes.

Users who do not pause are the worst case: with ``--pause 1`` they read for a second.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

USERS = """
import json, sys, time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from regulars_server.access.models import User
keys = []
for number in range({users}):
    email = f"bench{{number}}@example.com"
    user = User(role="administrator", email=email, name=f"bench {{number}}")
    user.set_unusable_password(); user.save()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["begun_at"] = session["seen_at"] = int(time.time())
    session.save()
    keys.append(session.session_key)
print("KEYS " + json.dumps(keys))
"""
# What a page asks for by itself.
_PART = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="load[^"]*"')
_AGAIN = re.compile(r'hx-trigger="load delay:([0-9.]+)(m?s)')
DEEPEST = 40


@dataclass
class Times:
    """Seconds by what was asked."""

    pages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    requests: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lock: threading.Lock = field(default_factory=threading.Lock)


class Browser:
    """One user's browser, as far as loading pages goes."""

    def __init__(self, port: int, session: str, times: Times) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = f"sessionid={session}"
        self._times = times

    def open(self, name: str, path: str) -> None:
        """A page and what it loads by itself."""
        begun = time.perf_counter()
        self._load(name, path, part=False, depth=0)
        with self._times.lock:
            self._times.pages[name].append(time.perf_counter() - begun)

    def _load(self, name: str, path: str, *, part: bool, depth: int) -> None:
        headers = {"Cookie": self._cookie, "Accept-Language": "en"}
        if part:
            headers |= {"HX-Request": "true"}
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        took = time.perf_counter() - begun
        label = re.sub(r"\d+", "N", path.partition("?")[0])
        with self._times.lock:
            self._times.requests[label].append(took)
            if answer.status != 200:
                self._times.refused[f"{answer.status} {label}"] += 1
        if depth < DEEPEST:
            for found in _PART.finditer(text):
                waits = _AGAIN.search(found.group(0))
                if waits:
                    time.sleep(float(waits[1]) / (1000 if waits[2] == "ms" else 1))
                url = found.group(1).replace("&amp;", "&")
                self._load(name, urllib.parse.urljoin(path, url), part=True, depth=depth + 1)


def overview(browser: Browser, draw: random.Random) -> None:
    browser.open("overview", "/")


def customer(browser: Browser, draw: random.Random) -> None:
    browser.open("customer", f"/people/{draw.randint(1, KEYS[0])}/")


def count(browser: Browser, draw: random.Random) -> None:
    condition = draw.choice((
        f"clv_365d_minor >= {draw.randint(1, 20_000)} and recency_days < {draw.randint(20, 600)}",
        f"life_stage = '{draw.choice(STAGES)}' and orders >= {draw.randint(1, 9)}",
        f"p_alive between {draw.random() / 2:.3f} and {0.5 + draw.random() / 2:.3f}",
    ))  # fmt: skip
    where = urllib.parse.urlencode({"where": condition})
    browser.open("audience count", f"/audiences/count/?{where}")


KEYS = [1]
STAGES = ("decline", "lost", "mature", "growth")
PAGES: dict[str, Callable[[Browser, random.Random], None]] = {
    "overview": overview, "customer": customer, "count": count,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=1_000_000, help="keys are drawn up to it")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30, help="for each page")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two pages")
    parser.add_argument("--processes", type=int, default=2, help="of the web")
    parser.add_argument("--pages", nargs="*", choices=PAGES, default=list(PAGES))
    asked = parser.parse_args(arguments)
    KEYS[0] = asked.customers
    with tempfile.TemporaryDirectory(prefix="regulars-console-") as folder:
        port = _free_port()
        env = {**os.environ, "REGULARS_DATA": folder, "REGULARS_BIND": f"127.0.0.1:{port}",
               "REGULARS_WORKSPACE": str(asked.workspace.absolute()),
               "REGULARS_URL": f"http://127.0.0.1:{port}", "REGULARS_LOG_LEVEL": "WARNING",
               "REGULARS_SECRET_KEY": secrets.token_hex(32), "REGULARS_NIGHTLY_SNAPSHOT": "off",
               "REGULARS_WEB_PROCESSES": str(asked.processes)}  # fmt: skip
        python = [sys.executable, "-m", "regulars_server"]
        subprocess.run([*python, "prepare"], env=env, check=True)
        shell = [*python, "manage", "shell", "--no-imports", "-c", USERS.format(users=asked.users)]
        made = subprocess.run(shell, env=env, check=True, capture_output=True, text=True).stdout
        sessions = json.loads(made.partition("KEYS ")[2].splitlines()[0])
        _index(python, env)
        web = subprocess.Popen([*python, "web"], env=env, start_new_session=True)
        try:
            _measure(asked, port, sessions, web.pid)
        finally:
            web.terminate()
            web.wait()
    return 0


def _index(python: list[str], env: dict[str, str]) -> None:
    """The index of people, as its own program makes it beside the web."""
    made = "from regulars_server.people.index import refresh; refresh()"
    subprocess.run([*python, "manage", "shell", "--no-imports", "-c", made], env=env, check=True)


def _measure(asked: argparse.Namespace, port: int, sessions: list[str], pid: int) -> None:
    _wait(port)
    for page in asked.pages:
        times = Times()
        PAGES[page](Browser(port, sessions[0], Times()), random.Random(0))  # once, to warm
        until = time.monotonic() + asked.seconds
        threads = [
            threading.Thread(target=_user, args=(asked, port, key, times, page, until, number))
            for number, key in enumerate(sessions)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _tell(page, times, asked)
    for process, mb in _memory(pid):
        print(f"memory of {process}: {mb:,.0f} MB")


def _user(
    asked: argparse.Namespace, port: int, key: str, times: Times, page: str, until: float, seed: int
) -> None:
    browser, draw = Browser(port, key, times), random.Random(seed)
    while time.monotonic() < until:
        PAGES[page](browser, draw)
        time.sleep(asked.pause * draw.uniform(0.5, 1.5))


def _tell(page: str, times: Times, asked: argparse.Namespace) -> None:
    for name, seconds in times.pages.items():
        rate = len(seconds) / asked.seconds
        print(f"{name}, {asked.users} users at once: {_said(seconds)}, {rate:.1f} a second")
    for label, seconds in sorted(times.requests.items()):
        print(f"    {label}: {_said(seconds)}")
    for label, number in sorted(times.refused.items()):
        print(f"    {label}: {number} times")


def _said(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    shares = (
        ("median", statistics.median(ordered)),
        ("95th", ordered[int(0.95 * (len(ordered) - 1))]),
        ("longest", ordered[-1]),
    )
    told = ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in shares)
    return f"{told} ({len(ordered)})"


def _memory(pid: int) -> list[tuple[str, float]]:
    """Resident memory of the web's processes and of what they started, in MB."""
    found = subprocess.run(
        ["ps", "-o", "rss=,args=", "--sid", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    rows = [line.strip().partition(" ") for line in found.splitlines()]
    return [(args.strip()[:60], int(rss) / 1024) for rss, _, args in rows]


def _wait(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
