"""`next_due`: what each customer will soon need again, and on which day (002-6j).

Due = last purchase day of the good + the median of the customer's gaps between purchase days of
it, rounded to whole days (halves up). With fewer gaps than ``min_gaps`` the median over all
customers' gaps of that good stands in, where there are at least ``good_gaps`` of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.assortment import CATEGORY_DEPTH, LEVEL, goods_values, products_missing
from regulars.analyses.columns import CUSTOMER_KEY, count, day, number, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.analyses.staleness import stale
from regulars.declare import Parameter, Text
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.goods import STEPS as GOODS_STEPS

DUE_GAPS = Step(
    name="due_gaps",
    one_row="one customer, good and purchase day, with the days since the one before (null: first)",
    key=("customer_key", "good", "day"),
    reused=True,
    sql="""
        select customer_key, good, day,
            case when place > 1 then date_diff('day', day_before, day) end as gap_days
        from (
            select customer_key, good, day,
                lag(day) over (partition by customer_key, good order by day) as day_before,
                row_number() over (partition by customer_key, good order by day) as place
            from goods_days
        ) as followed
    """,
)
DUE_HELD = Step(
    name="due_held",
    one_row="one customer and good that the customer bought",
    key=("customer_key", "good"),
    sql="""
        select customer_key, good, max(day) as last_day, count(*) as purchase_days
        from due_gaps
        group by customer_key, good
    """,
)
DUE_OWN = Step(
    name="due_own",
    one_row="one customer and good with enough gaps",
    key=("customer_key", "good"),
    sql="""
        select customer_key, good, cast(median(gap_days) as double) as gap_days
        from due_gaps
        where gap_days is not null
        group by customer_key, good
        having count(*) >= $min_gaps
    """,
)
DUE_GOODS = Step(
    name="due_goods",
    one_row="one good with enough gaps of all its customers together",
    key=("good",),
    sql="""
        select good, cast(median(gap_days) as double) as gap_days
        from due_gaps
        where gap_days is not null
        group by good
        having count(*) >= $good_gaps
    """,
)
DUE_DAYS = Step(
    name="due_days",
    one_row="one customer and good with a day on which it is due",
    key=("customer_key", "good"),
    sql="""
        select h.customer_key, h.good, h.last_day, h.purchase_days,
            coalesce(o.gap_days, g.gap_days) as gap_days,
            case when o.gap_days is null then 'good' else 'customer' end as basis,
            h.last_day + cast(floor(coalesce(o.gap_days, g.gap_days) + 0.5) as int) as due_day
        from due_held as h
        left join due_own as o on o.customer_key = h.customer_key and o.good = h.good
        left join due_goods as g on g.good = h.good
        where o.gap_days is not null or g.gap_days is not null
    """,
)
DUE_ROWS = Step(
    name="due_rows",
    one_row="one customer and good due in the days asked for",
    key=("customer_key", "good"),
    reused=True,
    sql="""
        select customer_key, good, due_day, date_diff('day', $as_of, due_day) as days_left,
            last_day, purchase_days, gap_days, basis
        from due_days
        where due_day >= $due_from and due_day < $due_to
    """,
)
DUE_WHOLE = Step(
    name="due_whole",
    one_row="everything due in the days asked for",
    key=(),
    sql="""
        select count(distinct customer_key) as customers_due, count(distinct good) as goods_due,
            sum(case when days_left < 0 then 1 else 0 end) as overdue
        from due_rows
    """,
)

WITHIN_DAYS = Parameter(
    name="within_days", kind="integer", default=14, unit="days", minimum=1, maximum=3650,
    meaning=Text("Due in so many days from the as-of day.", "统计日起若干天内到期。"),
)  # fmt: skip
OVERDUE_DAYS = Parameter(
    name="overdue_days", kind="integer", default=7, unit="days", minimum=0, maximum=3650,
    meaning=Text(
        "Overdue by at most so many days; who is later has probably stopped.",
        "逾期不超过若干天；更久者多半已不再购买。",
    ),
)  # fmt: skip
MIN_GAPS = Parameter(
    name="min_gaps", kind="integer", default=2, minimum=1, maximum=1000,
    meaning=Text(
        "From so many gaps on the customer's own median counts.",
        "客户本人的购买间隔达到此数即取其中位数。",
    ),
)  # fmt: skip
GOOD_GAPS = Parameter(
    name="good_gaps", kind="integer", default=30, minimum=1, maximum=1_000_000_000,
    meaning=Text(
        "Below that, the good's median, if all its customers together have so many gaps.",
        "不足时取该商品的中位数，前提是全体客户的间隔达到此数。",
    ),
)  # fmt: skip


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    missing = products_missing(question)
    values = {
        **goods_values(question),
        "due_from": as_of - dt.timedelta(days=question["overdue_days"]),
        "due_to": as_of + dt.timedelta(days=question["within_days"]),
        **{name: question[name] for name in ("min_gaps", "good_gaps")},
    }
    target = Target("due_rows", order_by=("due_day", "customer_key", "good"))
    return Plan(
        (target, Target("due_whole")), values, notes=(missing,) if missing else stale(question)
    )


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    figures = {name: int(value or 0) for name, value in fetched["due_whole"][0].items()}
    return Answer([], dict.fromkeys(figures) if products_missing(question) else figures)


FIGURES = (
    count("customers_due", "Customers with anything due.", "有商品到期的客户数。"),
    count("goods_due", "Goods due for anybody.", "到期的商品数。", "score"),
    count("overdue", "Rows that are overdue.", "已逾期的条数。", "score"),
)

ANALYSIS = Analysis(
    name="next_due",
    title=Text("Due again", "复购到期"),
    question=Text(
        "What will each customer soon need again, and when?", "每位客户即将再次需要什么、何时需要？"
    ),
    rows=Text("One customer and one good that is due.", "一位客户及其一种到期的商品。"),
    source="002-6j",
    grain="customer",
    inputs=("orders", "order_lines"),
    helps=("identities", "products"),
    parameters=(
        AS_OF,
        replace(WINDOW_DAYS, default=730),
        LEVEL,
        CATEGORY_DEPTH,
        WITHIN_DAYS,
        OVERDUE_DAYS,
        MIN_GAPS,
        GOOD_GAPS,
    ),
    columns=(
        CUSTOMER_KEY,
        text("good", "The product, category or brand.", "单品、类目或品牌。"),
        day("due_day", "The day on which it is due.", "到期日。"),
        count("days_left", "Days until then; negative: overdue.",
              "距到期天数；负数为逾期。", "days"),
        day("last_day", "Last day it was bought.", "最近购买日。"),
        count("purchase_days", "Days on which it was bought.", "购买天数。", "days"),
        number("gap_days", "The median gap used.", "所用的间隔中位数。", "days"),
        text("basis", "Whose gaps: the customer's own, or all customers' of the good.",
             "间隔口径：customer 为客户本人，good 为该商品全体客户。",
             choices=("customer", "good")),
    ),
    steps=(*GOODS_STEPS, DUE_GAPS, DUE_HELD, DUE_OWN, DUE_GOODS, DUE_DAYS, DUE_ROWS, DUE_WHOLE),
    plan=plan,
    finish=finish,
    figures=FIGURES,
)  # fmt: skip
