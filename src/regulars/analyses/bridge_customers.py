"""`bridge_customers`: the customers behind the bridge, largest loss first (000-1)."""

from __future__ import annotations

from regulars.analyses import bridge, turnover
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, money
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target

LISTED = Step(
    name="bridge_listed",
    one_row="one customer with money in either period",
    key=("customer_key",),
    sql="""
        select customer_key, tier, term, first_minor as before_minor, second_minor as after_minor,
            second_minor - first_minor as change_minor
        from placed_now
    """,
)


def plan(question: Ask) -> Plan:
    target = Target("bridge_listed", order_by=("change_minor", "customer_key"))
    return bridge.bridge_plan(question, (target,), compare=False)


ANALYSIS = Analysis(
    name="bridge_customers",
    title=Text("Customers behind the bridge", "销售额变动的客户明细"),
    question=Text("Whose spending fell or rose, and by how much?", "谁的消费减少或增加了，多少？"),
    rows=Text("One customer with money in either period.", "一位任一时期有消费的客户。"),
    source="000-1",
    grain="customer",
    inputs=("orders",),
    helps=("identities",),
    parameters=bridge.BRIDGE_PARAMETERS,
    columns=(
        CUSTOMER_KEY,
        bridge.TIER,
        bridge.TERM,
        money("before_minor", "Net spend in the earlier period.", "前期净消费额。"),
        money("after_minor", "Net spend in the later period.", "后期净消费额。"),
        money("change_minor", "The change.", "变化额。"),
    ),
    steps=(*turnover.STEPS, LISTED),
    plan=plan,
)
