"""From purchases to value: distinct histories, fitted and scored once, joined back.

The engine groups customers by (x, t_x, T); a pure function fits the models and scores the groups;
the engine joins the scores to the customers. No customer leaves the engine.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses.analysis import Ask
from regulars.analyses.columns import count, day, number, share, text
from regulars.analyses.parameters import AS_OF
from regulars.declare import Column, Parameter, Text
from regulars.errors import ParameterError
from regulars.steps import Derived, Node, Step
from regulars.steps.profiles import MOST_VALUES, OTHER, RECORDS

MODELS = ("auto", "bg_nbd", "mbg_nbd", "pareto_nbd")
SEGMENTS = ("none", "year", "kind", "industry", "region", "source")
UNKNOWN = "(unknown)"
LONGEST_HOLDOUT_DAYS = 365
SMALLEST_SEGMENT = 20
"""Customers below which a region, industry or source is put together with the other small ones: it
has next to nothing to say for itself, and what few share may be what one is known by."""
SECTION = "value"
"""Of regulars.toml: the defaults of the parameters that say how value is counted."""

MODEL = Parameter(
    name="model",
    section=SECTION,
    kind="choice",
    default="auto",
    choices=MODELS,
    meaning=Text(
        "Model of purchases; auto takes the one that best foretells a part of the history held"
        " back from it.",
        "购买模型；auto选用对留出期预测最准的一种。",
    ),
)
GRAIN = Parameter(
    name="grain",
    section=SECTION,
    kind="choice",
    default="day",
    choices=("day", "week"),
    meaning=Text(
        "To what times are rounded: by week there are far fewer distinct histories, for tens of"
        " millions of customers.",
        "时间取整的单位：按周取整可大幅减少不同购买历史的数量，适用于数千万客户。",
    ),
)
MARGIN = Parameter(
    name="margin",
    section=SECTION,
    kind="number",
    unit="share",
    minimum=0.0,
    maximum=1.0,
    meaning=Text(
        "Contribution as a share of spend; without it every lifetime value is unknown.",
        "贡献毛利占消费额的比例；不填则生命周期价值未知。",
    ),
)
YEARLY_RATE = Parameter(
    name="yearly_rate",
    section=SECTION,
    kind="number",
    default=0.10,
    unit="share",
    minimum=0.0,
    maximum=10.0,
    meaning=Text("Discount rate per year.", "年折现率。"),
)
LIFETIME_YEARS = Parameter(
    name="lifetime_years",
    section=SECTION,
    kind="number",
    default=10,
    minimum=1,
    maximum=50,
    meaning=Text("Where the lifetime is cut off, in years.", "生命周期的截止年数。"),
)
SEGMENT = Parameter(
    name="segment",
    section=SECTION,
    kind="choice",
    default="none",
    choices=SEGMENTS,
    meaning=Text(
        "Fit these apart, small ones leaning on the whole base: the year of the first purchase, or"
        " what is known of the customer. Values that fewer than 20 customers share are put together"
        " under (other).",
        "分组拟合，小组向整体靠拢：按首购年份（year）或客户属性；不足20位客户的取值并入 (other)。",
    ),
)
FIT = Parameter(
    name="fit",
    kind="text",
    meaning=Text(
        "A fit made before by `regulars value fit`, by its id, instead of a new one.",
        "使用此前`regulars value fit`保存的拟合（填其编号），而不重新拟合。",
    ),
)
INTERVALS = Parameter(
    name="intervals",
    section=SECTION,
    kind="flag",
    default=True,
    meaning=Text(
        "Predictive intervals for every customer; without them it is faster.",
        "为每位客户给出预测区间；不要则更快。",
    ),
)
PARAMETERS = (AS_OF, MODEL, MARGIN, YEARLY_RATE, LIFETIME_YEARS, SEGMENT, GRAIN, FIT)

# The spend of the first purchase day comes with the smallest of the days, each packed into one
# number with its spend: no second pass over the days, and no function that engines lack.
_DAY, _SPEND = 2**44, 2**43
_PACKED = f"date_diff('day', cast('1970-01-01' as date), day) * {_DAY} + spend_minor + {_SPEND}"
VALUE_DAYS = Step(
    name="value_days",
    one_row="one customer on one day with an order or a refund",
    key=("customer_key", "day"),
    sql="""
        select customer_key, day, cast(sum(amount_minor) as bigint) as spend_minor,
            max(case when kind = 'sale' then 1 else 0 end) as bought
        from live_orders
        group by customer_key, day
    """,
)
BUYERS = Step(
    name="value_buyers",
    one_row="one customer with a purchase day; his net spend on all days but the first of them",
    key=("customer_key",),
    sql=f"""
        select customer_key, first_day, last_day, purchase_days,
            spend_minor - (packed - floor_days * {_DAY} - {_SPEND}) as repeat_minor
        from (
            select customer_key, first_day, last_day, purchase_days, spend_minor, packed,
                date_diff('day', cast('1970-01-01' as date), first_day) as floor_days
            from (
                select customer_key,
                    min(case when bought = 1 then day end) as first_day,
                    max(case when bought = 1 then day end) as last_day,
                    cast(sum(bought) as bigint) as purchase_days,
                    cast(sum(spend_minor) as bigint) as spend_minor,
                    min(case when bought = 1 then {_PACKED} end) as packed
                from value_days
                group by customer_key
            ) as summed
            where purchase_days > 0
        ) as dated
    """,
)
REPEAT_SPEND = Step(
    name="repeat_spend",
    one_row="one customer with an order or refund on another day than that of the first purchase",
    key=("customer_key",),
    sql="""
        select p.customer_key, cast(sum(p.spend_minor) as bigint) as repeat_minor
        from purchases as p
        inner join totals as t on t.customer_key = p.customer_key
        where p.day <> t.first_day
        group by p.customer_key
    """,
)
# A snapshot has the totals of its customers already.
BUYERS_OF_TOTALS = Step(
    name="value_buyers",
    one_row=BUYERS.one_row,
    key=("customer_key",),
    sql="""
        select t.customer_key, t.first_day, t.last_day, t.purchase_days,
            coalesce(r.repeat_minor, 0) as repeat_minor
        from totals as t
        left join repeat_spend as r on r.customer_key = t.customer_key
        where t.purchase_days > 0
    """,
)

_SEGMENTS_TOLD = Step(
    name="value_segments_told",
    one_row="one customer with a record, and the segment that it says",
    key=("customer_key",),
    reused=True,
    sql="""
        select customer_key, segment
        from (
            select customer_key, segment,
                row_number() over (partition by customer_key order by merged, record_key) as place
            from (
                select customer_key, record_key, merged,
                    case when $segment = 'kind' then kind
                        when $segment = 'industry' then industry
                        when $segment = 'region' then region
                        when $segment = 'source' then source end as segment
                from customer_records
            ) as records
            where segment is not null
        ) as told
        where place = 1
    """,
)
# Ties are broken by a hash: text has another order on each engine.
_SEGMENT_SIZES = Step(
    name="value_segment_sizes",
    one_row="one segment, with the name under which it is fitted",
    key=("segment",),
    sql=f"""
        select segment,
            case when customers >= {SMALLEST_SEGMENT} and place <= {MOST_VALUES}
                then segment else '{OTHER}' end as shown
        from (
            select segment, customers,
                row_number() over (order by customers desc, md5(segment)) as place
            from (
                select segment, count(*) as customers from value_segments_told group by segment
            ) as counted
        ) as ranked
    """,
)
_SEGMENT_OF_CUSTOMER = Step(
    name="value_segments",
    one_row="one customer with a segment, small ones put together",
    key=("customer_key",),
    sql="""
        select t.customer_key, s.shown as segment
        from value_segments_told as t
        inner join value_segment_sizes as s on s.segment = t.segment
    """,
)

# Middle of the week, so that rounding neither ages nor rejuvenates anybody.
_ROUNDED = "cast(case when $grain = 'week' then 7 * floor({0} / 7.0) + 3 else {0} end as bigint)"
_T_X = "date_diff('day', t.first_day, t.last_day)"
_T = "date_diff('day', t.first_day, $as_of)"


def _customers(name: str, *, segmented: bool) -> Step:
    segment = join = ""
    if segmented:
        year = "cast(extract(year from t.first_day) as varchar)"
        segment = (
            f"case when $segment = 'year' then {year}"
            f" else coalesce(g.segment, '{UNKNOWN}') end as segment,"
        )
        join = "left join value_segments as g on g.customer_key = t.customer_key"
    return Step(
        name=name,
        one_row="one customer with a purchase day: his history and his spend after the first day",
        key=("customer_key",),
        reused=True,
        sql=f"""
            select t.customer_key, {segment}
                t.purchase_days - 1 as x,
                case when t.purchase_days > 1 then {_ROUNDED.format(_T_X)} else 0 end as t_x,
                {_ROUNDED.format(_T)} as t,
                t.repeat_minor
            from value_buyers as t
            {join}
        """,
    )


# A mean spend in steps of a thousandth or less: every second power of two has its own width.
_WIDTH = "case {} else 1099511627776 end".format(
    " ".join(f"when mean_minor < {2**e} then {max(2 ** (e - 11), 1)}" for e in range(11, 51))
)
HISTORY, SPEND, HELD = 0, 1, 2


def _histories(customers: str, segment: str) -> str:
    positive = "case when repeat_minor > 0 and x > 0 then {} else 0 end"
    return f"""
        select {HISTORY} as kind, {segment}x, t_x, t, 0 as after,
            cast(count(*) as bigint) as customers,
            cast(sum({positive.format("1")}) as bigint) as spenders,
            cast(sum({positive.format("cast(repeat_minor as double)")}) as double) as spend,
            cast(sum({positive.format("cast(repeat_minor as double) * repeat_minor")}) as double)
                as squares
        from {customers}
        group by {segment}x, t_x, t
    """


def _spends(customers: str, segment: str) -> str:
    """Mean spends of repeat days, those within a thousandth of one another together."""
    return f"""
        select {SPEND} as kind, {segment}x, cast(0 as bigint) as t_x, bucket as t, 0 as after,
            cast(count(*) as bigint) as customers, cast(count(*) as bigint) as spenders,
            cast(sum(spend) as double) as spend, cast(0 as double) as squares
        from (
            select {segment}x, spend,
                cast(floor(mean_minor / nullif({_WIDTH}, 0)) * {_WIDTH} as bigint) as bucket
            from (
                select {segment}x, cast(repeat_minor as double) as spend,
                    cast(repeat_minor as double) / nullif(x, 0) as mean_minor
                from {customers}
                where x > 0 and repeat_minor > 0
            ) as told
        ) as stepped
        group by {segment}x, bucket
    """


_HELD = """
    select {held} as kind, {blank}x, t_x, t, after,
        cast(count(*) as bigint) as customers, cast(0 as bigint) as spenders,
        cast(0 as double) as spend, cast(0 as double) as squares
    from value_cut_customers
    group by x, t_x, t, after
