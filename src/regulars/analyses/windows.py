"""Which days a question is about, where the asker left it open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulars.analyses.analysis import Ask
from regulars.analyses.messages import WINDOW_HALVED
from regulars.analyses.parameters import Period
from regulars.declare import Parameter, Text
from regulars.errors import ParameterError
from regulars.result import Note

DEFAULT_WINDOW_DAYS = 365

STARTS_LATE = Text(
    "The history starts on {first}, after the earlier period ({start}): what seems a rise may only"
    " be what was not recorded before.",
    "历史始于{first}，晚于前期起点（{start}）：看似增长的部分可能只是此前没有记录。",
)
ENDS_EARLY = Text(
    "The last order is of {last}, before the later period ends ({end}): what seems a fall may only"
    " be what is not recorded yet.",
    "最后一笔订单在{last}，早于后期终点（{end}）：看似下降的部分可能只是尚未记录。",
)

OPEN_WINDOW = Parameter(
    name="window_days",
    kind="integer",
    unit="days",
    minimum=1,
    maximum=36_500,
    meaning=Text(
        "Length of the window that ends at the as-of day; left out, 365 days, or half of the"
        " history where that is shorter than two windows.",
        "截至统计日的时间窗长度；不填则为365天，若历史不足两个时间窗则取历史的一半。",
    ),
)
BEFORE = Parameter(
    name="before",
    kind="period",
    meaning=Text(
        "The earlier period, FROM..TO, the last day not included; left out, the window before"
        " `after`.",
        "前一时期，写作 起..止（不含止日）；不填则取 after 之前等长的时间窗。",
    ),
)
AFTER = Parameter(
    name="after",
    kind="period",
    meaning=Text(
        "The later period, FROM..TO, the last day not included; left out, the window that ends"
        " at the as-of day.",
        "后一时期，写作 起..止（不含止日）；不填则取截至统计日的时间窗。",
    ),
)


@dataclass(frozen=True)
class Window:
    """A window, and what must be said about how it was chosen."""

    period: Period
    notes: tuple[Note, ...] = ()


def window(question: Ask) -> Window:
    """The window that ends at the as-of day.

    Half of the history where none was asked for and 365 days would not fit twice (8-statistics,
    A–E plane): two equal windows must always be comparable.
    """
    as_of: dt.date = question["as_of"]
    asked = question["window_days"]
    notes: tuple[Note, ...] = ()
    days = asked or DEFAULT_WINDOW_DAYS
    if asked is None and question.span.first_day is not None:
        history = (as_of - question.span.first_day).days
        if history < 2 * days:
            used = max(1, history // 2)
            said = {"history_days": history, "asked_days": days, "used_days": used}
            notes = (Note("window_halved", WINDOW_HALVED, said),)
            days = used
    return Window(Period(as_of - dt.timedelta(days=days), as_of), notes)


@dataclass(frozen=True)
class Pair:
    """Two periods to compare."""

    before: Period
    after: Period
    notes: tuple[Note, ...] = ()


def pair(question: Ask) -> Pair:
    """The two periods asked for, or two windows that end at the as-of day.

    Raises
    ------
    ParameterError : `before` without `after`, or an as-of day inside the later period.
    """
    before, after = question["before"], question["after"]
    notes: tuple[Note, ...] = ()
    if before is not None and after is None:
        raise ParameterError("before needs after: say which later period it is compared with")
    if after is None:
        chosen = window(question)
        after, notes = chosen.period, chosen.notes
    if before is None:
        before = Period(after.start - dt.timedelta(days=after.days), after.start)
    as_of = question["as_of"]
    if as_of is not None and as_of < after.end and question["after"] is not None:
        raise ParameterError(f"the as-of day {as_of} lies inside the later period {after}")
    if before.end > after.start:
        raise ParameterError(f"before ({before}) must end before after ({after}) starts")
    return Pair(before, after, (*notes, *_coverage(question, before, after)))


def _coverage(question: Ask, before: Period, after: Period) -> tuple[Note, ...]:
    """What of the two periods lies outside the history: there is nothing to see there."""
    first, last = question.span.first_day, question.span.last_day
    notes = []
    if first is not None and before.start < first:
        notes.append(Note("starts_late", STARTS_LATE, {"first": first, "start": before.start}))
    if last is not None and last < after.end - dt.timedelta(days=1):
        notes.append(Note("ends_early", ENDS_EARLY, {"last": last, "end": after.end}))
    return tuple(notes)


def preceding(pair: Pair) -> Pair:
    """The pair of periods one step earlier."""
    step = (pair.after.start - pair.before.start).days
    return Pair(pair.before.shifted(-step), pair.after.shifted(-step))


def period_values(pair: Pair, lookback_from: dt.date) -> dict[str, object]:
    """What the step `periods` takes."""
    earlier = preceding(pair).before
    return {
        "as_of": pair.after.end,
        "lookback_from": lookback_from,
        "earlier_from": earlier.start,
        "earlier_to": earlier.end,
        "before_from": pair.before.start,
        "before_to": pair.before.end,
        "after_from": pair.after.start,
        "after_to": pair.after.end,
    }
