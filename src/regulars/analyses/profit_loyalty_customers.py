"""`profit_loyalty_customers`: where each customer stands by profit and loyalty (001-1)."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import profit_loyalty
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import CUSTOMER_KEY, count, money, share, text
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target

LISTED = Step(
    name="plane_listed",
    one_row="one customer who ever bought, and his place now",
    key=("customer_key",),
    sql="""
        select customer_key, place, contribution_minor, coalesce(spend_minor, 0) as spend_minor,
            marketing_minor, cases, loyalty, loyalty_from
        from plane_placed
        where era = 'now'
    """,
)


def plan(question: Ask) -> Plan:
    rows = Target("plane_listed", order_by=("-contribution_minor", "customer_key"))
    others = tuple(Target(name) for name in profit_loyalty.TARGETS)
    return Plan((rows, *others), profit_loyalty.values(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    """No rows of its own; what the plane says of them all."""
    return Answer([], {}, profit_loyalty.finish(question, plan, fetched).notes)


ANALYSIS = Analysis(
    name="profit_loyalty_customers",
    title=Text("Customers by profit and loyalty", "利润与忠诚客户明细"),
    question=Text(
        "What did each customer leave, and will he be there?",
        "每位客户带来多少利润，是否会留下？",
    ),
    rows=Text("One customer who ever bought.", "一位买过的客户。"),
    source="001-1",
    grain="customer",
    inputs=("orders",),
    helps=profit_loyalty.HELPS,
    parameters=profit_loyalty.PARAMETERS,
    columns=(
        CUSTOMER_KEY,
        profit_loyalty.PLACE,
        money("contribution_minor", "What he left in the window; empty: unknown.",
              "窗口内的贡献毛利；为空即未知。"),
        money("spend_minor", "Net spend in the window.", "窗口内的净消费额。"),
        money("marketing_minor", "What reaching him cost in the window.", "窗口内的营销费用。"),
        count("cases", "His cases in the window.", "窗口内的工单数。", "score"),
        share("loyalty", "Chance of being there in the next window.", "下一窗口的活跃概率。"),
        text("loyalty_from", "The renewal rate of the plan he holds, or the purchase model.",
             "依据：所持套餐的续订率（contract）或购买模型（model）。",
             choices=("contract", "model")),
    ),
    steps=(*profit_loyalty.STEPS, LISTED),
    plan=plan,
    finish=finish,
)  # fmt: skip
