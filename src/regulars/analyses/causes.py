"""`causes`: why customers active in both periods spent more or less (000-1).

With order lines: p_kt is the firm's average paid price of product k in period t, p̄_k its mean;
price = Σ ½(q₁+q₂)(p₂−p₁) over products sold in both; V_t = Σ q_t·p̄; F = purchase days;
frequency = (F₂−F₁)·½(V₁/F₁+V₂/F₂); basket = (V₂/F₂−V₁/F₁)·½(F₁+F₂); discounts = ΔR − these three.
Without lines R stands for V. Summed over customers in doubles, rounded once per tier; rounding
goes to the last term.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from regulars.analyses import bridge, turnover
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, share, text
from regulars.declare import Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

CAUSES = ("price", "frequency", "basket", "discounts")

SOLD = Step(
    name="sold",
    one_row="one line of a live sale in either period",
    key=("order_id", "line"),
    sql="""
        select o.customer_key, l.product_id,
            case when o.day < $before_to then 1 else 2 end as period,
            cast(l.quantity as double) as quantity, l.amount_minor
        from order_lines as l
        inner join live_orders as o on o.order_id = l.order_id
        where l.status = 'live' and o.kind = 'sale'
            and ((o.day >= $before_from and o.day < $before_to)
                or (o.day >= $after_from and o.day < $after_to))
    """,
)
BOUGHT = Step(
    name="bought",
    one_row="one customer and product, quantities and money in the two periods",
    key=("customer_key", "product_id"),
    reused=True,
    sql="""
        select customer_key, product_id,
            sum(case when period = 1 then quantity else 0 end) as quantity_1,
            sum(case when period = 2 then quantity else 0 end) as quantity_2,
            cast(sum(case when period = 1 then amount_minor else 0 end) as bigint) as amount_1,
            cast(sum(case when period = 2 then amount_minor else 0 end) as bigint) as amount_2
        from sold
        group by customer_key, product_id
    """,
)
PRICES = Step(
    name="average_prices",
    one_row="one product with its average paid price in each period (null: not sold)",
    key=("product_id",),
    sql="""
        select product_id,
            cast(sum(amount_1) as double) / nullif(sum(quantity_1), 0) as price_1,
            cast(sum(amount_2) as double) / nullif(sum(quantity_2), 0) as price_2
        from bought
        group by product_id
    """,
)
# V at the mean price of both periods, or at the only price there is.
VOLUMES = Step(
    name="volumes",
    one_row="one customer who bought lines, his volume at constant prices and the price effect",
    key=("customer_key",),
    reused=True,
    sql="""
        select b.customer_key,
            sum(b.quantity_1 * coalesce((p.price_1 + p.price_2) / 2, p.price_1, p.price_2, 0))
                as volume_1,
            sum(b.quantity_2 * coalesce((p.price_1 + p.price_2) / 2, p.price_1, p.price_2, 0))
                as volume_2,
            sum(coalesce((b.quantity_1 + b.quantity_2) / 2 * (p.price_2 - p.price_1), 0))
                as price_effect,
            cast(sum(b.amount_1 + b.amount_2) as bigint) as lines_minor
        from bought as b
        inner join average_prices as p on p.product_id = b.product_id
        group by b.customer_key
    """,
)


def _effects(name: str, *, lines: bool) -> Step:
    v1, v2 = (
        ("coalesce(v.volume_1, 0)", "coalesce(v.volume_2, 0)")
        if lines
        else (
            "cast(p.first_minor as double)",
            "cast(p.second_minor as double)",
        )
    )
    price = "coalesce(v.price_effect, 0)" if lines else "0"
    covered = "coalesce(v.lines_minor, 0)" if lines else "0"
    join = "left join volumes as v on v.customer_key = p.customer_key" if lines else ""
    return Step(
        name=name,
        one_row="one tier of customers active in both periods",
        key=("tier",),
        sql=f"""
            select tier, count(*) as customers,
                sum(price) as price,
                sum((second_days - first_days) * (volume_1 / nullif(first_days, 0)
                    + volume_2 / nullif(second_days, 0)) / 2) as frequency,
                sum((volume_2 / nullif(second_days, 0) - volume_1 / nullif(first_days, 0))
                    * (first_days + second_days) / 2) as basket,
                cast(sum(change_minor) as bigint) as change_minor,
                cast(sum(lines_minor) as bigint) as lines_minor,
                cast(sum(first_minor + second_minor) as bigint) as revenue_minor
            from (
                select p.tier, p.first_days, p.second_days, p.first_minor, p.second_minor,
                    p.second_minor - p.first_minor as change_minor,
                    {v1} as volume_1, {v2} as volume_2, {price} as price,
                    {covered} as lines_minor
                from placed_now as p
                {join}
                where p.term in ('up', 'down')
            ) as compared
            group by tier
        """,
    )


STEPS = (
    *turnover.STEPS,
    SOLD,
    BOUGHT,
    PRICES,
    VOLUMES,
    _effects("causes_from_lines", lines=True),
    _effects("causes_from_orders", lines=False),
)

NO_LINES = Text(
    "Price is unknown: no order lines imported. What prices and discounts did stands in the"
    " basket; 'discounts' holds only rounding and customers with refunds alone.",
    "价格影响未知：未导入订单明细。价格与折扣的影响计入客单；“折扣”仅含尾差与仅有退款的客户。",
)
PARTLY_LINES = Text(
    "Lines account for {share:.0%} of these customers' spend; what they do not explain stands in"
    " discounts.",
    "订单明细覆盖这些客户{share:.0%}的消费额；其余计入折扣。",
)


def plan(question: Ask) -> Plan:
    lines = "order_lines" in question.imported
    target = Target("causes_from_lines" if lines else "causes_from_orders")
    return bridge.bridge_plan(question, (target,), compare=False)


def _whole(value: float | None) -> int:
    return math.floor((value or 0) + 0.5)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    step = plan.targets[0].step
    lines = step == "causes_from_lines"
    found = {row["tier"]: row for row in fetched[step]}
    rows: Rows = []
    for tier in turnover.TIERS:
        effects: dict[str, Any] = found.get(tier, {})
        amounts: dict[str, int | None] = {c: _whole(effects.get(c)) for c in CAUSES[:3]}
        rest = effects.get("change_minor", 0) - sum(amounts[c] or 0 for c in CAUSES[:3])
        amounts["discounts"] = rest
        if not lines:
            amounts["price"] = None
        rows += [
            {
                "tier": tier,
                "cause": cause,
                "customers": effects.get("customers", 0),
                "amount_minor": amounts[cause],
            }
            for cause in CAUSES
        ]
    change = sum(row.get("change_minor", 0) for row in found.values())
    covered = _covered(list(found.values())) if lines else None
    figures = {"change_minor": change, "lines_share": covered}
    return Answer(rows, figures, _notes(lines, covered))


def _covered(rows: Rows) -> float | None:
    revenue = sum(row["revenue_minor"] for row in rows)
    return sum(row["lines_minor"] or 0 for row in rows) / revenue if revenue > 0 else None


def _notes(lines: bool, covered: float | None) -> tuple[Note, ...]:
    if not lines:
        return (Note("no_lines", NO_LINES),)
    if covered is not None and covered < 0.95:
        return (Note("partly_lines", PARTLY_LINES, {"share": covered}),)
    return ()


ANALYSIS = Analysis(
    name="causes",
    title=Text("Causes of change", "变化原因"),
    question=Text(
        "Did customers active in both periods come less often, buy smaller baskets, pay other"
        " prices or get other discounts?",
        "两期都购买的客户：是来得少了、单次买得少了、价格变了，还是折扣变了？",
    ),
    rows=Text("One tier and cause; they sum to up + down.", "一层一因，合计等于增购与减购之和。"),
    source="000-1, 8-statistics (bridge)",
    grain="table",
    inputs=("orders",),
    helps=("identities", "order_lines"),
    parameters=bridge.BRIDGE_PARAMETERS,
    columns=(
        bridge.TIER,
        text(
            "cause",
            "price: the firm's average price; frequency: purchase days; basket: size and mix;"
            " discounts: what the customer paid beside the average price.",
            "price 平均成交价；frequency 购买天数；basket 单次购买量与品类；"
            "discounts 偏离均价的折扣。",
            choices=CAUSES,
        ),
        count("customers", "Customers active in both periods.", "两期都购买的客户数。"),
        money("amount_minor", "What the cause changed.", "该原因带来的变化额。"),
    ),
    figures=(
        money("change_minor", "Change of these customers' spend.", "这些客户的消费变化额。"),
        share("lines_share", "Their spend that lines account for.", "订单明细覆盖的消费占比。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
