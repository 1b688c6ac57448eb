"""`segments`: how many customers and how much money stand in each RFM cell (002-6c)."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import rfm
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, share
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target


def _counts(method: str) -> Step:
    return Step(
        name=f"segments_{method}",
        one_row="one RFM cell that holds anybody",
        key=("cell",),
        sql=f"""
            select r_score, f_score, m_score, cell, count(*) as customers,
                cast(sum(monetary_minor) as bigint) as spend_minor
            from rfm_{method}_cells
            group by r_score, f_score, m_score, cell
        """,
    )


def plan(question: Ask) -> Plan:
    target = Target(f"segments_{question['method']}")
    return Plan((target,), rfm.values(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    rows = sorted(fetched[plan.targets[0].step], key=lambda row: str(row["cell"]), reverse=True)
    total = sum(row["spend_minor"] for row in rows)
    for row in rows:
        row["spend_share"] = row["spend_minor"] / total if total > 0 else None
    figures = {"customers_total": sum(r["customers"] for r in rows), "spend_total_minor": total}
    return Answer(rows, figures)


ANALYSIS = Analysis(
    name="segments",
    title=Text("RFM cells", "RFM分群"),
    question=Text(
        "How many customers, and how much of the money, stand in each RFM cell?",
        "每个RFM单元格有多少客户、占多少消费额？",
    ),
    rows=Text("One RFM cell that holds anybody.", "一个有客户的RFM单元格。"),
    source="002-6c",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS, rfm.METHOD, rfm.SALT),
    columns=(
        *rfm.SCORES,
        count("customers", "Customers in the cell.", "该单元格的客户数。"),
        money("spend_minor", "Their net spend in the window.", "其在时间窗内的净消费额。"),
        share("spend_share", "Their share of all spend.", "其消费额占比。"),
    ),
    figures=(
        count(
            "customers_total", "Customers with an order in the window.", "时间窗内下单的客户数。"
        ),
        money("spend_total_minor", "Net spend in the window.", "时间窗内的净消费额。"),
    ),
    steps=(*rfm.STEPS, _counts("independent"), _counts("nested")),
    plan=plan,
    finish=finish,
)
