"""`conversion`: which visits end in an order, how soon, and who stops visiting first (002-6h).

A visit converts when the same customer orders on its day or within ``within_days`` after it; the
lead time is the days from the visit to the first such order. Visits that were not given the whole
of that time yet are left out. Early warning: over two successive windows, a customer's visits fell
by at least ``drop`` while the orders did not fall. The same rule turned round (visits rose as
much) stands beside it: it says how many such customers chance would show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.touches import LIVE_VISITS

# Newest first, so that the running minimum at a visit is the next day with an order; an order on
# the day of the visit comes before it.
VISITS_LED = Step(
    name="visits_led",
    one_row="one visit in the window and the days to the next order (null: none in time)",
    key=("visit_id",),
    reused=True,
    sql="""
        select customer_key, channel,
            case when date_diff('day', day, next_day) <= $within_days
                then date_diff('day', day, next_day) end as lead_days
        from (
            select customer_key, channel, day, ordered,
                min(case when ordered = 1 then day end) over (
                    partition by customer_key order by day desc, ordered desc, tie
                    rows between unbounded preceding and current row) as next_day
            from (
                select customer_key, channel, day, 0 as ordered, visit_id as tie
                from live_visits
                union all
                select customer_key, '' as channel, day, 1 as ordered, order_id as tie
                from live_orders
                where kind = 'sale'
            ) as both_kinds
        ) as followed
        where ordered = 0 and day >= $window_from and day < $window_to
    """,
)
CHANNELS = Step(
    name="visit_channels",
    one_row="one channel that anybody visited",
    key=("channel",),
    sql="""
        select channel, count(*) as visits, count(distinct customer_key) as visitors,
            sum(case when lead_days is not null then 1 else 0 end) as converted
        from visits_led
        group by channel
        union all
        select '(all)' as channel, count(*) as visits, count(distinct customer_key) as visitors,
            sum(case when lead_days is not null then 1 else 0 end) as converted
        from visits_led
    """,
)
LEADS = Step(
    name="visit_leads",
    one_row="one channel with a visit that converted",
    key=("channel",),
    sql="""
        select channel, cast(median(lead_days) as double) as lead_days
        from visits_led
        where lead_days is not null
        group by channel
        union all
        select '(all)' as channel, cast(median(lead_days) as double) as lead_days
        from visits_led
        where lead_days is not null
    """,
)
CHANGES = Step(
    name="visit_changes",
    one_row="one customer with a visit or order in either of two successive windows",
    key=("customer_key",),
    sql="""
        select customer_key,
            sum(case when ordered = 0 and day < $recent_from then 1 else 0 end) as visits_before,
            sum(case when ordered = 0 and day >= $recent_from then 1 else 0 end) as visits_after,
            sum(case when ordered = 1 and day < $recent_from then 1 else 0 end) as orders_before,
            sum(case when ordered = 1 and day >= $recent_from then 1 else 0 end) as orders_after
        from (
            select customer_key, day, 0 as ordered from live_visits
            union all
            select customer_key, day, 1 as ordered from live_orders where kind = 'sale'
        ) as both_kinds
        where day >= $earlier_from
        group by customer_key
    """,
)
WARNINGS = Step(
    name="visit_warnings",
    one_row="one way in which visits and orders changed",
    key=("change",),
    sql="""
        select change, count(*) as customers
        from (
            select
                case
                    when visits_before < $min_visits and visits_after < $min_visits
                        then 'too few visits'
                    when visits_before >= $min_visits
                        and visits_after <= (1 - $drop) * visits_before
                        then case when orders_after >= orders_before
                            then 'visits down, orders not' else 'visits down, orders down' end
                    when visits_after >= $min_visits
                        and visits_before <= (1 - $drop) * visits_after
                        then case when orders_before >= orders_after
                            then 'visits up, orders not' else 'visits up, orders up' end
                    else 'no great change' end as change
            from visit_changes
        ) as told
        group by change
    """,
)
UNDATED = Step(
    name="visits_undated",
    one_row="the number of live visits without a day",
    key=(),
    sql="select count(*) as visits from visits where status = 'live' and day is null",
)
RECORDED = Step(
    name="visits_recorded",
    one_row="first and last day with a live visit before the as-of day",
    key=(),
    sql="select min(day) as first_day, max(day) as last_day from live_visits",
)

CHANGE_NAMES = (
    "visits down, orders not",
    "visits down, orders down",
    "visits up, orders not",
    "visits up, orders up",
    "no great change",
    "too few visits",
)
WITHIN_DAYS = Parameter(
    name="within_days", kind="integer", default=7, unit="days", minimum=0, maximum=3650,
    meaning=Text("An order within so many days of the visit counts as its outcome.",
                 "访问后若干天内的订单视为该次访问的结果。"),
)  # fmt: skip
WARNING_DAYS = Parameter(
    name="warning_days", kind="integer", default=28, unit="days", minimum=1, maximum=3650,
    meaning=Text("Length of each of the two windows of the early warning.",
                 "预警所比较的两个时间窗各自的长度。"),
)  # fmt: skip
DROP = Parameter(
    name="drop", kind="number", default=0.5, unit="share", minimum=0.01, maximum=1,
    meaning=Text("Visits must have fallen by this share.", "访问次数至少下降的比例。"),
)  # fmt: skip
MIN_VISITS = Parameter(
    name="min_visits", kind="integer", default=4, minimum=1, maximum=100_000,
    meaning=Text("Fewer visits in the larger window tell nothing.",
                 "两窗中较多的一窗访问仍少于此数则不作判断。"),
)  # fmt: skip
NO_VISITS = Text(
    "Nobody visited between {start} and {end} (that day not included).",
    "{start}至{end}（不含当日）没有访问。",
)
UNDATED_VISITS = Text("{visits} visits have no day; they are left out.",
                      "{visits}次访问没有日期，未计入。")  # fmt: skip
# A week without any visit at the edge of the windows is taken for a record that is not there.
SLACK_DAYS = 7
START_LATE = Text(
    "Visits are recorded from {first} on, and the earlier window of the warning starts on {start}:"
    " who seems to visit more may only not have been recorded before.",
    "访问记录始于{first}，而预警的前一时间窗始于{start}：看似访问增多者可能只是此前没有记录。",
)
END_EARLY = Text(
    "The last visit is of {last}, {days} days before the as-of day: who seems to visit less may"
    " only not be recorded yet.",
    "最后一次访问在{last}，距统计日{days}天：看似访问减少者可能只是尚未记录。",
)
MIRROR = Text(
    "{warned} customers visit much less and order as before; {mirror} visit much more and order no"
    " more. The second number is what ordinary turnover does, so only the excess is a sign.",
    "{warned}位客户访问大减而订单未减；{mirror}位访问大增而订单未增。后者即正常波动的水平，"
    "超出部分才是征兆。",
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    end = as_of - dt.timedelta(days=question["within_days"])
    recent = as_of - dt.timedelta(days=question["warning_days"])
    values = {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "window_to": end,
        "recent_from": recent,
        "earlier_from": recent - dt.timedelta(days=question["warning_days"]),
        **{name: question[name] for name in ("within_days", "drop", "min_visits")},
    }
    names = ("visit_channels", "visit_leads", "visit_warnings", "visits_undated", "visits_recorded")
    return Plan(tuple(Target(name) for name in names), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    leads = {row["channel"]: row["lead_days"] for row in fetched["visit_leads"]}
    rows = [_channel(row, leads) for row in fetched["visit_channels"] if row["visits"]]
    rows.sort(key=lambda row: (row["channel"] == "(all)", -row["visits"], row["channel"]))
    changed = {row["change"]: row["customers"] for row in fetched["visit_warnings"]}
    whole = rows[-1] if rows else {}
    figures: dict[str, Any] = {
        "visits": whole.get("visits", 0),
        "conversion_rate": whole.get("conversion_rate"),
        "median_lead_days": whole.get("median_lead_days"),
        **{figure: changed.get(name, 0) for name, figure in CHANGE_FIGURES.items()},
    }
    return Answer(rows, figures, tuple(_notes(plan, fetched, figures)))


def _channel(row: Mapping[str, Any], leads: Mapping[str, float]) -> dict[str, Any]:
    from regulars.statistics.intervals import wilson

    visits, converted = int(row["visits"]), int(row["converted"])
    low, high = wilson(converted, visits) or (None, None)
    return {
        "channel": row["channel"],
        "visits": visits,
        "visitors": row["visitors"],
        "converted": converted,
        "conversion_rate": converted / visits,
        "rate_low": low,
        "rate_high": high,
        "median_lead_days": leads.get(row["channel"]),
    }


def _notes(plan: Plan, fetched: Mapping[str, Rows], figures: Mapping[str, Any]) -> list[Note]:
    notes = []
    if not figures["visits"]:
        said = {"start": plan.values["window_from"], "end": plan.values["window_to"]}
        notes.append(Note("no_visits", NO_VISITS, said))
    undated = fetched["visits_undated"][0]["visits"]
    if undated:
        notes.append(Note("undated_visits", UNDATED_VISITS, {"visits": undated}))
    notes += _recorded(plan, fetched["visits_recorded"][0])
    if figures["warned"]:
        said = {"warned": figures["warned"], "mirror": figures["mirror"]}
        notes.append(Note("mirror", MIRROR, said))
    return notes


def _recorded(plan: Plan, span: Mapping[str, Any]) -> Iterator[Note]:
    """What of the two windows of the early warning has no visits on record."""
    first, last = span["first_day"], span["last_day"]
    start, as_of = plan.values["earlier_from"], plan.values["as_of"]
    if first is not None and (first - start).days > SLACK_DAYS:
        yield Note("visits_start_late", START_LATE, {"first": first, "start": start})
    if last is not None and (as_of - last).days > SLACK_DAYS:
        said = {"last": last, "days": (as_of - last).days}
        yield Note("visits_end_early", END_EARLY, said)


CHANGE_FIGURES = dict(
    zip(CHANGE_NAMES, ("warned", "both_down", "mirror", "both_up", "steady", "too_few"),
        strict=True)
)  # fmt: skip
FIGURES = (
    count("visits", "Visits in the window.", "时间窗内的访问次数。", "score"),
    share("conversion_rate", "Share of them that led to an order.", "其中带来订单的比例。"),
    number("median_lead_days", "Median days from visit to order.",
           "从访问到下单的天数中位数。", "days"),
    count("warned", "Customers who visit much less and order as before.",
          "预警：访问大减而订单未减的客户数。"),
    count("both_down", "Customers whose visits and orders both fell.",
          "访问与订单均下降的客户数。"),
    count("mirror", "Customers who visit much more and order no more.",
          "对照：访问大增而订单未增的客户数。"),
    count("both_up", "Customers whose visits and orders both rose.",
          "访问与订单均上升的客户数。"),
    count("steady", "Customers without a great change.", "无大变化的客户数。"),
    count("too_few", "Customers with too few visits to tell.", "访问太少而无从判断的客户数。"),
)  # fmt: skip

ANALYSIS = Analysis(
    name="conversion",
    title=Text("From visit to order", "访问转化"),
    question=Text(
        "Which visits end in an order, how soon, and who stops visiting before they stop buying?",
        "哪些访问带来订单、间隔多久？谁在停购之前先停止访问？",
    ),
    rows=Text("One channel of visits; the last row is all of them.",
              "一个访问渠道；末行为全部渠道。"),
    source="002-6h",
    grain="table",
    inputs=("orders", "visits"),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS, WITHIN_DAYS, WARNING_DAYS, DROP, MIN_VISITS),
    columns=(
        text("channel", "The visit's channel; '(none)' where it has none.",
             "访问渠道；“(none)”为未注明，“(all)”为全部。"),
        count("visits", "Visits.", "访问次数。", "score"),
        count("visitors", "Customers who visited.", "访问客户数。"),
        count("converted", "Visits followed by an order in time.", "限期内带来订单的访问次数。",
              "score"),
        share("conversion_rate", "Their share of the visits.", "转化率。"),
        share("rate_low", "Lower end of its 95% interval (Wilson).", "95%置信下限（Wilson）。"),
        share("rate_high", "Upper end.", "95%置信上限。"),
        number("median_lead_days", "Median days from visit to order.",
               "从访问到下单的天数中位数。", "days"),
    ),
    figures=FIGURES,
    steps=(LIVE_VISITS, VISITS_LED, CHANNELS, LEADS, CHANGES, WARNINGS, UNDATED, RECORDED),
    plan=plan,
    finish=finish,
)  # fmt: skip
