"""A child as its worker sees it: started, timed, killed, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

from regulars_server.work.kinds import Kind
from regulars_server.work.leases import Held


class Child:
    """The process that runs one job."""

    def __init__(self, held: Held, kind: Kind, process: subprocess.Popen[bytes]) -> None:
        self.held = held
        self.kind = kind
        self.killed_for = ""
        self._process = process
        self._begun = time.monotonic()

    @classmethod
    def start(cls, held: Held, kind: Kind) -> Child:
        """Spawn the child in a session of its own: Ctrl-C at the terminal is for the worker."""
        arguments = [sys.executable, "-m", "regulars_server.work.child", str(held.job_id)]
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, start_new_session=True)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended already, which the next turn sees
            # Not among the arguments, which everybody on the machine can read. The pipe stays
            # open: that it closes tells the child that its worker is gone.
            process.stdin.write(f"{held.token}\n".encode())
            process.stdin.flush()
        return cls(held, kind, process)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._begun

    @property
    def ended(self) -> bool:
        if self._process.poll() is None:
            return False
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        return True

    @property
    def how_it_ended(self) -> str:
        """The signal or the code that it ended with; nothing after a kill of ours."""
        code = self._process.poll()
        if self.killed_for or code is None:
            return ""
        if code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit {code}"

    def kill(self, reason: str) -> None:
        """End it and all that it started; the first reason counts."""
        if self._process.poll() is None:
            self.killed_for = self.killed_for or reason
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
