"""Whom the firm reached, who answered, and who came by himself."""

from __future__ import annotations

from regulars.steps.step import Step

ANSWERS = Step(
    name="answers",
    one_row="one live response before the as-of day, under its surviving customer",
    key=("response_id",),
    sql="""
        select r.response_id, coalesce(m.owner_key, r.customer_key) as customer_key,
            r.contact_id, r.campaign
        from responses as r
        left join owners as m on m.customer_key = r.customer_key
        where r.status = 'live' and (r.day is null or r.day < $as_of)
    """,
)
ANSWERED_CONTACTS = Step(
    name="answered_contacts",
    one_row="one contact that was answered",
    key=("contact_id",),
    sql="""
        select contact_id from answers where contact_id is not null group by contact_id
    """,
)
# A response that names no contact answers every contact of its campaign with that customer.
ANSWERED_CAMPAIGNS = Step(
    name="answered_campaigns",
    one_row="one campaign that a customer answered without naming the contact",
    key=("customer_key", "campaign"),
    sql="""
        select customer_key, campaign
        from answers
        where contact_id is null and campaign is not null
        group by customer_key, campaign
    """,
)
TOUCHES = Step(
    name="touches",
    one_row="one live contact by the firm before the as-of day, and whether it was answered",
    key=("contact_id",),
    sql="""
        select coalesce(m.owner_key, t.customer_key) as customer_key,
            coalesce(t.channel, '(unknown)') as channel, coalesce(c.kind, '(unknown)') as kind,
            case when a.contact_id is not null or g.campaign is not null then 1 else 0 end
                as answered
        from contacts as t
        left join owners as m on m.customer_key = t.customer_key
        left join campaigns as c on c.campaign = t.campaign and c.status = 'live'
        left join answered_contacts as a on a.contact_id = t.contact_id
        left join answered_campaigns as g on g.campaign = t.campaign
            and g.customer_key = coalesce(m.owner_key, t.customer_key)
        where t.status = 'live' and coalesce(t.direction, 'out') = 'out'
            and (t.day is null or t.day < $as_of)
    """,
)
# Customers, not contacts, are counted: contacts of one customer are no independent trials.
TRIALS = Step(
    name="response_trials",
    one_row="one customer reached, by everything, one channel or one kind of campaign",
    key=("customer_key", "cut", "cut_value"),
    reused=True,
    sql="""
        select customer_key, cut, cut_value, max(answered) as answered
        from (
            select customer_key, 'all' as cut, '(all)' as cut_value, answered from touches
            union all
            select customer_key, 'channel' as cut, channel as cut_value, answered from touches
            union all
            select customer_key, 'campaign_kind' as cut, kind as cut_value, answered from touches
        ) as cuts
        group by customer_key, cut, cut_value
    """,
)
VISITORS = Step(
    name="visitors",
    one_row="one customer who came by a channel in the window",
    key=("customer_key", "channel"),
    reused=True,
    sql="""
        select coalesce(m.owner_key, v.customer_key) as customer_key,
            coalesce(v.channel, '(unknown)') as channel
        from visits as v
        left join owners as m on m.customer_key = v.customer_key
        where v.status = 'live' and v.day >= $window_from and v.day < $as_of
        group by coalesce(m.owner_key, v.customer_key), coalesce(v.channel, '(unknown)')
    """,
)
STEPS = (ANSWERS, ANSWERED_CONTACTS, ANSWERED_CAMPAIGNS, TOUCHES, TRIALS, VISITORS)
