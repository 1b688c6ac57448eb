"""`baskets`: which goods are bought together more often than chance (002-6j).

Over orders in the window with at least one named good: support = orders with both / orders,
confidence = orders with both / orders with the first, lift = confidence / share of orders with
the second. Goods rarer than the least support cannot be in a pair that has it, so they are left
out before goods are paired.
"""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.assortment import (
    CATEGORY_DEPTH,
    LEVEL,
    LINES_WITHOUT_GOOD,
    NO_GOODS,
    goods_values,
    products_missing,
    top,
)
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.goods import STEPS as GOODS_STEPS

BASKET_GOODS = Step(
    name="basket_goods",
    one_row="one order and good bought on it, with the number of goods on the order",
    key=("order_id", "good"),
    reused=True,
    sql="""
        select order_id, good, count(*) over (partition by order_id) as goods
        from (
            select order_id, good
            from goods_lines
            where bought = 1 and good is not null
            group by order_id, good
        ) as once
    """,
)
BASKET_WHOLE = Step(
    name="basket_whole",
    one_row="all orders with a named good",
    key=(),
    sql="""
        select
            count(distinct case when goods <= $max_goods then order_id end) as baskets,
            count(distinct case when goods > $max_goods then order_id end) as baskets_too_large,
            count(distinct good) as goods_total
        from basket_goods
    """,
)
# A number for each good: pairs are then found and counted by whole numbers, not by texts.
BASKET_FREQUENT = Step(
    name="basket_frequent",
    one_row="one good on enough orders to be in a pair",
    key=("good",),
    reused=True,
    sql="""
        select c.good, c.orders, w.baskets, row_number() over (order by c.good) as item
        from (
            select good, count(*) as orders
            from basket_goods
            where goods <= $max_goods
            group by good
        ) as c
        cross join basket_whole as w
        where c.orders >= $min_orders
            and cast(c.orders as double) >= $min_support * cast(w.baskets as double)
    """,
)
BASKET_ITEMS = Step(
    name="basket_items",
    one_row="one order and frequent good on it",
    key=("order_id", "item"),
    reused=True,
    sql="""
        select b.order_id, cast(f.item as int) as item
        from basket_goods as b
        inner join basket_frequent as f on f.good = b.good
        where b.goods <= $max_goods
    """,
)
BASKET_COUNTS = Step(
    name="basket_counts",
    one_row="two frequent goods on the same order at least once",
    key=("one", "other"),
    reused=True,
    sql="""
        select one, other, orders
        from (
            select a.item as one, b.item as other, count(*) as orders
            from basket_items as a
            inner join basket_items as b on b.order_id = a.order_id and b.item > a.item
            group by a.item, b.item
        ) as counted
        where orders >= $min_orders
    """,
)
BASKET_PAIRS = Step(
    name="basket_pairs",
    one_row="one ordered pair of goods with enough support",
    key=("good", "other_good"),
    reused=True,
    sql="""
        select f.good, g.good as other_good, p.orders, f.orders as good_orders,
            g.orders as other_orders,
            cast(p.orders as double) / nullif(f.baskets, 0) as support,
            cast(p.orders as double) / nullif(f.orders, 0) as confidence,
            cast(p.orders as double) * cast(f.baskets as double)
                / nullif(cast(f.orders as double) * cast(g.orders as double), 0) as lift
        from (
            select one, other, orders from basket_counts
            union all
            select other as one, one as other, orders from basket_counts
        ) as p
        inner join basket_frequent as f on f.item = p.one
        inner join basket_frequent as g on g.item = p.other
        where cast(p.orders as double) >= $min_support * cast(f.baskets as double)
    """,
)
BASKET_ROWS = Step(
    name="basket_rows",
    one_row="one ordered pair of goods with its place",
    key=("good", "other_good"),
    sql="""
        select good, other_good, orders, good_orders, other_orders, support, confidence, lift,
            row_number() over (order by lift desc, orders desc, confidence desc,
                md5(good || ' > ' || other_good), good, other_good) as place
        from basket_pairs
    """,
)
BASKET_FIGURES = Step(
    name="basket_figures",
    one_row="all pairs of goods with enough support",
    key=(),
    sql="""
        select count(*) as pairs, sum(case when lift > 1 then 1 else 0 end) as pairs_above_chance
        from basket_pairs
    """,
)
FREQUENT_COUNT = Step(
    name="basket_frequent_count",
    one_row="the number of goods on enough orders to be in a pair",
    key=(),
    sql="select count(*) as goods_frequent from basket_frequent",
)
UNNAMED = Step(
    name="basket_unnamed",
    one_row="the number of lines in the window of which the good is not known",
    key=(),
    sql="select count(*) as lines from goods_lines where good is null",
)