"""
_CUT_T_X = "date_diff('day', first_day, last_day)"
_CUT_T = "date_diff('day', first_day, $cut)"
CUT_CUSTOMERS = Step(
    name="value_cut_customers",
    one_row="one customer who bought before the cut: his history then, his purchase days after",
    key=("customer_key",),
    sql=f"""
        select customer_key, before_days - 1 as x,
            case when before_days > 1 then {_ROUNDED.format(_CUT_T_X)} else 0 end as t_x,
            {_ROUNDED.format(_CUT_T)} as t, after
        from (
            select customer_key,
                min(case when orders > 0 then day end) as first_day,
                max(case when orders > 0 and day < $cut then day end) as last_day,
                cast(sum(case when day < $cut then purchase_days else 0 end) as bigint)
                    as before_days,
                cast(sum(case when day >= $cut then purchase_days else 0 end) as bigint) as after
            from purchases
            group by customer_key
        ) as summed
        where before_days > 0
    """,
)


def _evidence(name: str, customers: str, *, segmented: bool, held: bool) -> Step:
    segment = "segment, " if segmented else ""
    parts = [_histories(customers, segment), _spends(customers, segment)]
    if held:
        parts.append(_HELD.format(held=HELD, blank="'' as segment, " if segmented else ""))
    return Step(
        name=name,
        one_row="one distinct history, one distinct spend, or one history at the cut (by kind)",
        key=("kind", *(["segment"] if segmented else []), "x", "t_x", "t", "after"),
        sql=" union all ".join(parts),
    )


def _money(name: str, en: str, zh: str) -> Column:
    return number(name, en, zh, "minor")


P_ALIVE = share(
    "p_alive", "Probability that the customer is still active.", "客户仍存活（未流失）的概率。"
)
ORDERS = number(
    "expected_orders_365d", "Expected purchase days in the next 365 days.",
    "未来365天的预期购买天数。", "days",
)  # fmt: skip
ORDERS_LOW = number(
    "expected_orders_365d_low", "Lower end of the predictive 80% interval.",
    "80%预测区间下限。", "days",
)  # fmt: skip
ORDERS_HIGH = number(
    "expected_orders_365d_high", "Upper end of the predictive 80% interval.",
    "80%预测区间上限。", "days",
)  # fmt: skip
PER_ORDER = _money(
    "expected_spend_per_order_minor",
    "Expected spend on a purchase day.",
    "每个购买日的预期消费额。",
)
SPENT = _money(
    "expected_spend_365d_minor", "Expected spend in the next 365 days.", "未来365天的预期消费额。"
)
SPENT_LOW = _money(
    "expected_spend_365d_low_minor", "Lower end of the predictive 80% interval.",
    "80%预测区间下限。",
)  # fmt: skip
SPENT_HIGH = _money(
    "expected_spend_365d_high_minor", "Upper end of the predictive 80% interval.",
    "80%预测区间上限。",
)  # fmt: skip
CLV_YEAR = _money(
    "clv_365d_minor",
    "Discounted contribution expected in the next 365 days; unknown without a margin.",
    "未来365天的预期贡献毛利（折现）；未给毛利率则未知。",
)
CLV_LIFETIME = _money(
    "clv_lifetime_minor",
    "Discounted contribution expected up to the lifetime horizon; unknown without a margin.",
    "至生命周期截止的预期贡献毛利（折现）；未给毛利率则未知。",
)
NEXT_DUE = day(
    "next_order_due",
    "Day by which the next order is as likely as not, if the customer is still active.",
    "若仍存活，有一半可能在此日之前再次购买。",
)
WHY = ("no_fit", "no_spend", "refunds_beyond_spend", "no_margin")
WHY_UNKNOWN = text(
    "value_unknown",
    "Why value is unknown: nothing to fit (no_fit), nobody has a repeat spend (no_spend), no margin"
    " given (no_margin); or the spend is the base's, as refunds exceed this customer's"
    " (refunds_beyond_spend).",
    "价值未知的原因：无可拟合（no_fit）、无人有复购消费（no_spend）、未给毛利率（no_margin）；"
    "或因退款超过消费而采用整体水平（refunds_beyond_spend）。",
    choices=WHY,
)
DUE = ("no_fit", "one_purchase", "too_far")
DUE_UNKNOWN = text(
    "next_order_unknown",
    "Why the next order has no day: nothing to fit, one purchase only, or over ten years ahead.",
    "没有下次购买日的原因：无可拟合（no_fit）、仅购买一次（one_purchase）、超过十年（too_far）。",
    choices=DUE,
)

COLUMNS = (
    P_ALIVE, ORDERS, ORDERS_LOW, ORDERS_HIGH, PER_ORDER, SPENT, SPENT_LOW, SPENT_HIGH,
    CLV_YEAR, CLV_LIFETIME, NEXT_DUE, WHY_UNKNOWN, DUE_UNKNOWN,
)  # fmt: skip


def _plain(name: str, type: Any = "DOUBLE") -> Column:
    return Column(name=name, type=type, meaning=Text(name, name))


# Spend of a customer in SQL, over customer `c` and score `s`: base + slope·spend so far.
_PER = (
    "case when c.repeat_minor > 0 and c.x > 0"
    " then s.spend_base + s.spend_slope * c.repeat_minor else s.spend_new end"
)
SELECT: Mapping[str, str] = {
    P_ALIVE.name: "s.p_alive",
    ORDERS.name: "s.orders",
    ORDERS_LOW.name: "s.orders_low",
    ORDERS_HIGH.name: "s.orders_high",
    PER_ORDER.name: _PER,
    SPENT.name: f"s.orders * ({_PER})",
    SPENT_LOW.name: f"s.orders * s.spend_low * ({_PER})",
    SPENT_HIGH.name: f"s.orders * s.spend_high * ({_PER})",
    CLV_YEAR.name: f"s.value_year * ({_PER})",
    CLV_LIFETIME.name: f"s.value_lifetime * ({_PER})",
    NEXT_DUE.name: "s.next_due",
    WHY_UNKNOWN.name: "case when c.customer_key is null then null"
    " when s.p_alive is null then 'no_fit' when s.spend_new is null then 'no_spend'"
    " when c.x > 0 and coalesce(c.repeat_minor, 0) <= 0 then 'refunds_beyond_spend'"
    " when s.value_year is null then 'no_margin' end",
    DUE_UNKNOWN.name: "case when c.customer_key is null then null"
    " when s.p_alive is null then 'no_fit' when c.x = 0 then 'one_purchase'"
    " when s.next_due is null then 'too_far' end",
}


def on(suffix: str) -> str:
    """How a customer `c` finds his score `s`."""
    same = "s.x = c.x and s.t_x = c.t_x and s.t = c.t"
    return f"s.segment = c.segment and {same}" if "segment" in suffix else same


_SEGMENT_NAME = _plain("segment", "VARCHAR")
_SCORED: tuple[Column, ...] = (
    count("x", "Repeats.", "复购天数。", "days"),
    count("t_x", "Time of the last.", "末次时点。", "days"),
    count("t", "Time observed.", "观察时长。", "days"),
    *(
        _plain(name)
        for name in (
            "p_alive", "orders", "orders_low", "orders_high", "spend_base", "spend_slope",
            "spend_new", "spend_low", "spend_high", "value_year", "value_lifetime",
        )
    ),
    _plain("next_due", "DATE"),
    _plain("told", "VARCHAR"),
)  # fmt: skip

PASSED = (
    "as_of", "model", "margin", "yearly_rate", "lifetime_years", "intervals", "fitted",
    "holdout_days",
)  # fmt: skip


def scored(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Fit and score, from the rows of the evidence.

    One row is no history (x = −1): its ``told`` holds the fit and the totals as JSON.
    """
    from regulars.value import Fitted, Terms, value

    base, spends, held = _read(arrays, values["holdout_days"])
    segmented = "segment" in arrays
    terms = Terms(
        margin=values["margin"],
        yearly_rate=values["yearly_rate"],
        lifetime_years=values["lifetime_years"],
        intervals=values["intervals"],
    )
    fitted = None if values["fitted"] is None else Fitted.of(values["fitted"])
    try:
        done = value(base, spends, model=values["model"], terms=terms, held=held, fitted=fitted)
    except ValueError as error:
        told = json.dumps({"failed": str(error)})
        return _columns(base, None, values, told, segmented=segmented)
    told = json.dumps(done.to_dict(), sort_keys=True)
    return _columns(base, done.scores, values, told, segmented=segmented)


