"""`groups`: where everybody stands on the frequency × value plane (002-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.analyses import plane
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, money, number, share, text
from regulars.analyses.messages import NO_PROSPECTS
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import OPEN_WINDOW, window
from regulars.declare import Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS

# Over a row `t` of totals; shared by the analysis and the snapshot.
FREQUENCY = "case when $by_orders then t.window_orders else t.window_purchase_days end"
VALUE = plane.value("t.window_spend_minor", FREQUENCY)

WINDOW_VALUES = Step(
    name="window_values",
    one_row="one customer with an order or a refund, his frequency and value in the window",
    key=("customer_key",),
    sql=f"""
        select t.customer_key, t.window_purchase_days, t.window_spend_minor,
            {FREQUENCY} as frequency, {VALUE} as value_minor
        from totals as t
    """,
)
THRESHOLD = plane.threshold("window_threshold", "window_values")
CUSTOMER_GROUPS = Step(
    name="customer_groups",
    one_row="one customer with an order or a refund, and his group",
    key=("customer_key",),
    sql=f"""
        select v.customer_key, v.frequency, v.value_minor, v.window_purchase_days,
            v.window_spend_minor, {plane.label("v.frequency", "v.value_minor")} as customer_group
        from window_values as v
        cross join window_threshold as h
    """,
)
GROUP_COUNTS = Step(
    name="group_counts",
    one_row="one group that holds anybody",
    key=("customer_group",),
    sql="""
        select customer_group, count(*) as customers,
            cast(sum(window_spend_minor) as bigint) as revenue_minor,
            cast(sum(window_purchase_days) as bigint) as purchase_days,
            cast(sum(frequency) as bigint) as frequency
        from customer_groups
        group by customer_group
    """,
)
PROSPECT_COUNT = Step(
    name="prospect_count",
    one_row="the number of prospects",
    key=(),
    sql="select count(*) as customers from prospects",
)
STEPS = (WINDOW_VALUES, THRESHOLD, CUSTOMER_GROUPS, GROUP_COUNTS, PROSPECT_COUNT)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    chosen = window(question)
    values = {
        "as_of": as_of,
        "window_from": chosen.period.start,
        **plane.values(dict(question.values)),
    }
    targets = [Target("group_counts"), Target("window_threshold")]
    if RECORDS & question.imported:
        targets.append(Target("prospect_count"))
    used = {"window_days": chosen.period.days}
    return Plan(tuple(targets), values, used=used, notes=chosen.notes)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    found = {row["customer_group"]: row for row in fetched["group_counts"]}
    prospects = sum(row["customers"] for row in fetched.get("prospect_count", []))
    lapsed = found.get("A", {}).get("customers", 0)
    customers = sum(row["customers"] for row in found.values()) + prospects
    revenue = sum(row["revenue_minor"] for row in found.values())
    rows: Rows = []
    for group in plane.GROUPS:
        row = found.get(group, {})
        held = row.get("customers", 0) + (prospects if group == "A" else 0)
        money_of = row.get("revenue_minor", 0)
        frequency = row.get("frequency", 0)
        rows.append(
            {
                "group": group,
                "customers": held,
                "customer_share": held / customers if customers else None,
                "revenue_minor": money_of,
                "revenue_share": money_of / revenue if revenue > 0 else None,
                "purchase_days": row.get("purchase_days", 0),
                "aov_minor": money_of / frequency if frequency else None,
            }
        )
    threshold = fetched["window_threshold"][0]["value_threshold_minor"]
    figures = {
        "value_threshold_minor": threshold,
        "frequency_threshold": float(question["frequency_threshold"]),
        "window_days": plan.used["window_days"],
        "from_day": plan.values["window_from"],
        "to_day": plan.values["as_of"],
        "customers_total": customers,
        "revenue_total_minor": revenue,
        "never_ordered": prospects or None,
        "lapsed": lapsed,
    }
    notes = () if prospects else (Note("no_prospects", NO_PROSPECTS),)
    return Answer(rows, figures, notes)


ANALYSIS = Analysis(
    name="groups",
    title=Text("Groups A–E", "A–E客户分组"),
    question=Text(
        "Who buys often, who buys big, who both, and who not at all?",
        "谁买得勤、谁客单价高、谁两者兼有、谁没有购买？",
    ),
    rows=Text("One group, A to E.", "一个分组，A至E。"),
    source="002-1",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "leads"),
    parameters=(AS_OF, OPEN_WINDOW, *plane.PLANE_PARAMETERS),
    columns=(
        text("group", "A to E.", "分组，A至E。", choices=plane.GROUPS),
        count("customers", "Customers in the group.", "组内客户数。"),
        share("customer_share", "Share of everybody known.", "占全部已知客户的比例。"),
        money("revenue_minor", "Their net spend in the window.", "其在时间窗内的净消费额。"),
        share("revenue_share", "Their share of it.", "其消费额占比。"),
        count("purchase_days", "Their purchase days in the window.", "其购买天数。", "days"),
        number(
            "aov_minor", "Net spend per purchase day.", "客单价：每个购买日的净消费额。", "minor"
        ),
    ),
    figures=(
        number("value_threshold_minor", "v*, used.", "所用的v*。", "minor"),
        number("frequency_threshold", "f*, used.", "所用的f*。"),
        count("window_days", "Length of the window.", "时间窗长度。", "days"),
        day("from_day", "First day of the window.", "时间窗首日。"),
        day("to_day", "The day after the window.", "时间窗结束的次日。"),
        count("customers_total", "Everybody known.", "全部已知客户。"),
        money("revenue_total_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        count(
            "never_ordered",
            "A0: known, never ordered; unknown without prospects.",
            "A0：已知但从未下单；无潜在客户数据时未知。",
        ),
        count(
            "lapsed", "A1: ordered before the window, not in it.", "A1：窗前购买过、窗内未购买。"
        ),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
