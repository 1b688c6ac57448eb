"""The frequency × average-order-value plane (002-1): what groups, migration and routes share.

A = nobody's order in the window (A0 never ordered, A1 ordered before it); by frequency f and value
v against thresholds f*, v*: B low f low v, C low f high v, D high f low v, E high both; ≥ is high.
"""

from __future__ import annotations

from regulars.analyses.parameters import Period
from regulars.declare import Parameter, Text
from regulars.errors import ParameterError
from regulars.steps import Step

GROUPS = ("A", "B", "C", "D", "E")

FREQUENCY_THRESHOLD = Parameter(
    name="frequency_threshold",
    kind="number",
    default=2,
    minimum=1,
    meaning=Text(
        "f*: at this many purchase days (or orders) in the window, frequency counts as high.",
        "f*：时间窗内达到该购买天数（或订单数）即为高频。",
    ),
)
VALUE_THRESHOLD = Parameter(
    name="value_threshold_minor",
    kind="number",
    unit="minor",
    minimum=0,
    meaning=Text(
        "v*: at this average order value it counts as high; left out, the median over the"
        " customers of the base period, frozen for later periods.",
        "v*：客单价达到该值即为高；不填则取基期客户客单价的中位数，并在后续时期保持不变。",
    ),
)
FREQUENCY_UNIT = Parameter(
    name="frequency_unit",
    kind="choice",
    default="days",
    choices=("days", "orders"),
    meaning=Text(
        "Count purchase days or orders; the average order value divides by the same.",
        "按购买天数还是订单数计频次；客单价以同一口径为分母。",
    ),
)
SWAP_CD = Parameter(
    name="swap_cd",
    kind="flag",
    default=False,
    meaning=Text(
        "Call low frequency and high value D, and high frequency and low value C.",
        "将低频高值称为D、高频低值称为C。",
    ),
)
PLANE_PARAMETERS = (FREQUENCY_THRESHOLD, VALUE_THRESHOLD, FREQUENCY_UNIT, SWAP_CD)


def label(frequency: str, value: str) -> str:
    """SQL of the group letter; nobody's order in the window is A."""
    return f"""
        case
            when {frequency} = 0 then 'A'
            when {frequency} >= $frequency_threshold and {value} >= h.value_threshold_minor
                then 'E'
            when {frequency} >= $frequency_threshold then case when $swap_cd then 'C' else 'D' end
            when {value} >= h.value_threshold_minor then case when $swap_cd then 'D' else 'C' end
            else 'B'
        end"""


def threshold(name: str, source: str) -> Step:
    """v*: as given, or the median over the customers of `source` with an order in its window."""
    return Step(
        name=name,
        one_row="the value threshold",
        key=(),
        reused=True,
        sql=f"""
            select cast(coalesce($value_threshold_minor, median(value_minor)) as double)
                as value_threshold_minor
            from {source}
            where frequency > 0
        """,
    )


def value(money: str, frequency: str) -> str:
    return f"cast({money} as double) / nullif({frequency}, 0)"


def values(question_values: dict[str, object]) -> dict[str, object]:
    """The plane's parameters as steps take them."""
    given = question_values["value_threshold_minor"]
    return {
        "frequency_threshold": float(str(question_values["frequency_threshold"])),
        "value_threshold_minor": None if given is None else float(str(given)),
        "by_orders": question_values["frequency_unit"] == "orders",
        "swap_cd": question_values["swap_cd"],
    }


def check_periods(before: Period, after: Period) -> None:
    """Periods follow one another and are equally long.

    Raises
    ------
    ParameterError : they overlap or differ in length; a longer window alone makes people look
        more frequent.
    """
    if before.end > after.start:
        raise ParameterError(f"before ({before}) must end before after ({after}) starts")
    if before.days != after.days:
        raise ParameterError(
            f"periods must be equally long: before has {before.days} days, after {after.days};"
            " in the longer one everybody would look more frequent"
        )