def _read(arrays: Mapping[str, Any], holdout_days: int | None) -> tuple[Any, Any, Any]:
    """The evidence, in an order of its own: sums then do not depend on the engine's."""
    from regulars.models import Histories
    from regulars.value import Base, Holdout, Spends

    plain = {name: np.ma.getdata(column) for name, column in arrays.items()}

    segmented = "segment" in plain

    def rows(kind: int) -> dict[str, Any]:
        these = np.flatnonzero(plain["kind"] == kind)
        part = {name: column[these] for name, column in plain.items() if name != "kind"}
        order = _order([part[name] for name in ("x", "t_x", "t", "after")])
        if segmented:
            order = order[np.argsort(part["segment"][order].astype(str), kind="stable")]
        else:
            part["segment"] = np.full(len(these), "", dtype=object)
        return {name: column[order] for name, column in part.items()}

    def histories(part: Mapping[str, Any]) -> Histories:
        x, t_x, t, n = (part[name].astype(float) for name in ("x", "t_x", "t", "customers"))
        return Histories(x, t_x, t, n)

    base, spent, cut = rows(HISTORY), rows(SPEND), rows(HELD)
    whole = Base(
        base["segment"].astype(object),
        histories(base),
        base["spenders"].astype(float),
        base["spend"].astype(float),
        base["squares"].astype(float),
    )
    n, x = spent["customers"].astype(float), spent["x"].astype(float)
    spends = Spends(spent["segment"].astype(object), x, spent["spend"] / (n * x), n)
    held = None
    if holdout_days and len(cut["x"]):
        held = Holdout(histories(cut), cut["after"].astype(float), float(holdout_days))
    return whole, spends, held


