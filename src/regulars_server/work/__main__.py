"""`python -m regulars_server.work`: a worker, until a signal ends it."""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
from collections.abc import Callable
from types import FrameType


def main() -> int:
    """Run jobs; a wrong setting ends it in words."""
    from regulars_server.settings.environment import SettingsError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    try:
        import django

        django.setup()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return work()


def work() -> int:
    """Turn after turn; a signal, also that a child has ended, wakes it at once."""
    from regulars_server.work.configuration import AT_ONCE, terms
    from regulars_server.work.following import follow
    from regulars_server.work.kinds import kinds, schedules
    from regulars_server.work.worker import Worker

    worker = Worker(
        kinds=kinds(), schedules=schedules(), terms=terms(), at_once=AT_ONCE.value, follow=follow
    )  # fmt: skip
    woken = _wake_on_signals(worker.stop)
    logging.getLogger("regulars_server.work").info("worker %s is ready", worker.name)
    while True:
        worker.turn()
        if worker.over:
            return 0
        select.select([woken], [], [], worker.look_seconds)
        _empty(woken)


def _wake_on_signals(stop: Callable[[], None]) -> int:
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def handle(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            stop()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, handle)
    return reading


def _empty(pipe: int) -> None:
    try:
        while os.read(pipe, 512):
            pass
    except BlockingIOError:
        return


if __name__ == "__main__":
    sys.exit(main())
