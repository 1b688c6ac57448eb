"""What happened with a customer, across all tables, as one list: newest first (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]
# In the order in which a filter offers them.
KINDS = (
    "purchase", "refund", "contact", "response", "visit", "case", "consent", "subscription",
    "membership", "points", "survey",
)  # fmt: skip
PAGE = 40


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind : one of `KINDS`; ``what`` says more of it by a code, such as "ended".
    day : the local day.
    at : the instant in UTC, where it is known.
    channel : by which; empty where there is none.
    row : as the facts have it; ``lines`` those of an order.
    """

    kind: str
    day: dt.date
    what: str = ""
    at: dt.datetime | None = None
    channel: str = ""
    row: Row = field(default_factory=dict)
    lines: Sequence[Row] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the events, by day, and what a filter can offer."""

    days: Sequence[tuple[dt.date, Sequence[Event]]]
    number: int
    pages: int
    total: int
    kinds: Mapping[str, int]
    channels: Sequence[str]


def events(rows: Mapping[str, Sequence[Row]]) -> list[Event]:
    """Every dated row of these tables, newest first; of one day the latest instant first.

    What has a day alone stands after what has an instant on that day, in the order of `KINDS`.
    """
    found = [one for read in READERS for one in read(rows)]
    return sorted(found, key=_place)


def _place(one: Event) -> tuple[Any, ...]:
    return *_moment(one.day, one.at, one.kind), str(one.row)


def _moment(day: dt.date, at: dt.datetime | None, kind: str) -> tuple[int, float, int]:
    instant = at.timestamp() if at is not None else float("-inf")
    return -day.toordinal(), -instant, KINDS.index(kind)


def page(found: Sequence[Event], *, kind: str = "", channel: str = "", number: int = 1) -> Page:
    """A page of the events of a kind and channel (empty: all); the nearest that there is."""
    chosen = [
        one
        for one in found
        if (not kind or one.kind == kind) and (not channel or one.channel == channel)
    ]
    pages = max(1, -(-len(chosen) // PAGE))
    number = min(max(1, number), pages)
    shown = chosen[(number - 1) * PAGE : number * PAGE]
    counted = {name: sum(one.kind == name for one in found) for name in KINDS}
    return Page(
        days=[(day, list(mine)) for day, mine in groupby(shown, key=lambda one: one.day)],
        number=number,
        pages=pages,
        total=len(chosen),
        kinds={name: count for name, count in counted.items() if count},
        channels=sorted({one.channel for one in found if one.channel}),
    )


# Day, instant (None: a day alone), kind, and how many of the same were given.
Place = tuple[str, str | None, str, int]


def following(
    found: Sequence[Event], after: Place | None, *, rows: int
) -> tuple[list[Event], Place | None]:
    """So many events after a place, and the place that the next page begins after (None: no more).

    A place is one in time, and no number of a row: what comes in between moves nothing.
    """
    left = list(found)
    if after is not None:
        day, instant, kind, given = after
        edge = _moment(dt.date.fromisoformat(day), as_instant(instant), kind)
        left = [one for one in left if _moment(one.day, one.at, one.kind) >= edge]
        same = sum(_moment(one.day, one.at, one.kind) == edge for one in left)
        left = left[min(given, same) :]
    chosen = left[:rows]
    if len(left) <= rows:
        return chosen, None
    last = chosen[-1]
    edge = _moment(last.day, last.at, last.kind)
    # Of the same moment, from the beginning of the list on.
    given = sum(_moment(e.day, e.at, e.kind) == edge for e in found) - sum(
        _moment(e.day, e.at, e.kind) == edge for e in left[rows:]
    )
    instant = last.at.isoformat() if last.at is not None else None
    return chosen, (last.day.isoformat(), instant, last.kind, given)


def purchases(found: Iterable[Event]) -> list[dt.date]:
    """Days with a purchase, in order."""
    return sorted({one.day for one in found if one.kind == "purchase"})


def as_day(value: Any) -> dt.date | None:
    """A day from a date, an instant, or its ISO text."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def as_instant(value: Any) -> dt.datetime | None:
    """An instant in UTC, as the facts keep it without a zone."""
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return None
    try:
        found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)


def _event(kind: str, row: Row, *, day: str = "day", at: str = "at", **more: Any) -> list[Event]:
    """The event of a row; nothing where no day says when it was."""
    instant = as_instant(row.get(at))
    when = as_day(row.get(day)) or (instant.date() if instant is not None else None)
    if when is None:
        return []
    channel = str(row.get("channel") or "")
    return [Event(kind=kind, day=when, at=instant, channel=channel, row=row, **more)]


def _orders(rows: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
    lines: dict[Any, list[Row]] = {}
    for line in rows.get("order_lines", ()):
        lines.setdefault(line["order_id"], []).append(line)
    for row in rows.get("orders", ()):
        kind = "refund" if row.get("kind") == "refund" else "purchase"
        own = sorted(lines.get(row.get("order_id"), ()), key=lambda line: line["line"] or 0)
        yield from _event(kind, row, at="occurred_at", lines=own)


def _plain(table: str, kind: str, *, at: str = "at") -> Any:
    def read(rows: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
        for row in rows.get(table, ()):
            yield from _event(kind, row, at=at)

    return read


def _spans(table: str, kind: str, begins: str, ends: str) -> Any:
    def read(rows: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
        for row in rows.get(table, ()):
            for name, what in ((begins, "begun"), (ends, "ended")):
                yield from _event(kind, row, day=name, at="", what=what)

    return read


def _cases(rows: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
    for row in rows.get("cases", ()):
        yield from _event("case", row, at="opened_at", what="begun")
        if row.get("closed_at"):
            yield from _event("case", {**row, "day": None}, at="closed_at", what="ended")


READERS = (
    _orders,
    _plain("contacts", "contact"),
    _plain("responses", "response"),
    _plain("visits", "visit", at="started_at"),
    _cases,
    _plain("consents", "consent"),
    _spans("subscriptions", "subscription", "started", "ended"),
    _spans("memberships", "membership", "joined", "ended"),
    _plain("points_entries", "points"),
    _plain("survey_answers", "survey"),
)
