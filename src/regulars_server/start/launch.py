"""Runs the programs of the server beside each other; when the web ends, all end.

This process reads no facts and holds no connection. On a production machine systemd takes its
place, see docs/operating/server.md.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 35


class Stop(Exception):
    """Somebody asked the server to end."""


def launch(*, data: Path | None, bind: str | None, browse: bool) -> int:
    """Prepare, start, wait; returns the exit code."""
    os.environ.update(environment(os.environ, data=data, bind=bind))
    if subprocess.run([*_python(), "prepare"], check=False).returncode:
        return 1
    running: dict[str, subprocess.Popen[bytes]] = {}
    with stopping():
        try:
            for name, arguments in programs().items():
                running[name] = start(arguments)
            if ready(running["web"]):
                _greet(browse)
            return keep(running, programs())
        except Stop:
            return 0
        finally:
            end_all(running)


def environment(given: Mapping[str, str], *, data: Path | None, bind: str | None) -> dict[str, str]:
    """What the programs find in their environment: the options stand above the variables."""
    said = dict(given)
    if data is not None:
        said["REGULARS_DATA"] = str(data.absolute())
    if bind is not None:
        said["REGULARS_BIND"] = bind
        host, _colon, port = bind.rpartition(":")
        if host in ("127.0.0.1", "localhost", "[::1]"):
            said.setdefault("REGULARS_URL", f"http://{host}:{port}")
    said.setdefault("REGULARS_LOG_FORMAT", "text" if sys.stderr.isatty() else "json")
    said.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    return said


def programs() -> dict[str, tuple[str, ...]]:
    """Name and module with arguments of everything that runs."""
    from regulars_server.capability import capabilities

    return {
        "web": ("regulars_server", "web"),
        **{name: arguments for one in capabilities() for name, arguments in one.processes},
    }


def ready(web: subprocess.Popen[bytes], *, seconds: float = 60) -> bool:
    """Wait until the web answers; False when it ends or takes longer."""
    from regulars_server.settings.declared import BIND

    host, port = BIND.value
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/health"
    until = time.monotonic() + seconds
    while web.poll() is None and time.monotonic() < until:
        try:
            request = urllib.request.Request(address, headers={"Host": "localhost"})
            with urllib.request.urlopen(request, timeout=5):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def _greet(browse: bool) -> None:
    from regulars_server.settings.declared import DATA, URL

    page = URL.value
    try:
        token = (DATA.value / "first-run-token").read_text(encoding="utf-8").strip()
        page = f"{page}/first-run/?token={token}"
        said = f"Make the administrator: {page}"
    except FileNotFoundError:
        said = f"Regulars: {page}"
    sys.stdout.write(f"\n{said}\nEnd with Ctrl-C.\n\n")
    sys.stdout.flush()
    if browse:
        webbrowser.open(page)


def start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program of ours."""
    return subprocess.Popen([sys.executable, "-m", *arguments])


def keep(
    running: dict[str, subprocess.Popen[bytes]], arguments: Mapping[str, Sequence[str]]
) -> int:
    """Wait for the web to end; start whatever else ends again, and slower each time it fails.

    A server without its web is none. Without its worker it answers, and jobs wait.
    """
    again_at: dict[str, float] = {}
    failed: dict[str, int] = {}
    while True:
        code = running["web"].poll()
        if code is not None:
            sys.stderr.write(f"regulars: web ended with {code}; ending the others.\n")
            return code or 1
        for name, process in running.items():
            if process.poll() is None:
                continue
            if name not in again_at:
                failed[name] = failed.get(name, 0) + 1
                seconds = min(60.0, 2.0 ** (failed[name] - 1))
                again_at[name] = time.monotonic() + seconds
                said = f"{name} ended with {process.poll()}; starting it again in {seconds:.0f} s."
                sys.stderr.write(f"regulars: {said}\n")
            elif time.monotonic() >= again_at[name]:
                del again_at[name]
                running[name] = start(arguments[name])
        time.sleep(0.2)


def end_all(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and end those that do not."""
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in running.values():
        try:
            process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def stopping() -> Iterator[None]:
    """Within, SIGTERM and Ctrl-C raise `Stop`, once."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise Stop

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _python() -> list[str]:
    return [sys.executable, "-m", "regulars_server"]
