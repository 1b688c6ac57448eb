"""`tiers`: key accounts, small and medium businesses, consumers (001-7).

Within businesses a key account reaches at least two of three: average order value, frequency and
profit at the 80th percentile of businesses or above; the others are SMB; everybody else is a
consumer. What was set by hand, with a reason and a day still to come, goes before the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, money, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.analyses.plane import FREQUENCY_UNIT
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps import tiers as steps
from regulars.steps.compose import Target

TIERS = ("key", "smb", "consumer")
TIER = text(
    "tier",
    "key: key account; smb: small or medium business; consumer: no business.",
    "层级：key 重点客户，smb 中小企业，consumer 个人消费者。",
    choices=TIERS,
)

NO_MARKS = Text(
    "Unknown: no customer is marked as a person or a business (customers.kind), so that nobody can"
    " be called a consumer.",
    "未知：没有任何客户标明个人或企业（customers.kind），因此无法判定谁是个人消费者。",
)
UNMARKED = Text(
    "{customers} customers are marked neither person nor business; they count as consumers.",
    "有{customers}位客户未标明个人或企业，按个人消费者计。",
)
BY_REVENUE = Text(
    "Profit is unknown for businesses (unit costs cover {share:.0%} of their spend, 80% are"
    " needed): the third criterion is revenue.",
    "企业客户的利润未知（单位成本仅覆盖其消费额的{share:.0%}，至少需80%）：第三项标准改用收入。",
)
BY_PROFIT = Text(
    "Profit is spend less unit cost, over the lines whose cost is known ({share:.0%} of the"
    " businesses' spend); a refund without lines is taken off in full.",
    "利润 = 消费额 − 单位成本，仅计成本已知的明细（占企业客户消费额的{share:.0%}）；"
    "没有明细的退款全额扣减。",
)
ALL_REACH = Text(
    "Every business reaches the threshold of {criteria}: that criterion parts nobody.",
    "所有企业客户都达到{criteria}的阈值，该标准不起区分作用。",
)
OVERRIDES_OFF = Text(
    "{customers} tiers set by hand do not count: a reason is missing, or the day until which they"
    " hold is missing or past.",
    "有{customers}个人工指定的层级未生效：缺少理由，或失效日期缺失、已过。",
)
FEW_CONSUMERS = Text(
    "Fewer than 100 consumers bought in the window: the 99th percentile is simply the highest"
    " value.",
    "时间窗内购买的个人消费者不足100位，第99百分位即为最高值。",
)
NAMES = {
    "aov": ("aov_cut_minor", "aov_lowest_minor"),
    "frequency": ("frequency_cut", "frequency_lowest"),
    "profit": ("gain_cut_minor", "gain_lowest_minor"),
}

KEY_PERCENTILE = Parameter(
    name="key_percentile",
    kind="number",
    default=80,
    minimum=0,
    maximum=100,
    meaning=Text(
        "Percentile among businesses from which a criterion is reached.",
        "企业客户中达标所需的百分位。",
    ),
)
VIP_PERCENTILE = Parameter(
    name="vip_percentile",
    kind="number",
    default=99,
    minimum=0,
    maximum=100,
    meaning=Text(
        "Percentile of average order value among consumers from which one is a VIP individual.",
        "个人消费者中客单价达到该百分位即为“VIP个人”。",
    ),
)
PARAMETERS = (AS_OF, WINDOW_DAYS, KEY_PERCENTILE, VIP_PERCENTILE, FREQUENCY_UNIT)

COUNTS = Step(
    name="tier_counts",
    one_row="one tier that holds somebody (none: unknown)",
    key=("tier",),
    sql="""
        select tier, count(*) as customers,
            cast(sum(case when frequency > 0 then 1 else 0 end) as bigint) as active_customers,
            cast(sum(spend_minor) as bigint) as revenue_minor,
            cast(sum(frequency) as bigint) as frequency,
            cast(sum(vip) as bigint) as vip_individuals,
            cast(sum(coalesce(override_valid, 0)) as bigint) as set_by_hand,
            cast(sum(case when override_valid = 0 then 1 else 0 end) as bigint) as not_counted,
            cast(sum(case when kind is null then 1 else 0 end) as bigint) as unmarked,
            cast(sum(case when tier_by_rule is null then 1 else 0 end) as bigint) as no_rule,
            cast(sum(gain_minor) as bigint) as gain_minor
        from tiered
        group by tier
    """,
)


def values(question: Ask) -> dict[str, Any]:
    """What the tier steps take."""
    as_of: dt.date = question["as_of"]
    return {
        "as_of": as_of,
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "by_orders": question["frequency_unit"] == "orders",
        "key_percentile": float(question["key_percentile"]),
        "vip_percentile": float(question["vip_percentile"]),
        "minor_per_major": float(question.minor_per_major),
    }


TARGETS = ("tier_counts", "tier_cuts", "tier_cover", "tier_vip_cut", "tier_business_count",
           "tier_consumer_count")  # fmt: skip


def plan(question: Ask) -> Plan:
    return Plan(tuple(Target(name) for name in TARGETS), values(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    counted = fetched["tier_counts"]
    found = {row["tier"]: row for row in counted}
    if not set(found) - {None}:
        note = (Note("no_marks", NO_MARKS),)
        return Answer([], {figure.name: None for figure in FIGURES}, note)
    cover = fetched["tier_cover"][0]
    by_profit = bool(cover["by_profit"])
    customers = sum(row["customers"] for row in counted)
    revenue = sum(row["revenue_minor"] for row in counted)
    rows = [
        _row(tier, found.get(tier, {}), customers, revenue, by_profit=by_profit) for tier in TIERS
    ]
    cuts = fetched["tier_cuts"][0]
    spend = cover["spend_minor"]
    figures = {
        "customers_total": customers,
        "revenue_total_minor": revenue,
        "aov_cut_minor": cuts["aov_cut_minor"],
        "frequency_cut": cuts["frequency_cut"],
        "profit_cut_minor": cuts["gain_cut_minor"],
        "third_criterion": "profit" if by_profit else "revenue",
        # what was refunded of lines without a cost makes the others worth more than the spend
        "cost_cover": min(1.0, cover["costed_minor"] / spend) if spend > 0 else None,
        "vip_cut_minor": fetched["tier_vip_cut"][0]["vip_cut_minor"],
        "businesses": fetched["tier_business_count"][0]["customers"],
        "unmarked": sum(row["unmarked"] for row in counted),
        "set_by_hand": sum(row["set_by_hand"] for row in counted),
        "overrides_not_counted": sum(row["not_counted"] for row in counted),
        "from_day": plan.values["window_from"],
        "to_day": plan.values["as_of"],
    }
    return Answer(rows, figures, tuple(_notes(figures, cuts, fetched, found)))


def _row(
    tier: str, row: Mapping[str, int], customers: int, revenue: int, *, by_profit: bool
) -> dict[str, object]:
    held, money_of = row.get("customers", 0), row.get("revenue_minor", 0)
    active, frequency = row.get("active_customers", 0), row.get("frequency", 0)
    return {
        "tier": tier,
        "customers": held,
        "customer_share": held / customers if customers else None,
        "active_customers": active,
        "revenue_minor": money_of,
        "revenue_share": money_of / revenue if revenue > 0 else None,
        "aov_minor": money_of / frequency if frequency else None,
        "frequency_per_active": frequency / active if active else None,
        "profit_minor": row.get("gain_minor") if by_profit else None,
        "vip_individuals": row.get("vip_individuals", 0),
        "set_by_hand": row.get("set_by_hand", 0),
    }


def _notes(
    figures: Mapping[str, Any],
    cuts: Mapping[str, Any],
    fetched: Mapping[str, Rows],
    found: Mapping[str | None, Mapping[str, int]],
) -> list[Note]:
    notes = []
    if None in found:
        notes.append(Note("no_marks", NO_MARKS))
    elif figures["unmarked"]:
        notes.append(Note("unmarked", UNMARKED, {"customers": figures["unmarked"]}))
    if figures["businesses"]:
        said = {"share": figures["cost_cover"] or 0.0}
        by_profit = figures["third_criterion"] == "profit"
        notes.append(
            Note("by_profit", BY_PROFIT, said)
            if by_profit
            else Note("by_revenue", BY_REVENUE, said)
        )
    blunt = [name for name, (cut, low) in NAMES.items() if cuts[cut] == cuts[low]]
    if figures["businesses"] > 1 and blunt:
        notes.append(Note("all_reach", ALL_REACH, {"criteria": ", ".join(blunt)}))
    if figures["overrides_not_counted"]:
        said = {"customers": figures["overrides_not_counted"]}
        notes.append(Note("overrides_not_counted", OVERRIDES_OFF, said))
    if 0 < fetched["tier_consumer_count"][0]["customers"] < 100:
        notes.append(Note("few_consumers", FEW_CONSUMERS))
    return notes


FIGURES = (
    count("customers_total", "Customers with an order.", "有订单的客户数。"),
    money("revenue_total_minor", "Net spend in the window.", "时间窗内的净消费额。"),
    number("aov_cut_minor", "P80 of average order value.", "客单价的第80百分位。", "minor"),
    count("frequency_cut", "P80 of frequency.", "购买频次的第80百分位。", "days"),
    money("profit_cut_minor", "P80 of profit or revenue.", "利润（或收入）的第80百分位。"),
    text(
        "third_criterion",
        "profit, or revenue where costs do not reach far enough.",
        "第三项标准：利润；成本不足时为收入。",
        choices=("profit", "revenue"),
    ),
    share("cost_cover", "Share of businesses' spend with a cost.", "企业消费额中成本已知的占比。"),
    number("vip_cut_minor", "P99 of consumers' order value.", "个人客单价的第99百分位。", "minor"),
    count("businesses", "Businesses with an order in the window.", "时间窗内下单的企业客户数。"),
    count("unmarked", "Neither person nor business.", "未标明个人或企业的客户数。"),
    count("set_by_hand", "Tiers set by hand that count.", "生效的人工指定数。"),
    count("overrides_not_counted", "Tiers set by hand that do not.", "未生效的人工指定数。"),
    day("from_day", "First day of the window.", "时间窗首日。"),
    day("to_day", "The day after the window.", "时间窗结束的次日。"),
)

ANALYSIS = Analysis(
    name="tiers",
    title=Text("Customer tiers", "客户层级"),
    question=Text(
        "Who are the key accounts, the small businesses and the consumers?",
        "谁是重点客户、谁是中小企业、谁是个人消费者？",
    ),
    rows=Text("One tier: key, smb, consumer.", "一个层级：重点客户、中小企业、个人消费者。"),
    source="001-7",
    grain="table",
    inputs=("orders", "customers"),
    helps=("identities", "order_lines", "products"),
    parameters=PARAMETERS,
    columns=(
        TIER,
        count("customers", "Customers with an order ever.", "有过订单的客户数。"),
        share("customer_share", "Their share.", "客户占比。"),
        count("active_customers", "Those with an order in the window.", "时间窗内下单的客户数。"),
        money("revenue_minor", "Their net spend in the window.", "其时间窗内的净消费额。"),
        share("revenue_share", "Its share of the whole.", "其消费额占比。"),
        number("aov_minor", "Average order value.", "客单价。", "minor"),
        number("frequency_per_active", "Purchases per active customer.", "活跃客户人均购买频次。"),
        money(
            "profit_minor", "Profit of the businesses, where known.", "企业客户的利润（如已知）。"
        ),
        count("vip_individuals", "Flagged VIP individual.", "标记为“VIP个人”的客户数。"),
        count("set_by_hand", "Whose tier was set by hand.", "层级由人工指定的客户数。"),
    ),
    figures=FIGURES,
    steps=(*steps.STEPS, COUNTS),
    plan=plan,
    finish=finish,
)
