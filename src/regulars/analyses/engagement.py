"""`engagement`: how lively the customers are, and how far contacts lead (002-6b).

Activity of a customer = Σ w·e^(−ln 2·age/h) over visits, responses and contacts that came in, age
in days before the as-of day, h the half-life. The funnel counts who was contacted, who of these
responded, who of these visited, who of these ordered, all within the window.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, share, text
from regulars.analyses.messages import NOT_IMPORTED
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.touches import LIVE_CONTACTS, LIVE_RESPONSES, LIVE_VISITS

TOUCHES = ("contacts", "responses", "visits")
FUNNEL = ("contacted", "responded", "visited", "ordered")
# Lower ends, in millionths of one touch of weight 1 today: whole numbers cut alike everywhere.
BANDS = (
    ("0", 0),
    ("under 0.1", 1),
    ("0.1 to 0.5", 100_000),
    ("0.5 to 1", 500_000),
    ("1 to 2", 1_000_000),
    ("2 to 5", 2_000_000),
    ("5 and more", 5_000_000),
)
# A touch older than 50 half-lives weighs under 1e-15; e to the power of it would be nothing that
# every engine can hold.
HALF_LIVES = 50


def _part(source: str, kind: str, weight: str, condition: str = "day >= $window_from") -> str:
    marks = ", ".join(
        f"case when {condition} then 1 else 0 end as {name}" if name == kind else f"0 as {name}"
        for name in FUNNEL
    )
    return f"""
        select customer_key, {marks}, {weight} as weight,
            date_diff('day', day, $as_of) as age_days
        from {source}
    """


ENGAGED = Step(
    name="engaged",
    one_row="one customer with an order or a touch: activity, and what happened in the window",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select customer_key,
            {", ".join(f"max({name}) as {name}" for name in FUNNEL)},
            cast(floor(1000000 * sum(case
                when weight > 0 and age_days < {HALF_LIVES} * $half_life_days
                then weight * exp(-{math.log(2)!r} * cast(age_days as double)
                    / nullif($half_life_days, 0))
                else 0 end) + 0.5) as bigint) as activity_millionths
        from (
            {
        " union all ".join(
            (
                _part("live_orders", "ordered", "0", "kind = 'sale' and day >= $window_from"),
                _part("live_visits", "visited", "$visit_weight"),
                _part("live_responses", "responded", "$response_weight"),
                _part(
                    "live_contacts",
                    "contacted",
                    "case when direction = 'in' then $contact_weight else 0 end",
                    "direction = 'out' and day >= $window_from",
                ),
            )
        )
    }
        ) as happened
        group by customer_key
    """,
)
ENGAGED_BANDS = Step(
    name="engaged_bands",
    one_row="one band of activity that holds anybody",
    key=("band",),
    sql=f"""
        select band, count(*) as customers, sum(ordered) as ordered
        from (
            select ordered,
                case {
        " ".join(
            f"when activity_millionths >= {low} then {i}"
            for i, (_, low) in reversed(list(enumerate(BANDS)))
        )
    } end as band
            from engaged
        ) as banded
        group by band
    """,
)
TOUCH_DAYS = Step(
    name="touch_days",
    one_row="one kind of touch: live rows, and those that carry a day",
    key=("kind",),
    sql=" union all ".join(
        f"select '{name}' as kind, count(*) as touches, count(day) as dated"
        f" from {name} where status = 'live'"
        for name in TOUCHES
    ),
)
TOUCHES_KNOWN = Step(
    name="touches_known",
    one_row="how many touches of each kind carry a day",
    key=(),
    sql=f"""
        select {
        ", ".join(
            f"sum(case when kind = '{name}' then dated else 0 end) as {name}" for name in TOUCHES
        )
    }
        from touch_days
    """,
)
# A kind of touch of which nothing is dated holds nobody back.
ENGAGED_FUNNEL = Step(
    name="engaged_funnel",
    one_row="everybody, counted through the funnel",
    key=(),
    sql="""
        select
            sum(e.contacted) as contacted,
            sum(case when (e.contacted = 1 or k.contacts = 0) and e.responded = 1
                then 1 else 0 end) as responded,
            sum(case when (e.contacted = 1 or k.contacts = 0)
                and (e.responded = 1 or k.responses = 0) and e.visited = 1
                then 1 else 0 end) as visited,
            sum(case when (e.contacted = 1 or k.contacts = 0)
                and (e.responded = 1 or k.responses = 0)
                and (e.visited = 1 or k.visits = 0) and e.ordered = 1
                then 1 else 0 end) as ordered
        from engaged as e
        cross join touches_known as k
    """,
)


def _weight(name: str, default: float, en: str, zh: str) -> Parameter:
    return Parameter(
        name=name, kind="number", default=default, minimum=0, maximum=1000, meaning=Text(en, zh)
    )


