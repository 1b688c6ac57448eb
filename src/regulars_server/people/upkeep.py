"""What goes on beside the pages: erasures are finished, the index follows the facts."""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, close_old_connections

from regulars.errors import RegularsError
from regulars_server.people import erasing, hearing, index
from regulars_server.settings.declared import DATA

log = logging.getLogger("regulars_server.people")
SECONDS = 2.0
# An erasure that cannot go on is tried again, less and less often.
_MOST_SECONDS = 60.0


def once() -> bool:
    """One round; False when something could not be done and is to be tried again."""
    with _alone():
        whole = _erase()
        try:
            index.refresh(wanted=lambda: bool(erasing.unfinished()))
            hearing.hear()
        except RegularsError:
            log.exception("the index of people, or the consents, stay as they were")
            whole = False
        # Who was forgotten elsewhere is noticed by the index.
        return _erase() and whole


def _erase() -> bool:
    """Take every erasure as far as it goes; True when all are done."""
    whole = True
    for pk in erasing.unfinished():
        whole = erasing.run(pk) and whole
    return whole


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: another that is started waits, and then finds nothing to do."""
    DATA.value.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (DATA.value / "people.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def watch() -> None:
    """Rounds without end: the program ``python -m regulars_server.people``."""
    pause = SECONDS
    while True:
        try:
            whole = once()
        except DatabaseError:  # away, or busy: the server must not end with it
            log.exception("the database did not answer")
            whole = False
        pause = SECONDS if whole else min(2 * pause, _MOST_SECONDS)
        close_old_connections()
        time.sleep(pause)
