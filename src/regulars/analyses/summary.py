"""`summary`: each customer's history in a few figures, the sufficient statistics first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, count, day, money, number
from regulars.analyses.parameters import AS_OF
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

# Over a row `t` of totals; null where nobody bought. Shared by the analysis and the snapshot.
IN_DAYS = {
    "x": "case when t.purchase_days > 0 then t.purchase_days - 1 end",
    "t_x": "date_diff('day', t.first_day, t.last_day)",
    "T": "date_diff('day', t.first_day, $as_of)",
}
FIGURES = {
    "first_day": "t.first_day",
    "last_day": "t.last_day",
    "orders": "t.orders",
    "purchase_days": "t.purchase_days",
    "recency_days": "date_diff('day', t.last_day, $as_of)",
    "spend_minor": "t.spend_minor",
    "spend_per_purchase_day_minor": "cast(t.spend_minor as double) / nullif(t.purchase_days, 0)",
    "mean_gap_days": "cast(date_diff('day', t.first_day, t.last_day) as double)"
    " / nullif(t.purchase_days - 1, 0)",
    "median_gap_days": "g.median_gap_days",
}


def _selected(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} as {name.lower()}" for name, sql in expressions.items())


SUMMARY = Step(
    name="summary",
    one_row="one customer with a purchase day, counted in days",
    key=("customer_key",),
    sql=f"""
        select t.customer_key, {_selected(IN_DAYS | FIGURES)}
        from totals as t
        left join gaps as g on g.customer_key = t.customer_key
        where t.purchase_days > 0
    """,
)

# Weeks are counted back from the as-of day, so that the last one is complete.
PURCHASE_WEEKS = Step(
    name="purchase_weeks",
    one_row="one customer in one week with a purchase",
    key=("customer_key", "weeks_back"),
    sql="""
        select
            customer_key,
            cast(floor((date_diff('day', day, $as_of) - 1) / 7) as bigint) as weeks_back
        from purchases
        where purchase_days > 0
        group by customer_key, cast(floor((date_diff('day', day, $as_of) - 1) / 7) as bigint)
    """,
)

WEEKS = Step(
    name="weeks",
    one_row="one customer with a purchase day, counted in weeks",
    key=("customer_key",),
    sql="""
        select
            customer_key,
            count(*) - 1 as x,
            max(weeks_back) - min(weeks_back) as t_x,
            max(weeks_back) + 1 as t
        from purchase_weeks
        group by customer_key
    """,
)

SUMMARY_BY_WEEK = Step(
    name="summary_by_week",
    one_row="one customer with a purchase day; x, t_x and T counted in weeks",
    key=("customer_key",),
    sql=f"""
        select t.customer_key, w.x, w.t_x, w.t, {_selected(FIGURES)}
        from totals as t
        inner join weeks as w on w.customer_key = t.customer_key
        left join gaps as g on g.customer_key = t.customer_key
    """,
)

GRAIN = Parameter(
    name="grain",
    kind="choice",
    default="day",
    choices=("day", "week"),
    meaning=Text("Unit of x, t_x and T.", "x、t_x 与T的时间单位。"),
)
IN_WEEKS = Text(
    "x, t_x and T are in weeks counted back from the as-of day; columns in _days stay in days.",
    "x、t_x 与T以周计，自统计日向前推算；以 _days 结尾的列仍以天计。",
)

COLUMNS = (
    CUSTOMER_KEY,
    day("first_day", "First purchase day.", "首次购买日。"),
    day("last_day", "Last purchase day.", "最近一次购买日。"),
    count("orders", "Orders (refunds are not orders).", "订单数（退款不计）。", "orders"),
    count("purchase_days", "Days with at least one order.", "有订单的天数。", "days"),
    count("x", "Repeat purchase days: purchase days − 1.", "复购天数：购买天数减一。", "days"),
    count("t_x", "From the first to the last purchase day.", "首次至最近一次购买的时长。", "days"),
    count("T", "From the first purchase day to the as-of day.", "首次购买至统计日的时长。", "days"),
    count("recency_days", "Days since the last purchase.", "距最近一次购买的天数。", "days"),
    money("spend_minor", "Net spend: orders less refunds.", "净消费额：订单减退款。"),
    number(
        "spend_per_purchase_day_minor",
        "Net spend per purchase day.",
        "每个购买日的净消费额。",
        "minor",
    ),
    number("mean_gap_days", "Mean days between purchases.", "平均购买间隔。", "days"),
    number("median_gap_days", "Median days between purchases.", "购买间隔中位数。", "days"),
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    weekly = question["grain"] == "week"
    target = Target("summary_by_week" if weekly else "summary", order_by=("customer_key",))
    notes = (Note("in_weeks", IN_WEEKS),) if weekly else ()
    return Plan((target,), {"as_of": as_of, "window_from": as_of}, notes=notes)


ANALYSIS = Analysis(
    name="summary",
    title=Text("Customer summary", "客户概要"),
    question=Text(
        "How often has each customer bought, since when, when last, and for how much?",
        "每位客户何时首购、多久购买一次、最近何时购买、累计消费多少？",
    ),
    rows=Text("One customer with at least one order.", "一位至少下过一单的客户。"),
    source="8-statistics, decision 5",
    grain="customer",
    own_history=True,
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, GRAIN),
    columns=COLUMNS,
    steps=(SUMMARY, PURCHASE_WEEKS, WEEKS, SUMMARY_BY_WEEK),
    plan=plan,
)
