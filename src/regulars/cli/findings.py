"""What was found, in a sentence: the line above the table of each analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from regulars.charts.numbers import Numbers
from regulars.declare import Language, Text
from regulars.result import Result

if TYPE_CHECKING:
    from regulars.settings import Settings

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
        "{total}位客户中有{customers}位（{share}）买得勤且客单价高（E组），"
        "贡献{revenue}的销售额；另有{lapsed}位以前买过、但在这{days}天内没有购买。",
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
        "最好的客户（E组）中，后期仍留在该组的占{stay}；B组升入E组的占{rise}。",
    )
    return text, {"stay": rate("e_stay_rate"), "rise": rate("b_to_e_rate")}


def _concentration(result: Result, say: Numbers) -> Finding:
    text = Text(
        "The top 20% of customers bring {top} of the revenue; 80% of it comes from"
        " {customers} customers ({share} of them).",
        "消费最高的20%客户贡献{top}的销售额；{customers}位客户（{share}）即构成80%的销售额。",
    )
    figures = result.figures
    return text, {
        "top": say.share(figures.get("top_20_share")),
        "customers": say.count(figures.get("customers_for_80")),
        "share": say.share(figures.get("customers_for_80_share")),
    }


def _cohorts(result: Result, say: Numbers) -> Finding:
    second = _row(result, cohort="all", period=1)
    text = Text(
        "Of {customers} customers seen through their second {period}, {share} bought in it.",
        "在能观察满第二个{period}的{customers}位客户中，{share}在该{period}内再次购买。",
    )
    period = PERIODS.get(str(result.parameters.get("period")), Text("period", "周期"))
    return text, {
        "customers": say.count(second.get("customers")),
        "share": say.share(second.get("active_share")),
        "period": period.say(say.lang),
    }


def _retention(result: Result, say: Numbers) -> Finding | None:
    first = _row(result, period=0)
    seen = [row for row in result.rows if row["rate_from"] == "seen"]
    period = PERIODS.get(str(result.parameters.get("period")), Text("period", "周期"))
    named = {"period": period.say(say.lang)}
    if not seen:
        if first.get("retention") is None:
            return None
        text = Text(
            "No rate was seen yet; a purchase model expects {rate} of those who buy in a {period}"
            " to buy in the next.",
            "尚无实际留存率；购买模型预期，某{period}购买的客户有{rate}在下一{period}仍购买。",
        )
        return text, {**named, "rate": _retained(first, say)}
    text = Text(
        "Of {customers} customers, {rate} who bought in their first {period} bought in the next.",
        "{customers}位客户中，首个{period}购买者有{rate}在下一{period}仍购买。",
    )
    later = Text(
        " From {period} {n} to the next it is {last}.", "第{n}个{period}到下一个为{last}。"
    )
    # What is said in a sentence rests on half of the customers at least.
    firm = [row for row in seen if 2 * row["customers"] >= first["customers"]]
    last = firm[-1]
    values = {**named, "customers": say.count(first["customers"]), "rate": _retained(first, say)}
    if len(firm) == 1:
        return text, values
    whole = Text(text.en + later.en, text.zh + later.zh)
    return whole, {**values, "n": last["period"] + 1, "last": _retained(last, say)}


def _retained(row: Mapping[str, Any], say: Numbers) -> object:
    return say.share_interval(row["retention"], row["retention_low"], row["retention_high"])


def _renewals(result: Result, say: Numbers) -> Finding:
    text = Text(
        "{rate} of {due} terms that came up were renewed.",
        "到期的{due}份订阅中，{rate}续订。",
    )
    f = result.figures
    rate = say.share_interval(f["renewal_rate"], f["renewal_rate_low"], f["renewal_rate_high"])
    steps = [r for r in result.rows if r["plan"] == r["auto_renew"] == "all" and r["tenure"]]
    values = {"rate": rate, "due": say.count(f["due"])}
    if not steps or steps[-1]["survival"] is None:
        return text, values
    last = steps[-1]
    left = Text(
        " Of the contracts begun, {left} are left after {n} renewals.",
        "合约开始后经{n}次续订，仍在的占{left}。",
    )
    interval = (last["survival"], last["survival_low"], last["survival_high"])
    said = {**values, "left": say.share_interval(*interval), "n": last["tenure"]}
    return Text(text.en + left.en, text.zh + left.zh), said


def _profit_loyalty(result: Result, say: Numbers) -> Finding:
    at = {place: _row(result, place=place) for place in ("ideal", "loyal_thin")}
    one_shot = _row(result, place="one_shot_profitable")
    text = Text(
        "{ideal} customers are both profitable and loyal ({share}); they leave {left} of the"
        " contribution. {once} more pay well and are likely gone; {thin} are loyal and leave"
        " little.",
        "{ideal}位客户兼具利润与忠诚（{share}），贡献{left}的毛利；"
        "另有{once}位利润高但多半不再来，{thin}位忠诚但利润薄。",
    )
    return text, {
        "ideal": say.count(at["ideal"]["customers"]),
        "share": say.share(at["ideal"]["customer_share"]),
        "left": say.share(at["ideal"]["contribution_share"]),
        "once": say.count(one_shot["customers"]),
        "thin": say.count(at["loyal_thin"]["customers"]),
    }


PERIODS: Mapping[str, Text] = {
    "week": Text("week", "周"),
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
    "year": Text("year", "年"),
}


def _segments(result: Result, say: Numbers) -> Finding:
    best, idle = _row(result, cell="555"), _row(result, cell="111")
    text = Text(
        "{best} customers score 5 for recency, frequency and money and bring {share} of the"
        " spend; {idle} score 1 on all three.",
        "{best}位客户三项得分均为5，贡献{share}的消费额；{idle}位三项均为1。",
    )
    return text, {
        "best": say.count(best.get("customers", 0)),
        "share": say.share(best.get("spend_share", 0.0)),
        "idle": say.count(idle.get("customers", 0)),
    }


def _lifecycle(result: Result, say: Numbers) -> Finding:
    at = {stage: _row(result, stage=stage) for stage in ("mature", "decline", "lost")}
    text = Text(
        "Of {total} customers {mature} are Mature, {lapsing} lapsing and {lost} lost; if everybody"
        " bought steadily, it would be {steady_lapsing} lapsing and {steady_lost} lost.",
        "{total}位客户中，成熟{mature}位、衰退{lapsing}位、流失{lost}位；"
        "若人人稳定购买，则应为衰退{steady_lapsing}位、流失{steady_lost}位。",
    )
    return text, {
        "total": say.count(result.figures.get("customers_total")),
        "mature": say.count(at["mature"].get("customers")),
        "lapsing": say.count(at["decline"].get("customers")),
        "lost": say.count(at["lost"].get("customers")),
        "steady_lapsing": say.count(round(at["decline"].get("steady_customers") or 0)),
        "steady_lost": say.count(round(at["lost"].get("steady_customers") or 0)),
    }


FINDINGS: Mapping[str, Callable[[Result, Numbers], Finding | None]] = {
    "groups": _groups,
    "migration": _migration,
    "concentration": _concentration,
    "cohorts": _cohorts,
    "lifecycle": _lifecycle,
    "segments": _segments,
    "retention": _retention,
    "renewals": _renewals,
    "profit_loyalty": _profit_loyalty,
}


def headline(results: Mapping[str, Result], settings: Settings, lang: Language) -> str:
    """The report's headline on the terminal: what changed, the largest cause, how sure that is."""
    from regulars.report import ReportContext
    from regulars.report.answers import Answers
    from regulars.report.headline import headline as of_report

    context = ReportContext(
        workspace=settings.name, currency=settings.currency, exponent=settings.exponent
    )
    said = of_report(Answers(results=results, context=context, lang=lang))
    stop = "。" if lang == "zh" else "."
    between = "" if lang == "zh" else " "
    return between.join([f"{said.title}{stop}", *(str(sentence) for sentence in said.sentences)])


def finding(result: Result, numbers: Numbers, settings: Settings) -> str | None:
    """The finding of a result in one or two sentences; None where it has none to tell."""
    if "by" in result.parameters:
        return None  # a cut has as many findings as values
    if result.name == "bridge" and len(result):
        return headline({"bridge": result}, settings, numbers.lang)
    find = FINDINGS.get(result.name)
    if find is None or not len(result):
        return None
    found = find(result, numbers)
    if found is None:
        return None
    text, values = found
    return text.fill(numbers.lang, **(values or {})).strip()
