"""`concentration_customers`: who stands behind an answer of `concentration`."""

from __future__ import annotations

from regulars.analyses import concentration
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, count, money
from regulars.declare import Parameter, Text
from regulars.steps import Step
from regulars.steps.compose import Target


def _listed(number: int, condition: str) -> Step:
    return Step(
        name=f"concentration_listed_{number}",
        one_row="one customer of those that the question is about",
        key=("customer_key",),
        sql=f"""
            select r.customer_key, r.place, r.amount_minor, r.running_minor
            from ranked as r cross join concentration_whole as w
            where {condition}
        """,
    )


LISTED = tuple(_listed(i, condition) for i, condition in enumerate(concentration.CONDITIONS))
QUESTION = Parameter(
    name="question",
    kind="choice",
    default="top 20%",
    choices=concentration.QUESTIONS,
    meaning=Text(
        "'top 20%': the best customers; 'customers for 80%': the fewest who spend that share.",
        "“top 20%”为消费最高的客户；“customers for 80%”为达到该消费占比的最少客户。",
    ),
)


def plan(question: Ask) -> Plan:
    number = concentration.QUESTIONS.index(question["question"])
    target = Target(f"concentration_listed_{number}", order_by=("place",))
    return Plan((target,), concentration.plan(question).values)


ANALYSIS = Analysis(
    name="concentration_customers",
    title=Text("Customers behind the concentration", "消费集中度的客户明细"),
    question=Text("Who are the customers that the money hangs on?", "消费额集中在哪些客户身上？"),
    rows=Text("One of these customers, largest spend first.", "其中一位客户，消费额高者在前。"),
    source="004-15",
    grain="customer",
    inputs=("orders",),
    helps=("identities",),
    parameters=(*concentration.ANALYSIS.parameters, QUESTION),
    columns=(
        CUSTOMER_KEY,
        count(
            "place",
            "Place by net spend, from 1; of equal spends the customer of the lower number first.",
            "按净消费额的名次，自1起；金额相同者，客户编号小的在前。",
            "score",
        ),
        money("amount_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        money(
            "running_minor",
            "Net spend of those down to this place.",
            "至该名次为止的累计净消费额。",
        ),
    ),
    steps=(*concentration.STEPS, *LISTED),
    plan=plan,
)
