"""`group_customers`: each customer's group on the frequency × value plane (002-1)."""

from __future__ import annotations

from regulars.analyses import groups, plane
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, count, money, number, text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import OPEN_WINDOW
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS

ORDERED = """
        select customer_key, customer_group, frequency, window_spend_minor as spend_minor,
            value_minor as aov_minor
        from customer_groups"""
LISTED = Step(
    name="group_listed",
    one_row="one customer with an order or a refund, and his group",
    key=("customer_key",),
    sql=ORDERED,
)
LISTED_KNOWN = Step(
    name="group_listed_known",
    one_row="one customer known before the as-of day, and his group",
    key=("customer_key",),
    sql=f"""{ORDERED}
        union all
        select customer_key, 'A' as customer_group, cast(0 as bigint) as frequency,
            cast(0 as bigint) as spend_minor, cast(null as double) as aov_minor
        from prospects
    """,
)


def plan(question: Ask) -> Plan:
    whole = groups.plan(question)
    listed = LISTED_KNOWN if RECORDS & question.imported else LISTED
    target = Target(listed.name, order_by=("-spend_minor", "customer_key"))
    return Plan((target,), whole.values, used=whole.used, notes=whole.notes)


ANALYSIS = Analysis(
    name="group_customers",
    title=Text("Customers by group", "分组的客户明细"),
    question=Text("Which group is each customer in?", "每位客户属于哪个分组？"),
    rows=Text("One customer known before the as-of day.", "一位统计日之前已知的客户。"),
    source="002-1",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers", "leads"),
    parameters=(AS_OF, OPEN_WINDOW, *plane.PLANE_PARAMETERS),
    columns=(
        CUSTOMER_KEY,
        text("customer_group", "A to E.", "分组，A至E。", choices=plane.GROUPS),
        count("frequency", "Purchases in the window.", "时间窗内的购买频次。", "days"),
        money("spend_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        number(
            "aov_minor", "Net spend per purchase day.", "客单价：每个购买日的净消费额。", "minor"
        ),
    ),
    steps=(*groups.STEPS, LISTED, LISTED_KNOWN),
    plan=plan,
)
