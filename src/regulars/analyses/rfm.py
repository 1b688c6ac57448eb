"""`rfm`: recency, frequency and money, each scored 1 to 5 (002-6c)."""

from __future__ import annotations

import datetime as dt

from regulars.analyses.analysis import Analysis, Ask, Plan
from regulars.analyses.columns import CUSTOMER_KEY, count, money, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.steps import Step
from regulars.steps.compose import Target

BUYERS = Step(
    name="buyers",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    sql="""
        select
            customer_key, last_day, date_diff('day', last_day, $as_of) as recency_days,
            window_purchase_days as frequency, window_spend_minor as monetary_minor
        from totals
        where window_purchase_days > 0
    """,
)


def _ranks(column: str) -> Step:
    """How many customers are strictly worse, per distinct value: far fewer rows than customers."""
    return Step(
        name=f"{column}_ranks",
        one_row=f"one distinct value of {column}",
        key=(column,),
        sql=f"""
            select {column},
                sum(customers) over (order by {column}
                    rows between unbounded preceding and current row) - customers as worse
            from (select {column}, count(*) as customers from buyers group by {column}) as counted
        """,
    )


BUYER_COUNT = Step(
    name="buyer_count",
    one_row="the number of buyers in the window",
    key=(),
    sql="select count(*) as customers from buyers",
)

# 1 + floor(5·(number strictly lower)/n): ties share a score. Over a row `t` of totals and the
# ranks of its values; shared by the analysis and the snapshot.
RANKS = {
    "r": ("last_day_ranks", "r.last_day = t.last_day"),
    "f": ("frequency_ranks", "f.frequency = t.window_purchase_days"),
    "m": ("monetary_minor_ranks", "m.monetary_minor = t.window_spend_minor"),
}
BOUGHT = "t.window_purchase_days > 0"


def _score(rank: str) -> str:
    score = f"cast(1 + floor(5 * {rank}.worse / nullif(n.customers, 0)) as bigint)"
    return f"case when {BOUGHT} then {score} end"


FIGURES = {
    "recency_days": f"case when {BOUGHT} then date_diff('day', t.last_day, $as_of) end",
    "frequency": f"case when {BOUGHT} then t.window_purchase_days end",
    "monetary_minor": f"case when {BOUGHT} then t.window_spend_minor end",
    "r_score": _score("r"),
    "f_score": _score("f"),
    "m_score": _score("m"),
}

RFM_INDEPENDENT = Step(
    name="rfm_independent",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    sql=f"""
        select t.customer_key, {", ".join(f"{sql} as {name}" for name, sql in FIGURES.items())}
        from totals as t
        {" ".join(f"left join {step} as {a} on {on}" for a, (step, on) in RANKS.items())}
        cross join buyer_count as n
        where {BOUGHT}
    """,
)

# Hughes' nesting: fifths by recency, within each fifths by frequency, within those by money.
# Ties go to the next criterion and last to a keyed hash, so that every engine cuts alike.
# The hash is of the customer's id in the source, not of his key: keys follow the order of imports.
TIE_WORDS = Step(
    name="tie_words",
    one_row="one customer with a purchase day in the window, and what his tie is broken by",
    key=("customer_key",),
    sql="""
        select b.customer_key, b.recency_days, b.frequency, b.monetary_minor,
            md5($salt || ':' || coalesce(i.word, cast(b.customer_key as varchar))) as tie
        from buyers as b
        left join (
            select customer_key, min(source || ':' || external_id) as word
            from identities
            group by customer_key
        ) as i on i.customer_key = b.customer_key
    """,
)
NESTED_1 = Step(
    name="nested_recency",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    sql="""
        select
            customer_key, recency_days, frequency, monetary_minor, tie,
            cast(1 + floor(5 * (row_number() over
                (order by recency_days desc, frequency, monetary_minor, tie) - 1)
                / nullif(count(*) over (), 0)) as bigint) as r_score
        from tie_words
    """,
)
NESTED_2 = Step(
    name="nested_frequency",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    sql="""
        select
            customer_key, recency_days, frequency, monetary_minor, tie, r_score,
            cast(1 + floor(5 * (row_number() over
                (partition by r_score order by frequency, monetary_minor, tie) - 1)
                / nullif(count(*) over (partition by r_score), 0)) as bigint) as f_score
        from nested_recency
    """,
)
RFM_NESTED = Step(
    name="rfm_nested",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    sql="""
        select
            customer_key, recency_days, frequency, monetary_minor, r_score, f_score,
            cast(1 + floor(5 * (row_number() over
                (partition by r_score, f_score order by monetary_minor, tie) - 1)
                / nullif(count(*) over (partition by r_score, f_score), 0)) as bigint) as m_score
        from nested_frequency
    """,
)