MIN_SUPPORT = Parameter(
    name="min_support", kind="number", default=0.001, unit="share", minimum=0, maximum=1,
    meaning=Text(
        "A pair stands on at least this share of the orders.", "组合至少出现在这一比例的订单中。"
    ),
)  # fmt: skip
MIN_ORDERS = Parameter(
    name="min_orders", kind="integer", default=20, unit="orders", minimum=1, maximum=1_000_000_000,
    meaning=Text(
        "A pair stands on at least so many orders: the lift of fewer is chance.",
        "组合至少出现在这么多笔订单中，再少则提升度多属偶然。",
    ),
)  # fmt: skip
MAX_GOODS = Parameter(
    name="max_goods", kind="integer", default=200, minimum=2, maximum=1000,
    meaning=Text(
        "Orders with more goods than this are left out: they pair everything with everything.",
        "商品数超过此值的订单不计入，因其会把所有商品两两相配。",
    ),
)  # fmt: skip
TOO_LARGE = Text(
    "{orders} orders with more than {goods} goods are left out.",
    "{orders}笔订单的商品数超过{goods}种，未计入。",
)
NO_PAIRS = Text(
    "No two goods stand together on {orders} orders or more and on {support:.3%} of all orders.",
    "没有任何两种商品同时出现在{orders}笔以上且占全部订单{support:.3%}以上的订单中。",
)


def plan(question: Ask) -> Plan:
    missing = products_missing(question)
    if missing:
        return Plan((), {}, notes=(missing,))
    values = {
        **goods_values(question),
        **{name: question[name] for name in ("min_support", "min_orders", "max_goods")},
    }
    targets = (
        Target("basket_rows", COLUMNS, ("place",), limit=question["top"]),
        *(Target(n) for n in ("basket_whole", "basket_frequent_count", "basket_figures")),
        Target("basket_unnamed"),
    )
    return Plan(targets, values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    if not plan.targets:
        return Answer([], {figure.name: None for figure in FIGURES})
    whole = fetched["basket_whole"][0]
    figures = {
        **whole,
        **fetched["basket_frequent_count"][0],
        **{name: int(value or 0) for name, value in fetched["basket_figures"][0].items()},
    }
    lines, level, notes = fetched["basket_unnamed"][0]["lines"], question["level"], []
    if not whole["goods_total"]:
        said = {"start": plan.values["window_from"], "end": question["as_of"], "level": level}
        notes.append(Note("no_goods", NO_GOODS, said))
    elif not figures["pairs"]:
        said = {"orders": question["min_orders"], "support": question["min_support"]}
        notes.append(Note("no_pairs", NO_PAIRS, said))
    if whole["baskets_too_large"]:
        said = {"orders": whole["baskets_too_large"], "goods": question["max_goods"]}
        notes.append(Note("too_large", TOO_LARGE, said))
    if lines:
        said = {"lines": lines, "level": level}
        notes.append(Note("lines_without_good", LINES_WITHOUT_GOOD, said))
    return Answer(fetched["basket_rows"], figures, tuple(notes))


COLUMNS = (
    count("place", "Place by lift.", "按提升度的名次。", "score"),
    text("good", "Who has this on the order …", "订单含此商品……"),
    text("other_good", "… also has this.", "……也含此商品。"),
    count("orders", "Orders with both.", "同时含两者的订单数。", "orders"),
    count("good_orders", "Orders with the first.", "含前者的订单数。", "orders"),
    count("other_orders", "Orders with the second.", "含后者的订单数。", "orders"),
    share("support", "Orders with both, of all orders.", "支持度：同时含两者的订单占比。"),
    share("confidence", "Of the orders with the first, those with both.",
          "置信度：含前者的订单中也含后者的比例。"),
    number("lift", "Confidence over the second's own share of orders; 1 is chance.",
           "提升度：置信度与后者自身占比之比，1为偶然水平。", "ratio"),
)  # fmt: skip
FIGURES = (
    count("baskets", "Orders with a named good.", "含已知商品的订单数。", "orders"),
    count("baskets_too_large", "Orders with too many goods, left out.",
          "商品过多而未计入的订单数。", "orders"),
    count("goods_total", "Goods bought in the window.", "时间窗内购买过的商品数。", "score"),
    count("goods_frequent", "Goods on enough orders to be paired.",
          "出现次数足以配对的商品数。", "score"),
    count("pairs", "Pairs with enough support, counted both ways.",
          "支持度足够的组合数（两个方向各计一次）。", "score"),
    count("pairs_above_chance", "Those with a lift above 1.", "其中提升度大于1的组合数。", "score"),
)  # fmt: skip

ANALYSIS = Analysis(
    name="baskets",
    title=Text("Bought together", "连带购买"),
    question=Text(
        "Which goods are bought together more often than chance would have it?",
        "哪些商品一起购买的次数高于偶然？",
    ),
    rows=Text("One pair of goods, in one direction.", "一对商品（一个方向）。"),
    source="002-6j",
    grain="table",
    inputs=("orders", "order_lines"),
    helps=("identities", "products"),
    parameters=(
        AS_OF,
        WINDOW_DAYS,
        LEVEL,
        CATEGORY_DEPTH,
        MIN_SUPPORT,
        MIN_ORDERS,
        MAX_GOODS,
        top(
            200,
            "So many pairs are listed, highest lift first; figures are over all pairs.",
            "列出提升度最高的若干组合；汇总数涵盖全部组合。",
        ),
    ),
    columns=COLUMNS,
    figures=FIGURES,
    steps=(
        *GOODS_STEPS,
        BASKET_GOODS,
        BASKET_WHOLE,
        BASKET_FREQUENT,
        BASKET_ITEMS,
        BASKET_COUNTS,
        BASKET_PAIRS,
        BASKET_ROWS,
        BASKET_FIGURES,
        FREQUENT_COUNT,
        UNNAMED,
    ),
    plan=plan,
    finish=finish,
)
