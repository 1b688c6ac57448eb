"""The worker: takes jobs, runs each in a child, and looks after its children.

It computes nothing itself, so that nothing can hold it up. It never forks after a library with
threads is loaded, because it loads none.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

from django.db import Error, close_old_connections

from regulars_server.work import leases
from regulars_server.work.children import Child
from regulars_server.work.clock import Clock, shared
from regulars_server.work.kinds import Kind
from regulars_server.work.models import Job
from regulars_server.work.rules import Schedule, Terms

log = logging.getLogger("regulars_server.work")
LOOK_SECONDS = 1.0


class Worker:
    """Runs jobs of these kinds until it is told to stop and its children have ended."""

    def __init__(
        self,
        *,
        kinds: Mapping[str, Kind],
        schedules: Mapping[str, Schedule],
        terms: Terms,
        at_once: int,
        clock: Clock = shared,
        start: Callable[[leases.Held, Kind], Child] = Child.start,
        follow: Callable[..., int] | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.children: list[Child] = []
        self._kinds = kinds
        self._schedules = schedules
        self._terms = terms
        self._at_once = at_once
        self._clock = clock
        self._start = start
        self._follow = follow
        self._stop_at: float | None = None
        self._kept_at = float("-inf")

    @property
    def look_seconds(self) -> float:
        """How long to wait between two turns, unless a signal comes."""
        return min(LOOK_SECONDS, self._terms.beat_seconds)

    @property
    def over(self) -> bool:
        """Whether it was told to stop and nothing runs any more."""
        return self._stop_at is not None and not self.children

    def stop(self) -> None:
        """Take no more jobs; the running ones have their grace from now."""
        if self._stop_at is None:
            log.info("stopping: %d running", len(self.children))
            self._stop_at = time.monotonic() + self._terms.grace_seconds

    def turn(self) -> None:
        """One look at everything. A database that is away is waited for."""
        try:
            self._look_after_children()
            if self._stop_at is None:
                self._keep_the_table()
                self._take()
        except Error as error:
            log.warning("the database does not answer: %s", error)
            close_old_connections()

    def _look_after_children(self) -> None:
        self._hear_of_requests()
        stopped = self._stop_at is not None and time.monotonic() >= self._stop_at
        for child in list(self.children):
            if stopped:
                child.kill("stop")
            elif child.seconds > child.kind.seconds:
                child.kill("time")
            if child.ended:
                # Only then off the list: with the database away, the next turn tries again.
                self._settle(child)
                self.children.remove(child)

    def _hear_of_requests(self) -> None:
        """Kill those whose lease went to another, and those that did not end when asked to."""
        if not self.children:
            return
        now = self._clock()
        ids = [child.held.job_id for child in self.children]
        found = {
            row.pk: row
            for row in Job.objects.filter(pk__in=ids).only("token", "cancel_asked_at")
        }  # fmt: skip
        for child in self.children:
            row = found.get(child.held.job_id)
            if row is None or row.token not in ("", child.held.token):
                child.kill("lost")
            elif self._terms.patience_is_over(row.cancel_asked_at, now):
                child.kill("cancelled")

    def _settle(self, child: Child) -> None:
        """Say how the job ended where its child could not; a child that could was heard."""
        try:
            if child.killed_for == "stop":
                leases.hand_back(child.held, now=self._clock())
            else:
                leases.fail(
                    child.held,
                    code=child.killed_for or "killed",
                    detail=child.how_it_ended,
                    now=self._clock(),
                )
        except leases.LeaseLost:
            return
        log.warning("job %s: %s", child.held.job_id, child.killed_for or child.how_it_ended)

    def _keep_the_table(self) -> None:
        if time.monotonic() - self._kept_at < self._terms.beat_seconds:
            return
        self._kept_at = time.monotonic()
        now = self._clock()
        leases.put_back_lost(now=now)
        leases.make_due(self._schedules, now=now)
        if self._follow is not None:
            self._follow(now=now)

    def _take(self) -> None:
        while len(self.children) < self._at_once:
            held = leases.claim(
                worker=self.name, among=self._kinds.keys(), terms=self._terms, now=self._clock()
            )
            if held is None:
                return
            log.info("job %s (%s)", held.job_id, held.kind)
            self.children.append(self._start(held, self._kinds[held.kind]))
