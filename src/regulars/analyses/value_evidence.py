"""The evidence that value is fitted to: distinct histories and spends, counted by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.steps import Node, Step
from regulars.steps.profiles import MOST_VALUES, OTHER, RECORDS

UNKNOWN = "(unknown)"
SMALLEST_SEGMENT = 20
"""Customers below which a region, industry or source is put together with the other small ones: it
has next to nothing to say for itself, and what few share may be what one is known by."""

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

SEGMENTING: tuple[Node, ...] = (RECORDS, _SEGMENTS_TOLD, _SEGMENT_SIZES, _SEGMENT_OF_CUSTOMER)

# Middle of the week, so that rounding neither ages nor rejuvenates anybody.
ROUNDED = "cast(case when $grain = 'week' then 7 * floor({0} / 7.0) + 3 else {0} end as bigint)"
_T_X = "date_diff('day', t.first_day, t.last_day)"
_T = "date_diff('day', t.first_day, $as_of)"


def customers_step(name: str, *, segmented: bool) -> Step:
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
                case when t.purchase_days > 1 then {ROUNDED.format(_T_X)} else 0 end as t_x,
                {ROUNDED.format(_T)} as t,
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
            case when before_days > 1 then {ROUNDED.format(_CUT_T_X)} else 0 end as t_x,
            {ROUNDED.format(_CUT_T)} as t, after
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


def evidence_step(name: str, customers: str, *, segmented: bool, held: bool) -> Step:
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


def read_evidence(arrays: Mapping[str, Any], holdout_days: int | None) -> tuple[Any, Any, Any]:
    """The evidence, in an order of its own: sums then do not depend on the engine's."""
    from regulars.models import Histories
    from regulars.value import Base, Holdout, Spends

    plain = {name: np.ma.getdata(column) for name, column in arrays.items()}

    segmented = "segment" in plain

    def rows(kind: int) -> dict[str, Any]:
        these = np.flatnonzero(plain["kind"] == kind)
        these = these[_order([plain[name][these] for name in ("x", "t_x", "t", "after")])]
        if segmented:
            these = these[np.argsort(plain["segment"][these].astype(str), kind="stable")]
        part = {name: column[these] for name, column in plain.items() if name != "kind"}
        return part if segmented else {**part, "segment": np.full(len(these), "", dtype=object)}

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
    # No two rows have the same numbers, but for segments, which are brought in order after: the
    # quickest sort gives the same as a stable one.
    return np.argsort(packed) if room < 2**62 else np.lexsort(keys[::-1])
