"""Who stands where between two periods: tier (core, rest) and term (lost, …, down).

Five disjoint sets hold everybody with money in either period, so their amounts sum to R₂ − R₁
whatever the refunds: *lost* bought in the earlier only; *first_time* and *returned* in the later
only; all others (in both, or refunds only) went *up* (no change counts as up) or *down*.
"""

from __future__ import annotations

from regulars.steps import Step

TIERS = ("core", "rest")
TERMS = ("lost", "first_time", "returned", "up", "down")
TERMS_WITHOUT_HISTORY = ("lost", "new", "up", "down")


def terms(*, precedes: bool) -> tuple[str, ...]:
    """First-time and returned can be told apart only where history precedes the earlier period."""
    return TERMS if precedes else TERMS_WITHOUT_HISTORY


# Customers of equal weight at the edge of the core: which of them is in must not follow from the
# order of imports. Those who are alike in all of this are interchangeable in every sum.
_ALIKE = (
    "first_minor desc, second_days desc, first_days desc,"
    " coalesce(date_diff('day', $before_from, first_day), 100000), customer_key"
)


def _ranked(prefix: str, earlier: str, later: str) -> Step:
    return Step(
        name=f"{prefix}_ranked",
        one_row="one customer with money in either period, ranked by weight for the core",
        key=("customer_key",),
        sql=f"""
            select customer_key, first_minor, second_minor, first_days, second_days,
                first_day, lookback_first_day,
                row_number() over (order by weight desc, {_ALIKE}) as place,
                count(*) over () as customers,
                sum(weight) over (order by weight desc, {_ALIKE}
                    rows between unbounded preceding and current row) - weight as running,
                sum(weight) over () as total
            from (
                select customer_key, first_day, lookback_first_day,
                    {earlier}_minor as first_minor, {later}_minor as second_minor,
                    {earlier}_days as first_days, {later}_days as second_days,
                    case when $core_by_before then {earlier}_minor
                        else {earlier}_minor + {later}_minor end as weight
                from periods
                where {earlier}_rows + {later}_rows > 0
            ) as weighed
        """,
    )


def _newcomer(first: str, later: str, precedes: str) -> str:
    return f"""
        case
            when not {precedes} then 'new'
            when {first} >= ${later}_from then 'first_time'
            else 'returned'
        end"""


def _term(first: str, later: str, precedes: str) -> str:
    return f"""
        case
            when first_days > 0 and second_days = 0 then 'lost'
            when first_days = 0 and second_days > 0 then {_newcomer(first, later, precedes)}
            when second_minor >= first_minor then 'up'
            else 'down'
        end"""


def _placed(prefix: str, term: str) -> Step:
    return Step(
        name=prefix,
        one_row="one customer with money in either period, his tier and term",
        key=("customer_key",),
        reused=True,
        sql=f"""
            select customer_key, first_minor, second_minor, first_days, second_days,
                case
                    when $core_top_share > 0 then
                        case when place - 1 < $core_top_share * customers
                            then 'core' else 'rest' end
                    when total > 0 and running < $core_share * total then 'core'
                    else 'rest'
                end as tier,
                {term}
            from {prefix}_ranked
        """,
    )


# `compared_term` cuts the history of this pair as short as the preceding pair's: with its longer
# look-back it would find fewer first-time customers though nothing had happened.
NOW = (
    _ranked("placed_now", "before", "after"),
    _placed(
        "placed_now",
        f"{_term('first_day', 'after', '$precedes')} as term,"
        f" {_term('lookback_first_day', 'after', '$compared_precedes')} as compared_term",
    ),
)
THEN = (
    _ranked("placed_then", "earlier", "before"),
    _placed("placed_then", f"{_term('first_day', 'before', '$compared_precedes')} as term"),
)

COUNTS = Step(
    name="turnover_counts",
    one_row="one tier and term",
    key=("tier", "term"),
    sql="""
        select tier, term, count(*) as customers,
            cast(sum(first_minor) as bigint) as first_minor,
            cast(sum(second_minor) as bigint) as second_minor
        from placed_now
        group by tier, term
    """,
)

BUCKETS = 4096

# Customers fall into buckets by their running key, which knows nothing of how they buy; with no
# more customers than buckets each is alone in his, and resampling buckets is resampling customers.
BUCKET_SUMS = Step(
    name="turnover_buckets",
    one_row="one bucket of customers, pair of periods, tier and term",
    key=("bucket", "pair", "tier", "term"),
    sql=f"""
        select bucket, pair, tier, term, cast(sum(change_minor) as bigint) as change_minor
        from (
            select customer_key % {BUCKETS} as bucket, 'now' as pair, tier,
                compared_term as term, second_minor - first_minor as change_minor
            from placed_now
            union all
            select customer_key % {BUCKETS} as bucket, 'then' as pair, tier,
                term, second_minor - first_minor as change_minor
            from placed_then
        ) as changes
        group by bucket, pair, tier, term
    """,
)

STEPS = (*NOW, *THEN, COUNTS, BUCKET_SUMS)
