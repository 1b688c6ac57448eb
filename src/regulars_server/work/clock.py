"""The one clock that all workers go by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

Clock = Callable[[], dt.datetime]


def shared() -> dt.datetime:
    """The database's clock where workers may be on several machines, else this machine's.

    Leases are compared by whoever looks; two machines whose clocks differ by more than a lease
    would take each other's jobs.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now.astimezone(dt.UTC)
