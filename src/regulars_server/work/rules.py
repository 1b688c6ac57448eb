"""Rules of leases, of trying again, and of what falls due: instants in, decisions out (pure).

Nothing here reads a clock, a database or a setting; a test imports it without Django.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

BEAT_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long who waits for whom.

    Attributes
    ----------
    lease_seconds : a job whose child gave no sign for so long is put back.
    grace_seconds : time to end by itself, for a job that is to be cancelled or whose worker is
        to stop; then it is killed.
    """

    lease_seconds: float = 60.0
    grace_seconds: float = 25.0

    @property
    def beat_seconds(self) -> float:
        """How often a child gives a sign: four times a lease or more, so one may be missed."""
        return min(BEAT_SECONDS, self.lease_seconds / 4)

    def until(self, now: dt.datetime) -> dt.datetime:
        """The end of a lease that is taken or renewed now."""
        return now + dt.timedelta(seconds=self.lease_seconds)

    def patience_is_over(self, asked_at: dt.datetime | None, now: dt.datetime) -> bool:
        """Whether what was asked to end has had its grace."""
        return asked_at is not None and now - asked_at >= dt.timedelta(seconds=self.grace_seconds)


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """How often a job is tried, and how long it waits in between.

    Attributes
    ----------
    most : attempts after which the job is set aside with its reason.
    first_seconds : wait after the first failure; each further one doubles it.
    longest_seconds : no wait is longer, before the jitter.
    """

    most: int = 4
    first_seconds: float = 15.0
    longest_seconds: float = 3600.0

    def wait_seconds(self, key: str, failed: int) -> float:
        """Seconds to wait after the ``failed``-th failure.

        ``min(first · 2^(failed − 1), longest)``, times a factor in [0.75, 1.25) that follows from
        the key and the attempt. Jobs that failed together do not come back together, and the same
        job waits equally long whoever computes it.

        Raises
        ------
        ValueError : nothing has failed yet.
        """
        if failed < 1:
            raise ValueError("nothing has failed yet")
        # 2^60 seconds are past any limit, and a float can hold them.
        usual = min(self.first_seconds * 2.0 ** min(failed - 1, 60), self.longest_seconds)
        digest = hashlib.sha256(f"{failed}:{key}".encode()).digest()
        return usual * (0.75 + int.from_bytes(digest[:8], "big") / 2**65)

    def again_at(self, key: str, failed: int, now: dt.datetime) -> dt.datetime | None:
        """When to try again; None when it has been tried often enough."""
        if failed >= self.most:
            return None
        return now + dt.timedelta(seconds=self.wait_seconds(key, failed))


@dataclass(frozen=True)
class Daily:
    """Due once a day at a local time."""

    at: dt.time
    zone: ZoneInfo

    def latest(self, now: dt.datetime) -> dt.datetime:
        """The newest due instant that is not after now.

        Where the clocks change, a time that does not exist that day is due when the old offset
        would have it, and one that exists twice is due the first time.
        """
        day = now.astimezone(self.zone).date()
        due = self._on(day)
        return due if due <= now else self._on(day - dt.timedelta(days=1))

    def _on(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, self.at, self.zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class Every:
    """Due each so many seconds, counted from the start of 1970 in UTC."""

    seconds: int

    def latest(self, now: dt.datetime) -> dt.datetime:
        """The newest due instant that is not after now."""
        since = int(now.timestamp())
        return dt.datetime.fromtimestamp(since - since % self.seconds, dt.UTC)


Schedule = Daily | Every


def due_key(due: dt.datetime) -> str:
    """The key of the row of a periodic job: whoever makes it first, the others find it."""
    return f"due {due.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
