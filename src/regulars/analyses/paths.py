"""Three periods in a row: which group each customer stood in (002-1). For routes and change."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.analyses import plane
from regulars.analyses.analysis import Ask, Plan
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import AFTER, BEFORE, OPEN_WINDOW, pair, period_values
from regulars.declare import Text
from regulars.errors import ParameterError
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

PARAMETERS = (AS_OF, OPEN_WINDOW, BEFORE, AFTER, *plane.PLANE_PARAMETERS)
NOT_COVERED = Text(
    "The history starts on {start}, after the earliest of the three periods ({earlier}): its groups"
    " are seen only in part.",
    "历史始于{start}，晚于三期中最早的一期（{earlier}）：该期分组只见到一部分。",
)


def _frequency(period: str) -> str:
    return f"case when $by_orders then {period}_orders else {period}_days end"


FIRST_VALUES = Step(
    name="path_values",
    one_row="one customer with an order or a refund, his frequency and value in the first period",
    key=("customer_key",),
    sql=f"""
        select customer_key, frequency, {plane.value("earlier_minor", "frequency")} as value_minor
        from (select customer_key, earlier_minor, {_frequency("earlier")} as frequency
            from periods) as counted
    """,
)
THRESHOLD = plane.threshold("path_threshold", "path_values")
PATHS = Step(
    name="paths",
    one_row="one way through three periods: groups, or null where not yet known",
    key=("first_group", "second_group", "third_group"),
    sql=f"""
        select first_group, second_group, third_group, count(*) as customers
        from (
            select
                case when c.first_seen_day < $earlier_to then
                    {plane.label("c.frequency_1", "c.value_1")} end as first_group,
                case when c.first_seen_day < $before_to then
                    {plane.label("c.frequency_2", "c.value_2")} end as second_group,
                {plane.label("c.frequency_3", "c.value_3")} as third_group
            from (
                select first_seen_day, frequency_1, frequency_2, frequency_3,
                    {plane.value("earlier_minor", "frequency_1")} as value_1,
                    {plane.value("before_minor", "frequency_2")} as value_2,
                    {plane.value("after_minor", "frequency_3")} as value_3
                from (
                    select first_seen_day, earlier_minor, before_minor, after_minor,
                        {_frequency("earlier")} as frequency_1,
                        {_frequency("before")} as frequency_2,
                        {_frequency("after")} as frequency_3
                    from periods
                ) as counted
            ) as c
            cross join path_threshold as h
        ) as labelled
        group by first_group, second_group, third_group
    """,
)
STEPS = (FIRST_VALUES, THRESHOLD, PATHS)


def plan(question: Ask) -> Plan:
    """Three equal periods: the two asked for and the one before them."""
    periods = pair(question)
    plane.check_periods(periods.before, periods.after)
    values: dict[str, Any] = {
        **period_values(periods, periods.before.start),
        **plane.values(dict(question.values)),
    }
    earlier: dt.date = values["earlier_from"]
    start = question.span.first_day
    assert start is not None
    if start >= values["earlier_to"]:
        raise ParameterError(
            f"three periods in a row are needed; the history starts on {start}, after the first"
            f" of them ({earlier}..{values['earlier_to']})"
        )
    notes = periods.notes
    if start > earlier:
        notes = (*notes, Note("not_covered", NOT_COVERED, {"start": start, "earlier": earlier}))
    used = {
        "before": str(periods.before),
        "after": str(periods.after),
        "as_of": periods.after.end,
        "window_days": periods.after.days,
    }
    return Plan((Target("paths"), Target("path_threshold")), values, used=used, notes=notes)
