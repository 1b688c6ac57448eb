"""How often a thing may be tried. Counted in the database, so that it holds across processes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.access.models import Attempts
from regulars_server.errors import TooMany


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `most` attempts under one key within `seconds`, counted from the first."""

    name: str
    most: int
    seconds: int


def spend(limit: Limit, key: str) -> None:
    """Count one attempt before it is made, so that parallel ones cannot slip through.

    Raises
    ------
    TooMany : the limit is reached; says when the next may be made.
    """
    now = timezone.now()
    # The key can be an address or a name: only its keyed hash is kept.
    digest = _digest(limit, key)
    count, begun = _counted(digest, now, now - dt.timedelta(seconds=limit.seconds), 1)
    if count <= limit.most:
        return
    seconds = _left(limit, begun, now)
    minutes = -(-seconds // 60)
    said = _("Please wait %(minutes)s min and try again.") % {"minutes": minutes}
    raise TooMany(said, seconds=seconds)


def take(limit: Limit, key: str, number: int) -> tuple[int, int]:
    """Count so many attempts at once, whatever the limit is.

    Returns
    -------
    How many are counted under the key now, and in how many seconds the count begins anew.
    """
    now = timezone.now()
    floor = now - dt.timedelta(seconds=limit.seconds)
    count, begun = _counted(_digest(limit, key), now, floor, number)
    return count, _left(limit, begun, now)


def _left(limit: Limit, begun: dt.datetime, now: dt.datetime) -> int:
    return max(1, int((begun + dt.timedelta(seconds=limit.seconds) - now).total_seconds()))


def _counted(
    digest: str, now: dt.datetime, floor: dt.datetime, number: int
) -> tuple[int, dt.datetime]:
    """Count more since the instant that is kept, or since now where that one is too old."""
    table = Attempts._meta.db_table
    instants = [connection.ops.adapt_datetimefield_value(at) for at in (now, floor, floor)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} (key, count, begun_at) VALUES (%s, %s, %s)
                ON CONFLICT (key) DO UPDATE SET
                  count = CASE WHEN {table}.begun_at <= %s THEN excluded.count
                          ELSE {table}.count + excluded.count END,
                  begun_at = CASE WHEN {table}.begun_at <= %s THEN excluded.begun_at
                             ELSE {table}.begun_at END
                RETURNING count""",
            [digest, number, *instants],
        )
        count = int(cursor.fetchone()[0])
        return count, Attempts.objects.values_list("begun_at", flat=True).get(key=digest)


def restore(limit: Limit, key: str) -> None:
    """Forget the attempts under a key: the last one succeeded."""
    Attempts.objects.filter(key=_digest(limit, key)).delete()


def tidy() -> int:
    """Remove counts that no longer matter; returns how many."""
    floor = timezone.now() - dt.timedelta(days=1)
    return Attempts.objects.filter(begun_at__lt=floor).delete()[0]


def _digest(limit: Limit, key: str) -> str:
    text = f"{limit.name}:{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
