"""Who is a key account, a small business, a consumer (001-7): the rule, and what was set by hand.

Thresholds are nearest-rank percentiles: the smallest value that at least so many per cent of the
group do not exceed; they are attained values, so every engine finds the same.
"""

from __future__ import annotations

from regulars.steps.step import Step
from regulars.steps.surviving import spoken

TIER_VALUES = Step(
    name="tier_values",
    one_row="one customer with an order, his figures in the window",
    key=("customer_key",),
    sql="""
        select customer_key, window_spend_minor as spend_minor,
            case when $by_orders then window_orders else window_purchase_days end as frequency,
            cast(window_spend_minor as double) / nullif(
                case when $by_orders then window_orders else window_purchase_days end, 0)
                as aov_minor
        from totals
        where first_day is not null
    """,
)

MARKS = Step(
    name="customer_marks",
    one_row="one customer whose record says person or business",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select customer_key, kind
        from {spoken("c.kind", where="c.kind is not null")}
    """,
)
_SET_BY_HAND = (
    "c.tier_override as tier, nullif(c.tier_override_reason, '') as reason,"
    " c.tier_override_until as until_day"
)
OVERRIDES = Step(
    name="tier_overrides",
    one_row="one customer whose tier was set by hand; valid with a reason and a day yet to come",
    key=("customer_key",),
    sql=f"""
        select customer_key, tier, reason, until_day,
            case when reason is not null and until_day > $as_of then 1 else 0 end as valid
        from {spoken(_SET_BY_HAND, where="c.tier_override is not null")}
    """,
)
MARKED = Step(
    name="tier_marked",
    one_row="everybody: how many are marked a person or a business",
    key=(),
    sql="select count(*) as marked from customer_marks",
)
# Cost of one unit comes with the line, else with the product, in major units of the currency.
BUSINESS_LINES = Step(
    name="business_lines",
    one_row="one line of a business whose cost is known",
    key=("order_id", "line"),
    reused=True,
    sql="""
        select o.customer_key, o.order_id, o.day, l.line, l.amount_minor,
            cast(l.amount_minor - floor(
                case when l.amount_minor < 0 then -abs(cast(l.quantity as double))
                    else cast(l.quantity as double) end
                * cast(coalesce(l.unit_cost, p.unit_cost) as double)
                * $minor_per_major + 0.5) as bigint) as profit_minor
        from live_orders as o
        inner join customer_marks as k on k.customer_key = o.customer_key
        inner join order_lines as l on l.order_id = o.order_id
        left join products as p on p.product_id = l.product_id and p.status = 'live'
        where k.kind = 'business' and l.status = 'live'
            and l.quantity is not null and coalesce(l.unit_cost, p.unit_cost) is not null
    """,
)
# Money given back without lines says nothing of goods: it is taken off in full, their cost is not
# credited. Where it gives back what never bore a cost, that was never counted as profit either.
BUSINESS_REFUNDS = Step(
    name="business_refunds",
    one_row="one refund without lines, in the window, of something whose cost is known",
    key=("order_id",),
    sql="""
        select o.customer_key, o.order_id, o.amount_minor
        from live_orders as o
        inner join orders as r on r.order_id = o.order_id
        left join (
            select order_id, count(*) as lines from business_lines group by order_id
        ) as given on given.order_id = r.refunds_order_id
        left join (
            select customer_key, count(*) as lines from business_lines group by customer_key
        ) as bought on bought.customer_key = o.customer_key
        where o.kind = 'refund' and o.day >= $window_from
            and case when r.refunds_order_id is null then bought.lines else given.lines end > 0
            and not exists (
                select 1 from order_lines as l where l.order_id = o.order_id and l.status = 'live')
    """,
)
BUSINESS_MARGINS = Step(
    name="business_margins",
    one_row="one business with money in the window whose cost is known",
    key=("customer_key",),
    reused=True,
    sql="""
        select customer_key, cast(sum(amount_minor) as bigint) as costed_minor,
            cast(sum(profit_minor) as bigint) as profit_minor
        from (
            select customer_key, amount_minor, profit_minor from business_lines
            where day >= $window_from
            union all
            select customer_key, amount_minor, amount_minor as profit_minor from business_refunds
        ) as counted
        group by customer_key
    """,
)
BUSINESSES = Step(
    name="tier_businesses",
    one_row="one business with an order in the window",
    key=("customer_key",),
    reused=True,
    sql="""
        select v.customer_key, v.aov_minor, v.frequency, v.spend_minor,
            m.profit_minor, coalesce(m.costed_minor, 0) as costed_minor
        from tier_values as v
        inner join customer_marks as k on k.customer_key = v.customer_key
        left join business_margins as m on m.customer_key = v.customer_key
        where k.kind = 'business' and v.frequency > 0
    """,
)
# Under four fifths of the money, costs would rank businesses by what was recorded.
COVER = Step(
    name="tier_cover",
    one_row="all businesses: how far unit costs reach, and whether profit can be ranked by them",
    key=(),
    sql="""
        select costed_minor, spend_minor,
            case when costed_minor > 0 and 5 * costed_minor >= 4 * spend_minor then 1 else 0 end
                as by_profit
        from (
            select cast(coalesce(sum(costed_minor), 0) as bigint) as costed_minor,
                cast(coalesce(sum(spend_minor), 0) as bigint) as spend_minor
            from tier_businesses
        ) as summed
    """,
)
RANKED = Step(
    name="tier_ranked",
    one_row="one business with an order in the window, its place by each criterion, lowest first",
    key=("customer_key",),
    sql="""
        select customer_key, aov_minor, frequency, gain_minor,
            row_number() over (order by aov_minor, customer_key) as aov_place,
            row_number() over (order by frequency, customer_key) as frequency_place,
            row_number() over (order by gain_minor, customer_key) as gain_place
        from (
            select b.customer_key, b.aov_minor, b.frequency,
                case when c.by_profit = 1 then coalesce(b.profit_minor, 0) else b.spend_minor end
                    as gain_minor
            from tier_businesses as b cross join tier_cover as c
        ) as gained
    """,
)
BUSINESS_COUNT = Step(
    name="tier_business_count",
    one_row="the number of businesses with an order in the window",
    key=(),
    sql="select count(*) as customers from tier_businesses",
)
CUTS = Step(
    name="tier_cuts",
    one_row="the thresholds among businesses",
    key=(),
    reused=True,
    sql="""
        select
            min(case when aov_place * 100.0 >= $key_percentile * n.customers
                then aov_minor end) as aov_cut_minor,
            min(case when frequency_place * 100.0 >= $key_percentile * n.customers
                then frequency end) as frequency_cut,
            min(case when gain_place * 100.0 >= $key_percentile * n.customers
                then gain_minor end) as gain_cut_minor,
            min(aov_minor) as aov_lowest_minor, min(frequency) as frequency_lowest,
            min(gain_minor) as gain_lowest_minor
        from tier_ranked as r cross join tier_business_count as n
    """,
)
CONSUMERS = Step(
    name="tier_consumers",
    one_row="one customer with an order in the window who is no business, lowest value first",
    key=("customer_key",),
    sql="""
        select v.customer_key, v.aov_minor,
            row_number() over (order by v.aov_minor, v.customer_key) as place
        from tier_values as v
        where v.frequency > 0 and not exists (
            select 1 from customer_marks as k
            where k.customer_key = v.customer_key and k.kind = 'business')
    """,
)
CONSUMER_COUNT = Step(
    name="tier_consumer_count",
    one_row="the number of consumers with an order in the window",
    key=(),
    sql="select count(*) as customers from tier_consumers",
)
VIP_CUT = Step(
    name="tier_vip_cut",
    one_row="the average order value from which a consumer is a VIP individual",
    key=(),
    reused=True,
    sql="""
        select min(case when place * 100.0 >= $vip_percentile * n.customers
            then aov_minor end) as vip_cut_minor
        from tier_consumers as c cross join tier_consumer_count as n
    """,
)
REACHED = """
    case when r.aov_minor >= c.aov_cut_minor then 1 else 0 end
    + case when r.frequency >= c.frequency_cut then 1 else 0 end
    + case when r.gain_minor >= c.gain_cut_minor then 1 else 0 end"""
# Where nobody at all is marked, "not a business" is unknown rather than a consumer.
TIERED = Step(
    name="tiered",
    one_row="one customer with an order, and his tier (none where nobody is marked at all)",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select v.customer_key, v.spend_minor, v.frequency, v.aov_minor, k.kind,
            r.gain_minor,
            case when r.customer_key is not null then {REACHED} end as criteria_reached,
            case
                when k.kind = 'business' then case when r.customer_key is not null
                    and {REACHED} >= 2 then 'key' else 'smb' end
                when a.marked > 0 then 'consumer'
            end as tier_by_rule,
            case
                when h.valid = 1 then h.tier
                when k.kind = 'business' then case when r.customer_key is not null
                    and {REACHED} >= 2 then 'key' else 'smb' end
                when a.marked > 0 then 'consumer'
            end as tier,
            case when a.marked > 0 and coalesce(k.kind, 'person') <> 'business'
                and v.aov_minor >= p.vip_cut_minor then 1 else 0 end as vip,
            h.valid as override_valid, h.tier as override_tier, h.reason as override_reason,
            h.until_day as override_until
        from tier_values as v
        left join customer_marks as k on k.customer_key = v.customer_key
        left join tier_overrides as h on h.customer_key = v.customer_key
        left join tier_ranked as r on r.customer_key = v.customer_key
        cross join tier_cuts as c cross join tier_vip_cut as p cross join tier_marked as a
    """,
)
STEPS = (
    TIER_VALUES, MARKS, OVERRIDES, MARKED, BUSINESS_LINES, BUSINESS_REFUNDS, BUSINESS_MARGINS,
    BUSINESSES, COVER, RANKED, BUSINESS_COUNT, CUTS, CONSUMERS, CONSUMER_COUNT, VIP_CUT, TIERED,
)  # fmt: skip
