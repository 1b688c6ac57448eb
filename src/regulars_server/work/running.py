"""What the function of a job is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars_server.work.beats import Beats
    from regulars_server.work.leases import Held
    from regulars_server.work.models import Job


class Cancelled(Exception):
    """Somebody asked for this job to end."""


class Running:
    """What the function of a job is given.

    Attributes
    ----------
    id, kind, key, payload : of the job.
    attempt : 1 at the first.
    """

    def __init__(self, job: Job, held: Held, beats: Beats) -> None:
        self.id = job.pk
        self.kind = job.kind
        self.key = job.key
        self.payload: Mapping[str, Any] = job.payload
        self.attempt = job.attempts
        self.finished = False
        self.held = held
        self._beats = beats

    def progress(
        self, done: int | None = None, total: int | None = None, *, stage: str = ""
    ) -> None:
        """Say how far the job is; the page shows it within seconds.

        Raises
        ------
        Cancelled : the job is asked to end.
        """
        self._beats.say(stage=stage, done_units=done, all_units=total)
        self.check()

    def check(self) -> None:
        """Raise `Cancelled` where the job is asked to end; cheap, for inner loops."""
        if self._beats.asked_to_end:
            raise Cancelled

    @contextmanager
    def finishing(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        """The transaction that ends the job: what is written within is kept with it, once.

        Keep it short, and write to the database only. A function that does not call it is
        finished when it returns.

        Raises
        ------
        LeaseLost : another worker has the job; nothing is kept.
        """
        from django.db import close_old_connections, connection, transaction

        from regulars_server.work.clock import shared
        from regulars_server.work.leases import finish

        # From here on the row itself is locked: nobody puts back what is being finished.
        self._beats.stop()
        if not connection.in_atomic_block:
            close_old_connections()  # a long job's may be gone, or older than it may be
        with transaction.atomic():
            finish(self.held, result=result, now=shared())
            yield
        self.finished = True
