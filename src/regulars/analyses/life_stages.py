"""The steps and settings that every answer about life stages shares (002-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses.analysis import Ask
from regulars.analyses.columns import CUSTOMER_KEY, count, day, flag, number
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Column, Parameter, Text
from regulars.errors import ParameterError
from regulars.stages.rules import REASONS, STAGES, Rules
from regulars.steps import Derived, Step
from regulars.steps.tiers import MARKS

LEAST_MEASURED = 30

# ---- settings ----------------------------------------------------------------------------

SCHEME = Parameter(
    name="scheme",
    kind="choice",
    default="gaps",
    choices=("gaps", "calibrated"),
    meaning=Text(
        "Judge silence by multiples of the customer's usual gap (gaps), or by how improbable it is"
        " had the customer kept buying: Decline at .10, Lost at .01 (calibrated).",
        "按客户惯常购买间隔的倍数判断沉默（gaps），或按“若仍照旧购买、沉默如此之久的概率”判断："
        "衰退不高于0.10，流失不高于0.01（calibrated）。",
    ),
)
DECLINE_GAPS = Parameter(
    name="decline_gaps",
    kind="number",
    default=2.0,
    minimum=0.5,
    maximum=100,
    meaning=Text(
        "Decline after more than so many usual gaps without an order (scheme gaps).",
        "超过多少个惯常间隔未下单即为衰退（gaps 方案）。",
    ),
)
LOST_GAPS = Parameter(
    name="lost_gaps",
    kind="number",
    default=4.0,
    minimum=0.5,
    maximum=100,
    meaning=Text(
        "Lost after more than so many usual gaps without an order (scheme gaps).",
        "超过多少个惯常间隔未下单即为流失（gaps 方案）。",
    ),
)
FALL_SHARE = Parameter(
    name="fall_share",
    kind="number",
    default=0.30,
    minimum=0.01,
    maximum=0.99,
    meaning=Text(
        "Decline as well when orders, spend or visits fall by this share in each of two successive"
        " windows of three usual gaps.",
        "若订单、消费额或到访在连续两个“三倍惯常间隔”的时间窗内每次都下降达到此比例，也记为衰退。",
    ),
)
FLOOR_DAYS = Parameter(
    name="floor_days",
    kind="number",
    default=7.0,
    unit="days",
    minimum=1,
    maximum=3650,
    meaning=Text("A usual gap is taken to be no shorter.", "惯常间隔的下限。"),
)
RETURN_DAYS = Parameter(
    name="return_days",
    kind="integer",
    default=90,
    unit="days",
    minimum=1,
    maximum=3650,
    meaning=Text("Returned lasts at most so long.", "回归阶段最长持续的天数。"),
)
RETURN_ORDERS = Parameter(
    name="return_orders",
    kind="integer",
    default=2,
    minimum=1,
    maximum=100,
    meaning=Text(
        "Returned ends with this further purchase day.", "再有这么多个购买日，回归阶段即告结束。"
    ),
)
REGULARITY = Parameter(
    name="regularity",
    kind="number",
    default=1.0,
    minimum=0.5,
    maximum=50,
    meaning=Text(
        "How evenly this base buys, for the probabilities: 1 is by chance (Poisson), more is more"
        " even; `decline` estimates it.",
        "计算概率时所用的购买规律性：1为随机（泊松），越大越规律；可由 decline 估计。",
    ),
)
BASE_DAY = Parameter(
    name="base_day",
    kind="day",
    meaning=Text(
        "The usual gap of the base, for customers without one of their own, follows from facts"
        " before this day and stands for the whole run; left out, the as-of day.",
        "对尚无自身惯常间隔的客户，采用此日之前的全体惯常间隔，整次运行保持不变；不填则取统计日。",
    ),
)
RULE_PARAMETERS = (
    SCHEME,
    DECLINE_GAPS,
    LOST_GAPS,
    FALL_SHARE,
    FLOOR_DAYS,
    RETURN_DAYS,
    RETURN_ORDERS,
    REGULARITY,
    BASE_DAY,
)
PARAMETERS = (AS_OF, WINDOW_DAYS, *RULE_PARAMETERS)

STAGE_WORDS: Mapping[str, Text] = {
    "acquisition": Text("Acquisition", "获取"),
    "growth": Text("Growth", "提升"),
    "mature": Text("Mature", "成熟"),
    "decline": Text("Lapsing", "衰退"),
    "lost": Text("Lost", "流失"),
    "returned": Text("Returned", "回归"),
    "unknown": Text("Unknown", "未知"),
}

# ---- steps -------------------------------------------------------------------------------

LIFE_GAPS = Step(
    name="life_gaps",
    one_row="one customer with at least two gaps before the base day",
    key=("customer_key",),
    sql="""
        select customer_key,
            case when median_gap_days < $floor_days then $floor_days else median_gap_days end
                as gap_days
        from (
            select customer_key, median(gap_days) as median_gap_days, count(*) as gaps
            from purchases
            where gap_days is not null and day < $base_day
            group by customer_key
        ) as measured
        where gaps >= 2
    """,
)


def _base(name: str, one_row: str, *, business: bool) -> Step:
    """The usual gap of one kind: a firm that restocks keeps other time than a person."""
    are = "" if business else "not "
    return Step(
        name=name,
        one_row=f"{one_row}: the usual gap, unknown where too few are measured",
        key=(),
        reused=True,
        sql=f"""
            select measured,
                cast(case when measured >= {LEAST_MEASURED} then median_gap_days end as double)
                    as base_gap_days
            from (
                select count(*) as measured, median(g.gap_days) as median_gap_days
                from life_gaps as g
                where {are}exists (
                    select 1 from customer_marks as k
                    where k.customer_key = g.customer_key and k.kind = 'business')
            ) as counted
        """,
    )


LIFE_BASE = _base("life_base", "everybody but businesses", business=False)
LIFE_BUSINESS_BASE = _base("life_business_base", "businesses", business=True)
LIFE_BUSINESSES = Step(
    name="life_businesses",
    one_row="one business, with the usual gap of businesses",
    key=("customer_key",),
    reused=True,
    sql="""
        select k.customer_key, b.base_gap_days
        from customer_marks as k
        cross join life_business_base as b
        where k.kind = 'business'
    """,
)
# What a customer without a gap of his own is timed by.
STANDS_IN = """
    case when f.customer_key is null then b.base_gap_days else f.base_gap_days end"""
# An end does not count while another subscription runs, or one follows without a day between.
CONTRACTS = Step(
    name="contracts",
    one_row="one subscription that began before the as-of day",
    key=("subscription_id",),
    sql="""
        select coalesce(m.owner_key, s.customer_key) as customer_key,
            s.subscription_id, s.started, s.ended
        from subscriptions as s
        left join owners as m on m.customer_key = s.customer_key
        where s.status = 'live' and s.started < $as_of and s.customer_key is not null
    """,
)
CONTRACT_ENDS = Step(
    name="contract_ends",
    one_row="one day on which a customer's last running subscription ended",
    key=("customer_key", "day"),
    sql="""
        select c.customer_key, c.ended as day
        from contracts as c
        where c.ended < $as_of and not exists (
            select 1 from contracts as o
            where o.customer_key = c.customer_key and o.subscription_id <> c.subscription_id
                and date_diff('day', c.ended, o.started) <= 1
                and (o.ended is null or o.ended > c.ended)
        )
    """,
)
LIFE_VISITS = Step(
    name="life_visits",
    one_row="one visit before the as-of day",
    key=("customer_key", "day"),
    sql="""
        select coalesce(m.owner_key, v.customer_key) as customer_key, v.day
        from visits as v
        left join owners as m on m.customer_key = v.customer_key
        where v.status = 'live' and v.day < $as_of and v.customer_key is not null
    """,
)
# The marks are those of `regulars.stages.histories`.
LIFE_ROWS = Step(
    name="life_rows",
    one_row="one order, refund, first record, end of a contract, or visit",
    key=("customer_key", "day"),
    sql=f"""
        select r.customer_key, r.day, r.mark, r.spend_minor, {STANDS_IN} as base_gap_days
        from (
            select customer_key, day, purchase_days as mark, spend_minor from purchases
            union all
            select customer_key, known_day as day, cast(2 as smallint) as mark,
                cast(0 as bigint) as spend_minor
            from known
            union all
            select customer_key, day, cast(3 as smallint) as mark,
                cast(0 as bigint) as spend_minor
            from contract_ends
            union all
            select customer_key, day, cast(4 as smallint) as mark,
                cast(0 as bigint) as spend_minor
            from life_visits
        ) as r
        left join life_businesses as f on f.customer_key = r.customer_key
        cross join life_base as b
    """,
)


def _code(name: str, en: str, zh: str) -> Column:
    return Column(name=name, type="INTEGER", meaning=Text(en, zh))


def _replay(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    from regulars.stages.replay import replay

    return replay(arrays, values)


RULES = tuple(Rules.__dataclass_fields__)
SPELLS = Derived(
    name="life_spells",
    one_row="one unbroken time of a customer in a stage that touches the replayed days",
    key=("customer_key", "since_day"),
    reads="life_rows",
    columns=(
        CUSTOMER_KEY,
        day("since_day", "First as-of day of the stage.", "进入该阶段的首日。"),
        day("until_day", "First as-of day of the next one.", "进入下一阶段的首日。"),
        flag("opening", "It held on the first day.", "在回放首日即处于该阶段。"),
        _code("came_from", "Stage before, as a code.", "上一阶段代码。"),
        _code("stage", "Stage, as a code.", "阶段代码。"),
        _code("reason", "Reason, as a code.", "原因代码。"),
        number("gap_days", "Usual gap at its beginning.", "进入时的惯常间隔。", "days"),
        day("last_day", "Last purchase day.", "最近购买日。"),
        _code("next_stage", "Stage to come, as a code.", "下一阶段代码。"),
        day("next_day", "Day on which it comes.", "预计转入日。"),
    ),
    apply=_replay,
    parameters=(*RULES, "history_from", "as_of"),
    per_customer=True,
    order_by=("day",),
)

STEPS = (
    MARKS,
    LIFE_GAPS,
    LIFE_BASE,
    LIFE_BUSINESS_BASE,
    LIFE_BUSINESSES,
    CONTRACTS,
    CONTRACT_ENDS,
    LIFE_VISITS,
    LIFE_ROWS,
    SPELLS,
)


def named(column: str, names: tuple[str, ...], *, or_else: str = "null") -> str:
    """SQL: the word of a code."""
    whens = " ".join(f"when {code} then '{name}'" for code, name in enumerate(names, start=1))
    return f"case {column} {whens} else {or_else} end"


def stage_name(column: str) -> str:
    return named(column, STAGES)


def reason_name(column: str) -> str:
    return named(column, REASONS)


def rules_of(question: Ask) -> Rules:
    """The rules as asked for."""
    given = {name: question.values[name] for name in RULES if name in question.values}
    return Rules(**given)


def values(question: Ask, *, history_from: dt.date | None = None) -> dict[str, Any]:
    """What the steps take."""
    as_of: dt.date = question["as_of"]
    start = history_from or as_of - dt.timedelta(days=question["window_days"])
    rules = rules_of(question)
    if question["scheme"] == "gaps" and rules.lost_gaps < rules.decline_gaps:
        raise ParameterError("lost_gaps is at least decline_gaps: lost comes after decline")
    return {
        **{name: getattr(rules, name) for name in RULES},
        "as_of": as_of,
        "base_day": base_day(question),
        "history_from": start,
    }


def base_day(question: Ask) -> dt.date:
    given: dt.date | None = question["base_day"]
    as_of: dt.date = question["as_of"]
    return as_of if given is None else min(given, as_of)


MEASURED = (
    number(
        "base_gap_days",
        "Usual gap of the base (median), without its businesses where there are others.",
        "全体的惯常间隔（中位数）；若另有企业客户，则不含企业。",
        "days",
    ),
    count("measured_customers", "Those of them with at least two gaps.", "其中至少有两个间隔者。"),
)
BUSINESSES_APART = Text(
    "Businesses are timed by their own usual gap: {days:g} days, the median of {measured}.",
    "企业客户按其自身的惯常间隔计算：{days:g}天（{measured}家的中位数）。",
)
BUSINESSES_UNKNOWN = Text(
    "Only {measured} businesses have two gaps between purchases; with fewer than {least} they have"
    " no usual gap, and those without one of their own are in no known stage.",
    "仅{measured}家企业有两个以上购买间隔；不足{least}家时无法得出企业的惯常间隔，"
    "自身尚无惯常间隔的企业阶段未知。",
)
TOO_FEW_MEASURED = Text(
    "Only {measured} customers have two gaps between purchases; with fewer than {least} the base"
    " has no usual gap, and customers without one of their own are in no known stage.",
    "仅{measured}位客户有两个以上购买间隔；不足{least}位时无法得出全体惯常间隔，"
    "自身尚无惯常间隔的客户阶段未知。",
)
