"""`groups_trend`: the groups at the end of each month, thresholds frozen (002-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses import plane
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import OPEN_WINDOW, window
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS

MONTHS = 24

# A month without a window wholly inside the history has no bounds and drops out of the join.
MONTH_WINDOWS = Step(
    name="month_windows",
    one_row="one month: the window that ends with it",
    key=("month_number",),
    sql=" union all ".join(
        f"select {i} as month_number, cast($from_{i} as date) as window_from,"
        f" cast($to_{i} as date) as window_to"
        for i in range(MONTHS)
    ),
)
MONTH_VALUES = Step(
    name="month_values",
    one_row="one customer with an order in a month's window",
    key=("month_number", "customer_key"),
    reused=True,
    sql=f"""
        select month_number, customer_key, frequency, spend_minor,
            {plane.value("spend_minor", "frequency")} as value_minor
        from (
            select w.month_number, d.customer_key,
                cast(sum(case when $by_orders then d.orders else d.purchase_days end) as bigint)
                    as frequency,
                cast(sum(d.spend_minor) as bigint) as spend_minor
            from purchases as d
            inner join month_windows as w on d.day >= w.window_from and d.day < w.window_to
            group by w.month_number, d.customer_key
        ) as counted
    """,
)
FIRST_MONTH = Step(
    name="first_month_values",
    one_row="one customer with an order in the first month's window",
    key=("customer_key",),
    sql="""
        select customer_key, frequency, value_minor from month_values
        where month_number = $first_month
    """,
)
THRESHOLD = plane.threshold("month_threshold", "first_month_values")
COUNTS = Step(
    name="month_counts",
    one_row="one month and group that holds anybody with money in the window",
    key=("month_number", "customer_group"),
    sql=f"""
        select month_number, customer_group, count(*) as customers,
            cast(sum(spend_minor) as bigint) as revenue_minor
        from (
            select v.month_number, v.spend_minor,
                {plane.label("v.frequency", "v.value_minor")} as customer_group
            from month_values as v
            cross join month_threshold as h
        ) as labelled
        group by month_number, customer_group
    """,
)


def _arrivals(name: str, seen: str) -> Step:
    return Step(
        name=name,
        one_row="one day on which customers were first known",
        key=("first_day",),
        sql=f"""
            select first_day, count(*) as customers
            from (
                select customer_key, min(day) as first_day from ({seen}) as seen
                group by customer_key
            ) as first_seen
            group by first_day
        """,
    )


BY_ORDERS = "select customer_key, day from purchases"
BY_RECORDS = "select customer_key, known_day as day from known"

NONE_FITS = Text(
    "No month has a whole window of {days} days inside the history.",
    "历史中没有任何月份能容下完整的{days}天时间窗。",
)


def _first_of_next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


MONTHS_SHOWN = Parameter(
    name="months",
    kind="integer",
    default=MONTHS,
    minimum=1,
    maximum=MONTHS,
    meaning=Text("How many months to show, the latest.", "显示最近多少个月。"),
)


def _month_ends(question: Ask, days: int) -> list[dt.date]:
    """Ends (exclusive) of the last months whose windows lie wholly inside the history."""
    start, as_of = question.span.first_day, question["as_of"]
    assert start is not None
    end = _first_of_next_month(start)
    ends = []
    while end <= as_of:
        if end - dt.timedelta(days=days) >= start:
            ends.append(end)
        end = _first_of_next_month(end)
    return ends[-question["months"] :]


def plan(question: Ask) -> Plan:
    chosen = window(question)
    days = chosen.period.days
    ends = _month_ends(question, days)
    values: dict[str, Any] = {"as_of": question["as_of"], "first_month": 0}
    values |= plane.values(dict(question.values))
    for i in range(MONTHS):
        end = ends[i] if i < len(ends) else None
        values[f"from_{i}"] = end - dt.timedelta(days=days) if end else None
        values[f"to_{i}"] = end
    notes = chosen.notes if ends else (*chosen.notes, Note("none_fits", NONE_FITS, {"days": days}))
    used = {"window_days": days}
    arrivals = "arrivals_known" if RECORDS & question.imported else "arrivals"
    targets = (Target(arrivals), Target("month_counts"), Target("month_threshold"))
    return Plan(targets, values, used=used, notes=notes)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    found = {(r["month_number"], r["customer_group"]): r for r in fetched["month_counts"]}
    arrivals = fetched[plan.targets[0].step]
    rows: Rows = []
    for i in range(MONTHS):
        end = plan.values[f"to_{i}"]
        if end is None:
            break
        month = (end - dt.timedelta(days=1)).strftime("%Y-%m")
        known = sum(r["customers"] for r in arrivals if r["first_day"] < end)
        counts = {g: found.get((i, g), {}).get("customers", 0) for g in plane.GROUPS}
        money_of = {g: found.get((i, g), {}).get("revenue_minor", 0) for g in plane.GROUPS}
        counts["A"] = known - sum(counts[g] for g in plane.GROUPS if g != "A")
        total = sum(money_of.values())
        rows += [
            {
                "month": month,
                "group": group,
                "customers": counts[group],
                "revenue_minor": money_of[group],
                "revenue_share": money_of[group] / total if total > 0 else None,
            }
            for group in plane.GROUPS
        ]
    threshold = fetched["month_threshold"][0]["value_threshold_minor"]
    figures = {"value_threshold_minor": threshold, "window_days": plan.used["window_days"]}
    return Answer(rows, figures)


ANALYSIS = Analysis(
    name="groups_trend",
    title=Text("Groups by month", "分组月度趋势"),
    question=Text("How do the groups grow or shrink month by month?", "各组客户逐月增减如何？"),
    rows=Text(
        "One month (the window that ends with it) and group; A is who was known and did not order.",
        "一个月（截至月末的时间窗）的一个分组；A为已知而窗内未购买者。",
    ),
    source="002-1",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "leads"),
    parameters=(AS_OF, OPEN_WINDOW, MONTHS_SHOWN, *plane.PLANE_PARAMETERS),
    columns=(
        text("month", "The month, 2026-11.", "月份，如2026-11。"),
        text("group", "A to E.", "分组，A至E。", choices=plane.GROUPS),
        count("customers", "Customers in the group.", "组内客户数。"),
        money("revenue_minor", "Their net spend in the window.", "其在时间窗内的净消费额。"),
        share("revenue_share", "Their share of it.", "其消费额占比。"),
    ),
    figures=(
        number("value_threshold_minor", "v* of the first month, frozen.", "首月的v*。", "minor"),
        count("window_days", "Length of each window.", "每个时间窗的长度。", "days"),
    ),
    steps=(
        MONTH_WINDOWS,
        MONTH_VALUES,
        FIRST_MONTH,
        THRESHOLD,
        COUNTS,
        _arrivals("arrivals", BY_ORDERS),
        _arrivals("arrivals_known", f"{BY_ORDERS} union all {BY_RECORDS}"),
    ),
    plan=plan,
    finish=finish,
)
