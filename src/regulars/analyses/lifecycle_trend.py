"""`lifecycle_trend`: how many stood in each life stage at the end of each month (002-5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, share, text
from regulars.analyses.life_stages import RULE_PARAMETERS, STEPS, values
from regulars.analyses.parameters import AS_OF
from regulars.analyses.staleness import stale
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.stages.rules import STAGES
from regulars.steps import Step
from regulars.steps.compose import Target

MOVES = Step(
    name="life_days",
    one_row="one day, stage left and stage entered; no day: those who opened with it",
    key=("day", "came_from", "stage"),
    sql="""
        select day, came_from, stage, count(*) as customers
        from (
            select case when not opening then since_day end as day,
                case when not opening then came_from else 0 end as came_from, stage
            from life_spells
        ) as moved
        group by day, came_from, stage
    """,
)
MONTHS = Parameter(
    name="months",
    kind="integer",
    default=12,
    minimum=1,
    maximum=60,
    meaning=Text("How many full months to show, the latest.", "显示最近多少个完整月份。"),
)
NO_MONTH = Text(
    "No month ends within the history before {as_of}.", "{as_of}之前的历史中没有完整的月份。"
)


def _month_ends(question: Ask) -> list[dt.date]:
    """First days after the last full months, oldest first: what is known then is the month."""
    start, end = question.span.first_day, question["as_of"].replace(day=1)
    assert start is not None
    ends: list[dt.date] = []
    while end > start and len(ends) < question["months"]:
        ends.append(end)
        end = (end - dt.timedelta(days=1)).replace(day=1)
    return ends[::-1]


def plan(question: Ask) -> Plan:
    ends = _month_ends(question)
    given = values(question, history_from=ends[0] if ends else question["as_of"])
    notes = () if ends else (Note("no_month", NO_MONTH, {"as_of": question["as_of"]}),)
    return Plan(
        (Target("life_days"),), given, {"base_day": given["base_day"]}, (*stale(question), *notes)
    )


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    moves = sorted(
        (row["day"] or dt.date.min, row["came_from"], row["stage"], row["customers"])
        for row in fetched["life_days"]
    )
    standing: Counter[int] = Counter()
    rows: Rows = []
    at = 0
    for end in _month_ends(question):
        while at < len(moves) and moves[at][0] <= end:
            _, left, entered, customers = moves[at]
            standing[left] -= customers
            standing[entered] += customers
            at += 1
        rows += _month(end, standing)
    return Answer(rows)


def _month(end: dt.date, standing: Counter[int]) -> Rows:
    month = (end - dt.timedelta(days=1)).strftime("%Y-%m")
    total = sum(standing[code] for code in range(1, len(STAGES) + 1))
    return [
        {
            "month": month,
            "stage": stage,
            "customers": standing[code],
            "share": standing[code] / total if total else None,
        }
        for code, stage in enumerate(STAGES, start=1)
    ]


ANALYSIS = Analysis(
    name="lifecycle_trend",
    title=Text("Life stages over time", "生命周期阶段走势"),
    question=Text(
        "How many customers stood in each life stage at the end of each month?",
        "每月末各生命周期阶段有多少客户？",
    ),
    rows=Text("One month and stage.", "一个月的一个阶段。"),
    source="002-5",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "leads", "subscriptions", "visits"),
    parameters=(AS_OF, MONTHS, *RULE_PARAMETERS),
    columns=(
        text("month", "The month, 2026-11.", "月份，如2026-11。"),
        text("stage", "Life stage.", "生命周期阶段。", choices=STAGES),
        count("customers", "Customers in it when the month was over.", "月末处于该阶段的客户数。"),
        share("share", "Their share of all known then.", "占当时全部已知客户的比例。"),
    ),
    steps=(*STEPS, MOVES),
    plan=plan,
    finish=finish,
)
