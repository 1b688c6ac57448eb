"""What groups, tiers, terms and causes are called, in a picture and in a table alike."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.declare import Language, Text
from regulars.words import codes

GROUPS: Mapping[str, Text] = {
    "A": Text("no order", "未下单"),
    "B": Text("seldom, small", "低频低额"),
    "C": Text("seldom, large", "低频高额"),
    "D": Text("often, small", "高频低额"),
    "E": Text("often, large", "高频高额"),
    "arrived": Text("newly arrived", "新到客户"),
}
GROUP = Text("{group} · {meaning}", "{group} · {meaning}")
ARRIVED = Text("Newly arrived", "新到客户")

TIERS = codes.CORE

# In the narrow first column of a table.
TIERS_SHORT: Mapping[str, Text] = {
    "core": Text("Core", "核心"),
    "rest": Text("Others", "其他"),
}

TERMS = codes.TERMS
TERM_ORDER = ("lost", "down", "first_time", "returned", "new", "up")

CAUSES = codes.CAUSES
CAUSE_ORDER = ("frequency", "basket", "price", "discounts")

STAGES = codes.STAGES
# Those who buy at the foot, those who stopped on top: both have an edge to be read from.
STAGE_ORDER = ("mature", "growth", "returned", "acquisition", "unknown", "decline", "lost")

BEFORE = Text("Before", "前一期")
AFTER = Text("After", "后一期")
OF_CUSTOMERS = Text("customers", "客户数")
OF_REVENUE = Text("revenue", "销售额")
EXPECTED = Text("expected", "预期")
MADE = Text("made", "实际")
NOW = Text("now", "现在")
STEADY = Text("│ if steady", "│若稳定")
STAGE_SHARES = Text("share of customers at the end of each month", "月末各阶段客户占比")
TO = Text("to group", "转入组别")
CUSTOMERS_SHORT = Text("{n} cust.", "{n}人")
ALL_COHORTS = Text("all cohorts", "全部同期群")
ONE_COHORT = Text("each thin line is one cohort", "每条细线是一个同期群")
PERIODS_AFTER_FIRST = Text("periods after the first order", "首购之后的第几期")
AFTER_FIRST: Mapping[str, Text] = {
    "week": Text("weeks after the first order", "首购之后的第几周"),
    "month": Text("months after the first order", "首购之后的第几个月"),
    "quarter": Text("quarters after the first order", "首购之后的第几个季度"),
    "year": Text("years after the first order", "首购之后的第几年"),
}
BEST_BRING = Text("best {customers} bring {revenue}", "前{customers}贡献{revenue}")
EVEN = Text("if all spent alike", "若人人消费相同")
SHARE_OF_CUSTOMERS = Text("share of customers, best first", "客户占比（由高到低）")
SHARE_OF_REVENUE = Text("share of revenue", "销售额占比")
CAME = Text("came", "实际")
CUT_AT = Text("cut: {day}", "切分日：{day}")
FITTED_TO = Text("fitted to", "用于拟合")
FORETOLD = Text("foretold", "预测")
REPEATS_A_MONTH = Text("repeat orders a month", "每月复购次数")
OF_WHAT_WAS_EXPECTED = Text("what came, in % of what was expected", "实际为预期的百分比")
TENTH_OF = Text("tenth", "十分组")
TENTHS = Text(
    "tenths of customers, share of expected spend", "按预期消费额十等分的客户，及各组占比"
)
TOP_TENTH = Text("highest tenth", "最高10%")
LOWEST_TENTH = Text("lowest tenth", "最低10%")
NTH = Text("{n}", "第{n}组")
SHARE_AND_MONEY = Text("{share} · {money}", "{share}·{money}")
BOUGHT_ON = Text("{days} purchase days", "购买{days}天")
BOUGHT_ON_ONE = Text("{days} purchase day", "购买{days}天")
SILENT_FOR = Text("days since the last purchase", "距末次购买天数")
SILENT_FOR_NARROW = Text(
    "down: days bought; across: days since", "纵：购买天数；横：距末次购买天数"
)
DASH = "\N{EN DASH}"
INPUT_LOWER = Text("input lower", "输入项降低")
INPUT_HIGHER = Text("input higher", "输入项升高")
BY_CURVE = Text("by the curve", "曲线外推")
LOYALTY_AXIS = Text("here in the next period", "下期仍活跃的概率")
CONTRIBUTION_AXIS = Text("contribution per customer", "每位客户的贡献")
RECENCY_SCORE = Text("R {score}", "R {score}")
FREQUENCY_SCORE = Text("F {score}", "F {score}")


def meaning(name: str, lang: Language, *, swap_cd: bool = False) -> str:
    """``often, large`` for E; a setting of the analysis lets C and D change places."""
    if swap_cd and name in ("C", "D"):
        name = "D" if name == "C" else "C"
    return GROUPS[name].say(lang) if name in GROUPS else ""


def group(name: str, lang: Language, *, swap_cd: bool = False) -> str:
    """``E · often, large``."""
    if name == "arrived":
        return ARRIVED.say(lang)
    if name not in GROUPS:
        return name
    return GROUP.fill(lang, group=name, meaning=meaning(name, lang, swap_cd=swap_cd))


def named(names: Mapping[str, Text], name: str, lang: Language) -> str:
    """The term in that language; a name that the catalogue does not know stays as it is."""
    return names[name].say(lang) if name in names else name


def after_first(period: str, lang: Language) -> str:
    """``months after the first order``."""
    return AFTER_FIRST.get(period, PERIODS_AFTER_FIRST).say(lang)


def tenth(number: int, lang: Language) -> str:
    """``highest tenth``, ``2`` … ``9``, ``lowest tenth``."""
    ends = {1: TOP_TENTH, 10: LOWEST_TENTH}
    return ends[number].say(lang) if number in ends else NTH.fill(lang, n=number)


def span(ends: tuple[int, int | None]) -> str:
    """``4–5``, ``3``, ``10+``."""
    low, high = ends
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}{DASH}{high}"