def _order(keys: list[Any]) -> Any:
    """The order by some whole numbers, the first of them first."""
    packed, room = np.zeros(len(keys[0]), dtype=np.int64), 1
    for key in keys:
        width = int(key.max(initial=0)) + 1
        room *= width
        packed = packed * width + key if room < 2**62 else packed
    return np.argsort(packed, kind="stable") if room < 2**62 else np.lexsort(keys[::-1])


def _columns(
    base: Any, scores: Any, values: Mapping[str, Any], told: str, *, segmented: bool
) -> dict[str, Any]:
    """One row a history, and the row that tells."""
    n = len(base)
    nothing = np.full(n, np.nan)
    found = dict.fromkeys(_NUMBERS, nothing)
    wait = nothing
    if scores is not None:
        margin = np.nan if values["margin"] is None else values["margin"]
        wait = scores.wait_days
        found = {
            "p_alive": scores.alive,
            "orders": scores.orders,
            "orders_low": scores.orders_low,
            "orders_high": scores.orders_high,
            "spend_base": scores.spend_base,
            "spend_slope": scores.spend_slope,
            "spend_new": scores.spend_new,
            "spend_low": scores.spend_low,
            "spend_high": scores.spend_high,
            "value_year": scores.year * margin,
            "value_lifetime": scores.lifetime * margin,
        }
    due = np.full(n + 1, np.datetime64("NaT"), dtype="datetime64[D]")
    (known,) = np.nonzero(np.isfinite(wait))
    due[known] = np.datetime64(values["as_of"], "D") + np.ceil(wait[known]).astype(int)
    texts = np.full(n + 1, None, dtype=object)
    texts[n] = told
    g = base.given
    segment = {"segment": np.append(base.segment, "")} if segmented else {}
    return {
        **segment,
        **{
            name: np.append(column, -1).astype(np.int64)
            for name, column in (("x", g.x), ("t_x", g.t_x), ("t", g.T))
        },
        **{name: np.ma.masked_invalid(np.append(column, np.nan)) for name, column in found.items()},
        "next_due": np.ma.masked_array(due, mask=np.isnat(due)),
        "told": np.ma.masked_array(texts, mask=[True] * n + [False]),
    }


