"""The steps that questions about goods start from: what was bought, by whom, on which days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.declare import Column, Text
from regulars.steps.step import Arrays, Derived, Step

PARTED_BY = ">"


def cut_paths(arrays: Arrays, values: Mapping[str, Any]) -> Arrays:
    """The first ``category_depth`` names of each category path; all of them when it is 0.

    ``"Food > Dairy > Milk"`` at depth 2 is ``"Food > Dairy"``.
    """
    import numpy as np

    depth = int(values["category_depth"]) or None
    parts = [[name.strip() for name in str(path).split(PARTED_BY)] for path in arrays["path"]]
    named = np.array([" > ".join(names[:depth]) for names in parts], dtype=object)
    return {"path": arrays["path"], "category": named}


CATEGORY_PATHS = Step(
    name="category_paths",
    one_row="one category path that any product has",
    key=("path",),
    sql="""
        select category_path as path
        from products
        where status = 'live' and category_path is not null
        group by category_path
    """,
)
CATEGORIES = Derived(
    name="categories",
    one_row="one category path and its name to the depth asked for",
    key=("path",),
    reads="category_paths",
    columns=(
        Column(name="path", type="VARCHAR", meaning=Text("Category path.", "类目路径。")),
        Column(name="category", type="VARCHAR", meaning=Text("Category.", "类目。")),
    ),
    apply=cut_paths,
    parameters=("category_depth",),
)

# A good is a product, its category, or its brand, as $level says. What a line sold is
# marked once: goods given back and empty lines carry money and are no purchase.
GOODS_LINES = Step(
    name="goods_lines",
    one_row="one line of a live order or refund in the window, and the good that it is of",
    key=("order_id", "line"),
    sql="""
        select
            o.customer_key, o.order_id, o.day, l.line, l.product_id, l.amount_minor,
            case $level when 'product' then l.product_id
                when 'category' then c.category else p.brand end as good,
            case when o.kind = 'sale' and l.amount_minor >= 0 and coalesce(l.quantity, 1) > 0
                then 1 else 0 end as bought,
            cast(l.quantity as double) as quantity,
            cast(coalesce(l.unit_cost, p.unit_cost) as double) as unit_cost
        from order_lines as l
        inner join live_orders as o on o.order_id = l.order_id
        left join products as p on p.product_id = l.product_id and p.status = 'live'
        left join categories as c on c.path = p.category_path
        where l.status = 'live' and o.day >= $window_from
    """,
)

GOODS_DAYS = Step(
    name="goods_days",
    one_row="one customer, good and day on which the customer bought it",
    key=("customer_key", "good", "day"),
    sql="""
        select customer_key, good, day
        from goods_lines
        where bought = 1 and good is not null
        group by customer_key, good, day
    """,
)

STEPS = (CATEGORY_PATHS, CATEGORIES, GOODS_LINES, GOODS_DAYS)
