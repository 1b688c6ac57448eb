"""`tier_customers`: each customer's tier and what put him there (001-7)."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import tiers
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import CUSTOMER_KEY, count, day, flag, money, number, text
from regulars.declare import Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps import tiers as steps
from regulars.steps.compose import Target

LISTED = Step(
    name="tier_listed",
    one_row="one customer with an order, and his tier",
    key=("customer_key",),
    sql="""
        select customer_key, tier, tier_by_rule, kind, aov_minor, frequency, spend_minor,
            gain_minor, criteria_reached, vip = 1 as vip_individual,
            case when override_valid = 1 then override_reason end as override_reason,
            case when override_valid = 1 then override_until end as override_until
        from tiered
    """,
)


def plan(question: Ask) -> Plan:
    order = ("-spend_minor", "customer_key")
    rows = Target("tier_listed", order_by=order)
    return Plan((rows, Target("tier_marked")), tiers.values(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    """No rows of its own; says where nobody's tier can be told."""
    marked = fetched["tier_marked"][0]["marked"]
    return Answer([], {}, () if marked else (Note("no_marks", tiers.NO_MARKS),))


ANALYSIS = Analysis(
    name="tier_customers",
    title=Text("Customers by tier", "客户层级明细"),
    question=Text("Which tier is each customer in, and why?", "每位客户属于哪个层级，依据是什么？"),
    rows=Text("One customer with an order.", "一位有订单的客户。"),
    source="001-7",
    grain="customer",
    inputs=("orders", "customers"),
    helps=("identities", "order_lines", "products"),
    parameters=tiers.PARAMETERS,
    columns=(
        CUSTOMER_KEY,
        tiers.TIER,
        text(
            "tier_by_rule", "Tier by the rule alone.", "仅按规则判定的层级。", choices=tiers.TIERS
        ),
        text("kind", "Person or business.", "个人或企业。", choices=("person", "business")),
        number("aov_minor", "Average order value in the window.", "时间窗内的客单价。", "minor"),
        count("frequency", "Purchases in the window.", "时间窗内的购买频次。", "days"),
        money("spend_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        money(
            "gain_minor",
            "Of a business: profit, or revenue where costs are unknown.",
            "企业客户的利润；成本未知时为收入。",
        ),
        count("criteria_reached", "Criteria reached, of three.", "达标项数（共三项）。", "score"),
        flag(
            "vip_individual",
            "A consumer with an average order value at P99 or above.",
            "客单价达到第99百分位的个人消费者（“VIP个人”）。",
        ),
        text("override_reason", "Why the tier was set by hand.", "人工指定层级的理由。"),
        day("override_until", "First day it no longer holds.", "人工指定的失效日期。"),
    ),
    steps=(*steps.STEPS, LISTED),
    plan=plan,
    finish=finish,
)
