"""The steps that every analysis of orders starts from: whose orders, which days, what totals."""

from __future__ import annotations

from dataclasses import replace

from regulars.steps.step import Step

OWNERS = Step(
    name="owners",
    one_row="one customer record that was merged into another",
    key=("customer_key",),
    sql="""
        select customer_key, min(merged_into) as owner_key
        from identities
        where merged_into is not null
        group by customer_key
    """,
)

LIVE_ORDERS = Step(
    name="live_orders",
    one_row="one live order or refund before the as-of day, under its surviving customer",
    key=("order_id",),
    sql="""
        select
            coalesce(m.owner_key, o.customer_key) as customer_key,
            o.order_id, o.day, o.kind, o.amount_minor
        from orders as o
        left join owners as m on m.customer_key = o.customer_key
        where o.status = 'live' and o.day < $as_of and o.customer_key is not null
    """,
)


def live_orders_of(records: int) -> Step:
    """The live orders of some customer records only: ``$record_0``, ``$record_1``, …"""
    these = ", ".join(f"$record_{i}" for i in range(records))
    return replace(LIVE_ORDERS, sql=f"{LIVE_ORDERS.sql} and o.customer_key in ({these})")


# A purchase day is a day with at least one sale; its first sale carries the mark. Sorting once and
# looking back one row costs less than grouping by customer and day, and gives the gaps as well;
# narrow integers, as there is a row for every order there ever was.
# Refunds keep their own day and money, so that sums over rows are net, and mark no day.
PURCHASES = Step(
    name="purchases",
    one_row="one live order or refund; the first order of a customer's day marks a purchase day",
    key=("customer_key", "day"),
    reused=True,
    sql="""
        select
            customer_key, day, spend_minor, orders,
            cast(case when orders = 1 and (gap_days is null or gap_days > 0) then 1 else 0 end
                as smallint) as purchase_days,
            cast(case when orders = 1 and gap_days > 0 then gap_days end as int) as gap_days
        from (
            select
                customer_key, day, spend_minor, orders,
                date_diff('day',
                    lag(day) over (partition by customer_key, orders order by day), day)
                    as gap_days
            from (
                select customer_key, day, amount_minor as spend_minor,
                    cast(case when kind = 'sale' then 1 else 0 end as smallint) as orders
                from live_orders
            ) as counted
        ) as followed
    """,
)

# One pass over the purchases for every figure that a customer's totals need.
TOTALS = Step(
    name="totals",
    one_row="one customer with an order or a refund (no first day: refunds only)",
    key=("customer_key",),
    reused=True,
    sql="""
        select
            customer_key,
            min(case when orders > 0 then day end) as first_day,
            max(case when orders > 0 then day end) as last_day,
            cast(sum(orders) as bigint) as orders,
            cast(sum(purchase_days) as bigint) as purchase_days,
            cast(sum(spend_minor) as bigint) as spend_minor,
            cast(sum(case when day >= $window_from then orders else 0 end) as bigint)
                as window_orders,
            cast(sum(case when day >= $window_from then purchase_days else 0 end) as bigint)
                as window_purchase_days,
            cast(sum(case when day >= $window_from then spend_minor else 0 end) as bigint)
                as window_spend_minor
        from purchases
        group by customer_key
    """,
)

GAPS = Step(
    name="gaps",
    one_row="one customer with at least two purchase days",
    key=("customer_key",),
    sql="""
        select customer_key, median(gap_days) as median_gap_days
        from purchases
        where gap_days is not null
        group by customer_key
    """,
)

# Purchases and money in two periods and in the one before them. `lookback_first_day` is the first
# purchase seen when history is cut at $lookback_from: see `regulars.analyses.bridge`.
PERIODS = Step(
    name="periods",
    one_row="one customer with an order or a refund, his purchases in three periods",
    key=("customer_key",),
    reused=True,
    sql="""
        select
            customer_key,
            min(day) as first_seen_day,
            min(case when orders > 0 then day end) as first_day,
            min(case when orders > 0 and day >= $lookback_from then day end)
                as lookback_first_day,
            cast(sum(case when day >= $earlier_from and day < $earlier_to
                then purchase_days else 0 end) as bigint) as earlier_days,
            cast(sum(case when day >= $before_from and day < $before_to
                then purchase_days else 0 end) as bigint) as before_days,
            cast(sum(case when day >= $after_from and day < $after_to
                then purchase_days else 0 end) as bigint) as after_days,
            cast(sum(case when day >= $earlier_from and day < $earlier_to
                then orders else 0 end) as bigint) as earlier_orders,
            cast(sum(case when day >= $before_from and day < $before_to
                then orders else 0 end) as bigint) as before_orders,
            cast(sum(case when day >= $after_from and day < $after_to
                then orders else 0 end) as bigint) as after_orders,
            cast(sum(case when day >= $earlier_from and day < $earlier_to
                then spend_minor else 0 end) as bigint) as earlier_minor,
            cast(sum(case when day >= $before_from and day < $before_to
                then spend_minor else 0 end) as bigint) as before_minor,
            cast(sum(case when day >= $after_from and day < $after_to
                then spend_minor else 0 end) as bigint) as after_minor,
            cast(sum(case when day >= $earlier_from and day < $earlier_to
                then 1 else 0 end) as bigint) as earlier_rows,
            cast(sum(case when day >= $before_from and day < $before_to
                then 1 else 0 end) as bigint) as before_rows,
            cast(sum(case when day >= $after_from and day < $after_to
                then 1 else 0 end) as bigint) as after_rows
        from purchases
        group by customer_key
    """,
)

# Facts that may know somebody before any order.
RECORDS = frozenset({"customers", "leads"})

# A prospect is somebody known by a dated record or a lead before any order. Undated records are
# left out: counting them as known for ever would put newcomers among the never ordered.
KNOWN = Step(
    name="known",
    one_row="one customer with a dated record or a lead",
    key=("customer_key",),
    sql="""
        select customer_key, min(day) as known_day
        from (
            select coalesce(m.owner_key, c.customer_key) as customer_key, c.first_seen as day
            from customers as c
            left join owners as m on m.customer_key = c.customer_key
            where c.first_seen is not null and c.first_seen < $as_of and c.status = 'live'
            union all
            select coalesce(m.owner_key, l.customer_key) as customer_key, l.day
            from leads as l
            left join owners as m on m.customer_key = l.customer_key
            where l.day is not null and l.day < $as_of and l.status = 'live'
                and l.customer_key is not null
        ) as dated
        group by customer_key
    """,
)

PROSPECTS = Step(
    name="prospects",
    one_row="one customer known before the as-of day who has neither order nor refund",
    key=("customer_key",),
    sql="""
        select k.customer_key, k.known_day
        from known as k
        where not exists (select 1 from purchases as d where d.customer_key = k.customer_key)
    """,
)

SPAN = Step(
    name="span",
    one_row="the whole history",
    key=(),
    sql="""
        select min(day) as first_day, max(day) as last_day
        from orders
        where status = 'live' and kind = 'sale' and customer_key is not null
    """,
)

STEPS = (OWNERS, LIVE_ORDERS, PURCHASES, TOTALS, GAPS, PERIODS, KNOWN, PROSPECTS, SPAN)
