"""Settings of jobs and of the worker."""

from __future__ import annotations

import datetime as dt

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting
from regulars_server.work.rules import Terms


def time_or_off(given: str) -> dt.time | None:
    """A time of day such as ``03:30``, or None for ``off``."""
    if given == "off":
        return None
    try:
        hour, minute = map(int, given.split(":"))
        return dt.time(hour, minute)
    except ValueError:
        raise ValueError(f"{given!r} is neither a time like 03:30 nor off") from None


AT_ONCE = Setting(
    name="REGULARS_JOBS_AT_ONCE",
    read=readers.whole(1, 32),
    default="1",
    text="Jobs that one worker runs at a time, each in a process of its own.",
)
MEMORY_MB = Setting(
    name="REGULARS_JOB_MEMORY_MB",
    read=readers.whole(256, 1_048_576),
    default="4096",
    text="Memory of one job in MiB, where its kind says nothing else. Leave the machine room for"
    " as many jobs as run at once.",
)
LEASE_SECONDS = Setting(
    name="REGULARS_JOB_LEASE_SECONDS",
    read=readers.whole(1, 3600),
    default="60",
    text="A job that gave no sign for so many seconds is put back for another attempt. The same"
    " for all workers of a database.",
)
GRACE_SECONDS = Setting(
    name="REGULARS_JOB_GRACE_SECONDS",
    read=readers.whole(0, 3600),
    default="25",
    text="Seconds that a running job has to end when the worker stops or the job is cancelled."
    " `regulars serve` waits for 35; longer ones are for a worker under systemd.",
)
KEPT_DAYS = Setting(
    name="REGULARS_JOBS_KEPT_DAYS",
    read=readers.whole(1, 3650),
    default="90",
    text="Days after which an ended job is removed from the table.",
)
REPORTS_KEPT_DAYS = Setting(
    name="REGULARS_REPORTS_KEPT_DAYS",
    read=readers.whole(1, 3650),
    default="30",
    text="Days after which the file of a report that a job made is removed.",
)
NIGHTLY_SNAPSHOT = Setting(
    name="REGULARS_NIGHTLY_SNAPSHOT",
    read=time_or_off,
    default="03:30",
    text="When the nightly snapshot is taken, in the workspace's time zone; `off` for never.",
)
MAINTAIN_MINUTES = Setting(
    name="REGULARS_MAINTAIN_MINUTES",
    read=readers.whole(0, 10_080),
    default="60",
    text="How often the facts are maintained as by `regulars maintain`: small files made one, old"
    " versions removed. 0 for never.",
)
FACTS_KEPT_DAYS = Setting(
    name="REGULARS_FACTS_KEPT_DAYS",
    read=readers.whole(0, 3650),
    default="30",
    text="Days for which the server's maintenance keeps facts versions readable. Snapshots stay"
    " in any case.",
)

SETTINGS = (
    AT_ONCE,
    MEMORY_MB,
    LEASE_SECONDS,
    GRACE_SECONDS,
    KEPT_DAYS,
    REPORTS_KEPT_DAYS,
    NIGHTLY_SNAPSHOT,
    MAINTAIN_MINUTES,
    FACTS_KEPT_DAYS,
)


def terms() -> Terms:
    """The terms in force."""
    return Terms(lease_seconds=float(LEASE_SECONDS.value), grace_seconds=float(GRACE_SECONDS.value))
