"""What is said where the as-of day lies well after the last order: silence may be no silence."""

from __future__ import annotations

from regulars.analyses.analysis import Ask
from regulars.declare import Text
from regulars.result import Note

STALE_DAYS = 7
STALE = Text(
    "The last order is of {last}, {days} days before the as-of day: what seems silence may only be"
    " what is not recorded yet.",
    "最后一笔订单在{last}，距统计日{days}天：看似沉默者可能只是尚未记录。",
)


def stale(question: Ask) -> tuple[Note, ...]:
    """The note, where the last order is more than a week before the as-of day."""
    as_of, last = question["as_of"], question.span.last_day
    if as_of is None or last is None or (as_of - last).days <= STALE_DAYS:
        return ()
    return (Note("ends_early", STALE, {"last": last, "days": (as_of - last).days}),)