_NUMBERS = tuple(c.name for c in _SCORED if c.type == "DOUBLE")


def _scored(name: str, reads: str, *, segmented: bool) -> Derived:
    segment = (_SEGMENT_NAME,) if segmented else ()
    return Derived(
        name=name,
        one_row="one distinct history, scored; and one row that tells of the fit",
        key=(*(column.name for column in segment), "x", "t_x", "t"),
        reads=reads,
        columns=(*segment, *_SCORED),
        parameters=PASSED,
        apply=scored,
    )


def variant(*, segmented: bool, held: bool) -> str:
    """The end of the names of the steps that answer so."""
    return ("_by_segment" if segmented else "") + ("_held" if held else "")


def _rows(suffix: str, customers: str) -> Step:
    chosen = ", ".join(f"{sql} as {name}" for name, sql in SELECT.items())
    return Step(
        name=f"value_rows{suffix}",
        one_row="one customer with a purchase day, valued",
        key=("customer_key",),
        sql=f"select c.customer_key, c.x, c.t_x, c.t, {chosen} from {customers} as c"
        f" left join value_scored{suffix} as s on {on(suffix)}",
    )


def _told(suffix: str) -> Step:
    return Step(
        name=f"value_told{suffix}",
        one_row="the fit and the totals, as JSON",
        key=(),
        sql=f"select told from value_scored{suffix} where x < 0",
    )


