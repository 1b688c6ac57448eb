"""`lifecycle_customers`: each customer's life stage, since when, and what comes next (002-5)."""

from __future__ import annotations

from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, count, day, number, text
from regulars.analyses.life_stages import PARAMETERS, STEPS, reason_name, stage_name, values
from regulars.analyses.staleness import stale
from regulars.declare import Parameter, Text
from regulars.stages.rules import REASONS, STAGES
from regulars.steps import Step
from regulars.steps.compose import Target

NOW = Step(
    name="life_now",
    one_row="one customer's stage on the as-of day",
    key=("customer_key",),
    sql=f"""
        select customer_key, {stage_name("stage")} as stage, since_day,
            {reason_name("reason")} as reason, gap_days as g_days,
            date_diff('day', last_day, $as_of) as recency_days,
            {stage_name("next_stage")} as next_stage, next_day
        from life_spells
        where until_day is null
    """,
)


THEN = Step(
    name="life_then",
    one_row="one customer's stage on an earlier day, as `lifecycle_trend` counts it",
    key=("customer_key",),
    sql=f"""
        select customer_key, {stage_name("stage")} as stage,
            case when not opening then since_day end as since_day,
            {reason_name("reason")} as reason, gap_days as g_days,
            case when last_day < $stood_on then date_diff('day', last_day, $stood_on) end
                as recency_days,
            case when until_day is null then {stage_name("next_stage")} end as next_stage,
            case when until_day is null then next_day end as next_day
        from life_spells
        where (opening or since_day <= $stood_on)
            and (until_day is null or until_day > $stood_on)
    """,
)
STOOD_ON = Parameter(
    name="stood_on",
    kind="day",
    meaning=Text(
        "The stage in which each stood at the start of this day, before the as-of day: judged by"
        " what is known at the as-of day, as the months of `lifecycle_trend` are. Left out, the"
        " as-of day.",
        "各客户在此日零点（早于统计日）所处的阶段：按统计日所知判断，"
        "与 lifecycle_trend 的各月一致。不填则取统计日。",
    ),
)


def plan(question: Ask) -> Plan:
    on, as_of = question["stood_on"], question["as_of"]
    earlier = on is not None and on < as_of
    given = values(question, history_from=on if earlier else None)
    used = {"base_day": given["base_day"]}
    if not earlier:
        target = Target("life_now", order_by=("customer_key",))
        return Plan((target,), given, used, stale(question))
    target = Target("life_then", order_by=("customer_key",))
    return Plan((target,), {**given, "stood_on": on}, used, stale(question))


ANALYSIS = Analysis(
    name="lifecycle_customers",
    title=Text("Life stage of each customer", "客户所处的生命周期阶段"),
    question=Text(
        "In which stage is each customer, since when, and what comes if nothing happens?",
        "每位客户处于哪个阶段、自何时起、若无变化将转入哪个阶段？",
    ),
    rows=Text("One customer or prospect.", "一位客户或潜在客户。"),
    source="002-5",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers", "leads", "subscriptions", "visits"),
    parameters=(*PARAMETERS, STOOD_ON),
    columns=(
        CUSTOMER_KEY,
        text("stage", "Life stage.", "生命周期阶段。", choices=STAGES),
        day(
            "since_day",
            "First day of the stage; empty where it began before the replayed days.",
            "进入该阶段的首日；早于回放期则为空。",
        ),
        text("reason", "What brought the customer there.", "进入该阶段的原因。", choices=REASONS),
        number("g_days", "Usual gap when the stage began.", "进入时的惯常间隔。", "days"),
        count("recency_days", "Days since the last purchase.", "距最近一次购买的天数。", "days"),
        text(
            "next_stage",
            "Stage that follows if nothing happens.",
            "若无变化将转入的阶段。",
            choices=STAGES,
        ),
        day("next_day", "Day on which it would follow.", "预计转入的日期。"),
    ),
    steps=(*STEPS, NOW, THEN),
    plan=plan,
)
