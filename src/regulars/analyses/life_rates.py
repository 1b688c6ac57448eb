"""The rates that stand beside the life stages, from counts of moves between them (002-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses.analysis import Rows
from regulars.stages.rules import (
    ACQUISITION,
    DECLINE,
    GROWTH,
    LOST,
    MATURE,
    NO_STAGE,
    RETURNED,
)
from regulars.steps import Step

SECOND_DAYS = 90

LIFE_MOVES = Step(
    name="life_moves",
    one_row="one move from a stage to a stage within the window; from 0: newly known",
    key=("came_from", "stage"),
    sql="""
        select came_from, stage, count(*) as customers
        from life_spells where not opening
        group by came_from, stage
    """,
)
LIFE_OPENINGS = Step(
    name="life_openings",
    one_row="one stage that somebody held when the window began",
    key=("stage",),
    sql="select stage, count(*) as customers from life_spells where opening group by stage",
)
LIFE_DWELLS = Step(
    name="life_dwells",
    one_row="one length of a stay in Mature that began within the window, over or not",
    key=("days", "over"),
    sql=f"""
        select days, over, count(*) as customers
        from (
            select date_diff('day', since_day, coalesce(until_day, $as_of)) as days,
                case when until_day is null then 0 else 1 end as over
            from life_spells
            where stage = {MATURE} and not opening
        ) as stays
        group by days, over
    """,
)
# Those whose first order is at least so long ago that all had the whole time for a second.
LIFE_SECONDS = Step(
    name="life_seconds",
    one_row="those who first bought within the window, early enough for a second order",
    key=(),
    sql=f"""
        select count(*) as customers, cast(coalesce(sum(second), 0) as bigint) as again
        from (
            select t.customer_key, max(case when p.gap_days <= {SECOND_DAYS}
                and date_diff('day', t.first_day, p.day) = p.gap_days then 1 else 0 end) as second
            from totals as t
            inner join purchases as p on p.customer_key = t.customer_key
            where t.first_day >= $window_from
                and date_diff('day', t.first_day, $as_of) > {SECOND_DAYS}
            group by t.customer_key
        ) as newcomers
    """,
)
LIFE_ACTIVATED = Step(
    name="life_activated",
    one_row="those first known within the window and before any order, and all with such a day",
    key=(),
    sql="""
        select count(*) as known, cast(coalesce(sum(counted), 0) as bigint) as customers,
            cast(coalesce(sum(case when first_day is null then 0 else counted end), 0) as bigint)
                as activated
        from (
            select t.first_day, case when k.known_day >= $window_from
                and (t.first_day is null or t.first_day > k.known_day) then 1 else 0 end as counted
            from known as k
            left join totals as t on t.customer_key = k.customer_key
        ) as judged
    """,
)
LIFE_COSTS = Step(
    name="life_costs",
    one_row="what campaigns of the win-back kind cost within the window",
    key=(),
    sql="""
        select count(*) as entries, cast(sum(c.amount_minor) as bigint) as amount_minor
        from costs as c
        inner join campaigns as g on g.campaign = c.campaign
        where c.status = 'live' and g.status = 'live' and g.kind = $win_back_kind
            and c.day >= $window_from and c.day < $as_of
    """,
)
STEPS = (LIFE_MOVES, LIFE_OPENINGS, LIFE_DWELLS, LIFE_SECONDS, LIFE_ACTIVATED, LIFE_COSTS)


def rates(fetched: Mapping[str, Rows]) -> dict[str, Any]:
    """Every rate; None where nobody was there to have one."""
    moves = {(r["came_from"], r["stage"]): r["customers"] for r in fetched["life_moves"]}
    opened = {r["stage"]: r["customers"] for r in fetched["life_openings"]}
    left_decline = sum(
        n for (left, stage), n in moves.items() if left == DECLINE and stage != NO_STAGE
    )
    entered_lost = sum(n for (_, stage), n in moves.items() if stage == LOST)
    won_back = moves.get((LOST, RETURNED), 0)
    seconds = fetched["life_seconds"][0]
    return {
        "activation_rate": _activation(fetched),
        "second_purchase_rate": _share(seconds["again"], seconds["customers"]),
        "mature_dwell_days": median_stay(fetched["life_dwells"]),
        "decline_recovery_rate": _share(moves.get((DECLINE, MATURE), 0), left_decline),
        "win_back_rate": _share(won_back, opened.get(LOST, 0) + entered_lost),
        "won_back_customers": won_back,
        "win_back_cost_minor": _cost(fetched, won_back),
        # Without a first-seen day nobody was ever in Acquisition: that is unknown, not none.
        "activated_customers": moves.get((ACQUISITION, GROWTH), 0) if _seen(fetched) else None,
    }


def _seen(fetched: Mapping[str, Rows]) -> bool:
    """Whether any first-seen day is known."""
    return bool(fetched["life_activated"][0]["known"]) if "life_activated" in fetched else False


def _activation(fetched: Mapping[str, Rows]) -> float | None:
    if "life_activated" not in fetched:
        return None
    row = fetched["life_activated"][0]
    return _share(row["activated"], row["customers"])


def _cost(fetched: Mapping[str, Rows], won_back: int) -> float | None:
    row = fetched.get("life_costs", [{}])[0]
    return row["amount_minor"] / won_back if row.get("entries") and won_back else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def median_stay(rows: Rows) -> int | None:
    """Median length of stays of which some still last, by the product-limit estimate.

    S(t) = Π (1 − ended at s / at risk at s) over s ≤ t; the median is the first day on which S is
    at most one half, None while it has not come to that. Source: Kaplan & Meier (1958).
    """
    at_risk = sum(row["customers"] for row in rows)
    ended: dict[int, int] = {}
    leaving: dict[int, int] = {}
    for row in rows:
        leaving[row["days"]] = leaving.get(row["days"], 0) + row["customers"]
        if row["over"]:
            ended[row["days"]] = ended.get(row["days"], 0) + row["customers"]
    staying = 1.0
    for days in sorted(leaving):
        staying *= 1 - ended.get(days, 0) / at_risk
        if staying <= 0.5 + 1e-12:
            return days
        at_risk -= leaving[days]
    return None
