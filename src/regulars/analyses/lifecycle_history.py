"""`lifecycle_history`: every change of stage, customer by customer (002-5)."""

from __future__ import annotations

from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, day, number, text
from regulars.analyses.life_stages import (
    PARAMETERS,
    STEPS,
    reason_name,
    stage_name,
    values,
)
from regulars.analyses.staleness import stale
from regulars.declare import Text
from regulars.stages.rules import REASONS, STAGES
from regulars.steps import Step
from regulars.steps.compose import Target

CHANGES = Step(
    name="life_changes",
    one_row="one change of a customer's stage within the replayed days",
    key=("customer_key", "day"),
    sql=f"""
        select customer_key, since_day as day,
            {stage_name("came_from")} as from_stage, {stage_name("stage")} as to_stage,
            {reason_name("reason")} as reason, gap_days as g_days
        from life_spells
        where not opening
    """,
)


def plan(question: Ask) -> Plan:
    used = {"base_day": values(question)["base_day"]}
    target = Target("life_changes", order_by=("customer_key", "day"))
    return Plan((target,), values(question), used, stale(question))


ANALYSIS = Analysis(
    name="lifecycle_history",
    title=Text("Changes of life stage", "生命周期阶段变动"),
    question=Text("Who changed stage, when and why?", "谁在何时、因何改变了阶段？"),
    rows=Text(
        "One change of stage of one customer within the days before the as-of day.",
        "一位客户在统计日之前若干天内的一次阶段变动。",
    ),
    source="002-5",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers", "leads", "subscriptions", "visits"),
    parameters=PARAMETERS,
    columns=(
        CUSTOMER_KEY,
        day(
            "day",
            "First day of the new stage; it follows from facts before that day.",
            "新阶段的首日；依据该日之前的事实。",
        ),
        text(
            "from_stage",
            "Stage before; empty for a newcomer.",
            "原阶段；新客户为空。",
            choices=STAGES,
        ),
        text("to_stage", "Stage from that day on.", "新阶段。", choices=STAGES),
        text("reason", "What changed it.", "变动原因。", choices=REASONS),
        number("g_days", "Usual gap as known that day.", "当日所知的惯常间隔。", "days"),
    ),
    steps=(*STEPS, CHANGES),
    plan=plan,
)
