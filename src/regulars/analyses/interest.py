"""`interest`: what a customer looked at, put into the cart or marked, and did not buy (002-6i).

Score = views × 1 + favourites × 2 + carts × 3 (weights are parameters), of the signs in the window
that came after the customer's last purchase of the product: a purchase fulfils the interest before
it, and a later look is a new one. Never bought counts whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import CUSTOMER_KEY, count, day, number, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.touches import LIVE_INTEREST

INTEREST_BOUGHT = Step(
    name="interest_bought",
    one_row="one customer and product that the customer bought",
    key=("customer_key", "product_id"),
    sql="""
        select o.customer_key, l.product_id, max(o.day) as last_day
        from order_lines as l
        inner join live_orders as o on o.order_id = l.order_id
        where l.status = 'live' and o.kind = 'sale' and l.amount_minor >= 0
            and coalesce(l.quantity, 1) > 0
        group by o.customer_key, l.product_id
    """,
)
INTEREST_OPEN = Step(
    name="interest_open",
    one_row="one customer and product with interest that no purchase followed",
    key=("customer_key", "product_id"),
    reused=True,
    sql="""
        select customer_key, product_id, views, favourites, carts, last_day, last_bought,
            $view_weight * views + $favourite_weight * favourites + $cart_weight * carts as score
        from (
            select i.customer_key, i.product_id,
                cast(sum(case when i.kind = 'view' then i.times else 0 end) as bigint) as views,
                cast(sum(case when i.kind = 'favourite' then i.times else 0 end) as bigint)
                    as favourites,
                cast(sum(case when i.kind = 'cart' then i.times else 0 end) as bigint) as carts,
                max(i.day) as last_day, max(b.last_day) as last_bought
            from live_interest as i
            left join interest_bought as b
                on b.customer_key = i.customer_key and b.product_id = i.product_id
            where i.day >= $window_from and (b.last_day is null or i.day > b.last_day)
            group by i.customer_key, i.product_id
        ) as summed
    """,
)
INTEREST_ROWS = Step(
    name="interest_rows",
    one_row="one customer and product with enough interest that no purchase followed",
    key=("customer_key", "product_id"),
    reused=True,
    sql="""
        select customer_key, product_id, score, views, favourites, carts, last_day, last_bought
        from interest_open
        where score >= $min_score
    """,
)
INTEREST_WHOLE = Step(
    name="interest_whole",
    one_row="all interest that no purchase followed",
    key=(),
    sql="""
        select count(distinct customer_key) as customers, count(distinct product_id) as products,
            sum(case when carts > 0 then 1 else 0 end) as carts_left
        from interest_rows
    """,
)
UNDATED = Step(
    name="interest_undated",
    one_row="the number of live signs of interest without a day",
    key=(),
    sql="select count(*) as signs from product_interest where status = 'live' and day is null",
)


def _weight(name: str, default: float, en: str, zh: str) -> Parameter:
    return Parameter(
        name=name, kind="number", default=default, minimum=0, maximum=1000, meaning=Text(en, zh)
    )


WEIGHTS = (
    _weight("view_weight", 1.0, "Weight of a look.", "一次浏览的权重。"),
    _weight("favourite_weight", 2.0, "Weight of a favourite.", "一次收藏的权重。"),
    _weight("cart_weight", 3.0, "Weight of a cart.", "一次加购的权重。"),
)
MIN_SCORE = _weight("min_score", 2.0, "Least score of a row.", "列出的最低得分。")
UNDATED_SIGNS = Text("{signs} signs of interest have no day; they are left out.",
                     "{signs}条兴趣记录没有日期，未计入。")  # fmt: skip


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    numbers = [p.name for p in (*WEIGHTS, MIN_SCORE)]
    values = {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        **{name: float(question[name]) for name in numbers},
    }
    rows = Target("interest_rows", order_by=("-score", "-last_day", "customer_key", "product_id"))
    return Plan((rows, Target("interest_whole"), Target("interest_undated")), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    figures = {name: int(value or 0) for name, value in fetched["interest_whole"][0].items()}
    signs = fetched["interest_undated"][0]["signs"]
    notes = (Note("undated_interest", UNDATED_SIGNS, {"signs": signs}),) if signs else ()
    return Answer([], figures, notes)


ANALYSIS = Analysis(
    name="interest",
    title=Text("Unfulfilled interest", "未满足的兴趣"),
    question=Text(
        "What did each customer look at or put into the cart, and not buy?",
        "每位客户浏览、收藏或加购了什么却没有买？",
    ),
    rows=Text(
        "One customer and one product of interest not bought since.",
        "一位客户及其感兴趣而此后未买的一种商品。",
    ),
    source="002-6i",
    grain="customer",
    inputs=("orders", "order_lines", "product_interest"),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS, *WEIGHTS, MIN_SCORE),
    columns=(
        CUSTOMER_KEY,
        text("product_id", "The product.", "商品编号。"),
        number("score", "Weighted views, favourites and carts.", "浏览、收藏、加购的加权得分。",
               "score"),
        count("views", "Looks.", "浏览次数。", "score"),
        count("favourites", "Times marked as favourite.", "收藏次数。", "score"),
        count("carts", "Times put into the cart.", "加购次数。", "score"),
        day("last_day", "Day of the last sign.", "最近一次表示兴趣的日期。"),
        day("last_bought", "Last purchase before these signs; empty: never.",
            "此前最近购买日；为空即从未购买。"),
    ),
    figures=(
        count("customers", "Customers with such interest.", "有未满足兴趣的客户数。"),
        count("products", "Products concerned.", "涉及的商品数。", "score"),
        count("carts_left", "Rows with something left in a cart.", "加购后未买的条数。", "score"),
    ),
    steps=(LIVE_INTEREST, INTEREST_BOUGHT, INTEREST_OPEN, INTEREST_ROWS, INTEREST_WHOLE, UNDATED),
    plan=plan,
    finish=finish,
)  # fmt: skip
