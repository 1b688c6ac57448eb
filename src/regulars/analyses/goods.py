"""`goods`: which goods bring customers, which bring them back, which bring profit (002-6d).

Over the window: penetration = customers of the good / customers with a sale; repeat rate = those
who bought it on at least two days / its customers; margin = net revenue − quantity × unit cost,
where every line's cost is known. Class A holds the fewest goods that reach 80% of net revenue
(largest first), B those up to 95%, C the rest. A good is a traffic, repeat or profit good when it
stands among the first ``role_percent`` of goods by penetration, repeat rate or margin.
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
from regulars.analyses.columns import count, flag, money, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.goods import STEPS as GOODS_STEPS

A_PERCENT, B_PERCENT = 80, 95

# Cost is rounded line by line, so that no engine's order of summing shows.
GOODS_MONEY = Step(
    name="goods_money",
    one_row="one good with its lines, revenue and known cost",
    key=("good",),
    sql="""
        select good, count(*) as lines,
            cast(sum(amount_minor) as bigint) as revenue_minor,
            cast(sum(case when cost_minor is null then 0 else 1 end) as bigint) as lines_with_cost,
            cast(coalesce(sum(cost_minor), 0) as bigint) as cost_minor
        from (
            select good, amount_minor,
                cast(floor(case when amount_minor < 0 then -abs(quantity) else quantity end
                    * unit_cost * $minor_per_unit + 0.5) as bigint) as cost_minor
            from goods_lines
            where good is not null
        ) as costed
        group by good
    """,
)
GOODS_CUSTOMERS = Step(
    name="goods_customers",
    one_row="one good that anybody bought, its customers and those who came back for it",
    key=("good",),
    sql="""
        select good, count(*) as customers,
            cast(sum(case when days > 1 then 1 else 0 end) as bigint) as repeat_customers
        from (
            select customer_key, good, count(*) as days
            from goods_days
            group by customer_key, good
        ) as held
        group by good
    """,
)
GOODS_BUYERS = Step(
    name="goods_buyers",
    one_row="the number of customers with a sale in the window",
    key=(),
    sql="""
        select count(distinct customer_key) as buyers
        from live_orders
        where kind = 'sale' and day >= $window_from
    """,
)
GOODS_FIGURES = Step(
    name="goods_figures",
    one_row="one good with its shares",
    key=("good",),
    reused=True,
    sql="""
        select m.good, coalesce(c.customers, 0) as customers,
            coalesce(c.repeat_customers, 0) as repeat_customers,
            cast(c.customers as double) / nullif(b.buyers, 0) as penetration,
            cast(c.repeat_customers as double) / nullif(c.customers, 0) as repeat_rate,
            m.lines, m.lines_with_cost, m.revenue_minor,
            case when m.lines_with_cost = m.lines then m.revenue_minor - m.cost_minor end
                as margin_minor
        from goods_money as m
        left join goods_customers as c on c.good = m.good
        cross join goods_buyers as b
    """,
)
# Ties in revenue are parted by a hash: the order of texts is not the same on every engine.
GOODS_RANKED = Step(
    name="goods_ranked",
    one_row="one good with its places among all goods",
    key=("good",),
    sql="""
        select good,
            row_number() over (order by revenue_minor desc, md5(good), good) as place,
            sum(revenue_minor) over (order by revenue_minor desc, md5(good), good
                rows between unbounded preceding and current row) as running_minor,
            rank() over (order by customers desc) as traffic_place,
            rank() over (order by case when customers >= $min_customers then 0 else 1 end,
                coalesce(repeat_rate, 0) desc) as repeat_place,
            rank() over (order by case when margin_minor > 0 then 0 else 1 end,
                coalesce(margin_minor, 0) desc) as profit_place
        from goods_figures
    """,
)
GOODS_WHOLE = Step(
    name="goods_whole",
    one_row="all goods of the window",
    key=(),
    sql="""
        select count(*) as goods_total,
            cast(sum(revenue_minor) as bigint) as revenue_total_minor,
            cast(sum(margin_minor) as bigint) as margin_total_minor,
            sum(case when margin_minor is null then 0 else 1 end) as goods_with_margin,
            sum(case when customers >= $min_customers then 1 else 0 end) as goods_to_repeat
        from goods_figures
    """,
)
GOODS_ROWS = Step(
    name="goods_rows",
    one_row="one good, its class and its roles",
    key=("good",),
    reused=True,
    sql=f"""
        select r.place, f.good, f.customers, f.penetration, f.repeat_customers, f.repeat_rate,
            f.revenue_minor,
            case when w.revenue_total_minor > 0
                then cast(f.revenue_minor as double) / nullif(w.revenue_total_minor, 0) end
                as revenue_share,
            f.margin_minor,
            case when f.revenue_minor > 0
                then cast(f.margin_minor as double) / nullif(f.revenue_minor, 0) end
                as margin_share,
            case when f.lines_with_cost = f.lines then null
                when f.lines_with_cost = 0 then 'no unit cost'
                else 'unit cost of some lines only' end as margin_unknown,
            case when coalesce(w.revenue_total_minor, 0) <= 0 then null
                when 100 * (r.running_minor - f.revenue_minor)
                    < {A_PERCENT} * w.revenue_total_minor then 'A'
                when 100 * (r.running_minor - f.revenue_minor)
                    < {B_PERCENT} * w.revenue_total_minor then 'B'
                else 'C' end as abc_class,
            f.customers > 0 and 100 * (r.traffic_place - 1) < $role_percent * w.goods_total
                as traffic,
            case when f.customers >= $min_customers then f.repeat_customers > 0 and
                100 * (r.repeat_place - 1) < $role_percent * w.goods_to_repeat end as repeats,
            case when f.margin_minor is not null then f.margin_minor > 0 and
                100 * (r.profit_place - 1) < $role_percent * w.goods_with_margin end as profit
        from goods_figures as f
        inner join goods_ranked as r on r.good = f.good
        cross join goods_whole as w
    """,
)
GOODS_CLASSES = Step(
    name="goods_classes",
    one_row="all goods of the window, counted by class",
    key=(),
    sql="""
        select sum(case when abc_class = 'A' then 1 else 0 end) as goods_a,
            sum(case when abc_class = 'B' then 1 else 0 end) as goods_b,
            sum(case when abc_class = 'C' then 1 else 0 end) as goods_c
        from goods_rows
    """,
)
GOODS_UNNAMED = Step(
    name="goods_unnamed",
    one_row="the number of lines in the window of which the good is not known",
    key=(),
    sql="select count(*) as lines from goods_lines where good is null",
)

ROLE_PERCENT = Parameter(
    name="role_percent", kind="integer", default=20, minimum=1, maximum=100,
    meaning=Text(
        "How much of the goods, in per cent, may hold a role (traffic, repeat, profit).",
        "每种角色（引流、复购、利润）最多取前百分之几的商品。",
    ),
)  # fmt: skip
MIN_CUSTOMERS = Parameter(
    name="min_customers", kind="integer", default=30, unit="customers", minimum=1,
    maximum=1_000_000_000,
    meaning=Text(
        "A good with fewer customers gets no repeat role: its rate is chance.",
        "客户数低于此值的商品不判复购角色，其复购率多属偶然。",
    ),
)  # fmt: skip
NO_UNIT_COST = Text(
    "No unit cost is known: margins and profit goods are unknown.",
    "没有单位成本：毛利与利润品未知。",
)
REVENUE_NOT_POSITIVE = Text(
    "Net revenue in the window is not positive: classes and shares have no meaning.",
    "时间窗内净销售额不为正，ABC分类与占比无意义。",
)


def plan(question: Ask) -> Plan:
    missing = products_missing(question)
    if missing:
        return Plan((), {}, notes=(missing,))
    values = {
        **goods_values(question),
        "min_customers": question["min_customers"],
        "role_percent": question["role_percent"],
        "minor_per_unit": float(question.minor_per_major),
    }
    targets = (
        Target("goods_rows", COLUMNS, ("place",), limit=question["top"]),
        Target("goods_whole"),
        Target("goods_classes"),
        Target("goods_buyers"),
        Target("goods_unnamed"),
    )
    return Plan(targets, values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    if not plan.targets:
        return Answer([], {figure.name: None for figure in FIGURES})
    whole, classes = fetched["goods_whole"][0], fetched["goods_classes"][0]
    goods, revenue = whole["goods_total"], whole["revenue_total_minor"]
    known = revenue is not None and revenue > 0
    figures = {
        "goods_total": goods,
        "buyers": fetched["goods_buyers"][0]["buyers"],
        "revenue_total_minor": revenue or 0,
        "margin_total_minor": whole["margin_total_minor"],
        **{name: int(classes[name]) if known else None for name in CLASS_FIGURES},
        "goods_a_share": int(classes["goods_a"]) / goods if known else None,
        "lines_without_good": fetched["goods_unnamed"][0]["lines"],
    }
    return Answer(fetched["goods_rows"], figures, tuple(_notes(question, plan, whole, figures)))


def _notes(
    question: Ask, plan: Plan, whole: Mapping[str, int], figures: Mapping[str, int | float | None]
) -> list[Note]:
    level, notes = question["level"], []
    if not whole["goods_total"]:
        said = {"start": plan.values["window_from"], "end": question["as_of"], "level": level}
        notes.append(Note("no_goods", NO_GOODS, said))
    elif not whole["goods_with_margin"]:
        notes.append(Note("no_unit_cost", NO_UNIT_COST))
    if whole["goods_total"] and figures["goods_a"] is None:
        notes.append(Note("not_positive", REVENUE_NOT_POSITIVE))
    if figures["lines_without_good"]:
        said = {"lines": figures["lines_without_good"], "level": level}
        notes.append(Note("lines_without_good", LINES_WITHOUT_GOOD, said))
    return notes


COLUMNS = (
    count("place", "Place by net revenue.", "按净销售额的名次。", "score"),
    text("good", "The product, category or brand.", "单品、类目或品牌。"),
    count("customers", "Customers who bought it.", "购买客户数。"),
    share("penetration", "Their share of all buyers.", "渗透率：占全部购买客户的比例。"),
    count("repeat_customers", "Those who bought it on two days or more.",
          "两天及以上购买的客户数。"),
    share("repeat_rate", "Their share of its customers.", "复购率：占该商品客户的比例。"),
    money("revenue_minor", "Net revenue, goods given back taken off.", "扣除退货的净销售额。"),
    share("revenue_share", "Its share of all revenue.", "销售额占比。"),
    money("margin_minor", "Revenue less unit costs.", "毛利：净销售额减成本。"),
    share("margin_share", "Margin as a share of revenue.", "毛利率。"),
    text(
        "margin_unknown", "Why the margin is not known.", "毛利未知的原因。",
        choices=("no unit cost", "unit cost of some lines only"),
    ),
    text(
        "abc_class", "A: the goods that make up 80% of revenue; B: up to 95%; C: the rest.",
        "A类合计占销售额80%，B类至95%，其余为C类。", choices=("A", "B", "C"),
    ),
    flag("traffic", "Among the goods that most customers buy.", "引流品：渗透率居前。"),
    flag("repeats", "Among the goods that customers come back for most.", "复购品：复购率居前。"),
    flag("profit", "Among the goods that bring most margin.", "利润品：毛利额居前。"),
)  # fmt: skip
CLASS_FIGURES = ("goods_a", "goods_b", "goods_c")
FIGURES = (
    count("goods_total", "Goods sold in the window.", "时间窗内售出的商品数。", "score"),
    count("buyers", "Customers with a sale in the window.", "时间窗内有购买的客户数。"),
    money("revenue_total_minor", "Net revenue of these goods.", "这些商品的净销售额。"),
    money(
        "margin_total_minor", "Margin of the goods whose margin is known.",
        "毛利已知商品的毛利合计。"
    ),
    count("goods_a", "Goods of class A.", "A类商品数。", "score"),
    count("goods_b", "Goods of class B.", "B类商品数。", "score"),
    count("goods_c", "Goods of class C.", "C类商品数。", "score"),
    share("goods_a_share", "Class A as a share of the goods.", "A类商品数占比。"),
    count("lines_without_good", "Lines that name no such good.",
          "未注明商品口径的明细行数。", "score"),
)  # fmt: skip

ANALYSIS = Analysis(
    name="goods",
    title=Text("Roles of goods", "商品角色"),
    question=Text(
        "Which goods bring customers in, which bring them back, which bring the profit?",
        "哪些商品引流，哪些带来复购，哪些带来利润？",
    ),
    rows=Text("One product, category or brand.", "一种单品、一个类目或一个品牌。"),
    source="002-6d",
    grain="table",
    inputs=("orders", "order_lines"),
    helps=("identities", "products"),
    parameters=(
        AS_OF,
        WINDOW_DAYS,
        LEVEL,
        CATEGORY_DEPTH,
        ROLE_PERCENT,
        MIN_CUSTOMERS,
        top(
            200,
            "So many goods are listed, largest revenue first; figures are over all goods.",
            "列出销售额最高的若干商品；汇总数涵盖全部商品。",
        ),
    ),
    columns=COLUMNS,
    figures=FIGURES,
    steps=(
        *GOODS_STEPS,
        GOODS_MONEY,
        GOODS_CUSTOMERS,
        GOODS_BUYERS,
        GOODS_FIGURES,
        GOODS_RANKED,
        GOODS_WHOLE,
        GOODS_ROWS,
        GOODS_CLASSES,
        GOODS_UNNAMED,
    ),
    plan=plan,
    finish=finish,
)
