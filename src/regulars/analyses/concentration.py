"""`concentration`: how much of the money hangs on how few customers (004-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

TOP_PERCENTS = (1, 5, 10, 20, 50)
VALUE_PERCENTS = (50, 80, 95)

RANKED = Step(
    name="ranked",
    one_row="one customer with a purchase day in the window, largest first",
    key=("customer_key",),
    reused=True,
    sql="""
        select
            customer_key, window_spend_minor as amount_minor,
            row_number() over (order by window_spend_minor desc, customer_key) as place,
            sum(window_spend_minor) over (order by window_spend_minor desc, customer_key
                rows between unbounded preceding and current row) as running_minor
        from totals
        where window_purchase_days > 0
    """,
)
WHOLE = Step(
    name="concentration_whole",
    one_row="everybody with a purchase day in the window",
    key=(),
    sql="""
        select count(*) as customers, cast(sum(amount_minor) as bigint) as amount_minor,
            sum(cast(place as double) * cast(amount_minor as double)) as place_amount
        from ranked
    """,
)


# Both kinds of question in whole numbers, so that no engine rounds differently. The top k% are the
# first ceil(k·n/100); those who make up q% are the fewest whose sum reaches it: everybody whose
# predecessors together do not.
CONDITIONS = (
    *(f"100 * (r.place - 1) < {percent} * w.customers" for percent in TOP_PERCENTS),
    *(
        f"100 * (r.running_minor - r.amount_minor) < {percent} * w.amount_minor"
        for percent in VALUE_PERCENTS
    ),
)


def _question_sql(number_: int, condition: str) -> str:
    return f"""
        select {number_} as question_number, count(*) as customers,
            cast(sum(r.amount_minor) as bigint) as amount_minor
        from ranked as r cross join concentration_whole as w
        where {condition}
    """


def _answers() -> Step:
    parts = [_question_sql(i, condition) for i, condition in enumerate(CONDITIONS)]
    return Step(
        name="concentration_answers",
        one_row="one question",
        key=("question_number",),
        sql=" union all ".join(parts),
    )


QUESTIONS = (
    *(f"top {percent}%" for percent in TOP_PERCENTS),
    *(f"customers for {percent}%" for percent in VALUE_PERCENTS),
)
STEPS = (RANKED, WHOLE, _answers())
NOT_POSITIVE = Text(
    "Net spend in the window is not positive: shares of it have no meaning.",
    "时间窗内净消费额不为正，占比无意义。",
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    start = as_of - dt.timedelta(days=question["window_days"])
    targets = (Target("concentration_answers"), Target("concentration_whole"))
    return Plan(targets, {"as_of": as_of, "window_from": start})


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    whole = fetched["concentration_whole"][0]
    customers, total = whole["customers"], whole["amount_minor"] or 0
    found = {row["question_number"]: row for row in fetched["concentration_answers"]}
    rows: Rows = []
    for i, name in enumerate(QUESTIONS):
        held, amount = found[i]["customers"], found[i]["amount_minor"] or 0
        known = total > 0 or i < len(TOP_PERCENTS)
        rows.append(
            {
                "question": name,
                "customers": held if known else None,
                "customers_share": held / customers if customers and known else None,
                "amount_minor": amount if known else None,
                "amount_share": amount / total if total > 0 else None,
            }
        )
    by_name = {row["question"]: row for row in rows}
    eighty = by_name["customers for 80%"]
    figures = {
        "customers_total": customers,
        "amount_total_minor": total,
        "top_20_share": by_name["top 20%"]["amount_share"],
        "customers_for_80": eighty["customers"],
        "customers_for_80_share": eighty["customers_share"],
        "gini": _gini(customers, total, whole["place_amount"]),
    }
    return Answer(rows, figures, () if total > 0 else (Note("not_positive", NOT_POSITIVE),))


def _gini(customers: int, total: int, place_amount: float | None) -> float | None:
    """``G = (n + 1)/n − 2 Σ p·a_p/(n Σ a)`` with p the place, largest first."""
    if total <= 0 or not customers or place_amount is None:
        return None
    return (customers + 1) / customers - 2 * place_amount / (customers * total)


ANALYSIS = Analysis(
    name="concentration",
    title=Text("Concentration", "消费集中度"),
    question=Text(
        "How much of the money comes from the top 20%, and how many customers make up 80% of it?",
        "前20%的客户贡献多少消费额？80%的消费额来自多少客户？",
    ),
    rows=Text("One question: a top share of customers, or a share of money.", "一个集中度问题。"),
    source="004-15",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS),
    columns=(
        text(
            "question",
            "'top 20%': the best customers; 'customers for 80%': the fewest who spend that share.",
            "“top 20%”为消费最高的客户；“customers for 80%”为达到该消费占比的最少客户。",
            choices=QUESTIONS,
        ),
        count("customers", "Those customers.", "对应的客户数。"),
        share("customers_share", "Their share of the buyers.", "占购买客户的比例。"),
        money("amount_minor", "Their net spend in the window.", "其净消费额。"),
        share("amount_share", "Its share of the whole.", "占总消费额的比例。"),
    ),
    figures=(
        count(
            "customers_total", "Customers with an order in the window.", "时间窗内下单的客户数。"
        ),
        money("amount_total_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        share("top_20_share", "Share of the top 20% of customers.", "前20%客户的消费占比。"),
        count("customers_for_80", "Customers who make up 80%.", "贡献80%消费额的客户数。"),
        share("customers_for_80_share", "Their share of the buyers.", "其占购买客户的比例。"),
        number("gini", "Gini coefficient of spend.", "消费额的基尼系数。", "ratio"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
