"""`sources`: which sources bring customers worth more than they cost (001-10).

Over customers whose first order lies in the window. Value = margin × net revenue of a customer's
first ``horizon_days`` days, averaged over those who had that long; cost = the costs of the
campaign of the source's name in the window / its customers. Ranked by value − cost, not by how
many came. Payback is the first day since the first order on which the average cumulative value
reaches the cost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.surviving import spoken

UNKNOWN = "(unknown)"
ORIGINS = ("either", "source_code", "source", "campaign", "channel", "store")

# A customer who ordered twice on the first day came with the order that says where from; beyond
# that a hash decides, as the order of texts is not the same on every engine.
FIRST_ORDERS = Step(
    name="first_orders",
    one_row="one customer with a sale, and what the first order came with",
    key=("customer_key",),
    sql="""
        select customer_key, day as first_day,
            case $origin when 'source' then null when 'campaign' then campaign
                when 'channel' then channel when 'store' then store else source_code end as origin
        from (
            select l.customer_key, l.day, o.source_code, o.campaign, o.channel, o.store,
                row_number() over (partition by l.customer_key order by l.day,
                    case $origin when 'campaign' then case when o.campaign is null then 1 else 0 end
                        else case when o.source_code is null then 1 else 0 end end,
                    md5(l.order_id), l.order_id) as place
            from live_orders as l
            inner join orders as o on o.order_id = l.order_id
            where l.kind = 'sale'
        ) as ordered
        where place = 1
    """,
)
STATED_SOURCES = Step(
    name="stated_sources",
    one_row="one customer with a source on record",
    key=("customer_key",),
    sql=f"""
        select customer_key, source
        from {spoken("c.source", where="c.source is not null")}
    """,
)
ACQUIRED = Step(
    name="acquired",
    one_row="one customer whose first order lies in the window, and the source",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select f.customer_key, f.first_day,
            coalesce(f.origin, case when $origin in ('either', 'source') then s.source end,
                '{UNKNOWN}') as source,
            case when date_diff('day', f.first_day, $as_of) >= $horizon_days then 1 else 0 end
                as ready
        from first_orders as f
        left join stated_sources as s on s.customer_key = f.customer_key
        where f.first_day >= $window_from
    """,
)
AFTER_FIRST = Step(
    name="after_first",
    one_row="one order or refund within the horizon of a customer's first order",
    key=("order_id",),
    reused=True,
    sql="""
        select a.source, a.customer_key, a.ready, l.kind, l.amount_minor,
            date_diff('day', a.first_day, l.day) as age_days
        from live_orders as l
        inner join acquired as a on a.customer_key = l.customer_key
        where l.day >= a.first_day and date_diff('day', a.first_day, l.day) < $horizon_days
    """,
)
SOURCE_COUNTS = Step(
    name="source_counts",
    one_row="one source of customers",
    key=("source",),
    sql="""
        select source, count(*) as customers, sum(ready) as ready
        from acquired
        group by source
    """,
)
SOURCE_SECOND = Step(
    name="source_second",
    one_row="one source of which anybody bought again within the horizon",
    key=("source",),
    sql="""
        select source, count(*) as again
        from (
            select source, customer_key
            from after_first
            where ready = 1 and kind = 'sale' and age_days > 0
            group by source, customer_key
        ) as returned
        group by source
    """,
)
SOURCE_REVENUE = Step(
    name="source_revenue",
    one_row="one source and day since the first order",
    key=("source", "age_days"),
    sql="""
        select source, age_days, cast(sum(amount_minor) as bigint) as revenue_minor
        from after_first
        where ready = 1
        group by source, age_days
    """,
)
SOURCE_COSTS = Step(
    name="source_costs",
    one_row="one campaign that cost anything in the window",
    key=("campaign",),
    sql="""
        select campaign, cast(sum(amount_minor) as bigint) as cost_minor
        from costs
        where status = 'live' and day < $as_of and day >= $window_from
        group by campaign
    """,
)

