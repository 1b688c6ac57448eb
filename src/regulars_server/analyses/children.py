"""The processes that work out answers, as the web sees them: bounded, timed, ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from regulars import errors as library
from regulars_server.analyses.configuration import AT_ONCE, LONGEST_SECONDS, MEMORY_MB
from regulars_server.errors import NotNow

log = logging.getLogger("regulars_server.analyses")
MOST_QUEUED = 32
IDLE_SECONDS = 120.0
MEMORY = "it needed more memory than it may have"
TIME = "it took longer than it may"


class Child:
    """One process that answers question after question."""

    def __init__(self) -> None:
        arguments = ["-m", "regulars_server.analyses.child", str(MEMORY_MB.value)]
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._read = b""

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, question: Mapping[str, Any], *, seconds: float) -> None:
        """Have a question answered into its folder.

        Raises
        ------
        NotNow : it took too long, needed too much memory, or the process died.
        RegularsError : what the library says is wrong with the question or the facts.
        RuntimeError : anything else, with the child's trace for the log.
        """
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        reply = self._line(time.monotonic() + seconds)
        if not reply:
            return
        kind = getattr(library, reply["error"], None)
        if reply["error"] == "MemoryError":
            self.end()  # what is left of its memory is in pieces
            raise NotNow(MEMORY)
        if isinstance(kind, type) and issubclass(kind, library.RegularsError):
            raise kind(reply["text"])
        raise RuntimeError(reply["text"])

    def _line(self, until: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._read:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                self.end()
                raise NotNow(TIME)
            more = os.read(pipe, 65536)
            if not more:
                self.end()
                log.error("a process that works out answers died: %s", self._process.poll())
                raise NotNow(MEMORY)
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Kill it and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


Task = Callable[[Callable[[Mapping[str, Any]], None]], None]


class Children:
    """As many children as may be at once; whatever more is asked waits its turn.

    Each has a thread that waits for it. The threads are daemons: when the web ends it waits for
    none, and a child whose standard input ends, ends.
    """

    def __init__(self) -> None:
        self._tasks: queue.Queue[Task] = queue.Queue(maxsize=MOST_QUEUED)
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._lock = threading.Lock()

    def put(self, task: Task) -> None:
        """Have a task run with a child as soon as one is free.

        Raises
        ------
        NotNow : too many wait already.
        """
        try:
            self._tasks.put_nowait(task)
        except queue.Full:
            raise NotNow("too many analyses wait to be worked out", seconds=5) from None
        with self._lock:
            if self._idle < self._tasks.qsize() and len(self._threads) < AT_ONCE.value:
                thread = threading.Thread(target=self._work, name="answers", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        child: Child | None = None
        while True:
            task = self._next()
            if task is None:
                if child is not None:
                    child.end()
                return

            def ask(question: Mapping[str, Any]) -> None:
                nonlocal child
                if child is None or child.ended:
                    child = Child()
                child.ask(question, seconds=LONGEST_SECONDS.value)

            try:
                task(ask)
            except Exception:
                log.exception("a question was lost")

    def _next(self) -> Task | None:
        """The next task; None after a while without one: the thread then is off the list."""
        with self._lock:
            self._idle += 1
        try:
            return self._tasks.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            with self._lock:
                if not self._tasks.empty():
                    return self._tasks.get_nowait()
                self._threads.remove(threading.current_thread())
            return None
        finally:
            with self._lock:
                self._idle -= 1
