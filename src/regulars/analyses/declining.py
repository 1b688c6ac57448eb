"""From purchases to the tests of decline: distinct histories, judged once, joined back (000-1b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses.analysis import Ask
from regulars.analyses.columns import count, flag, number, share
from regulars.declare import Column
from regulars.steps import Derived, Node, Step

YEAR_DAYS = 365
# Life stages have a regularity of their own, and stand beside these steps in a snapshot.
GIVEN_REGULARITY = "decline_regularity"
FREE_GAPS = 50  # fewer leave k to within a quarter or worse: then 1 is assumed

CUSTOMERS = Step(
    name="decline_customers",
    one_row="one customer with a purchase day: repeats and spend before and in the recent window",
    key=("customer_key",),
    reused=True,
    sql=f"""
        select
            customer_key, last_day, spend_before_minor, spend_recent_minor,
            cast(purchase_days - 1 - recent_days + born_recently as bigint) as repeats_before,
            cast(recent_days - born_recently as bigint) as repeats_recent,
            cast(date_diff('day', first_day, last_day) as bigint) as t_x,
            cast(date_diff('day', first_day, $as_of) as bigint) as t,
            cast(case when year_days > {YEAR_DAYS} then {YEAR_DAYS}
                when year_days < 0 then 0 else year_days end as bigint) as spend_days
        from (
            select
                customer_key, first_day, last_day, purchase_days, recent_days,
                spend_before_minor, spend_recent_minor,
                case when first_day >= $recent_from then 1 else 0 end as born_recently,
                date_diff('day', first_day, $recent_from) as year_days
            from (
                select
                    customer_key,
                    min(case when orders > 0 then day end) as first_day,
                    max(case when orders > 0 then day end) as last_day,
                    cast(sum(purchase_days) as bigint) as purchase_days,
                    cast(sum(case when day >= $recent_from then purchase_days else 0 end)
                        as bigint) as recent_days,
                    cast(sum(case when day >= $year_from and day < $recent_from
                        then spend_minor else 0 end) as bigint) as spend_before_minor,
                    cast(sum(case when day >= $recent_from then spend_minor else 0 end)
                        as bigint) as spend_recent_minor
                from purchases
                group by customer_key
            ) as summed
            where purchase_days > 0
        ) as dated
    """,
)

# A derived table reads one table, so what the tests need is put into one: what a row counts is
# said by `kind`.
HISTORY, GAP, DAY = 0, 1, 2
EVIDENCE = Step(
    name="decline_evidence",
    one_row="one distinct history, or one length of a gap, or one day with a repeat purchase",
    key=("kind", "repeats_before", "repeats_recent", "t_x", "t"),
    sql=f"""
        select {HISTORY} as kind, repeats_before, repeats_recent, t_x, t, count(*) as counted
        from decline_customers
        group by repeats_before, repeats_recent, t_x, t
        union all
        select {GAP} as kind, cast(gap_days as bigint) as repeats_before,
            cast(0 as bigint) as repeats_recent, cast(0 as bigint) as t_x,
            cast(0 as bigint) as t, count(*) as counted
        from purchases
        where gap_days is not null
        group by gap_days
        union all
        select {DAY} as kind, cast(date_diff('day', day, $as_of) as bigint) as repeats_before,
            cast(0 as bigint) as repeats_recent, cast(0 as bigint) as t_x,
            cast(0 as bigint) as t, count(*) as counted
        from purchases
        where gap_days is not null
        group by day
    """,
)

REPEATS_BEFORE = count(
    "repeats_before", "Repeat purchase days before the recent window.", "近期窗口之前的复购天数。",
    "days",
)  # fmt: skip
REPEATS_RECENT = count(
    "repeats_recent", "Repeat purchase days in the recent window.", "近期窗口内的复购天数。", "days"
)
EXPECTED = number(
    "expected_recent",
    "Repeat purchase days to be expected in the recent window at the pace before it; null for"
    " whoever first bought in it.",
    "按此前的节奏，近期窗口内应有的复购天数；在窗口内首购者为空。",
    "days",
)
P_RATE = number(
    "p_rate",
    "How often chance alone gives a steady buyer so few recent repeats.",
    "稳定购买的客户仅因偶然而近期复购如此之少的概率。",
)
P_SILENCE = number(
    "p_silence",
    "How often chance alone gives a steady buyer so long a silence since the last purchase.",
    "稳定购买的客户仅因偶然而沉默如此之久的概率。",
)
P_VALUE = number(
    "p_value",
    "Both read together: twice the smaller; null where there are too few purchases to tell.",
    "两项合并：取较小者的两倍；购买太少、无从判断时为空。",
)
Q_VALUE = number(
    "q_value",
    "Expected share of false names on a list that goes down to this customer.",
    "名单列到该客户为止时，预期误列者所占比例。",
)
LOCAL_FDR = share(
    "local_fdr",
    "Chance that this customer's pace has not changed, by the fit of two groups: from the counts"
    " before and in the recent window, not from the silence within it.",
    "按两组模型，该客户节奏并未改变的概率；仅依据窗口前后的购买天数，不看窗口内的沉默。",
)
_T_X = count(
    "t_x", "From the first to the last purchase day.", "首次至最近一次购买的时长。", "days"
)
_T = count("t", "From the first purchase day to the as-of day.", "首次购买至统计日的时长。", "days")

_JUDGED: tuple[Column, ...] = (
    REPEATS_BEFORE,
    REPEATS_RECENT,
    _T_X,
    _T,
    count("customers", "Customers with this history.", "具有该购买历史的客户数。"),
    flag("testable", "Could show a decline at all.", "是否可能检出减少。"),
    flag("named", "Slowed beyond chance at q.", "在q水平下超出偶然的减少。"),
    P_RATE,
    P_SILENCE,
    P_VALUE,
    Q_VALUE,
    LOCAL_FDR,
    EXPECTED,
    flag("quickened", "Quickened as strikingly.", "同等程度地加快。"),
    number("regularity", "Regularity k.", "规律性k。", "ratio"),
    number("regularity_error", "Its standard error.", "其标准误。", "ratio"),
    share("share_slowed", "Share of customers that slowed.", "放慢者占比。"),
    number("slowed_factor", "By what their pace is multiplied.", "其节奏变为原来的倍数。", "ratio"),
)


def judged(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The tests of every distinct history, from the rows of `decline_evidence`."""
    from regulars.statistics.decline import Exposure, judge

    table = _sorted(arrays)
    history = _histories(table)
    found = _regularity(table, history, values[GIVEN_REGULARITY])
    exposure = Exposure.plain(int(history.days.max(initial=0)), recent_days=values["recent_days"])
    if values["relative_to_base"]:
        bought, known = _by_day(table, history)
        exposure = Exposure.of_base(
            purchases=bought, customers=known, recent_days=values["recent_days"]
        )
    tests = judge(history, exposure, regularity=found[0], q=values["q"])
    groups, rows = tests.groups, len(history.counts)
    with np.errstate(invalid="ignore"):
        quickened = (tests.p_quickening <= tests.cut) & (tests.cut > 0)
    return {
        "repeats_before": history.before,
        "repeats_recent": history.recent,
        "t_x": history.last,
        "t": history.days,
        "customers": history.counts,
        "testable": tests.testable,
        "named": tests.named,
        "p_rate": np.ma.masked_invalid(tests.p_rate),
        "p_silence": np.ma.masked_invalid(tests.p_silence),
        "p_value": np.ma.masked_invalid(tests.p_value),
        "q_value": np.ma.masked_invalid(tests.q_value),
        "local_fdr": np.ma.masked_invalid(tests.local_fdr),
        "expected_recent": np.ma.masked_invalid(tests.expected),
        "quickened": quickened,
        "regularity": np.full(rows, found[0]),
        "regularity_error": _constant(rows, found[1]),
        "share_slowed": _constant(rows, None if groups is None else groups.share),
        "slowed_factor": _constant(rows, None if groups is None else groups.factor),
    }


