"""`preference`: which customers prefer which goods (002-6g).

TGI = share of the group that bought the category ÷ share of everybody with the attribute × 100.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses import profiling
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, share, text
from regulars.analyses.messages import NO_ORDERS_IN_WINDOW
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.analyses.profile_value import ACTIVE
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps import profiles as steps
from regulars.steps.compose import Target
from regulars.steps.goods import CATEGORIES, CATEGORY_PATHS

NO_CATEGORY = Text(
    "Unknown: no order line in the window leads to a product with a category.",
    "未知：时间窗内没有任何订单明细对应到有类目的商品。",
)

DEPTH = Parameter(
    name="category_depth",
    kind="integer",
    default=1,
    minimum=1,
    maximum=20,
    meaning=Text("How many levels of the category count.", "类目取到第几级。"),
)

# As in `regulars.steps.goods`: goods given back and empty lines are no purchase.
BOUGHT = Step(
    name="bought_categories",
    one_row="one category that a customer bought in the window",
    key=("customer_key", "category"),
    reused=True,
    sql="""
        select o.customer_key, c.category
        from live_orders as o
        inner join order_lines as l on l.order_id = o.order_id
        inner join products as p on p.product_id = l.product_id
        inner join categories as c on c.path = p.category_path
        where o.kind = 'sale' and o.day >= $window_from and c.category <> ''
            and l.status = 'live' and p.status = 'live'
            and l.amount_minor >= 0 and coalesce(l.quantity, 1) > 0
        group by o.customer_key, c.category
    """,
)
CELLS = Step(
    name="preference_cells",
    one_row="one value of an attribute and one category",
    key=("attribute", "value", "category"),
    sql="""
        select p.attribute, p.value, b.category, count(*) as customers
        from profiles as p
        inner join profile_active as a on a.customer_key = p.customer_key
        inner join bought_categories as b on b.customer_key = p.customer_key
        group by p.attribute, p.value, b.category
    """,
)
GROUPS = Step(
    name="preference_groups",
    one_row="one value of an attribute",
    key=("attribute", "value"),
    sql="""
        select p.attribute, p.value, count(*) as customers
        from profiles as p
        inner join profile_active as a on a.customer_key = p.customer_key
        group by p.attribute, p.value
    """,
)
TOTALS = Step(
    name="preference_totals",
    one_row="one category",
    key=("category",),
    sql="""
        select b.category, count(*) as customers
        from bought_categories as b
        inner join profile_active as a on a.customer_key = b.customer_key
        group by b.category
    """,
)
BASE = Step(
    name="preference_base",
    one_row="everybody active in the window",
    key=(),
    sql="""
        select count(*) as customers,
            cast(coalesce(sum(case when k.customer_key is not null then 1 else 0 end), 0)
                as bigint) as profiled
        from profile_active as a
        left join profiled as k on k.customer_key = a.customer_key
    """,
)
TARGETS = ("preference_cells", "preference_groups", "preference_totals", "preference_base")


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    values = {
        **profiling.values(question, as_of),
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "category_depth": question["category_depth"],
    }
    return Plan(tuple(Target(name) for name in TARGETS), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    base = fetched["preference_base"][0]
    least = question["smallest_group"]
    bought = {r["category"]: r["customers"] for r in fetched["preference_totals"]}
    cells = {
        (r["attribute"], r["value"], r["category"]): r["customers"]
        for r in fetched["preference_cells"]
    }
    rows: Rows = []
    for name, found in profiling.by_attribute(fetched["preference_groups"]).items():
        groups = {value: row["customers"] for value, row in found.items()}
        for category in sorted(c for c, customers in bought.items() if customers >= least):
            hits = {value: cells.get((name, value, category), 0) for value in groups}
            rows += _category(
                (name, category), hits, groups, whole=(bought[category], base["customers"])
            )
    tested, told = profiling.judge(rows, question["false_discovery_rate"])
    rows.sort(key=lambda r: (r["verdict"] == "not told", -(r["index"] or 0.0)))
    without, notes = profiling.coverage(base["customers"], base["profiled"])
    if not base["customers"]:
        said = {"start": plan.values["window_from"], "end": plan.values["as_of"]}
        notes = (Note("no_orders_in_window", NO_ORDERS_IN_WINDOW, said),)
    elif not bought:
        notes += (Note("no_category", NO_CATEGORY),)
    figures = {
        "active_customers": base["customers"],
        "no_profile_share": without,
        "categories": sum(customers >= least for customers in bought.values()),
        "cells_tested": tested,
        "cells_told": told,
    }
    return Answer(rows, figures, notes)


def _category(
    of: tuple[str, str],
    hits: Mapping[str, int],
    groups: Mapping[str, int],
    *,
    whole: tuple[int, int],
) -> Rows:
    """The groups of one attribute on one category, and those without the attribute."""
    known_hits, known = sum(hits.values()), sum(groups.values())
    rows = []
    everybody = {**{v: (hits[v], groups[v], True) for v in groups},
                 profiling.UNKNOWN: (whole[0] - known_hits, whole[1] - known, False)}  # fmt: skip
    for value, (bought, trials, tested) in everybody.items():
        row: dict[str, Any] = {
            "attribute": of[0],
            "value": value,
            "category": of[1],
            "customers": trials,
            "buyers": bought,
            "share": bought / trials if trials else None,
            "share_of_all": known_hits / known if known else None,
        }
        row |= profiling.cell(
            bought, trials, known_hits=known_hits, known_trials=known, tested=tested
        )
        rows.append(row)
    return rows


ANALYSIS = Analysis(
    name="preference",
    title=Text("Preference for goods (TGI)", "商品偏好（TGI）"),
    question=Text(
        "Which customers prefer which goods?", "哪类客户偏好哪类商品？"
    ),
    rows=Text(
        "One value of one attribute and one category.", "某属性的一个取值与一个类目。"
    ),
    source="002-6g",
    grain="table",
    inputs=("orders", "customers", "order_lines", "products"),
    helps=("identities", "people"),
    parameters=(
        AS_OF, WINDOW_DAYS, DEPTH, profiling.RATE, profiling.ATTRIBUTE, profiling.SMALLEST_GROUP,
    ),
    columns=(
        profiling.ATTRIBUTE_COLUMN,
        profiling.VALUE_COLUMN,
        text("category", "Category of goods.", "商品类目。"),
        count("customers", "Active customers in the group.", "群体内的活跃客户数。"),
        count("buyers", "Those who bought the category.", "其中购买该类目的客户数。"),
        share("share", "Their share.", "购买比例。"),
        share(
            "share_of_all",
            "The same of everybody with the attribute.",
            "有该属性的全部客户的购买比例。",
        ),
        *profiling.INDEX_COLUMNS,
    ),
    figures=(
        count("active_customers", "Customers with an order.", "时间窗内下单的客户数。"),
        profiling.NO_PROFILE_SHARE,
        count("categories", "Categories shown.", "列出的类目数。", "score"),
        count("cells_tested", "Cells tested.", "检验的单元格数。", "score"),
        count("cells_told", "Cells called different.", "判定有差异的单元格数。", "score"),
    ),
    steps=(*steps.STEPS, CATEGORY_PATHS, CATEGORIES, BOUGHT, ACTIVE, CELLS, GROUPS, TOTALS, BASE),
    plan=plan,
    finish=finish,
)  # fmt: skip
