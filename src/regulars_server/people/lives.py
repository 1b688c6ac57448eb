"""What of a customer's facts tells their life stages, and their life as the library has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from regulars import life
from regulars_server.people.timeline import Event, Row, as_day


def spells(
    found: Sequence[Event],
    rows: Mapping[str, Sequence[Row]],
    *,
    as_of: dt.date,
    base_gap_days: float | None,
) -> list[dict[str, Any]]:
    """Life stages of a customer, see `regulars.life.spells`."""
    return life.spells(_marks(found, rows, as_of), as_of=as_of, base_gap_days=base_gap_days)


def alive(
    fitted: Mapping[str, Any] | None, purchases: Sequence[dt.date], *, as_of: dt.date
) -> list[dict[str, Any]]:
    """P(alive) over time, see `regulars.life.alive`; nothing where a snapshot has no model."""
    return [] if fitted is None else life.alive(fitted, purchases, as_of=as_of)


def _marks(
    found: Sequence[Event], rows: Mapping[str, Sequence[Row]], as_of: dt.date
) -> list[tuple[dt.date, int, int]]:
    """Day, mark and money of each row that the replay takes."""
    from regulars.stages.histories import ENDED, KNOWN, MONEY, SALE, VISIT

    marks: list[tuple[dt.date, int, int]] = []
    for one in found:
        if one.kind == "purchase":
            marks.append((one.day, SALE, int(one.row.get("amount_minor") or 0)))
        elif one.kind == "refund":
            marks.append((one.day, MONEY, int(one.row.get("amount_minor") or 0)))
        elif one.kind == "visit":
            marks.append((one.day, VISIT, 0))
    known = [as_day(row.get("first_seen")) for row in rows.get("customers", ())]
    known += [as_day(row.get("day")) or as_day(row.get("at")) for row in rows.get("leads", ())]
    firsts = [day for day in known if day is not None]
    if firsts:
        marks.append((min(firsts), KNOWN, 0))
    marks += [(day, ENDED, 0) for day in _ends(rows.get("subscriptions", ()))]
    return [mark for mark in marks if mark[0] < as_of]


def _ends(contracts: Sequence[Row]) -> list[dt.date]:
    """Days on which the last running subscription ended, none following within a day."""
    spans = [(as_day(c.get("started")), as_day(c.get("ended"))) for c in contracts]
    ended = []
    for number, (_started, end) in enumerate(spans):
        others = [span for at, span in enumerate(spans) if at != number]
        runs = any(
            start is not None and end is not None and (start - end).days <= 1
            and (last is None or last > end)
            for start, last in others
        )  # fmt: skip
        if end is not None and not runs:
            ended.append(end)
    return ended
