"""What is said where the as-of day and what is asked do not go together.

The last order lies well before it: silence may be no silence. Or a kept fit is of a later day, or
does not know the segments that are asked for.
"""

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


LATER = Text(
    "The fit is of {fitted}, later than the as-of day: it has seen what came after, so this shows"
    " nothing about how well it foretells.",
    "所用拟合的统计日为{fitted}，晚于本次统计日：它已包含之后的数据，不能用来判断预测有多准。",
)
OTHER_SEGMENTS = Text(
    "The fit was not made by these segments: all of them share the parameters of the whole base.",
    "所用拟合并非按此分组进行：各组共用整体的参数。",
)


def unfitting(question: Ask) -> tuple[Note, ...]:
    """What to know of the kept fit that is asked for."""
    stored, as_of = question.stored, question["as_of"]
    if stored is None:
        return ()
    notes = []
    fitted = stored.get("as_of")
    if fitted is not None and as_of is not None and fitted > as_of:
        notes.append(Note("fit_of_later", LATER, {"fitted": fitted}))
    if question["segment"] not in ("none", stored.get("segment", question["segment"])):
        notes.append(Note("fit_of_other_segments", OTHER_SEGMENTS))
    return tuple(notes)


def stale(question: Ask) -> tuple[Note, ...]:
    """The note, where the last order is more than a week before the as-of day."""
    as_of, last = question["as_of"], question.span.last_day
    if as_of is None or last is None or (as_of - last).days <= STALE_DAYS:
        return ()
    return (Note("ends_early", STALE, {"last": last, "days": (as_of - last).days}),)
