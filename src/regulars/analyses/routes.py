"""`routes`: by which way customers rise through three periods, B→C→E or B→D→E (002-1)."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import paths, plane
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.migration import rate
from regulars.declare import Text


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    cells = {(r["first_group"], r["second_group"], r["third_group"]): r for r in fetched["paths"]}
    rows: Rows = []
    for first in plane.GROUPS:
        starts = sum(r["customers"] for (f, _, _), r in cells.items() if f == first)
        for second in plane.GROUPS:
            for third in plane.GROUPS:
                customers = cells.get((first, second, third), {"customers": 0})["customers"]
                rows.append(
                    {
                        "route": f"{first}→{second}→{third}",
                        "first_group": first,
                        "second_group": second,
                        "third_group": third,
                        "customers": customers,
                        "share": customers / starts if starts else None,
                    }
                )
    of = {row["route"]: row["customers"] for row in rows}
    from_b = sum(row["customers"] for row in rows if row["first_group"] == "B")
    figures = {
        "value_threshold_minor": fetched["path_threshold"][0]["value_threshold_minor"],
        **rate("b_c_e_rate", of["B→C→E"], from_b),
        **rate("b_d_e_rate", of["B→D→E"], from_b),
    }
    return Answer(rows, figures)


ANALYSIS = Analysis(
    name="routes",
    title=Text("Routes through the groups", "分组成长路径"),
    question=Text(
        "Do customers grow by spending more per order first (B→C→E) or by coming more often"
        " first (B→D→E)?",
        "客户是先提高客单价（B→C→E）还是先提高频次（B→D→E）成长起来的？",
    ),
    rows=Text("One way through three periods in a row.", "连续三期的一条路径。"),
    source="002-1",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=paths.PARAMETERS,
    columns=(
        text("route", "The three groups.", "三期分组。"),
        text("first_group", "Group in the first period.", "第一期分组。", choices=plane.GROUPS),
        text("second_group", "Group in the second.", "第二期分组。", choices=plane.GROUPS),
        text("third_group", "Group in the third.", "第三期分组。", choices=plane.GROUPS),
        count("customers", "Customers who went so.", "走此路径的客户数。"),
        share("share", "Share of those who started there.", "占起点分组的比例。"),
    ),
    figures=(
        number("value_threshold_minor", "v* of the first period.", "首期的v*。", "minor"),
        share("b_c_e_rate", "Of B: by value first.", "B组中先提升客单价者。"),
        share("b_c_e_rate_low", "Lower 95% bound.", "95%区间下限。"),
        share("b_c_e_rate_high", "Upper 95% bound.", "95%区间上限。"),
        share("b_d_e_rate", "Of B: by frequency first.", "B组中先提升频次者。"),
        share("b_d_e_rate_low", "Lower 95% bound.", "95%区间下限。"),
        share("b_d_e_rate_high", "Upper 95% bound.", "95%区间上限。"),
    ),
    steps=paths.STEPS,
    plan=paths.plan,
    finish=finish,
)
