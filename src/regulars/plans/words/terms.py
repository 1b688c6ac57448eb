"""What lines, inputs and periods are called."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.declare import Language, Text

LINES: Mapping[str, Text] = {
    "kept": Text("Customers kept", "留存客户"),
    "referred": Text("Customers referred", "转介绍客户"),
    "customers": Text("Customers", "客户数"),
    "orders": Text("Orders per customer", "人均订单数"),
    "aov": Text("Average order value", "客单价"),
    "revenue": Text("Revenue", "收入"),
    "direct_cost": Text("Direct cost", "直接成本"),
    "acquisition": Text("Acquisition cost", "获客成本"),
    "marketing": Text("Marketing cost", "营销成本"),
    "renewal": Text("Cost of renewal letters", "续订催缴成本"),
    "referral_incentive": Text("Referral incentives", "转介绍奖励"),
    "gross_profit": Text("Gross profit", "毛利"),
    "discount": Text("Discount factor", "折现系数"),
    "npv": Text("Net present value", "净现值"),
    "cumulative": Text("Cumulative value", "累计净现值"),
    "ltv": Text("Lifetime value per customer", "客户生命周期价值"),
}

INPUTS: Mapping[str, Text] = {
    "customers": Text("Customers acquired", "获客数"),
    "retention": Text("Retention rate", "留存率"),
    "referral_rate": Text("Referral rate", "转介绍率"),
    "orders": LINES["orders"],
    "aov": LINES["aov"],
    "direct_cost_rate": Text("Direct cost, share of revenue", "直接成本率"),
    "acquisition_cost": Text("Acquisition cost per customer", "单客获客成本"),
    "marketing": Text("Marketing per customer", "单客营销费用"),
    "programme": Text("Programme per customer", "单客会员项目费用"),
    "database": Text("Database per customer", "单客数据库费用"),
    "renewal_cost": Text("Renewal cost per customer due", "每位到期客户的续订费用"),
    "referral_incentive": Text("Incentive per referral", "每次转介绍奖励"),
    "interest": Text("Interest a year", "年利率"),
    "risk_factor": Text("Risk factor", "风险系数"),
    "payment_delay_days": Text("Payment delay, days", "收款延迟天数"),
    "period_days": Text("Days in a period", "每期天数"),
    "discount_decimals": Text(
        "Decimals of the factors (empty: exact)", "系数保留小数位（留空为不舍入）"
    ),
    "discount_factors": Text(
        "Discount factors given (empty: calculated)", "指定折现系数（留空为计算）"
    ),
}

COUNTED = ("kept", "referred", "customers")
PER_HEAD = ("aov", "ltv")

PERIODS: Mapping[str, tuple[Text, Text]] = {
    "year": (Text("year", "年"), Text("years", "年")),
    "quarter": (Text("quarter", "个季度"), Text("quarters", "个季度")),
    "month": (Text("month", "个月"), Text("months", "个月")),
    "week": (Text("week", "周"), Text("weeks", "周")),
    "period": (Text("period", "期"), Text("periods", "期")),
}
LENGTHS = {"year": (360, 366), "quarter": (89, 92), "month": (28, 31), "week": (7, 7)}

NTH = Text("{nth} {period}", "第{n}{period}")
LAST = Text("{n} {periods}", "{n}{periods}")


def period_kind(days: float) -> str:
    """What a period of so many days is called."""
    return next((k for k, (low, high) in LENGTHS.items() if low <= days <= high), "period")


def nth(n: int, kind: str, lang: Language) -> str:
    """``2nd year``, 第2年."""
    return NTH.fill(lang, nth=ordinal(n), n=n, period=PERIODS[kind][0].say(lang))


def lasting(n: int, kind: str, lang: Language) -> str:
    """``3 years``, 3年."""
    return LAST.fill(lang, n=n, periods=PERIODS[kind][0 if n == 1 else 1].say(lang))


def ordinal(n: int) -> str:
    """``1st``."""
    tail = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{tail}"