def _steps() -> tuple[Node, ...]:
    made: list[Node] = [
        VALUE_DAYS,
        BUYERS,
        RECORDS,
        _SEGMENTS_TOLD,
        _SEGMENT_SIZES,
        _SEGMENT_OF_CUSTOMER,
        CUT_CUSTOMERS,
    ]
    for segmented in (False, True):
        customers = "value_customers" + ("_by_segment" if segmented else "")
        made.append(_customers(customers, segmented=segmented))
        for held in (False, True):
            suffix = variant(segmented=segmented, held=held)
            evidence = f"value_evidence{suffix}"
            made += [
                _evidence(evidence, customers, segmented=segmented, held=held),
                _scored(f"value_scored{suffix}", evidence, segmented=segmented),
                _rows(suffix, customers),
                _told(suffix),
            ]
    return tuple(made)


STEPS = _steps()
IN_SNAPSHOTS: tuple[Node, ...] = (
    REPEAT_SPEND,
    BUYERS_OF_TOTALS,
    *(step for step in STEPS if step not in (VALUE_DAYS, BUYERS)),
)


def values(question: Ask) -> dict[str, Any]:
    """What the steps take."""
    as_of: dt.date = question["as_of"]
    cut, days = holdout(as_of, question.span.first_day)
    return {
        "as_of": as_of,
        **({"segment": question["segment"]} if question["segment"] != "none" else {}),
        **({"cut": cut} if holds_out(question) else {}),
        "holdout_days": days,
        "grain": question["grain"],
        "intervals": question.values.get("intervals", False),
        "fitted": _stored(question),
        **{name: question[name] for name in ("model", "margin", "yearly_rate", "lifetime_years")},
    }


