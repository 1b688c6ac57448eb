"""What the questions about goods share: their level, and what to say where goods are unknown."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.analyses.analysis import Ask
from regulars.declare import Parameter, Text
from regulars.result import Note

LEVEL = Parameter(
    name="level",
    kind="choice",
    default="product",
    choices=("product", "category", "brand"),
    meaning=Text(
        "What a good is: a product, a category, or a brand.",
        "商品口径：product 单品，category 类目，brand 品牌。",
    ),
)
CATEGORY_DEPTH = Parameter(
    name="category_depth",
    kind="integer",
    default=0,
    minimum=0,
    maximum=20,
    meaning=Text(
        "How many names of the category path count, from the widest; 0: all.",
        "类目路径自大到小取几级；0为全部。",
    ),
)


def top(default: int, en: str, zh: str) -> Parameter:
    """How many rows are given; figures are over all."""
    return Parameter(
        name="top", kind="integer", default=default, minimum=1, maximum=1_000_000,
        meaning=Text(en, zh),
    )  # fmt: skip


NO_PRODUCTS = Text(
    "Unknown: no products imported, so the {level} of a product is not known.",
    "未知：尚未导入 products，无从得知商品的{level}。",
)
NO_GOODS = Text(
    "No line between {start} and {end} (that day not included) names its {level}.",
    "{start}至{end}（不含当日）的订单明细均未注明{level}。",
)
LINES_WITHOUT_GOOD = Text(
    "{lines} lines name no {level}; they are left out.",
    "{lines}行明细未注明{level}，未计入。",
)


def goods_values(question: Ask) -> dict[str, Any]:
    """The values that the shared steps of goods take."""
    as_of: dt.date = question["as_of"]
    return {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "level": question["level"],
        "category_depth": question["category_depth"],
    }


def products_missing(question: Ask) -> Note | None:
    """The note that a category or brand cannot be known without the table of products."""
    if question["level"] == "product" or "products" in question.imported:
        return None
    return Note("no_products", NO_PRODUCTS, {"level": question["level"]})
