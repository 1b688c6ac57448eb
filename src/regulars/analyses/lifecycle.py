"""`lifecycle`: how many customers and how much revenue stand in each life stage (002-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses import life_rates
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.analyses.life_stages import (
    BUSINESSES_APART,
    BUSINESSES_UNKNOWN,
    LEAST_MEASURED,
    MEASURED,
    PARAMETERS,
    RULES,
    STANDS_IN,
    STEPS,
    TOO_FEW_MEASURED,
    values,
)
from regulars.analyses.staleness import stale
from regulars.declare import Column, Parameter, Text
from regulars.result import Note
from regulars.stages.rules import ACQUISITION, REFUND_ONLY, STAGES, UNKNOWN, Rules
from regulars.steps import Derived, Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS

LIFE_COUNTS = Step(
    name="life_counts",
    one_row="one stage in which somebody is",
    key=("stage",),
    sql=f"""
        select s.stage, count(*) as customers,
            cast(coalesce(sum(t.window_spend_minor), 0) as bigint) as revenue_minor,
            cast(sum(case when s.reason = {REFUND_ONLY} then 1 else 0 end) as bigint)
                as refund_only,
            cast(sum(case when t.purchase_days = 1 then 1 else 0 end) as bigint) as bought_once
        from (
            select customer_key, stage, reason from life_spells where until_day is null
        ) as s
        left join totals as t on t.customer_key = s.customer_key
        group by s.stage
    """,
)
LIFE_HISTORIES = Step(
    name="life_histories",
    one_row="one number of repeat purchase days in one number of days since the first, of one kind",
    key=("repeats", "days", "base_gap_days"),
    sql=f"""
        select repeats, days, base_gap_days, count(*) as customers
        from (
            select t.purchase_days - 1 as repeats, date_diff('day', t.first_day, $as_of) as days,
                {STANDS_IN} as base_gap_days
            from totals as t
            left join life_businesses as f on f.customer_key = t.customer_key
            cross join life_base as b
            where t.purchase_days > 0
        ) as h
        group by repeats, days, base_gap_days
    """,
)


def _steady(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    from regulars.stages.steady import steady_stages

    base = np.ma.filled(np.ma.asarray(arrays["base_gap_days"], dtype=np.float64), np.nan)
    found = steady_stages(
        repeats=np.asarray(arrays["repeats"], dtype=np.int64),
        days=np.asarray(arrays["days"], dtype=np.int64),
        base_gap=base,
        customers=np.asarray(arrays["customers"], dtype=np.int64),
        last=int(np.datetime64(values["as_of"], "D").astype(np.int64)),
        rules=Rules(**{name: values[name] for name in RULES}),
    )
    return {"stage": np.arange(1, len(STAGES) + 1, dtype=np.int32), "customers": found}


LIFE_STEADY = Derived(
    name="life_steady",
    one_row="one stage: how many would be there if everybody bought steadily",
    key=("stage",),
    reads="life_histories",
    columns=(
        Column(name="stage", type="INTEGER", meaning=Text("Stage, as a code.", "阶段代码。")),
        number("customers", "Expected customers.", "预期客户数。", "customers"),
    ),
    apply=_steady,
    parameters=(*RULES, "as_of"),
)

HISTORY = Parameter(
    name="history",
    kind="flag",
    default=False,
    meaning=Text(
        "Every change of stage within the window, customer by customer: `lifecycle_history`.",
        "逐位客户列出时间窗内的每次阶段变动，即 lifecycle_history。",
    ),
)
WIN_BACK_KIND = Parameter(
    name="win_back_kind",
    kind="text",
    default="win_back",
    free=True,
    meaning=Text(
        "Kind of campaign whose costs are those of winning back.", "哪一类活动的费用计为赢回成本。"
    ),
)

BY_CHANCE = Text(
    "Steady buyers lapse in this count too: of those with a gap of their own about 17% stand in"
    " Lapsing and 7% in Lost at any moment by 2 and 4 gaps; of those who bought too seldom to have"
    " one, and are measured by the base's, far more. Read each count beside the column steady.",
    "稳定购买者也会落入这些阶段：按2倍、4倍间隔的规则，有自身间隔者任一时刻约有17%处于衰退、"
    "7%处于流失；购买太少、只能套用全体间隔者则多得多。请与“稳定购买”一列对照。",
)
NO_PROSPECTS = Text(
    "No first-seen days and no leads imported: nobody is in Acquisition, and the activation rate is"
    " unknown.",
    "未导入首次接触日期或销售线索：获取阶段无人，激活率未知。",
)
NO_COSTS = Text(
    "What winning back costs is unknown: no {table} imported.", "赢回成本未知：尚未导入{table}。"
)
NO_WIN_BACK = Text(
    "What winning back costs is unknown: no costs of a campaign of kind {kind} in the window.",
    "赢回成本未知：时间窗内没有{kind}类活动的费用。",
)
NO_CONTRACTS = Text(
    "No subscriptions imported: Lost follows from silence alone.",
    "未导入订阅：流失仅依据沉默判断。",
)
BOUGHT_ONCE = Text(
    "{customers} customers bought on one day only: one purchase cannot tell a silence, so the"
    " calibrated scheme leaves them in Growth.",
    "{customers}位客户只有一个购买日：仅凭一次购买无法判断沉默，calibrated 方案将其留在提升阶段。",
)


def plan(question: Ask) -> Plan:
    given = values(question)
    used = {"base_day": given["base_day"]}
    targets = ["life_counts", "life_steady", "life_base", "life_business_base", "life_moves",
               "life_openings", "life_dwells", "life_seconds"]  # fmt: skip
    as_of: dt.date = question["as_of"]
    given["window_from"] = as_of - dt.timedelta(days=question["window_days"])
    if RECORDS & question.imported:
        targets.append("life_activated")
    if {"costs", "campaigns"} <= question.imported:
        targets.append("life_costs")
        given["win_back_kind"] = question["win_back_kind"]
    notes = (*stale(question), *_missing(question))
    return Plan(tuple(Target(name) for name in targets), given, used, notes)


def _missing(question: Ask) -> tuple[Note, ...]:
    notes = []
    if not RECORDS & question.imported:
        notes.append(Note("no_prospects", NO_PROSPECTS))
    if "subscriptions" not in question.imported:
        notes.append(Note("no_contracts", NO_CONTRACTS))
    notes += [
        Note("no_costs", NO_COSTS, {"table": table})
        for table in ("costs", "campaigns")
        if table not in question.imported
    ][:1]
    return tuple(notes)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    counts = {row["stage"]: row for row in fetched["life_counts"]}
    steady = _expected(counts, fetched["life_steady"])
    total = sum(row["customers"] for row in counts.values())
    revenue = sum(row["revenue_minor"] for row in counts.values())
    rows = []
    for code, stage in enumerate(STAGES, start=1):
        found = counts.get(code, {"customers": 0, "revenue_minor": 0})
        rows.append(
            {
                "stage": stage,
                "customers": found["customers"],
                "share": found["customers"] / total if total else None,
                "steady_customers": steady[code],
                "steady_share": steady[code] / total if total else None,
                "revenue_minor": found["revenue_minor"],
                "revenue_share": found["revenue_minor"] / revenue if revenue > 0 else None,
            }
        )
    base, _ = _bases(fetched)
    figures = {
        "customers_total": total,
        "base_gap_days": base["base_gap_days"],
        "measured_customers": base["measured"],
        **life_rates.rates(fetched),
    }
    return Answer(rows, figures, _said(question, fetched, counts))


def _bases(fetched: Mapping[str, Rows]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """What stands for the base, and businesses where they stand beside it."""
    others, businesses = (fetched[name][0] for name in ("life_base", "life_business_base"))
    if not others["measured"] and businesses["measured"]:
        return businesses, None
    return others, businesses if businesses["measured"] else None


def _apart(businesses: Mapping[str, Any] | None) -> list[Note]:
    if businesses is None:
        return []
    measured, gap = businesses["measured"], businesses["base_gap_days"]
    if gap is None:
        said = {"measured": measured, "least": LEAST_MEASURED}
        return [Note("businesses_unknown", BUSINESSES_UNKNOWN, said)]
    return [Note("businesses_apart", BUSINESSES_APART, {"days": gap, "measured": measured})]


def _expected(counts: Mapping[int, Mapping[str, Any]], steady: Rows) -> dict[int, float]:
    """Steady buyers by stage; who never bought stays where he is."""
    expected = {row["stage"]: row["customers"] for row in steady}
    expected[ACQUISITION] += counts.get(ACQUISITION, {}).get("customers", 0)
    expected[UNKNOWN] += counts.get(UNKNOWN, {}).get("refund_only", 0)
    return expected


def _said(
    question: Ask, fetched: Mapping[str, Rows], counts: Mapping[int, Mapping[str, Any]]
) -> tuple[Note, ...]:
    notes = []
    base, businesses = _bases(fetched)
    if "life_activated" in fetched and not fetched["life_activated"][0]["known"]:
        notes.append(Note("no_prospects", NO_PROSPECTS))
    if question["scheme"] == "gaps":
        notes.append(Note("by_chance", BY_CHANCE))
        if base["base_gap_days"] is None:
            said = {"measured": base["measured"], "least": LEAST_MEASURED}
            notes.append(Note("too_few_measured", TOO_FEW_MEASURED, said))
        notes += _apart(businesses)
    else:
        once = sum(row["bought_once"] for row in counts.values())
        if once:
            notes.append(Note("bought_once", BOUGHT_ONCE, {"customers": once}))
    if "life_costs" in fetched and not fetched["life_costs"][0]["entries"]:
        notes.append(Note("no_win_back", NO_WIN_BACK, {"kind": question["win_back_kind"]}))
    return tuple(notes)


ANALYSIS = Analysis(
    name="lifecycle",
    title=Text("Life stages", "生命周期阶段"),
    question=Text(
        "How many customers stand in each life stage, and what would steady buying show?",
        "各生命周期阶段有多少客户？若人人稳定购买，又会是怎样？",
    ),
    rows=Text("One life stage.", "一个生命周期阶段。"),
    source="002-5",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "leads", "subscriptions", "visits", "campaigns", "costs"),
    parameters=(HISTORY, *PARAMETERS, WIN_BACK_KIND),
    instead={"history": "lifecycle_history"},
    columns=(
        text("stage", "Life stage.", "生命周期阶段。", choices=STAGES),
        count("customers", "Customers in it on the as-of day.", "统计日处于该阶段的客户数。"),
        share("share", "Their share of all known.", "占全部已知客户的比例。"),
        number(
            "steady_customers",
            "Customers that the stage would show if everybody bought steadily: the same first days"
            " and numbers of purchase days, the days drawn by chance.",
            "若人人稳定购买，该阶段应有的客户数：首次购买日和购买天数不变，其余购买日随机分布。",
            "customers",
        ),
        share("steady_share", "Their share of all known.", "占全部已知客户的比例。"),
        money("revenue_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        share("revenue_share", "Its share of all.", "占总额的比例。"),
    ),
    figures=(
        count("customers_total", "Customers and prospects known.", "已知客户与潜在客户数。"),
        *MEASURED,
        share(
            "activation_rate",
            "Of those first known in the window before any order: who has ordered.",
            "时间窗内首次接触、当时尚无订单者中，已下单的比例。",
        ),
        count(
            "activated_customers", "Moves from Acquisition to Growth.", "由获取转入提升的客户数。"
        ),
        share(
            "second_purchase_rate",
            "Of those who first bought in the window, over 90 days ago: who bought again within 90"
            " days.",
            "时间窗内首购且已满90天者中，90天内再次购买的比例。",
        ),
        count(
            "mature_dwell_days",
            "Median stay in Mature of those who came to it in the window; stays that last are"
            " counted as such. Empty while over half stay.",
            "时间窗内进入成熟阶段者的停留天数中位数，仍在该阶段者按未结束计；过半仍停留则为空。",
            "days",
        ),
        share(
            "decline_recovery_rate",
            "Of those who left Lapsing in the window: who went to Mature.",
            "时间窗内离开衰退阶段者中，回到成熟阶段的比例。",
        ),
        share(
            "win_back_rate",
            "Of those Lost at any time in the window: who ordered again.",
            "时间窗内曾处于流失阶段者中，再次下单的比例。",
        ),
        count("won_back_customers", "Moves from Lost to Returned.", "由流失转入回归的次数。"),
        number(
            "win_back_cost_minor",
            "Costs of win-back campaigns for each of them.",
            "每赢回一位的活动费用。",
            "minor",
        ),
    ),
    steps=(*STEPS, LIFE_COUNTS, LIFE_HISTORIES, LIFE_STEADY, *life_rates.STEPS),
    plan=plan,
    finish=finish,
)