HORIZON_DAYS = Parameter(
    name="horizon_days", kind="integer", default=90, unit="days", minimum=1, maximum=36_500,
    meaning=Text("A customer's value is measured over so many days from the first order.",
                 "客户价值按首单起若干天计算。"),
)  # fmt: skip
ORIGIN = Parameter(
    name="origin", kind="choice", default="either", choices=ORIGINS,
    meaning=Text(
        "What a source is: the first order's source code or else the customer's source (either),"
        " one of these alone, or the first order's campaign, channel or store.",
        "来源口径：either 取首单来源代码，缺则取客户来源；也可只取其一，"
        "或取首单的活动（campaign）、渠道（channel）、门店（store）。",
    ),
)  # fmt: skip
MARGIN = Parameter(
    name="margin", kind="number", unit="share", minimum=0, maximum=1,
    meaning=Text("Share of revenue that is left after direct costs; left out, revenue itself is"
                 " compared with costs.",
                 "扣除直接成本后占销售额的比例；不填则以销售额与费用相比。"),
)  # fmt: skip
NO_SOURCE = Text(
    "Unknown: no customer of the window has a source ({origin}).",
    "未知：时间窗内的客户均无来源信息（{origin}）。",
)
NOBODY_NEW = Text(
    "Nobody placed a first order between {start} and {end} (that day not included).",
    "{start}至{end}（不含当日）没有新客户。",
)
NO_COSTS = Text(
    "No costs imported: what a customer cost is unknown, and sources are ranked by value alone.",
    "未导入 costs：获客成本未知，来源仅按客户价值排名。",
)
NO_MARGIN = Text(
    "No margin given: value is revenue here, so that value less cost is too favourable.",
    "未给出毛利率：此处以销售额为价值，故“价值减成本”偏高。",
)
UNMATCHED = Text(
    "Costs of campaigns that are no source here ({campaigns}) are left out.",
    "有费用但不对应任何来源的活动（{campaigns}）未计入。",
)
FIRST_SEEN = Text(
    "Over half of these first orders lie in the first tenth of the history: these customers are"
    " first seen, not acquired.",
    "过半首单落在历史最初十分之一：这些客户是首次出现，并非新获客。",
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    values = {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "origin": question["origin"],
        "horizon_days": question["horizon_days"],
        "early_to": _first_tenth(question),
    }
    names = ("source_counts", "source_second", "source_revenue", "source_costs", "source_early")
    return Plan(tuple(Target(name) for name in names), values)


def _first_tenth(question: Ask) -> dt.date:
    """The day that ends the first tenth of the history."""
    first: dt.date = question.span.first_day or question["as_of"]
    return first + dt.timedelta(days=(question["as_of"] - first).days // 10)


SOURCE_EARLY = Step(
    name="source_early",
    one_row="everybody acquired in the window, and those of the first tenth of the history",
    key=(),
    sql="""
        select count(*) as customers,
            sum(case when first_day < $early_to then 1 else 0 end) as early
        from acquired
    """,
)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    again = {row["source"]: row["again"] for row in fetched["source_second"]}
    costs = {row["campaign"]: row["cost_minor"] for row in fetched["source_costs"]}
    revenue: dict[str, dict[int, int]] = {}
    for row in fetched["source_revenue"]:
        revenue.setdefault(row["source"], {})[row["age_days"]] = row["revenue_minor"]
    margin = 1.0 if question["margin"] is None else float(question["margin"])
    rows = []
    for counted in fetched["source_counts"]:
        name = counted["source"]
        cost = costs.get(name) if name != UNKNOWN else None
        rows.append(_source(counted, again.get(name, 0), revenue.get(name, {}), cost, margin))
    rows.sort(key=_place)
    for place, made in enumerate(rows, start=1):
        made["place"] = place
    whole = fetched["source_early"][0]
    figures = {
        "customers": int(whole["customers"]),
        "known_share": _known_share(rows),
        "cost_total_minor": sum(row["cost_minor"] for row in rows if row["cost_minor"]),
    }
    if "costs" not in question.imported:
        figures["cost_total_minor"] = None
    if rows and not figures["known_share"]:
        note = Note("no_source", NO_SOURCE, {"origin": question["origin"]})
        return Answer([], figures, (note,))
    return Answer(rows, figures, tuple(_notes(question, plan, rows, whole, costs)))


def _source(
    counted: Mapping[str, Any],
    again: int,
    revenue: Mapping[int, int],
    cost: int | None,
    margin: float,
) -> dict[str, Any]:
    from regulars.statistics.intervals import wilson

    customers, ready = int(counted["customers"]), int(counted["ready"])
    low, high = wilson(again, ready) or (None, None)
    value = margin * sum(revenue.values()) / ready if ready else None
    each = cost / customers if cost is not None else None
    return {
        "source": counted["source"],
        "customers": customers,
        "ready": ready,
        "second_rate": again / ready if ready else None,
        "second_low": low,
        "second_high": high,
        "revenue_per_customer_minor": sum(revenue.values()) / ready if ready else None,
        "value_per_customer_minor": value,
        "cost_minor": cost,
        "cost_per_customer_minor": each,
        "net_per_customer_minor": value - each if value is not None and each is not None else None,
        "payback_days": _payback(revenue, ready=ready, cost=each, margin=margin),
    }


def _payback(
    revenue: Mapping[int, int], *, ready: int, cost: float | None, margin: float
) -> int | None:
    """The first day since the first order on which value has reached cost; None: not in time."""
    running = 0
    for age in sorted(revenue):
        running += revenue[age]
        if ready and cost is not None and margin * running / ready >= cost:
            return age
    return None


def _place(row: Mapping[str, Any]) -> tuple[int, float, str]:
    """By value − cost; then, where a cost is unknown, by value; last who cannot be valued yet."""
    net, value = row["net_per_customer_minor"], row["value_per_customer_minor"]
    if net is not None:
        return 0, -net, row["source"]
    return (2, 0.0, row["source"]) if value is None else (1, -value, row["source"])


def _known_share(rows: Rows) -> float | None:
    total = sum(row["customers"] for row in rows)
    known = sum(row["customers"] for row in rows if row["source"] != UNKNOWN)
    return known / total if total else None


def _notes(
    question: Ask,
    plan: Plan,
    rows: Rows,
    whole: Mapping[str, Any],
    costs: Mapping[str, int],
) -> list[Note]:
    if not rows:
        said = {"start": plan.values["window_from"], "end": question["as_of"]}
        return [Note("nobody_new", NOBODY_NEW, said)]
    notes = []
    if 2 * int(whole["early"]) > int(whole["customers"]):
        notes.append(Note("first_seen", FIRST_SEEN))
    if "costs" not in question.imported:
        notes.append(Note("no_costs", NO_COSTS))
    if question["margin"] is None:
        notes.append(Note("no_margin", NO_MARGIN))
    lost = sorted(set(costs) - {row["source"] for row in rows})
    if lost:
        named = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        notes.append(Note("unmatched_costs", UNMATCHED, {"campaigns": named}))
    return notes


def _amount(name: str, en: str, zh: str) -> Any:
    return number(name, en, zh, "minor")


ANALYSIS = Analysis(
    name="sources",
    title=Text("Sources of customers", "获客来源"),
    question=Text(
        "Which sources bring customers worth more than they cost?",
        "哪些来源带来的客户价值高于获客成本？",
    ),
    rows=Text("One source, best value less cost first.", "一个获客来源，按价值减成本排序。"),
    source="001-10",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "costs"),
    parameters=(AS_OF, replace(WINDOW_DAYS, default=730), HORIZON_DAYS, ORIGIN, MARGIN),
    columns=(
        count("place", "Place by value less cost.", "按价值减成本的名次。", "score"),
        text("source", "Where they came from; '(unknown)' where nothing says so.",
             "获客来源；“(unknown)”为无从得知。"),
        count("customers", "Customers whose first order lies in the window.",
              "首单在时间窗内的客户数。"),
        count("ready", "Those with the whole horizon behind them; rates and values are over these.",
              "已满观察期的客户数，比率与价值均按此计算。"),
        share("second_rate", "Share who bought on a second day within the horizon.",
              "观察期内再次购买的比例。"),
        share("second_low", "Lower end of its 95% interval (Wilson).", "95%置信下限（Wilson）。"),
        share("second_high", "Upper end.", "95%置信上限。"),
        _amount("revenue_per_customer_minor", "Net revenue of a customer within the horizon.",
                "观察期内每客户净销售额。"),
        _amount("value_per_customer_minor", "That revenue times the margin.", "销售额乘毛利率。"),
        money("cost_minor", "What the source cost in the window; empty: unknown.",
              "该来源在时间窗内的费用；为空即未知。"),
        _amount("cost_per_customer_minor", "Cost of one customer.", "每客户获客成本。"),
        _amount("net_per_customer_minor", "Value less cost.", "价值减成本。"),
        count("payback_days",
              "Days from the first order until value reached cost; empty: not in time, unknown.",
              "自首单起价值达到成本的天数；为空即观察期内未达到或未知。", "days"),
    ),
    figures=(
        count("customers", "Customers whose first order lies in the window.",
              "首单在时间窗内的客户数。"),
        share("known_share", "Share of them whose source is known.", "其中来源已知的比例。"),
        money("cost_total_minor", "Costs of these sources.", "这些来源的费用合计。"),
    ),
    steps=(
        FIRST_ORDERS,
        STATED_SOURCES,
        ACQUIRED,
        AFTER_FIRST,
        SOURCE_COUNTS,
        SOURCE_SECOND,
        SOURCE_REVENUE,
        SOURCE_COSTS,
        SOURCE_EARLY,
    ),
    plan=plan,
    finish=finish,
)  # fmt: skip
