"""The thread of a child that renews its lease and carries its progress."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.db import Error, close_old_connections, connection

from regulars_server.work.exits import end_now

if TYPE_CHECKING:
    from regulars_server.work.leases import Held
    from regulars_server.work.rules import Terms

log = logging.getLogger("regulars_server.work")


class Beats:
    """Renews the lease until it is stopped; ends the process when the lease is lost."""

    def __init__(self, held: Held, terms: Terms) -> None:
        self.asked_to_end = False
        self._held = held
        self._terms = terms
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="beats", daemon=True)
        self._said: tuple[str, int | None, int | None] = ("", None, None)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No beat is sent, or under way, when this returns."""
        self._over.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def say(self, *, stage: str, done_units: int | None, all_units: int | None) -> None:
        """What the next beat carries."""
        self._said = (stage, done_units, all_units)

    def _beat_on(self) -> None:
        last = time.monotonic()
        try:
            while not self._over.wait(self._terms.beat_seconds):
                if self._beat():
                    last = time.monotonic()
                elif time.monotonic() - last > self._terms.lease_seconds:
                    # The database is away: by now somebody else may have the job.
                    end_now()
        finally:
            connection.close()

    def _beat(self) -> bool:
        """Whether the database took the beat."""
        from regulars_server.work.clock import shared
        from regulars_server.work.leases import LeaseLost, Progress, beat

        stage, done, total = self._said
        progress = Progress(stage=stage, done_units=done, all_units=total)
        try:
            asked = beat(self._held, progress=progress, terms=self._terms, now=shared())
        except LeaseLost:
            log.warning("job %s: the lease was lost", self._held.job_id)
            end_now()
        except Error:
            log.warning("job %s: no sign of life could be written", self._held.job_id)
            close_old_connections()
            return False
        self.asked_to_end = self.asked_to_end or asked
        return True