def _sorted(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Engines give rows in any order; sums of floats then differ in the last digit."""
    names = ("kind", "repeats_before", "repeats_recent", "t_x", "t", "counted")
    whole = {name: np.ma.getdata(arrays[name]).astype("int64") for name in names}
    order = np.lexsort([whole[name] for name in reversed(names)])
    return {name: values[order] for name, values in whole.items()}


def _histories(table: Mapping[str, Any]) -> Any:
    from regulars.statistics.decline import Purchasing

    rows = table["kind"] == HISTORY
    names = ("repeats_before", "repeats_recent", "t_x", "t", "counted")
    return Purchasing(*(table[name][rows] for name in names))


def _regularity(
    table: Mapping[str, Any], history: Any, given: float | None
) -> tuple[float, float | None]:
    from regulars.statistics import regularity

    if given is not None:
        return given, None
    gaps = table["kind"] == GAP
    found = regularity.estimate(
        gap_days=table["repeats_before"][gaps],
        gap_counts=table["counted"][gaps],
        repeats=history.repeats,
        span_days=history.last,
        counts=history.counts,
        whole_days=True,
    )
    if found is None or found.free_gaps < FREE_GAPS:
        return 1.0, None
    return found.value, found.standard_error


def _by_day(table: Mapping[str, Any], history: Any) -> tuple[Any, Any]:
    """Repeat purchases on each day back, and the customers known before that day."""
    longest = int(history.days.max(initial=0))
    rows = table["kind"] == DAY
    bought = np.bincount(
        table["repeats_before"][rows], weights=table["counted"][rows], minlength=longest + 1
    )
    born = np.bincount(history.days, weights=history.counts, minlength=longest + 1)
    known = born.sum() - np.cumsum(born)
    return bought[1:], known[1:]


def _constant(rows: int, value: float | None) -> Any:
    return np.ma.masked_invalid(np.full(rows, np.nan if value is None else value))


JUDGED = Derived(
    name="decline_judged",
    one_row="one distinct history",
    key=("repeats_before", "repeats_recent", "t_x", "t"),
    reads="decline_evidence",
    columns=_JUDGED,
    apply=judged,
    parameters=("recent_days", "q", GIVEN_REGULARITY, "relative_to_base"),
)

# The fitted figures stand in every row; those of customers are counted.
COUNTED = Step(
    name="decline_counted",
    one_row="the whole base",
    key=(),
    sql="""
        select
            cast(sum(customers) as bigint) as measured,
            cast(sum(case when testable then customers else 0 end) as bigint) as testable,
            cast(sum(case when named then customers else 0 end) as bigint) as named,
            cast(sum(case when quickened then customers else 0 end) as bigint) as quickened,
            cast(sum(case when t > $recent_days then customers else 0 end) as bigint) as earlier,
            min(regularity) as regularity, min(regularity_error) as regularity_error,
            min(share_slowed) as share_slowed, min(slowed_factor) as slowed_factor
        from decline_judged
    """,
)

WHO = {"named": "where h.named", "tested": "where h.testable", "all": ""}


def _listed(rows: str) -> Step:
    return Step(
        name=f"decline_{rows}",
        one_row="one customer, with the tests of a history like his",
        key=("customer_key",),
        sql=f"""
            select
                c.customer_key, c.last_day, c.t_x, c.t, c.spend_before_minor, c.spend_recent_minor,
                c.repeats_before, c.repeats_recent, h.expected_recent, h.p_rate, h.p_silence,
                h.p_value, h.q_value, h.local_fdr,
                case when h.named then 'slowed' when h.testable then 'not_named'
                    else 'too_few' end as state,
                case when not h.testable then null when h.p_rate <= h.p_silence then 'slowing'
                    else 'silence' end as spoke,
                cast(case when spend_missing > 0 then floor(spend_missing + 0.5) else 0 end
                    as bigint) as at_stake_minor
            from (
                select customer_key, last_day, t_x, t, spend_before_minor, spend_recent_minor,
                    repeats_before, repeats_recent,
                    spend_before_minor - cast(spend_recent_minor as double) * spend_days
                        / nullif($recent_days, 0) as spend_missing
                from decline_customers
            ) as c
            inner join decline_judged as h
                on h.repeats_before = c.repeats_before and h.repeats_recent = c.repeats_recent
                and h.t_x = c.t_x and h.t = c.t
            {WHO[rows]}
        """,
    )


AT_STAKE = Step(
    name="decline_at_stake",
    one_row="those named, together",
    key=(),
    sql="""
        select cast(coalesce(sum(at_stake_minor), 0) as bigint) as at_stake_minor
        from decline_named
    """,
)


def values(question: Ask) -> dict[str, Any]:
    """What the steps take, of a question with the parameters of `decline`."""
    as_of: dt.date = question["as_of"]
    recent_from = as_of - dt.timedelta(days=question["recent_days"])
    return {
        "as_of": as_of,
        "recent_from": recent_from,
        "year_from": recent_from - dt.timedelta(days=YEAR_DAYS),
        GIVEN_REGULARITY: question["regularity"],
        **{name: question[name] for name in ("recent_days", "q", "relative_to_base")},
    }


STEPS: tuple[Node, ...] = (
    CUSTOMERS,
    EVIDENCE,
    JUDGED,
    COUNTED,
    *(_listed(rows) for rows in WHO),
    AT_STAKE,
)
