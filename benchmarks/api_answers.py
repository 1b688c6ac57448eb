"""Does a heavy question hold up the web? Milliseconds of `GET /me` alone and beside analyses.

Run: ``python benchmarks/api_answers.py``. It starts a server of its own with the shipped demo on a
free port, asks every analysis once (fresh) and again (kept), then asks `/me` while eight analyses
are being worked out.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from typing import Any

HEAVY = (
    "value_backtest",
    "value_tracking",
    "value",
    "lifecycle",
    "rfm",
    "cohorts",
    "bridge",
    "decline",
)
DAYS = [f"1998-03-{n:02}" for n in range(1, len(HEAVY) + 1)]
MAKE_TOKEN = """
from regulars_server.access.models import User
from regulars_server.access.tokens import make
from regulars_server.web.actor import system
user = User(role="analyst", email="bench@example.com", name="bench")
user.set_unusable_password(); user.save()
print(make(actor=system("bench"), user=user, name="b", scopes=["analyses.read"], days=1)[1])
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = {**os.environ, "REGULARS_DATA": folder, "REGULARS_BIND": f"127.0.0.1:{port}",
               "REGULARS_URL": f"http://127.0.0.1:{port}", "REGULARS_LOG_LEVEL": "WARNING",
               "REGULARS_SECRET_KEY": secrets.token_hex(32),
               "REGULARS_API_TOKEN_PER_MINUTE": "100000",
               "REGULARS_API_USER_PER_MINUTE": "100000"}  # fmt: skip
        python = [sys.executable, "-m", "regulars_server"]
        subprocess.run([*python, "prepare"], env=env, check=True)
        made = subprocess.run([*python, "manage", "shell", "--no-imports", "-c", MAKE_TOKEN],
                              env=env, check=True, capture_output=True, text=True)  # fmt: skip
        token = made.stdout.split()[-1]
        web = subprocess.Popen([*python, "web"], env=env)
        try:
            measure(f"http://127.0.0.1:{port}/api/v1", token)
        finally:
            web.terminate()
            web.wait()


def measure(base: str, token: str) -> None:
    wait(base, token)
    names = [one["name"] for one in get(f"{base}/analyses", token)[1]["items"]]
    fresh = {name: seconds(f"{base}/analyses/{name}", token) for name in names}
    kept = {name: seconds(f"{base}/analyses/{name}", token) for name in names}
    slowest = sorted(fresh, key=fresh.__getitem__, reverse=True)[:3]
    print(f"{len(names)} analyses: fresh median {statistics.median(fresh.values()):.2f} s, "
          f"slowest {', '.join(f'{name} {fresh[name]:.1f} s' for name in slowest)}; "
          f"kept median {1000 * statistics.median(kept.values()):.0f} ms")  # fmt: skip
    idle = [seconds(f"{base}/me", token) for _ in range(200)]
    threads = [
        threading.Thread(target=seconds, args=(f"{base}/analyses/{name}?as_of={day}", token))
        for name, day in zip(HEAVY, DAYS, strict=True)
    ]
    for thread in threads:
        thread.start()
    beside = []
    while any(thread.is_alive() for thread in threads):
        beside.append(seconds(f"{base}/me", token))
        time.sleep(0.02)
    for name, times in (("alone", idle), ("beside eight analyses", beside)):
        ordered = sorted(times)
        print(f"GET /me {name}: median {1000 * statistics.median(ordered):.1f} ms, "
              f"95th {1000 * ordered[int(0.95 * len(ordered))]:.1f} ms, "
              f"longest {1000 * ordered[-1]:.0f} ms, {len(ordered)} requests")  # fmt: skip


def get(url: str, token: str) -> tuple[int, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, None


def seconds(url: str, token: str) -> float:
    """How long until it is answered, however often that must be asked."""
    begun = time.perf_counter()
    while get(url, token)[0] in (202, 429, 503):
        time.sleep(0.1)
    return time.perf_counter() - begun


def wait(base: str, token: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            get(f"{base}/me", token)
            return
        except OSError:
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
