"""`cohort_customers`: who stands behind a number of `cohorts`: one period after the first order."""

from __future__ import annotations

import datetime as dt

from regulars.analyses import cohorts
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, day, flag, money, text
from regulars.analyses.parameters import AS_OF
from regulars.declare import Parameter, Text
from regulars.steps import Step
from regulars.steps.compose import Target

LISTED = Step(
    name="cohort_listed",
    one_row="one customer who has completed the period: his cohort, and what he did in it",
    key=("customer_key",),
    sql="""
        select m.customer_key,
            cast(m.cohort_year as varchar) || case when m.cohort_month < 10 then '-0' else '-' end
                || cast(m.cohort_month as varchar) as cohort,
            m.first_day,
            coalesce(a.active, 0) = 1 as bought,
            coalesce(a.spend_minor, 0) as spend_minor
        from cohort_members as m
        left join cohort_activity as a
            on a.customer_key = m.customer_key and a.period = $number
        where m.completed > $number
    """,
)
NUMBER = Parameter(
    name="number",
    kind="integer",
    default=0,
    minimum=0,
    maximum=100_000,
    meaning=Text(
        "Which period after the first order, from 0; only those are listed who have completed it.",
        "首单后的第几期，自0起；只列出已完整经过该期的客户。",
    ),
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    values = {
        "as_of": as_of,
        "window_from": as_of,
        "period_days": cohorts.PERIOD_DAYS[question["period"]],
        "number": question["number"],
    }
    return Plan((Target("cohort_listed", order_by=("-spend_minor", "customer_key")),), values)


ANALYSIS = Analysis(
    name="cohort_customers",
    title=Text("Customers of the cohorts", "同期群的客户明细"),
    question=Text(
        "Who belongs to which cohort, and who bought in a period after the first order?",
        "每位客户属于哪个同期群，首单后某一期谁下过单？",
    ),
    rows=Text(
        "One customer who has completed that period, largest spend in it first.",
        "一位已完整经过该期的客户，该期消费额高者在前。",
    ),
    source="8-statistics, retention and cohorts",
    grain="customer",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, cohorts.PERIOD, NUMBER),
    columns=(
        CUSTOMER_KEY,
        text("cohort", "Month of the first order.", "首单月份。"),
        day("first_day", "First purchase day.", "首次购买日。"),
        flag("bought", "With an order in the period.", "该期是否下过单。"),
        money("spend_minor", "Net spend in the period.", "该期净消费额。"),
    ),
    steps=(*cohorts.STEPS, LISTED),
    plan=plan,
)