def _with_cell(step: str) -> Step:
    return Step(
        name=f"{step}_cells",
        one_row="one customer with a purchase day in the window",
        key=("customer_key",),
        sql=f"""
            select
                customer_key, recency_days, frequency, monetary_minor, r_score, f_score, m_score,
                cast(r_score as varchar) || cast(f_score as varchar) || cast(m_score as varchar)
                    as cell
            from {step}
        """,
    )


STEPS = (
    BUYERS,
    BUYER_COUNT,
    _ranks("last_day"),
    _ranks("frequency"),
    _ranks("monetary_minor"),
    RFM_INDEPENDENT,
    TIE_WORDS,
    NESTED_1,
    NESTED_2,
    RFM_NESTED,
    _with_cell("rfm_independent"),
    _with_cell("rfm_nested"),
)

METHOD = Parameter(
    name="method",
    kind="choice",
    default="independent",
    choices=("independent", "nested"),
    meaning=Text(
        "Score each measure over everybody (independent), or frequency within recency and money"
        " within both (nested, after Hughes).",
        "各指标独立打分（independent），或先按最近购买、再按频次、再按金额逐层打分"
        "（nested，Hughes 法）。",
    ),
)
SALT = Parameter(
    name="salt",
    kind="text",
    default="regulars",
    free=True,
    meaning=Text("Breaks the last ties of the nested method.", "逐层打分时用于打破最后的并列。"),
)

SCORES = (
    count("r_score", "Recency, 5 = bought most recently.", "最近购买得分，5为最近。", "score"),
    count("f_score", "Frequency, 5 = bought most often.", "购买频次得分，5为最频繁。", "score"),
    count("m_score", "Money, 5 = spent most.", "消费金额得分，5为最高。", "score"),
    text("cell", "The three scores written together.", "三项得分连写。"),
)

COLUMNS = (
    CUSTOMER_KEY,
    count("recency_days", "Days since the last purchase.", "距最近一次购买的天数。", "days"),
    count("frequency", "Purchase days in the window.", "时间窗内的购买天数。", "days"),
    money("monetary_minor", "Net spend in the window.", "时间窗内的净消费额。"),
    *SCORES,
)


def values(question: Ask) -> dict[str, object]:
    """What the steps take; the salt only where a tie may come to it."""
    as_of: dt.date = question["as_of"]
    start = as_of - dt.timedelta(days=question["window_days"])
    salt = {"salt": question["salt"]} if question["method"] == "nested" else {}
    return {"as_of": as_of, "window_from": start, **salt}


def plan(question: Ask) -> Plan:
    target = Target(f"rfm_{question['method']}_cells", order_by=("-cell", "customer_key"))
    return Plan((target,), values(question))


ANALYSIS = Analysis(
    name="rfm",
    title=Text("RFM scores", "RFM评分"),
    question=Text(
        "Who bought recently, who often, who for much, each on a scale of five?",
        "谁最近买过、谁买得勤、谁买得多？各按五分制打分。",
    ),
    rows=Text("One customer with an order in the window.", "一位在时间窗内下过单的客户。"),
    source="002-6c",
    grain="customer",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, WINDOW_DAYS, METHOD, SALT),
    columns=COLUMNS,
    steps=STEPS,
    plan=plan,
)
