"""`matrix`: the credit-card activity matrix (003-3): yearly amount × transaction frequency.

With amount a, frequency f and thresholds a*, f* (≥ is high): Q1 high amount, high frequency; Q2 low
amount, high frequency; Q3 both low; Q4 high amount, low frequency. For a* > 0 the ticket a/f of
everybody in Q4 exceeds a*/f*, and that of everybody in Q2 is below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, flag, money, number, share, text
from regulars.analyses.messages import NO_ORDERS_IN_WINDOW
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
# What is done with each, as stable words; the sentences stand in the note ACTIONS.
ACTION = {
    "Q1": "retain",
    "Q2": "maintain",
    "Q3": "activate_or_let_go",
    "Q4": "raise_frequency",
}
ACTIONS = Text(
    "Q1: retain with the loyalty programme. Q2: maintain at low cost, set no growth target: the"
    " habit is there, the capacity is not. Q3: activate once, or let go. Q4: a frequency programme"
    " (large and rare: a car, a refurbishment), and a risk review.",
    "Q1：以忠诚度计划重点保留。Q2：低成本维系，不设提升目标——有习惯而消费能力有限。"
    "Q3：尝试激活，不成则放弃。Q4：以提频活动为主（购车、装修等大额低频消费），并进行风险审查。",
)
NO_LIMIT = Text(
    "Credit limit and cash share are unknown: the facts hold neither.",
    "未知：信用额度与取现占比，事实中没有这两项数据。",
)
NOT_POSITIVE = Text(
    "The amount threshold is not positive: tickets do not part Q2 from Q4.",
    "金额阈值不为正，无法用笔均金额区分Q2与Q4。",
)

AMOUNT_THRESHOLD = Parameter(
    name="amount_threshold_minor",
    kind="number",
    unit="minor",
    meaning=Text(
        "a*: from this amount in the window on, it counts as high; left out, the median of the"
        " active customers.",
        "a*：时间窗内消费额达到该值即为高；不填则取活跃客户的中位数。",
    ),
)
FREQUENCY_THRESHOLD = Parameter(
    name="frequency_threshold",
    kind="number",
    minimum=1,
    meaning=Text(
        "f*: from this many transactions on, frequency counts as high; left out, the median of the"
        " active customers.",
        "f*：交易次数达到该值即为高频；不填则取活跃客户的中位数。",
    ),
)
FREQUENCY_UNIT = Parameter(
    name="frequency_unit",
    kind="choice",
    default="orders",
    choices=("orders", "days"),
    meaning=Text("Count orders or purchase days.", "按订单数还是购买天数计频次。"),
)

VALUES = Step(
    name="matrix_values",
    one_row="one customer with a transaction in the window",
    key=("customer_key",),
    reused=True,
    sql="""
        select customer_key, window_spend_minor as amount_minor,
            case when $by_orders then window_orders else window_purchase_days end as frequency
        from totals
        where window_orders > 0
    """,
)
AMOUNT_CUT = Step(
    name="matrix_amount_cut",
    one_row="the amount threshold",
    key=(),
    sql="""
        select cast(coalesce($amount_threshold_minor, median(amount_minor)) as double)
            as amount_threshold_minor
        from matrix_values
    """,
)
FREQUENCY_CUT = Step(
    name="matrix_frequency_cut",
    one_row="the frequency threshold",
    key=(),
    sql="""
        select cast(coalesce($frequency_threshold, median(frequency)) as double)
            as frequency_threshold
        from matrix_values
    """,
)
QUADRANT = """
    case
        when v.amount_minor >= a.amount_threshold_minor
            then case when v.frequency >= f.frequency_threshold then 'Q1' else 'Q4' end
        when v.frequency >= f.frequency_threshold then 'Q2'
        else 'Q3'
    end"""
PLACED = Step(
    name="matrix_placed",
    one_row="one customer with a transaction in the window, and his quadrant",
    key=("customer_key",),
    sql=f"""
        select v.customer_key, v.amount_minor, v.frequency, {QUADRANT} as quadrant,
            cast(v.amount_minor as double) / nullif(v.frequency, 0) as ticket_minor
        from matrix_values as v
        cross join matrix_amount_cut as a cross join matrix_frequency_cut as f
    """,
)
COUNTS = Step(
    name="matrix_counts",
    one_row="one quadrant that holds somebody",
    key=("quadrant",),
    sql="""
        select quadrant, count(*) as customers, cast(sum(frequency) as bigint) as frequency,
            cast(sum(amount_minor) as bigint) as amount_minor,
            min(ticket_minor) as ticket_low_minor, max(ticket_minor) as ticket_high_minor
        from matrix_placed
        group by quadrant
    """,
)
STEPS = (VALUES, AMOUNT_CUT, FREQUENCY_CUT, PLACED, COUNTS)


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    values = {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "by_orders": question["frequency_unit"] == "orders",
        "amount_threshold_minor": _float(question["amount_threshold_minor"]),
        "frequency_threshold": _float(question["frequency_threshold"]),
    }
    cuts = (Target("matrix_amount_cut"), Target("matrix_frequency_cut"))
    return Plan((Target("matrix_counts"), *cuts), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    found = {row["quadrant"]: row for row in fetched["matrix_counts"]}
    active = sum(row["customers"] for row in found.values())
    total = sum(row["amount_minor"] for row in found.values())
    amount_cut = fetched["matrix_amount_cut"][0]["amount_threshold_minor"]
    frequency_cut = fetched["matrix_frequency_cut"][0]["frequency_threshold"]
    rows = [_row(name, found.get(name, {}), active, total) for name in QUADRANTS]
    known = amount_cut is not None and frequency_cut
    figures = {
        "amount_threshold_minor": amount_cut,
        "frequency_threshold": frequency_cut,
        "ticket_threshold_minor": amount_cut / frequency_cut if known else None,
        "active_customers": active,
        "amount_total_minor": total,
        "from_day": plan.values["window_from"],
        "to_day": plan.values["as_of"],
    }
    return Answer(rows, figures, _notes(plan, active, amount_cut))


def _row(name: str, row: Mapping[str, int], active: int, total: int) -> dict[str, object]:
    customers, frequency = row.get("customers", 0), row.get("frequency", 0)
    amount = row.get("amount_minor", 0)
    return {
        "quadrant": name,
        "customers": customers,
        "customer_share": customers / active if active else None,
        "frequency": frequency,
        "frequency_per_customer": frequency / customers if customers else None,
        "amount_minor": amount,
        "amount_share": amount / total if total > 0 else None,
        "ticket_minor": amount / frequency if frequency else None,
        "ticket_low_minor": row.get("ticket_low_minor"),
        "ticket_high_minor": row.get("ticket_high_minor"),
        "action": ACTION[name],
        "risk_review": name == "Q4",
    }


def _notes(plan: Plan, active: int, amount_cut: float | None) -> tuple[Note, ...]:
    if not active:
        said = {"start": plan.values["window_from"], "end": plan.values["as_of"]}
        return (Note("no_orders_in_window", NO_ORDERS_IN_WINDOW, said),)
    notes = [Note("actions", ACTIONS), Note("no_limit", NO_LIMIT)]
    if amount_cut is not None and amount_cut <= 0:
        notes.append(Note("not_positive", NOT_POSITIVE))
    return tuple(notes)


ANALYSIS = Analysis(
    name="matrix",
    title=Text("Activity matrix", "活跃度矩阵"),
    question=Text(
        "Who spends much and often, much and rarely, little and often, little and rarely?",
        "谁消费多且频繁、谁多而不频、谁频繁而少、谁又少又不频？",
    ),
    rows=Text("One quadrant, Q1 to Q4.", "一个象限，Q1至Q4。"),
    source="003-3",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS, AMOUNT_THRESHOLD, FREQUENCY_THRESHOLD, FREQUENCY_UNIT),
    columns=(
        text(
            "quadrant",
            "Q1 high amount and frequency, Q2 low amount and high frequency, Q3 both low, Q4 high"
            " amount and low frequency.",
            "象限：Q1金额高频次高，Q2金额低频次高，Q3均低，Q4金额高频次低。",
            choices=QUADRANTS,
        ),
        count("customers", "Active customers in it.", "象限内活跃客户数。"),
        share("customer_share", "Their share of the active.", "占活跃客户的比例。"),
        count("frequency", "Their transactions in the window.", "其时间窗内的交易次数。", "orders"),
        number("frequency_per_customer", "The same per customer.", "人均交易次数。"),
        money("amount_minor", "Their net spend in the window.", "其时间窗内的净消费额。"),
        share("amount_share", "Its share of the whole.", "其消费额占比。"),
        number("ticket_minor", "Ticket: amount ÷ frequency.", "笔均金额：金额÷次数。", "minor"),
        number(
            "ticket_low_minor",
            "The lowest ticket of a customer.",
            "客户笔均金额的最低值。",
            "minor",
        ),
        number(
            "ticket_high_minor",
            "The highest ticket of a customer.",
            "客户笔均金额的最高值。",
            "minor",
        ),
        text("action", "What to do.", "建议动作。", choices=tuple(ACTION.values())),
        flag("risk_review", "Whether to review the risk.", "是否需要风险审查。"),
    ),
    figures=(
        number("amount_threshold_minor", "a*, used.", "所用的a*。", "minor"),
        number("frequency_threshold", "f*, used.", "所用的f*。"),
        number("ticket_threshold_minor", "a*/f*.", "笔均金额的分界：a*/f*。", "minor"),
        count("active_customers", "Customers with a transaction.", "时间窗内有交易的客户数。"),
        money("amount_total_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        day("from_day", "First day of the window.", "时间窗首日。"),
        day("to_day", "The day after the window.", "时间窗结束的次日。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
