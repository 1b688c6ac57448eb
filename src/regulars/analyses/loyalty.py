"""The chance that a customer is there in the next window (001-1).

For who holds a running contract, the rate at which terms of its plan were renewed; for everybody
else 1 − P(no order in the window), by a purchase model's law, worked out once a distinct history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses.value_evidence import ROUNDED, read_evidence
from regulars.declare import Column, Text
from regulars.steps import Derived, Node, Step

LEAST_DUE = 10
"""Terms of a plan that came up for renewal; of fewer, the rate of all plans is taken."""

EARLIER = 3  # a kind of evidence, beside those of value

PLAN_RATES = Step(
    name="plan_rates",
    one_row="one plan with terms that came up for renewal",
    key=("plan",),
    sql="""
        select coalesce(plan, '') as plan, count(*) as due,
            sum(case when outcome = 'renewed' then 1 else 0 end) as renewed
        from contracts_followed
        where outcome in ('renewed', 'lapsed')
        group by coalesce(plan, '')
    """,
)
ALL_RATES = Step(
    name="all_rates",
    one_row="all plans together",
    key=(),
    sql="""
        select cast(coalesce(sum(due), 0) as bigint) as due,
            cast(coalesce(sum(renewed), 0) as bigint) as renewed
        from plan_rates
    """,
)
# Of several contracts, the one that binds most.
BOUND = Step(
    name="bound",
    one_row="one customer with a contract that runs at the end of a window",
    key=("customer_key", "era"),
    sql=f"""
        select h.customer_key, h.era,
            max(case when r.due >= {LEAST_DUE}
                    then cast(r.renewed as double) / nullif(r.due, 0)
                when a.due >= {LEAST_DUE}
                    then cast(a.renewed as double) / nullif(a.due, 0) end) as loyalty
        from (
            select customer_key, 'now' as era, coalesce(plan, '') as plan
            from contracts_followed
            where over_day is null
            union all
            select customer_key, 'before' as era, coalesce(plan, '') as plan
            from contracts_followed
            where started < $window_from and (over_day is null or over_day >= $window_from)
        ) as h
        left join plan_rates as r on r.plan = h.plan
        cross join all_rates as a
        group by h.customer_key, h.era
    """,
)


_T_X = "date_diff('day', first_day, last_day)"
_T = "date_diff('day', first_day, $window_from)"
EARLIER_CUSTOMERS = Step(
    name="earlier_customers",
    one_row="one customer who had bought before the window, his history then",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select customer_key, bought - 1 as x,
            case when bought > 1 then {ROUNDED.format(_T_X)} else 0 end as t_x,
            {ROUNDED.format(_T)} as t
        from (
            select customer_key, min(day) as first_day, max(day) as last_day,
                cast(sum(bought) as bigint) as bought
            from value_days
            where bought = 1 and day < $window_from
            group by customer_key
        ) as summed
    """,
)
EVIDENCE = Step(
    name="loyalty_evidence",
    one_row="one row of the evidence of value, or one distinct history before the window (by kind)",
    key=("kind", "x", "t_x", "t", "after"),
    sql=f"""
        select kind, x, t_x, t, after, customers, spenders, spend, squares
        from value_evidence_held
        union all
        select {EARLIER} as kind, x, t_x, t, 0 as after, cast(count(*) as bigint) as customers,
            cast(0 as bigint) as spenders, cast(0 as double) as spend, cast(0 as double) as squares
        from earlier_customers
        group by x, t_x, t
    """,
)


def scored(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """P(an order in the window) of each history, now and before; and which model told it.

    One row is no history (x = −1): its ``told`` holds the model, or why there is none, as JSON.
    """
    base, _, held = read_evidence(arrays, values["holdout_days"])
    earlier = np.ma.getdata(arrays["kind"]) == EARLIER
    x, t_x, t = (
        np.append(own, np.ma.getdata(arrays[name])[earlier]).astype(float)
        for name, own in (("x", base.given.x), ("t_x", base.given.t_x), ("t", base.given.T))
    )
    try:
        loyalty, told = _active(base, held, (x, t_x, t), values)
    except ValueError as error:
        loyalty, told = np.full(len(x), np.nan), {"failed": str(error)}
    eras = np.where(np.arange(len(x)) < len(base), "now", "before").astype(object)
    texts = np.full(len(x) + 1, None, dtype=object)
    texts[-1] = json.dumps(told)
    return {
        "era": np.append(eras, "now"),
        "x": np.append(x, -1).astype(np.int64),
        "t_x": np.append(t_x, -1).astype(np.int64),
        "t": np.append(t, -1).astype(np.int64),
        "loyalty": np.ma.masked_invalid(np.append(loyalty, np.nan)),
        "told": np.ma.masked_array(texts, mask=[True] * len(x) + [False]),
    }


def _active(
    base: Any, held: Any, history: tuple[Any, Any, Any], values: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    from regulars.models import PURCHASE_MODELS, Histories
    from regulars.value import choose

    if not base.given.customers > 0 or not base.given.T.max(initial=0.0) > 0:
        raise ValueError("nobody has been a customer for a day: there is nothing to fit")
    name = choose(held).model if values["model"] == "auto" else values["model"]
    model = PURCHASE_MODELS[name].fit_histories(base.given, unit_days=base.unit_days).model
    given = Histories(*history, np.ones(len(history[0])))
    none = model.law(given, values["horizon_days"] / base.unit_days).none
    return np.clip(1 - none, 0.0, 1.0), {"model": name}


def _column(name: str, type: Any) -> Column:
    return Column(name=name, type=type, meaning=Text(name, name))


SCORED = Derived(
    name="loyalty_scored",
    one_row="one distinct history and its chance of an order; and one row that tells of the fit",
    key=("era", "x", "t_x", "t"),
    reads="loyalty_evidence",
    columns=(
        _column("era", "VARCHAR"),
        *(_column(name, "BIGINT") for name in ("x", "t_x", "t")),
        _column("loyalty", "DOUBLE"),
        _column("told", "VARCHAR"),
    ),
    parameters=("model", "horizon_days", "holdout_days"),
    apply=scored,
)
TOLD = Step(
    name="loyalty_told",
    one_row="which model, as JSON",
    key=(),
    sql="select told from loyalty_scored where x < 0",
)
STEPS: tuple[Node, ...] = (
    PLAN_RATES, ALL_RATES, BOUND, EARLIER_CUSTOMERS, EVIDENCE, SCORED, TOLD,
)  # fmt: skip