def _stored(question: Ask) -> Mapping[str, Any] | None:
    """The fit asked for.

    Raises
    ------
    ParameterError : it is damaged, or of another model than the one asked for.
    """
    from regulars.value import Fitted

    if question.stored is None:
        return None
    fitted: Mapping[str, Any] = question.stored["fitted"]
    try:
        Fitted.of(fitted)
    except ValueError as error:
        raise ParameterError(f"fit: {error}") from None
    asked = question["model"]
    if asked not in ("auto", fitted["model"]):
        raise ParameterError(
            f"model: the fit is one of {fitted['model']}, not of {asked}; leave out model or fit"
        )
    return fitted


def holdout(as_of: dt.date, first: dt.date | None) -> tuple[dt.date, int]:
    """The last third of the history, at most a year, is held back to choose the model by."""
    days = 0 if first is None else min((as_of - first).days // 3, LONGEST_HOLDOUT_DAYS)
    return as_of - dt.timedelta(days=days), days


def holds_out(question: Ask) -> bool:
    """Whether a part of the history is needed to choose the model by."""
    return question["model"] == "auto" and question["fit"] is None


def suffix_of(question: Ask) -> str:
    """Which of the steps answer: with segments or without, with a holdout or without."""
    return variant(segmented=question["segment"] != "none", held=holds_out(question))
