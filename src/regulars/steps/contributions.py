"""What each customer left in a window and in the one before it: revenue less what it cost (001-1).

``era`` says in which of the two: ``now`` from $window_from, ``before`` from $earlier_from up to it.
"""

from __future__ import annotations

from regulars.steps.step import Node, Step

ERA = "case when {0} >= $window_from then 'now' else 'before' end"
WITHIN = "{0} >= $earlier_from and {0} < $as_of"

SPEND = Step(
    name="era_spend",
    one_row="one customer with money in a window",
    key=("customer_key", "era"),
    reused=True,
    sql=f"""
        select customer_key, era, cast(sum(spend_minor) as bigint) as spend_minor
        from (
            select customer_key, {ERA.format("day")} as era, spend_minor
            from value_days
            where {WITHIN.format("day")}
        ) as placed
        group by customer_key, era
    """,
)
# Cost of one unit comes with the line, else with the product, in major units of the currency.
LINES = Step(
    name="costed_lines",
    one_row="one order line whose cost is known",
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
        inner join order_lines as l on l.order_id = o.order_id
        left join products as p on p.product_id = l.product_id and p.status = 'live'
        where l.status = 'live' and l.quantity is not null
            and coalesce(l.unit_cost, p.unit_cost) is not null
    """,
)
# Money given back without lines says nothing of goods: it is taken off in full, their cost is not
# credited. Where it gives back what never bore a cost, that was never counted as profit either.
REFUNDS = Step(
    name="costed_refunds",
    one_row="one refund without lines of something whose cost is known",
    key=("order_id",),
    sql=f"""
        select o.customer_key, o.order_id, o.day, o.amount_minor
        from live_orders as o
        inner join orders as r on r.order_id = o.order_id
        left join (
            select order_id, count(*) as lines from costed_lines group by order_id
        ) as given on given.order_id = r.refunds_order_id
        left join (
            select customer_key, count(*) as lines from costed_lines group by customer_key
        ) as bought on bought.customer_key = o.customer_key
        where o.kind = 'refund' and {WITHIN.format("o.day")}
            and case when r.refunds_order_id is null then bought.lines else given.lines end > 0
            and not exists (
                select 1 from order_lines as l where l.order_id = o.order_id and l.status = 'live')
    """,
)
MARGINS = Step(
    name="era_margins",
    one_row="one customer with money in a window whose cost is known",
    key=("customer_key", "era"),
    reused=True,
    sql=f"""
        select customer_key, era, cast(sum(amount_minor) as bigint) as costed_minor,
            cast(sum(profit_minor) as bigint) as profit_minor
        from (
            select customer_key, {ERA.format("day")} as era, amount_minor, profit_minor
            from costed_lines
            where {WITHIN.format("day")}
            union all
            select customer_key, {ERA.format("day")} as era, amount_minor,
                amount_minor as profit_minor
            from costed_refunds
        ) as counted
        group by customer_key, era
    """,
)
# Under four fifths of the money, profit would say what was recorded, not what was earned.
COVER = Step(
    name="era_cover",
    one_row="how far unit costs reach in the window, and whether they are enough",
    key=(),
    reused=True,
    sql="""
        select spend_minor, costed_minor,
            case when costed_minor > 0 and 5 * costed_minor >= 4 * spend_minor then 1 else 0 end
                as enough
        from (
            select cast(coalesce(sum(s.spend_minor), 0) as bigint) as spend_minor,
                cast(coalesce(sum(m.costed_minor), 0) as bigint) as costed_minor
            from era_spend as s
            left join era_margins as m on m.customer_key = s.customer_key and m.era = s.era
            where s.era = 'now'
        ) as summed
    """,
)
TOUCHES = Step(
    name="era_contacts",
    one_row="one customer and campaign with contacts by us in a window",
    key=("customer_key", "era", "campaign"),
    reused=True,
    sql=f"""
        select customer_key, era, campaign, count(*) as contacts, count(cost_minor) as priced,
            cast(coalesce(sum(cost_minor), 0) as bigint) as cost_minor
        from (
            select coalesce(m.owner_key, c.customer_key) as customer_key,
                {ERA.format("c.day")} as era, c.campaign, c.cost_minor
            from contacts as c
            left join owners as m on m.customer_key = c.customer_key
            where c.status = 'live' and c.customer_key is not null
                and coalesce(c.direction, 'out') = 'out' and {WITHIN.format("c.day")}
        ) as placed
        group by customer_key, era, campaign
    """,
)
# A campaign whose contacts say what they cost is not charged a second time.
CAMPAIGNS = Step(
    name="era_campaigns",
    one_row="one campaign with costs of its own in a window, and the contacts to spread them over",
    key=("era", "campaign"),
    reused=True,
    sql=f"""
        select c.era, c.campaign, c.cost_minor, coalesce(t.contacts, 0) as contacts,
            coalesce(t.priced, 0) as priced
        from (
            select {ERA.format("day")} as era, campaign,
                cast(sum(amount_minor) as bigint) as cost_minor
            from costs
            where status = 'live' and {WITHIN.format("day")}
            group by {ERA.format("day")}, campaign
        ) as c
        left join (
            select era, campaign, cast(sum(contacts) as bigint) as contacts,
                cast(sum(priced) as bigint) as priced
            from era_contacts
            group by era, campaign
        ) as t on t.era = c.era and t.campaign = c.campaign
    """,
)
MARKETING = Step(
    name="era_marketing",
    one_row="one customer with contacts by us in a window",
    key=("customer_key", "era"),
    sql="""
        select t.customer_key, t.era,
            cast(sum(t.cost_minor + case when c.priced = 0 then floor(
                cast(c.cost_minor as double) * t.contacts / nullif(c.contacts, 0) + 0.5)
                else 0 end) as bigint) as marketing_minor
        from era_contacts as t
        left join era_campaigns as c on c.era = t.era and c.campaign = t.campaign
        group by t.customer_key, t.era
    """,
)
NOBODYS = Step(
    name="era_nobodys",
    one_row="costs of campaigns in the window that reached nobody on record",
    key=(),
    sql="""
        select count(*) as campaigns, cast(coalesce(sum(cost_minor), 0) as bigint) as cost_minor
        from era_campaigns
        where era = 'now' and contacts = 0
    """,
)
SERVICE = Step(
    name="era_cases",
    one_row="one customer with cases in a window",
    key=("customer_key", "era"),
    sql=f"""
        select customer_key, era, count(*) as cases
        from (
            select coalesce(m.owner_key, c.customer_key) as customer_key,
                {ERA.format("c.day")} as era
            from cases as c
            left join owners as m on m.customer_key = c.customer_key
            where c.status = 'live' and c.customer_key is not null and {WITHIN.format("c.day")}
        ) as placed
        group by customer_key, era
    """,
)
# With a margin every order tells what it left; by unit costs a customer with money in the window,
# but none on lines whose cost is known, tells nothing. Who did not buy left nothing.
CONTRIBUTION = """
    case when $margin is not null
            then cast(floor(cast($margin as double) * coalesce(s.spend_minor, 0) + 0.5) as bigint)
        when v.enough = 1 and s.customer_key is null then cast(0 as bigint)
        when v.enough = 1 then g.profit_minor end
    - coalesce(k.marketing_minor, 0)
    - cast(floor(cast($service_cost_minor as double) * coalesce(i.cases, 0) + 0.5) as bigint)"""
JOINS = """
    cross join era_cover as v
    left join era_spend as s on s.customer_key = c.customer_key and s.era = c.era
    left join era_margins as g on g.customer_key = c.customer_key and g.era = c.era
    left join era_marketing as k on k.customer_key = c.customer_key and k.era = c.era
    left join era_cases as i on i.customer_key = c.customer_key and i.era = c.era"""
STEPS: tuple[Node, ...] = (
    SPEND, LINES, REFUNDS, MARGINS, COVER, TOUCHES, CAMPAIGNS, MARKETING, NOBODYS, SERVICE,
)  # fmt: skip
