"""The steps that questions about visits, contacts and interest start from: whose, and which day."""

from __future__ import annotations

from regulars.steps.step import Step


def _live(name: str, fact: str, one_row: str, key: str, columns: str) -> Step:
    return Step(
        name=name,
        one_row=one_row,
        key=(key,),
        sql=f"""
            select coalesce(m.owner_key, t.customer_key) as customer_key, t.{key}, t.day, {columns}
            from {fact} as t
            left join owners as m on m.customer_key = t.customer_key
            where t.status = 'live' and t.day < $as_of and t.customer_key is not null
        """,
    )


LIVE_VISITS = _live(
    "live_visits",
    "visits",
    "one live visit before the as-of day, under its surviving customer",
    "visit_id",
    "coalesce(t.channel, '(none)') as channel",
)
LIVE_CONTACTS = _live(
    "live_contacts",
    "contacts",
    "one live contact before the as-of day, under its surviving customer",
    "contact_id",
    "coalesce(t.direction, 'out') as direction",
)
LIVE_RESPONSES = _live(
    "live_responses",
    "responses",
    "one live response before the as-of day, under its surviving customer",
    "response_id",
    "t.kind",
)
LIVE_INTEREST = _live(
    "live_interest",
    "product_interest",
    "one live sign of interest before the as-of day, under its surviving customer",
    "interest_id",
    "t.product_id, t.kind, coalesce(t.times, 1) as times",
)
