"""One customer's life stages and probability to be alive, over time, from their own days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from regulars_server.people.timeline import Event, Row, as_day

POINTS = 160
Spell = dict[str, Any]


def spells(
    found: Sequence[Event],
    rows: Mapping[str, Sequence[Row]],
    *,
    as_of: dt.date,
    base_gap_days: float | None,
) -> list[Spell]:
    """``since, until, stage, reason`` from the first day on, as the library replays them.

    Parameters
    ----------
    as_of : facts before this day count.
    base_gap_days : the usual gap of the base, for customers without one of their own.
    """
    import numpy as np

    from regulars.stages.replay import replay
    from regulars.stages.rules import REASONS, STAGES, Rules

    marks = sorted(_marks(found, rows, as_of))
    if not marks:
        return []
    days, kinds, money = zip(*marks, strict=True)
    base = np.full(len(days), np.nan if base_gap_days is None else base_gap_days)
    told = replay(
        {
            "customer_key": np.ones(len(days), dtype=np.int64),
            "day": np.array(days, dtype="datetime64[D]"),
            "mark": np.array(kinds, dtype=np.int64),
            "spend_minor": np.array(money, dtype=np.int64),
            "base_gap_days": np.ma.masked_invalid(base),
        },
        {
            **{name: f.default for name, f in Rules.__dataclass_fields__.items()},
            "history_from": days[0], "as_of": as_of,
        },
    )  # fmt: skip
    lasting = []
    for number in range(len(told["stage"])):
        since = _day(told["since_day"], number) or days[0]
        until = _day(told["until_day"], number) or as_of
        lasting.append({
            "since": since, "until": until, "stage": STAGES[int(told["stage"][number]) - 1],
            "reason": REASONS[int(told["reason"][number]) - 1],
        })  # fmt: skip
    return sorted(lasting, key=lambda one: one["since"])


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


def _day(column: Any, number: int) -> dt.date | None:
    import numpy as np

    if np.ma.getmaskarray(column)[number]:
        return None
    found: dt.date = np.ma.getdata(column)[number].astype("datetime64[D]").astype(object)
    return found


def alive(
    fitted: Mapping[str, Any] | None, purchases: Sequence[dt.date], *, as_of: dt.date, key: str
) -> list[Row]:
    """``day, p_alive`` from the first purchase to the as-of day, as a fitted model has it.

    Parameters
    ----------
    fitted : of the snapshot; None where it has no model.
    key : names the fit, which is read once.
    """
    if fitted is None or not purchases or purchases[0] >= as_of:
        return []
    import json

    import numpy as np

    model, unit = _model(key, json.dumps(fitted))
    if model is None:
        return []
    first = purchases[0]
    span = (as_of - first).days
    steps = sorted({round(span * n / POINTS) for n in range(1, POINTS + 1)})
    own = np.array([(day - first).days for day in purchases])
    # Just before and on each purchase: there the probability jumps.
    ages = sorted({*steps, *(int(d) for d in own if d > 0), *(int(d) - 1 for d in own if d > 1)})
    at = np.array([age for age in ages if 0 < age <= span], dtype=float)
    if not len(at):
        return []
    counted = np.searchsorted(own, at, side="right")
    x = (counted - 1).astype(float)
    t_x = own[counted - 1].astype(float)
    shares = model.p_alive(x / 1.0, t_x / unit, at / unit)
    return [
        {"day": first + dt.timedelta(days=int(age)), "p_alive": float(share)}
        for age, share in zip(at, np.clip(shares, 0.0, 1.0), strict=True)
        if np.isfinite(share)
    ]


@lru_cache(maxsize=4)
def _model(key: str, fitted: str) -> tuple[Any, float]:
    """The purchase model of the whole base, and its unit in days."""
    from regulars.value import Fitted

    try:
        found = Fitted.of(fitted)
    except ValueError:
        return None, 1.0
    return found.purchase_of("").model, found.unit_days
