"""Terms of subscriptions: which follows which, and how often a contract has been renewed.

One term is one row of subscriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.declare import Column, Text
from regulars.steps.step import Derived, Node, Step


def following(prefix: str, *, terms: str, end: str) -> tuple[Step, Step]:
    """Steps ``…_pairs`` and ``…_next``: of each term that ended, the term that follows it.

    Terms that run beside one another do not follow one another: what follows began at the end of
    the term (less the days of grace) or later, or carries on its own plan, however early it was
    renewed. Terms without a plan are taken for one plan. A term follows one only: that of its own
    plan, else the one that ended last.

    Parameters
    ----------
    terms : the step with them: customer_key, subscription_id, plan, started, price_minor.
    end : its column with the day on which a term ended, null where it has not.
    """
    pairs = Step(
        name=f"{prefix}_pairs",
        one_row="one term that ended, and one of the same customer that may follow it",
        key=("subscription_id", "next_id"),
        sql=f"""
            select t.subscription_id, n.subscription_id as next_id, t.{end} as ended,
                n.started as next_started, n.price_minor as next_price_minor,
                case when coalesce(t.plan, '') = coalesce(n.plan, '')
                    and date_diff('day', t.{end}, n.started) <= $rejoin_days
                    then 0 else 1 end as other_plan
            from {terms} as t
            inner join {terms} as n on n.customer_key = t.customer_key
            where t.{end} is not null and n.subscription_id <> t.subscription_id
                and (n.started > t.started
                    or (n.started = t.started and n.subscription_id > t.subscription_id))
                and (coalesce(t.plan, '') = coalesce(n.plan, '')
                    or date_diff('day', t.{end}, n.started) >= 0 - $grace_days)
        """,
    )
    chosen = Step(
        name=f"{prefix}_next",
        one_row="one term that ended and the one that follows it",
        key=("subscription_id",),
        sql=f"""
            select subscription_id, next_id, next_started, next_price_minor
            from (
                select subscription_id, next_id, next_started, next_price_minor,
                    row_number() over (partition by next_id
                        order by other_plan, ended desc, subscription_id) as claim
                from (
                    select subscription_id, next_id, ended, next_started, next_price_minor,
                        other_plan, row_number() over (partition by subscription_id
                            order by other_plan, next_started, next_id) as place
                    from {prefix}_pairs
                ) as ranked
                where place = 1
            ) as claimed
            where claim = 1
        """,
    )
    return pairs, chosen


# Where no day is asked for, everything counts: up to the day after the last beginning or end.
DAY = Step(
    name="contract_day",
    one_row="the day before which terms count",
    key=(),
    sql="""
        select coalesce(cast($as_of as date), max(latest) + 1) as as_of
        from (
            select started as latest from subscriptions where status = 'live'
            union all
            select ended as latest from subscriptions where status = 'live'
        ) as days
    """,
)
# A term is over on the day it ended; where no end is on record, on the day it fell due.
TERMS = Step(
    name="contracts",
    one_row="one live term that began before the as-of day, under its surviving customer",
    key=("subscription_id",),
    reused=True,
    sql="""
        select coalesce(m.owner_key, s.customer_key) as customer_key, s.subscription_id, s.plan,
            case when s.auto_renew then 'yes' when not s.auto_renew then 'no' end as auto_renew,
            s.ended_reason, s.price_minor, s.started, s.due, d.as_of,
            case when s.ended < d.as_of then 1 else 0 end as ends_known,
            case when s.ended < d.as_of and s.ended < s.due then 1 else 0 end as early,
            case when s.ended < d.as_of then s.ended when s.due < d.as_of then s.due end as over_day
        from subscriptions as s
        cross join contract_day as d
        left join owners as m on m.customer_key = s.customer_key
        where s.status = 'live' and s.customer_key is not null and s.started is not null
            and s.started < d.as_of
    """,
)
PAIRS, NEXT = following("contract", terms="contracts", end="over_day")
# Whoever renews is seen at once, whoever will not only when the days of grace are over: until then
# neither counts, or the latest rate would be that of those who were quick.
OUTCOMES = ("renewed", "lapsed", "pending", "past_due", "running")
FOLLOWED = Step(
    name="contracts_followed",
    one_row="one term, what became of it, and the term that renewed it",
    key=("subscription_id",),
    reused=True,
    sql="""
        select t.customer_key, t.subscription_id, t.plan, t.auto_renew, t.ended_reason,
            t.price_minor, t.started, t.due, t.over_day, t.early, t.as_of,
            case when date_diff('day', t.over_day, n.next_started) <= $grace_days
                then n.next_id end as next_id,
            case when t.over_day is null then 'running'
                when date_diff('day', t.over_day, t.as_of) <= $grace_days then 'pending'
                when n.next_id is not null
                    and date_diff('day', t.over_day, n.next_started) <= $grace_days then 'renewed'
                when t.ends_known = 0 then 'past_due'
                else 'lapsed' end as outcome
        from contracts as t
        left join contract_next as n on n.subscription_id = t.subscription_id
    """,
)


def numbered(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The place of each term in its chain of renewals, from 1."""
    ids = arrays["subscription_id"].astype(str)
    following_ids = arrays["next_id"]
    linked = ~np.ma.getmaskarray(following_ids)
    order = np.argsort(ids)
    after = order[np.searchsorted(ids, np.ma.getdata(following_ids)[linked].astype(str),
                                  sorter=order)]  # fmt: skip
    before = np.full(len(ids), -1)
    before[after] = np.flatnonzero(linked)
    # Each step looks twice as far back as the one before.
    tenure, back = np.ones(len(ids), dtype=np.int64), before
    while (back >= 0).any():
        held = back >= 0
        tenure = tenure + np.where(held, tenure[back], 0)
        back = np.where(held, back[back], -1)
    return {"subscription_id": arrays["subscription_id"], "tenure": tenure}


TENURES = Derived(
    name="contract_tenures",
    one_row="one term and its place among the customer's terms that renewed one another",
    key=("subscription_id",),
    reads="contracts_followed",
    columns=(
        Column(name="subscription_id", type="VARCHAR", meaning=Text("Term.", "订阅。")),
        Column(name="tenure", type="BIGINT", meaning=Text("Place, from 1.", "第几期，自1起。")),
    ),
    apply=numbered,
    per_customer=True,
    order_by=("subscription_id",),
)
STEPS: tuple[Node, ...] = (DAY, TERMS, PAIRS, NEXT, FOLLOWED, TENURES)
