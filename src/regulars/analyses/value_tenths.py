"""`value_tenths`: which customers stand in which tenth of `value_distribution`."""

from __future__ import annotations

from regulars.analyses import value_columns, value_distribution
from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, text
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_parameters import PARAMETERS
from regulars.analyses.valuing import suffix_of, values
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target


def _listed(suffix: str) -> Step:
    return Step(
        name=f"value_tenths_listed{suffix}",
        one_row="one customer with a purchase day and his tenth; null where his value is unknown",
        key=("customer_key",),
        sql=f"""
            select customer_key,
                cast(nullif(tenth, {value_distribution.UNKNOWN}) as bigint) as tenth, p_alive,
                expected_orders_365d, spend as expected_spend_365d_minor, why as value_unknown
            from value_ranked{suffix}
        """,
    )


LISTED = tuple(_listed(suffix) for suffix in value_distribution.SUFFIXES)


def plan(question: Ask) -> Plan:
    listed = f"value_tenths_listed{suffix_of(question)}"
    target = Target(listed, order_by=("-expected_spend_365d_minor", "customer_key"))
    return Plan((target,), values(question), notes=(*stale(question), *unfitting(question)))


ANALYSIS = Analysis(
    name="value_tenths",
    title=Text("Customers by tenth of value", "价值十分位的客户明细"),
    question=Text(
        "Which customers belong to which tenth by expected spend?",
        "按预期消费额，每位客户属于哪个十分之一？",
    ),
    rows=Text(
        "One customer who ever bought, highest expected spend first.",
        "一位买过的客户，预期消费额高者在前。",
    ),
    source="8-statistics, decision 5",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=PARAMETERS,
    columns=(
        CUSTOMER_KEY,
        value_distribution.TENTH,
        value_columns.P_ALIVE,
        value_columns.ORDERS,
        value_columns.SPENT,
        text(
            "value_unknown",
            "Why value is unknown: nothing to fit (no_fit), nobody has a repeat spend (no_spend).",
            "价值未知的原因：无可拟合（no_fit）、无人有复购消费（no_spend）。",
            choices=value_distribution.WHY,
        ),
    ),
    steps=(*value_distribution.ANALYSIS.steps, *LISTED),
    plan=plan,
)
