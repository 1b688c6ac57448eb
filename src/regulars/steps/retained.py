"""Who was active in which period after the first order, counted by how long he was watched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.declare import Column, Text
from regulars.steps.step import Derived, Node, Step

# Nobody counts beyond the periods asked for, so that the counts stay few.
MEMBERS = Step(
    name="retained_members",
    one_row="one customer with a first order in the days asked for, and the periods he completed",
    key=("customer_key",),
    reused=True,
    sql="""
        select customer_key, first_day, last_day, purchase_days,
            case when whole > $periods + 1 then $periods + 1 else whole end as completed
        from (
            select customer_key, first_day, last_day, purchase_days,
                cast(floor(date_diff('day', first_day, $as_of) / nullif($period_days, 0)) as bigint)
                    as whole
            from totals
            where purchase_days > 0 and first_day >= $acquired_from and first_day < $acquired_to
        ) as dated
    """,
)
CUSTOMERS = Step(
    name="retained_customers",
    one_row="one number of completed periods",
    key=("completed",),
    sql="""
        select completed, count(*) as customers,
            cast(sum(case when 10 * date_diff('day', $history_from, first_day)
                < date_diff('day', $history_from, $as_of) then 1 else 0 end) as bigint) as early
        from retained_members
        group by completed
    """,
)
ACTIVITY = Step(
    name="retained_activity",
    one_row="one customer in one completed period in which he bought or had a refund",
    key=("customer_key", "period"),
    reused=True,
    sql="""
        select customer_key, completed, period,
            cast(sum(orders) as bigint) as orders,
            cast(sum(spend_minor) as bigint) as spend_minor
        from (
            select m.customer_key, m.completed, d.orders, d.spend_minor,
                cast(floor(date_diff('day', m.first_day, d.day)
                    / nullif($period_days, 0)) as bigint) as period
            from purchases as d
            inner join retained_members as m on m.customer_key = d.customer_key
            where d.day >= m.first_day
        ) as placed
        where period < completed
        group by customer_key, completed, period
    """,
)
PAIRS = Step(
    name="retained_pairs",
    one_row="one number of completed periods and two periods, the first no later",
    key=("completed", "period", "later"),
    sql="""
        select a.completed, a.period, b.period as later, count(*) as customers
        from retained_activity as a
        inner join retained_activity as b on b.customer_key = a.customer_key
        where a.orders > 0 and b.orders > 0 and b.period >= a.period
        group by a.completed, a.period, b.period
    """,
)
MONEY = Step(
    name="retained_money",
    one_row="one period, over all who completed it",
    key=("period",),
    sql="""
        select period, cast(sum(orders) as bigint) as orders,
            cast(sum(spend_minor) as bigint) as spend_minor
        from retained_activity
        group by period
    """,
)
# In weeks, as the models of value take them: few distinct histories, and nothing lost by it.
HISTORIES = Step(
    name="retained_histories",
    one_row="one distinct history of purchase days",
    key=("x", "t_x", "t"),
    sql="""
        select x, t_x, t, count(*) as customers
        from (
            select cast(purchase_days - 1 as bigint) as x,
                cast(case when purchase_days = 1 then 0
                    else 7 * floor(date_diff('day', first_day, last_day) / 7.0) + 3 end as bigint)
                    as t_x,
                cast(7 * floor(date_diff('day', first_day, $as_of) / 7.0) + 3 as bigint) as t
            from retained_members
        ) as rounded
        group by x, t_x, t
    """,
)


def expected(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What MBG/NBD, fitted to these histories, expects of new customers, as one row of JSON.

    ``shares`` active in periods 0, 1, …, ``rates`` from one to the next, their ``covariance``.
    """
    from regulars.models import MbgNbd

    days, periods = float(values["period_days"]), int(values["periods"])
    x, t_x, t, n = (
        np.asarray(arrays[name], dtype=float) for name in ("x", "t_x", "t", "customers")
    )
    # In an order of its own: what is fitted then does not depend on the engine's.
    order = np.lexsort((t, t_x, x))
    x, t_x, t, n = x[order], t_x[order], t[order], n[order]
    try:
        if not (n * x).sum() > 0:
            raise ValueError("nobody has bought twice")
        fit = MbgNbd.fit(x, t_x, t, n)
    except ValueError as error:
        told: dict[str, Any] = {"failed": str(error)}
    else:

        def shares(model: Any) -> Any:
            later = np.arange(1, periods + 1) * days
            return np.array([1.0, *(model.active_share_of_new(y + days, y) for y in later)])

        def rates(model: Any) -> Any:
            found = shares(model)
            return found[1:] / found[:-1]

        covariance = np.zeros((periods, periods))
        for up, down, step in fit.moved():
            along = (rates(up) - rates(down)) / (2 * step)
            covariance += np.outer(along, along)
        told = {
            "shares": shares(fit.model).tolist(),
            "rates": rates(fit.model).tolist(),
            "covariance": covariance.tolist(),
            "status": fit.determination.status,
        }
    texts = np.empty(1, dtype=object)
    texts[0] = json.dumps(told)
    return {"told": texts}


EXPECTED = Derived(
    name="retained_expected",
    one_row="what a purchase model expects, as JSON",
    key=(),
    reads="retained_histories",
    columns=(Column(name="told", type="VARCHAR", meaning=Text("Told.", "结果。")),),
    parameters=("period_days", "periods"),
    apply=expected,
)
TOLD = Step(
    name="retained_told",
    one_row="what a purchase model expects, as JSON",
    key=(),
    sql="select told from retained_expected",
)
STEPS: tuple[Node, ...] = (MEMBERS, CUSTOMERS, ACTIVITY, PAIRS, MONEY, HISTORIES, EXPECTED, TOLD)
TARGETS = ("retained_customers", "retained_pairs", "retained_money", "retained_told")
