"""`migration_customers`: from which group to which each customer moved (002-1)."""

from __future__ import annotations

from regulars.analyses import migration, plane
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import AFTER, BEFORE, OPEN_WINDOW
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS


def _moved(moves: str) -> str:
    # Without a threshold nobody can be told apart, as in the matrix itself.
    return f"""
        select m.customer_key, m.from_group, m.to_group
        from {moves} as m
        cross join base_threshold as t
        where t.value_threshold_minor is not null"""


LISTED = Step(
    name="moves_listed",
    one_row="one customer with an order or a refund, his group before and after",
    key=("customer_key",),
    sql=_moved("moves"),
)
LISTED_KNOWN = Step(
    name="moves_listed_known",
    one_row="one customer known before the as-of day, his group before and after",
    key=("customer_key",),
    sql=f"""{_moved("moves_known")}
        union all
        select p.customer_key,
            case when p.known_day >= $before_to then '{migration.ARRIVED}' else 'A' end
                as from_group,
            'A' as to_group
        from prospects as p
        cross join base_threshold as t
        where t.value_threshold_minor is not null
    """,
)


def plan(question: Ask) -> Plan:
    whole = migration.plan(question)
    listed = LISTED_KNOWN if RECORDS & question.imported else LISTED
    target = Target(listed.name, order_by=("customer_key",))
    return Plan((target,), whole.values, used=whole.used, notes=whole.notes)


ANALYSIS = Analysis(
    name="migration_customers",
    title=Text("Customers who moved between groups", "组间迁移的客户明细"),
    question=Text(
        "In which group was each customer before, and in which afterwards?",
        "每位客户前期在哪一组，后期在哪一组？",
    ),
    rows=Text("One customer known before the as-of day.", "一位统计日之前已知的客户。"),
    source="002-1",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers", "leads"),
    parameters=(AS_OF, OPEN_WINDOW, BEFORE, AFTER, *plane.PLANE_PARAMETERS),
    columns=(
        CUSTOMER_KEY,
        text(
            "from_group",
            "Group in the earlier period, or arrived.",
            "前期所在分组，或 arrived（新出现）。",
            choices=(*plane.GROUPS, migration.ARRIVED),
        ),
        text("to_group", "Group in the later period.", "后期所在分组。", choices=plane.GROUPS),
    ),
    steps=(*migration.STEPS, LISTED, LISTED_KNOWN),
    plan=plan,
)