PARAMETERS = (
    AS_OF,
    WINDOW_DAYS,
    Parameter(
        name="half_life_days", kind="number", default=30.0, unit="days", minimum=0.1,
        maximum=36_500,
        meaning=Text("After so many days a touch weighs half.", "经过若干天，一次互动的权重减半。"),
    ),
    _weight("visit_weight", 0.5, "Weight of a visit.", "一次访问的权重。"),
    _weight("response_weight", 0.8, "Weight of a response.", "一次响应的权重。"),
    _weight("contact_weight", 1.0, "Weight of a contact that the customer made.",
            "客户主动联系一次的权重。"),
)  # fmt: skip
NO_TOUCHES = Text(
    "Unknown: no visits, responses or contacts imported.",
    "未知：尚未导入 visits、responses 或 contacts。",
)
UNDATED = Text(
    "{undated} of {touches} {table} carry no day: they count neither as activity nor in the"
    " funnel.",
    "{table}共{touches}条，其中{undated}条没有日期，不计入活跃度与漏斗。",
)


def plan(question: Ask) -> Plan:
    if not question.imported & set(TOUCHES):
        return Plan((), {}, notes=(Note("no_touches", NO_TOUCHES),))
    as_of: dt.date = question["as_of"]
    names = [p.name for p in PARAMETERS if p.kind == "number"]
    values = {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        **{name: float(question[name]) for name in names},
    }
    missing = [name for name in TOUCHES if name not in question.imported]
    targets = tuple(Target(n) for n in ("engaged_bands", "engaged_funnel", "touch_days"))
    notes = tuple(Note("not_imported", NOT_IMPORTED, {"table": name}) for name in missing)
    return Plan(targets, values, notes=notes)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    if not plan.targets:
        return Answer([], {figure.name: None for figure in FIGURES})
    days = {row["kind"]: row for row in fetched["touch_days"]}
    known = {name: days[name]["dated"] > 0 for name in TOUCHES}
    held = {row["band"]: row for row in fetched["engaged_bands"]}
    total = sum(row["customers"] for row in held.values())
    rows = [_band(i, held.get(i), total) for i in range(len(BANDS))]
    funnel = _funnel(fetched["engaged_funnel"][0], known)
    figures: dict[str, Any] = {
        "customers_total": total,
        "active": total - rows[0]["customers"],
        "active_share": (total - rows[0]["customers"]) / total if total else None,
        **funnel,
    }
    notes = [
        Note(
            "undated",
            UNDATED,
            {
                "table": name,
                "touches": row["touches"],
                "undated": row["touches"] - row["dated"],
            },
        )
        for name, row in days.items()
        if row["touches"] > row["dated"]
    ]
    return Answer(rows, figures, tuple(notes))


def _band(number_: int, row: Mapping[str, Any] | None, total: int) -> dict[str, Any]:
    customers = row["customers"] if row else 0
    ordered = int(row["ordered"]) if row else 0
    return {
        "activity": BANDS[number_][0],
        "customers": customers,
        "customers_share": customers / total if total else None,
        "ordered": ordered,
        "ordered_share": ordered / customers if customers else None,
    }


def _funnel(row: Mapping[str, Any], known: Mapping[str, bool]) -> dict[str, Any]:
    """Who took each step having taken all the known ones before it; None where it is unknown."""
    told = dict(zip(FUNNEL, (*(known[name] for name in TOUCHES), True), strict=True))
    return {name: int(row[name] or 0) if told[name] else None for name in FUNNEL}


FIGURES = (
    count("customers_total", "Customers with an order or a touch.", "有订单或互动的客户数。"),
    count("active", "Those with any activity left.", "仍有活跃度的客户数。"),
    share("active_share", "Their share.", "其占比。"),
    count("contacted", "Customers contacted in the window.", "时间窗内被触达的客户数。"),
    count("responded", "Of these, those who responded.", "其中有响应的客户数。"),
    count("visited", "Of these, those who visited.", "其中有访问的客户数。"),
    count("ordered", "Of these, those who ordered.", "其中下单的客户数。"),
)

ANALYSIS = Analysis(
    name="engagement",
    title=Text("Engagement", "客户活跃度"),
    question=Text(
        "How many customers are lively, and how far do contacts lead towards an order?",
        "有多少客户活跃？触达能把客户带到哪一步？",
    ),
    rows=Text("One band of activity.", "一个活跃度区间。"),
    source="002-6b",
    grain="table",
    inputs=("orders",),
    helps=("identities", *TOUCHES),
    parameters=PARAMETERS,
    columns=(
        text("activity", "Band of activity; a touch of weight 1 today is 1.",
             "活跃度区间；当日权重为1的一次互动记为1。", choices=tuple(name for name, _ in BANDS)),
        count("customers", "Customers in the band.", "该区间的客户数。"),
        share("customers_share", "Their share.", "客户数占比。"),
        count("ordered", "Of these, those who ordered in the window.",
              "其中时间窗内下单的客户数。"),
        share("ordered_share", "Their share of the band.", "其占该区间的比例。"),
    ),
    figures=FIGURES,
    steps=(
        LIVE_VISITS,
        LIVE_RESPONSES,
        LIVE_CONTACTS,
        ENGAGED,
        ENGAGED_BANDS,
        TOUCH_DAYS,
        TOUCHES_KNOWN,
        ENGAGED_FUNNEL,
    ),
    plan=plan,
    finish=finish,
)  # fmt: skip
