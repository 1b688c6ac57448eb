"""How long do the overview and a customer's page take with 20 users at once? Percentiles.

Run: ``python benchmarks/console.py WORKSPACE FOLDER``. It serves the workspace on a free port with
FOLDER for the server's files, has the worker prepare both pages, then lets 20 users open pages,
first with a second of reading between two pages and then without any. Give a copy of the
workspace: the worker takes snapshots. Customers are drawn at random, so that each is read for the
first time.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

USERS = 20
SECONDS = 20.0
PASSWORD = "a long walk by the sea 42"
MAKE = f"""
from regulars_server.access.models import User
user = User.objects.filter(email="bench@example.com").first() or User(email="bench@example.com")
user.role, user.name = "club_operator", "bench"
user.set_password("{PASSWORD}"); user.save()
"""
READY = """
from regulars_server.work.models import Job
names = ("overview.prepare", "people.shelve")
done = set(Job.objects.filter(kind__in=names, state="done").values_list("kind", flat=True))
from regulars_server.people import portrait
from regulars_server.people.models import Person
at_hand = isinstance(portrait.gathered(Person.objects.order_by("pk").first()), portrait.Gathered)
print(len(done) == len(names) and at_hand)
"""
KEYS = """
from regulars_server.people.models import Person
import json, random
last = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
wanted = [random.randint(1, last) for _ in range(6000)]
print(json.dumps(list(Person.objects.filter(pk__in=wanted).values_list("pk", flat=True))))
"""


def main(workspace: str, folder: str) -> None:
    port = free_port()
    env = {
        **os.environ, "REGULARS_WORKSPACE": workspace, "REGULARS_DATA": folder,
        "REGULARS_BIND": f"127.0.0.1:{port}", "REGULARS_URL": f"http://127.0.0.1:{port}",
        "REGULARS_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    if "REGULARS_SECRET_KEY" not in env and not (Path(folder) / "secret-key").exists():
        env["REGULARS_SECRET_KEY"] = secrets.token_hex(32)
    python = [sys.executable, "-m", "regulars_server"]
    subprocess.run([*python, "prepare"], env=env, check=True, stdout=subprocess.DEVNULL)
    shell(python, env, MAKE)
    prepare(python, env)
    keys = json.loads(shell(python, env, KEYS))
    web = subprocess.Popen([*python, "web"], env=env)
    try:
        listening(port)
        cookie = sign_in(port)
        random.shuffle(keys)
        pages = {
            "overview": ["/"],
            "customer's page": [f"/people/{key}/" for key in keys],
        }
        for name, paths in pages.items():
            for path in paths[:20]:
                get(port, path, cookie)
            one = [get(port, path, cookie)[1] for path in (paths * 40)[20:60]]
            print(json.dumps({"page": name, "users": 1, **percentiles(one)}), flush=True)
            for pause in (1.0, 0.0):
                found = together(port, cookie, paths[60:] or paths, pause)
                said = {"page": name, "users": USERS, "reads_seconds": pause, **percentiles(found)}
                print(json.dumps(said), flush=True)
        print(json.dumps({"web_peak_mb": peak_of_children(web.pid)}))
    finally:
        web.terminate()
        web.wait()


def shell(python: list[str], env: dict[str, str], code: str) -> str:
    made = subprocess.run(
        [*python, "manage", "shell", "--no-imports", "-c", code],
        env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return made.stdout.strip().splitlines()[-1] if made.stdout.strip() else ""


def prepare(python: list[str], env: dict[str, str]) -> None:
    """The index of people, and what the worker makes; nothing where it is there."""
    subprocess.run([sys.executable, "-m", "regulars_server.people", "--once"], env=env, check=True)
    begun = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "regulars_server.work"], env=env) as worker:
        try:
            while shell(python, env, READY) != "True":
                time.sleep(2)
        finally:
            worker.terminate()
    print(json.dumps({"prepared_seconds": round(time.monotonic() - begun, 1)}), flush=True)


def listening(port: int) -> None:
    """Wait until the web answers."""
    until = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def sign_in(port: int) -> str:
    """A session's cookies."""
    _status, _seconds, form, cookies = asked(port, "GET", "/sign-in/", "")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    body = urllib.parse.urlencode({
        "csrfmiddlewaretoken": token.group(1), "email": "bench@example.com", "password": PASSWORD,
    })  # fmt: skip
    status, _seconds, _text, more = asked(port, "POST", "/sign-in/", cookies, body)
    assert status == 302, status
    return f"{cookies}; {more}"


def get(port: int, path: str, cookie: str) -> tuple[int, float]:
    status, seconds, text, _cookies = asked(port, "GET", path, cookie)
    assert status == 200, (path, status)
    assert "/figures/" not in text, "the page came without its figures"
    return status, seconds


def asked(
    port: int, method: str, path: str, cookie: str, body: str | None = None
) -> tuple[int, float, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Accept-Language": "en", "Referer": f"http://127.0.0.1:{port}/"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Origin"] = f"http://127.0.0.1:{port}"
    begun = time.perf_counter()
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    seconds = time.perf_counter() - begun
    cookies = "; ".join(c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or ())
    connection.close()
    return answer.status, seconds, text, cookies


def together(port: int, cookie: str, paths: list[str], pause: float) -> list[float]:
    """Seconds of each page that so many users opened for a while."""
    found: list[float] = []
    until = time.monotonic() + SECONDS

    def user(number: int) -> None:
        mine = random.Random(number)
        time.sleep(mine.random() * pause)
        while time.monotonic() < until:
            found.append(get(port, mine.choice(paths), cookie)[1])
            time.sleep(pause)

    threads = [threading.Thread(target=user, args=[n]) for n in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def percentiles(seconds: list[float]) -> dict[str, Any]:
    ordered = sorted(seconds)
    at = {f"p{p}_ms": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 1)
          for p in (50, 95, 99)}  # fmt: skip
    return {"pages": len(ordered), **at}


def peak_of_children(pid: int) -> list[int]:
    """Peak resident MiB of the web's processes (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(
                line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
            )
        except OSError:
            continue
        if told.get("PPid", "").strip() == str(pid) or told.get("Pid", "").strip() == str(pid):
            found.append(int(told.get("VmHWM", "0 kB").split()[0]) // 1024)
    return sorted(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
