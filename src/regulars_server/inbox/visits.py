"""Visits made of the messages of one customer (pure).

Messages that name a session are one visit a session; the others part where nothing happened for
half an hour. A visit has the id of its first message: what comes late is a visit of its own, and
never replaces one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from regulars_server.inbox.events import Row, known
from regulars_server.inbox.messages import Message

GAP = dt.timedelta(minutes=30)


def parted(messages: Iterable[Message]) -> list[list[Message]]:
    """The messages of one customer by visit, each in order of time."""
    ordered = sorted(messages, key=lambda one: (one.session, one.at, one.message_id))
    visits: list[list[Message]] = []
    for one in ordered:
        last = visits[-1][-1] if visits else None
        same = last is not None and last.session == one.session
        if same and last is not None and (one.session or one.at - last.at <= GAP):
            visits[-1].append(one)
        else:
            visits.append([one])
    return visits


def visit_of(messages: Sequence[Message]) -> Row:
    """The row of ``visits`` that these messages of one visit are."""
    begin, end = messages[0], messages[-1]
    counts: Counter[str] = Counter()
    for one in messages:
        event = known(one.event)
        if event is not None and event.counts:
            counts[event.counts] += 1
    channels = (one.given.get("channel") for one in messages)
    return {
        "visit_id": begin.message_id,
        "customer_id": begin.customer_id,
        "channel": next((said for said in channels if isinstance(said, str) and said), None),
        "started_at": begin.at.isoformat(),
        "ended_at": end.at.isoformat(),
        **{name: str(counts[name]) for name in ("pages", "searches", "product_views", "carts")},
    }
