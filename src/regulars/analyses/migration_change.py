"""`migration_change`: do customers move differently than one period ago? (002-1, 8-statistics)

Two successive pairs of periods under the same thresholds; per row of the matrix
G = 2ΣO ln(O/E) (Anderson–Goodman), Monte Carlo where an expected count is under 5,
Benjamini–Hochberg over the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from regulars.analyses import paths, plane
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, flag, number, text
from regulars.declare import Text
from regulars.statistics.multiplicity import benjamini_hochberg
from regulars.statistics.tables import g_test

LEVEL = 0.10


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    earlier: Counter[tuple[str, str]] = Counter()
    later: Counter[tuple[str, str]] = Counter()
    for row in fetched["paths"]:
        first, second, third = row["first_group"], row["second_group"], row["third_group"]
        if first is not None:
            earlier[first, second] += row["customers"]
        if second is not None:
            later[second, third] += row["customers"]
    rows: Rows = []
    for group in plane.GROUPS:
        before = [earlier[group, to] for to in plane.GROUPS]
        after = [later[group, to] for to in plane.GROUPS]
        test = g_test([before, after])
        rows.append(
            {
                "from_group": group,
                "customers_earlier": sum(before),
                "customers_later": sum(after),
                "g": test.statistic if test else None,
                "df": test.df if test else None,
                "p": test.p if test else None,
                "method": test.method if test else None,
            }
        )
    tested = [row for row in rows if row["p"] is not None]
    for row, q in zip(tested, benjamini_hochberg([r["p"] for r in tested]), strict=True):
        row["q"] = float(q)
        row["changed"] = bool(q <= LEVEL)
    return Answer(rows, {"changed_rows": sum(bool(row.get("changed")) for row in rows)})


ANALYSIS = Analysis(
    name="migration_change",
    title=Text("Change of migration", "迁移是否改变"),
    question=Text(
        "Do customers of each group now move differently than one period ago, beyond chance?",
        "各组客户的去向与上一期相比，是否有超出偶然的变化？",
    ),
    rows=Text("One group to start from.", "一个起点分组。"),
    source="002-1, 8-statistics",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=paths.PARAMETERS,
    columns=(
        text("from_group", "Group to start from.", "起点分组。", choices=plane.GROUPS),
        count("customers_earlier", "In it at first, earlier pair.", "前一对时期的起点客户数。"),
        count("customers_later", "In it at first, later pair.", "后一对时期的起点客户数。"),
        number("g", "G statistic.", "G统计量。"),
        count("df", "Degrees of freedom.", "自由度。", "score"),
        number("p", "p-value.", "p值。"),
        text("method", "How p was found.", "p值的求法。"),
        number("q", "p adjusted over the rows (Benjamini–Hochberg).", "BH校正后的p值。"),
        flag("changed", "q at most 0.10.", "q不大于0.10。"),
    ),
    figures=(
        count("changed_rows", "Groups that move differently.", "去向改变的分组数。", "score"),
    ),
    steps=paths.STEPS,
    plan=paths.plan,
    finish=finish,
)
