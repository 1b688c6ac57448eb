"""`quality`: what in the facts a reader of the figures should know about."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, share, text
from regulars.analyses.parameters import AS_OF
from regulars.declare import Text
from regulars.steps import Step
from regulars.steps.compose import Target

ORDER_QUALITY = Step(
    name="order_quality",
    one_row="all orders before the as-of day",
    key=(),
    sql="""
        select
            count(*) as every,
            sum(case when status = 'live' and kind = 'sale' then 1 else 0 end) as orders,
            sum(case when status = 'live' and kind = 'refund' then 1 else 0 end) as refunds,
            sum(case when status = 'live' and kind = 'sale' and amount_minor = 0
                then 1 else 0 end) as zero_amount_orders,
            sum(case when status = 'void' then 1 else 0 end) as void_orders,
            sum(case when status = 'live' and customer_key is null then 1 else 0 end)
                as orders_without_customer
        from orders
        where day < $as_of
    """,
)
CUSTOMER_QUALITY = Step(
    name="customer_quality",
    one_row="all customers with a purchase day before the as-of day",
    key=(),
    sql="""
        select count(*) as customers,
            sum(case when purchase_days = 1 then 1 else 0 end) as one_time_customers,
            sum(case when spend_minor <= 0 then 1 else 0 end) as customers_without_net_spend
        from totals
        where purchase_days > 0 and first_day < $window_from
    """,
)
DAY_QUALITY = Step(
    name="day_quality",
    one_row="the days between the first and the last order",
    key=(),
    sql="""
        select count(*) as days_with_orders,
            date_diff('day', min(day), max(day)) + 1 as days
        from (select day from purchases where purchase_days > 0 group by day) as sold_days
    """,
)
LINE_QUALITY = Step(
    name="line_quality",
    one_row="all live order lines",
    key=(),
    sql="""
        select count(*) as lines,
            sum(case when o.order_id is null then 1 else 0 end) as lines_without_orders,
            sum(case when l.quantity = 0 then 1 else 0 end) as zero_quantity_lines
        from order_lines as l
        left join orders as o on o.order_id = l.order_id
        where l.status = 'live'
    """,
)
ORDERS_WITHOUT_LINES = Step(
    name="orders_without_lines",
    one_row="the number of live sales without a live line",
    key=(),
    sql="""
        select count(*) as orders_without_lines
        from live_orders as o
        where o.kind = 'sale' and not exists
            (select 1 from order_lines as l where l.order_id = o.order_id and l.status = 'live')
    """,
)

MEANINGS = {
    "orders": Text("Live orders.", "有效订单。"),
    "refunds": Text("Refunds.", "退款。"),
    "zero_amount_orders": Text(
        "Orders of amount zero; they count as orders.", "金额为零的订单，照常计数。"
    ),
    "void_orders": Text("Withdrawn orders, kept and not counted.", "已作废订单，保留但不计入。"),
    "orders_without_customer": Text("Orders of nobody known; left out.", "无客户的订单，未计入。"),
    "customers": Text("Customers with an order.", "有订单的客户。"),
    "one_time_customers": Text("Customers with one purchase day only.", "仅有一个购买日的客户。"),
    "customers_without_net_spend": Text(
        "Customers whose refunds reach their orders.", "净消费额不为正的客户。"
    ),
    "days": Text("Days from the first to the last order.", "首单至末单的天数。"),
    "days_without_orders": Text("Days in between without an order.", "其间没有订单的天数。"),
    "lines": Text("Live order lines.", "有效订单明细行。"),
    "lines_without_orders": Text("Lines whose order is not there.", "找不到订单的明细行。"),
    "zero_quantity_lines": Text("Lines of quantity zero.", "数量为零的明细行。"),
    "orders_without_lines": Text("Orders without lines.", "没有明细的订单。"),
}
# Of which whole each check is a share.
WHOLES = {
    "refunds": "every",
    "zero_amount_orders": "orders",
    "void_orders": "every",
    "orders_without_customer": "every",
    "one_time_customers": "customers",
    "customers_without_net_spend": "customers",
    "days_without_orders": "days",
    "lines_without_orders": "lines",
    "zero_quantity_lines": "lines",
    "orders_without_lines": "orders",
}


def plan(question: Ask) -> Plan:
    as_of = question["as_of"]
    targets = [Target(n) for n in ("order_quality", "customer_quality", "day_quality")]
    if "order_lines" in question.imported:
        targets += [Target("line_quality"), Target("orders_without_lines")]
    return Plan(tuple(targets), {"as_of": as_of, "window_from": as_of})


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    counts: dict[str, int] = {}
    for rows in fetched.values():
        counts |= {name: int(value or 0) for name, value in rows[0].items()}
    counts["days_without_orders"] = counts["days"] - counts.pop("days_with_orders")
    rows = []
    for check in MEANINGS:
        held, whole = counts.get(check), counts.get(WHOLES.get(check, ""))
        share_of = held / whole if held is not None and whole else None
        rows.append({"check": check, "rows": held, "share": share_of})
    figures = {"first_day": question.span.first_day, "last_day": question.span.last_day}
    return Answer(rows, figures)


ANALYSIS = Analysis(
    name="quality",
    title=Text("Data quality", "数据质量"),
    question=Text(
        "What in the data should a reader of the figures know?", "读数之前，数据有哪些须知？"
    ),
    rows=Text("One check.", "一项检查。"),
    source="9-facts",
    grain="table",
    inputs=("orders",),
    helps=("identities", "order_lines"),
    parameters=(AS_OF,),
    columns=(
        text("check", "What was counted.", "检查项。", choices=tuple(MEANINGS)),
        count(
            "rows", "How many; unknown where nothing was imported.", "数量；未导入则未知。", "score"
        ),
        share("share", "Of the whole that it belongs to.", "占其总体的比例。"),
    ),
    figures=(
        day("first_day", "First day with an order.", "首个有订单的日期。"),
        day("last_day", "Last day with an order.", "最后有订单的日期。"),
    ),
    steps=(ORDER_QUALITY, CUSTOMER_QUALITY, DAY_QUALITY, LINE_QUALITY, ORDERS_WITHOUT_LINES),
    plan=plan,
    finish=finish,
)
