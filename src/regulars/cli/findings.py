"""What was found, in a sentence: the line above the table of each analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from regulars.charts.numbers import Numbers
from regulars.declare import Text
from regulars.result import Result

Values = dict[str, Any] | None
Finding = tuple[Text, Values]


def _row(result: Result, **wanted: Any) -> Mapping[str, Any]:
    """The first row that holds these values; empty when there is none."""
    found = (r for r in result.rows if all(r.get(k) == v for k, v in wanted.items()))
    return next(found, {})


def _groups(result: Result, say: Numbers) -> Finding:
    best = _row(result, group="E")
    text = Text(
        "{customers} of {total} customers ({share}) buy often and big (group E); they bring"
        " {revenue} of the revenue. {lapsed} bought earlier but not in these {days} days.",
        "{total} 位客户中有 {customers} 位（{share}）买得勤且客单价高（E 组），"
        "贡献 {revenue} 的销售额；另有 {lapsed} 位以前买过、但在这 {days} 天内没有购买。",
    )
    figures = result.figures
    return text, {
        "customers": say.count(best.get("customers")),
        "total": say.count(figures.get("customers_total")),
        "share": say.share(best.get("customer_share")),
        "revenue": say.share(best.get("revenue_share")),
        "lapsed": say.count(figures.get("lapsed")),
        "days": figures.get("window_days"),
    }


def _migration(result: Result, say: Numbers) -> Finding:
    def rate(name: str) -> object:
        f = result.figures
        return say.share_interval(f.get(name), f.get(f"{name}_low"), f.get(f"{name}_high"))

    text = Text(
        "Of the best customers (group E), {stay} are still there in the later period;"
        " of group B, {rise} rose to E.",
        "最好的客户（E 组）中，后期仍留在该组的占 {stay}；B 组升入 E 组的占 {rise}。",
    )
    return text, {"stay": rate("e_stay_rate"), "rise": rate("b_to_e_rate")}


def _concentration(result: Result, say: Numbers) -> Finding:
    text = Text(
        "The top 20% of customers bring {top} of the revenue; 80% of it comes from"
        " {customers} customers ({share} of them).",
        "消费最高的 20% 客户贡献 {top} 的销售额；"
        "{customers} 位客户（{share}）即构成 80% 的销售额。",
    )
    figures = result.figures
    return text, {
        "top": say.share(figures.get("top_20_share")),
        "customers": say.count(figures.get("customers_for_80")),
        "share": say.share(figures.get("customers_for_80_share")),
    }


def _cohorts(result: Result, say: Numbers) -> Finding:
    next_period = _row(result, cohort="all", period=1)
    text = Text(
        "Of {customers} customers followed into the period after their first, {share} bought"
        " in it.",
        "在可观察到第二个周期的 {customers} 位客户中，{share} 在该周期再次购买。",
    )
    return text, {
        "customers": say.count(next_period.get("customers")),
        "share": say.share(next_period.get("active_share")),
    }


TERMS: Mapping[str, Text] = {
    "lost": Text("customers lost", "流失客户"),
    "first_time": Text("first-time customers", "首购客户"),
    "returned": Text("customers who returned", "回归客户"),
    "new": Text("new customers", "新客户"),
    "up": Text("customers who bought more", "消费增加的客户"),
    "down": Text("customers who bought less", "消费减少的客户"),
}
TIERS: Mapping[str, Text] = {"core": Text("core", "核心"), "rest": Text("other", "其他")}


def _bridge(result: Result, say: Numbers) -> Finding:
    figures = result.figures
    change = figures.get("change_minor") or 0
    largest = max(result.rows, key=lambda row: abs(row["amount_minor"] or 0), default={})
    term, tier = TERMS.get(largest.get("term", "")), TIERS.get(largest.get("tier", ""))
    verb = Text("rose", "上升") if change >= 0 else Text("fell", "下降")
    said = {
        "verb": verb.say(say.lang),
        "share": say.share(abs(figures.get("change_share") or 0)),
        "change": say.money(change, signed=True),
        "tier": tier.say(say.lang) if tier else "",
        "term": term.say(say.lang) if term else "",
        "amount": say.money(largest.get("amount_minor"), signed=True),
    }
    text = Text(
        "Revenue {verb} {share} ({change}). The largest term: {tier} {term}, {amount}. ",
        "销售额{verb} {share}（{change}）。最大的一项：{tier}{term}，{amount}。",
    )
    verdict = VERDICTS.get(str(figures.get("verdict")), Text("", ""))
    return Text(text.en + verdict.en, text.zh + verdict.zh), said


VERDICTS: Mapping[str, Text] = {
    "compared": Text(
        "Compared with the usual turnover of customers, one cause goes beyond chance.",
        "与平常的客户更替相比，有一项原因超出偶然。",
    ),
    "not compared": Text(
        "There is no earlier pair of periods to compare it with.",
        "没有更早的两期可作比较。",
    ),
    "nothing beyond usual turnover": Text(
        "Nothing goes beyond the usual turnover of customers.",
        "没有超出平常客户更替的变化。",
    ),
}


def _segments(result: Result, say: Numbers) -> Finding:
    best, idle = _row(result, cell="555"), _row(result, cell="111")
    text = Text(
        "{best} customers score 5 for recency, frequency and money and bring {share} of the"
        " spend; {idle} score 1 on all three.",
        "{best} 位客户三项得分均为 5，贡献 {share} 的消费额；{idle} 位三项均为 1。",
    )
    return text, {
        "best": say.count(best.get("customers", 0)),
        "share": say.share(best.get("spend_share", 0.0)),
        "idle": say.count(idle.get("customers", 0)),
    }


FINDINGS: Mapping[str, Callable[[Result, Numbers], Finding]] = {
    "groups": _groups,
    "migration": _migration,
    "concentration": _concentration,
    "cohorts": _cohorts,
    "bridge": _bridge,
    "segments": _segments,
}


def finding(result: Result, numbers: Numbers) -> str | None:
    """The finding of a result in one or two sentences; None where it has none to tell."""
    find = FINDINGS.get(result.name)
    if find is None or not len(result):
        return None
    text, values = find(result, numbers)
    return text.fill(numbers.lang, **(values or {})).strip()
