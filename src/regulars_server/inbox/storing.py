"""Messages written to the database, many at once, each id once.

Within the caller's transaction. Rows are written in the order of their ids, so that two requests
with the same messages wait for each other instead of blocking each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from regulars_server.inbox.models import Message, State

_COLUMNS = (
    ("source", "text"), ("message_id", "text"), ("digest", "text"), ("kind", "text"),
    ("event", "text"), ("customer_id", "text"), ("anonymous_id", "text"), ("who", "text"),
    ("in_visit", "boolean"), ("body", "text"), ("at", "timestamptz"),
    ("received_at", "timestamptz"), ("token", "bigint"), ("state", "text"), ("field", "text"),
    ("reason", "text"), ("settled_at", "timestamptz"),
)  # fmt: skip
_NAMES = tuple(name for name, _type in _COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message that is to be kept."""

    source: str
    message_id: str
    digest: str
    kind: str
    event: str
    customer_id: str
    anonymous_id: str
    who: str
    in_visit: bool
    body: str
    at: dt.datetime
    received_at: dt.datetime
    token: int | None
    state: str = State.WAITING
    field: str = ""
    reason: str = ""
    settled_at: dt.datetime | None = None


def insert(source: str, messages: Sequence[Incoming]) -> dict[str, str]:
    """Write those of new ids; returns the digests of the others as they were taken before, by id.

    The ids of the messages are all of this source, and different.
    """
    rows = sorted(messages, key=lambda one: one.message_id)
    if connection.vendor == "postgresql":
        new = _unnest(rows)
        old = [one.message_id for one in rows if one.message_id not in new]
        return _digests(source, old) if old else {}
    # SQLite has one writer at a time: nobody can come between.
    known = _digests(source, [one.message_id for one in rows])
    _one_by_one([one for one in rows if one.message_id not in known])
    return known


def _digests(source: str, ids: Sequence[str]) -> dict[str, str]:
    found = Message.objects.filter(source=source, message_id__in=ids)
    return dict(found.values_list("message_id", "digest"))


def _unnest(rows: Sequence[Incoming]) -> set[str]:
    """One statement, a parameter a column: no limit of parameters, one plan for all sizes."""
    table = Message._meta.db_table
    names = ", ".join(f'"{name}"' for name in _NAMES)
    arrays = ", ".join(f"%s::{kind}[]" for _name, kind in _COLUMNS)
    values = [[getattr(one, name) for one in rows] for name in _NAMES]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"
            " ON CONFLICT (source, message_id) DO NOTHING RETURNING message_id",
            values,
        )
        return {row[0] for row in cursor.fetchall()}


def _one_by_one(rows: Sequence[Incoming]) -> None:
    table = Message._meta.db_table
    names = ", ".join(f'"{name}"' for name in _NAMES)
    places = ", ".join(["%s"] * len(_NAMES))
    adapted = connection.ops.adapt_datetimefield_value
    values = [
        [adapted(v) if isinstance(v, dt.datetime) else v for v in (getattr(r, n) for n in _NAMES)]
        for r in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
