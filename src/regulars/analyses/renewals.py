"""`renewals`: of the terms that came up for renewal, how many renewed, and how that goes on.

One term is one row of subscriptions. It comes up on the day it ended, or, where no end is on
record, on the day it fell due. It *renewed* when the customer's next term begins within
``grace_days`` of that (`regulars.steps.terms`); it *lapsed* when none does, early where it ended
before it was due; until the days of grace are over it is *pending*, renewed by then or
not; fell it due with neither an end nor a next term on record, nobody can say, and it is counted
apart. Terms that renewed one another are a chain, and the place in it is the tenure. Customers are
those of the merged identities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses import rejoin
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, flag, number, share, text
from regulars.analyses.extending import LEAST, MODEL, PERIODS, RATE_FROM, Extended
from regulars.analyses.extending import notes as words_of
from regulars.analyses.renewing import Terms, curve_of, grouped, rows_of
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps import terms as steps
from regulars.steps.compose import Target

YEAR_DAYS = 365.0

COUNTS = Step(
    name="renewal_counts",
    one_row="one plan, way of renewing, tenure and outcome, in the window or before it",
    key=("plan", "auto_renew", "tenure", "outcome", "early", "in_window"),
    sql="""
        select plan, auto_renew, tenure, outcome, early, in_window, count(*) as terms
        from (
            select f.plan, f.auto_renew, t.tenure, f.outcome, f.early,
                case when date_diff('day', f.over_day, f.as_of) <= $window_days
                    then 1 else 0 end as in_window
            from contracts_followed as f
            inner join contract_tenures as t on t.subscription_id = f.subscription_id
        ) as placed
        group by plan, auto_renew, tenure, outcome, early, in_window
    """,
)
LENGTHS = Step(
    name="renewal_lengths",
    one_row="one plan, and how long its terms are",
    key=("plan",),
    sql="""
        select plan, count(*) as terms, cast(median(term_days) as double) as term_days,
            count(price_minor) as priced, cast(sum(price_minor) as bigint) as price_minor
        from (
            select plan, price_minor,
                date_diff('day', started, coalesce(due, over_day)) as term_days
            from contracts_followed
            where early = 0 and coalesce(due, over_day) is not null
        ) as measured
        group by plan
    """,
)
BEGINNINGS = Step(
    name="renewal_beginnings",
    one_row="all chains: how many there are, and how many began in the first tenth of the history",
    key=(),
    sql="""
        select count(*) as chains, min(as_of) as as_of,
            cast(sum(case when 10 * date_diff('day', first_started, started)
                < date_diff('day', first_started, as_of) then 1 else 0 end) as bigint) as early
        from (
            select f.started, f.as_of, min(f.started) over (partition by f.as_of) as first_started,
                t.tenure
            from contracts_followed as f
            inner join contract_tenures as t on t.subscription_id = f.subscription_id
        ) as begun
        where tenure = 1
    """,
)
PARALLEL = Step(
    name="renewal_parallel",
    one_row="the customers with running terms, and those with several beside one another",
    key=(),
    sql="""
        select count(*) as customers,
            cast(sum(case when terms > 1 then 1 else 0 end) as bigint) as several
        from (
            select customer_key, count(*) as terms
            from contracts_followed
            where outcome = 'running'
            group by customer_key
        ) as held
    """,
)
STEPS = (*steps.STEPS, COUNTS, LENGTHS, BEGINNINGS, PARALLEL)
TARGETS = ("renewal_counts", "renewal_lengths", "renewal_beginnings", "renewal_parallel")

STRATA = Parameter(
    name="strata", kind="choice", default="none", choices=("none", "plan", "auto_renew", "both"),
    meaning=Text(
        "Rates also by plan, by whether a term renews by itself, or by both.",
        "是否另按套餐（plan）、是否自动续订（auto_renew）或两者（both）分层。",
    ),
)  # fmt: skip
OF_REJOIN = {p.name: p for p in rejoin.PARAMETERS}
PARAMETERS = (
    OF_REJOIN["as_of"],
    OF_REJOIN["window_days"],
    OF_REJOIN["grace_days"],
    OF_REJOIN["rejoin_days"],
    STRATA,
    MODEL,
    PERIODS,
    LEAST,
)
NO_DUE = Text(
    "No term has come up for renewal in the time asked for; {running} are running.",
    "所问期间没有到期待续的订阅；进行中的有{running}份。",
)
PENDING = Text(
    "{terms} terms ended within the last {days} days. Those who will not renew cannot be told from"
    " the late yet, so none of these terms is counted, renewed or not.",
    "{terms}份订阅到期未满{days}天，尚无法区分不续与晚续，故无论续订与否均暂不计入。",
)
PAST_DUE = Text(
    "{terms} terms fell due with neither an end nor a next term on record: whether they renewed is"
    " unknown, and they are not counted.",
    "{terms}份订阅已过到期日，却既无结束日期也无后续订阅：是否续订未知，未计入。",
)
EARLY = Text(
    "{terms} terms ended before they were due; they count as lapsed.",
    "{terms}份订阅在到期前终止，按未续计。",
)
LENGTHS_DIFFER = Text(
    "Terms of {shortest:.0f} to {longest:.0f} days stand together: one rate is not one stretch of"
    " time. Ask by plan (strata=plan).",
    "各套餐的期限由{shortest:.0f}天至{longest:.0f}天不等，合计的比率不对应同一时长；请按套餐查看（strata=plan）。",
)
FIRST_SEEN = Text(
    "{share:.0%} of contracts begin in the first tenth of the history: they are first seen then,"
    " and their tenure is counted from there, not from the day they were won.",
    "{share:.0%}的合约始于历史的前十分之一：那是首次出现而非获客之时，续订次数自此起算。",
)
SEVERAL = Text(
    "{customers} customers hold several terms at once; each is a contract of its own.",
    "{customers}位客户同时持有多份订阅，各作一份合约计。",
)
MIXED = Text(
    "Rates of all together mix strata that leave at different speeds: the mix changes with tenure.",
    "合计比率混合了流失快慢不同的各层，其构成随续订次数变化。",
)


def plan(question: Ask) -> Plan:
    names = ("as_of", "window_days", "rejoin_days", "grace_days")
    return Plan(tuple(Target(n) for n in TARGETS), {name: question[name] for name in names})


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    strata = grouped(fetched["renewal_counts"], question["strata"])
    lengths = {row["plan"]: row for row in fetched["renewal_lengths"] if row["term_days"]}
    rows: Rows = []
    curves: list[dict[str, Any]] = []
    found: dict[tuple[str, str], Extended] = {}
    for key, terms in strata.items():
        days = _days(lengths, key[0])
        found[key] = curve_of(
            terms,
            model=question["model"],
            rates=question["periods"],
            least=question["least"],
            unit_days=days or YEAR_DAYS,
        )
        rows += rows_of(key, terms, found[key])
        named = {
            "plan": key[0],
            "auto_renew": key[1],
            "term_days": days,
            "price_minor": _price(lengths, key[0]),
        }
        curves.append({**named, "customers": terms.due[1], **found[key].told()})
    whole, curve = strata["all", "all"], found["all", "all"]
    figures = _figures(rows[0], whole, curve, fetched, lengths)
    notes = tuple(_notes(question, whole, curve, figures, fetched, lengths))
    if not figures["due"]:
        rows = []
    return Answer(rows, figures, notes, {"curves": curves})


def _price(lengths: Mapping[Any, Mapping[str, Any]], plan: str) -> float | None:
    """Mean price of a term, of those that have one."""
    of_plan = None if plan == "(none)" else plan
    rows = [row for name, row in lengths.items() if plan == "all" or name == of_plan]
    priced = sum(row["priced"] for row in rows)
    return sum(row["price_minor"] or 0 for row in rows) / priced if priced else None


def _days(lengths: Mapping[Any, Mapping[str, Any]], plan: str) -> float | None:
    """Length of a term: the plan's, or that under which half of the terms stand."""
    if plan != "all":
        found = lengths.get(None if plan == "(none)" else plan)
        return None if found is None else float(found["term_days"])
    ranked = sorted(lengths.values(), key=lambda row: row["term_days"])
    half, held = sum(row["terms"] for row in ranked) / 2, 0
    for row in ranked:
        held += row["terms"]
        if held >= half:
            return float(row["term_days"])
    return None


def _figures(
    first: Mapping[str, Any],
    whole: Terms,
    curve: Extended,
    fetched: Mapping[str, Rows],
    lengths: Mapping[Any, Mapping[str, Any]],
) -> dict[str, Any]:
    begun = fetched["renewal_beginnings"][0]
    first_share = begun["early"] / begun["chains"] if begun["chains"] else None
    names = ("due", "renewed", "early", "renewal_rate", "renewal_rate_low", "renewal_rate_high")
    return {
        **{name: first[name] for name in names},
        **{name: whole.other[name] for name in ("running", "pending", "past_due")},
        "several": int(fetched["renewal_parallel"][0]["several"] or 0),
        "term_days": _days(lengths, "all"),
        "model": None if curve.fit is None else curve.fit.model.name,
        "first_seen": first_share is not None and first_share > 0.5,
        "first_tenth_share": first_share,
    }


def _notes(
    question: Ask,
    whole: Terms,
    curve: Extended,
    figures: Mapping[str, Any],
    fetched: Mapping[str, Rows],
    lengths: Mapping[Any, Mapping[str, Any]],
) -> Iterator[Note]:
    if not figures["due"]:
        yield Note("no_due", NO_DUE, {"running": figures["running"]})
    else:
        yield from words_of(curve, customers=whole.due[1])
    for name, words in (("pending", PENDING), ("past_due", PAST_DUE), ("early", EARLY)):
        if figures[name]:
            yield Note(name, words, {"terms": figures[name], "days": question["grace_days"]})
    days = [row["term_days"] for row in lengths.values()]
    if days and max(days) > 1.5 * min(days):
        said = {"shortest": min(days), "longest": max(days)}
        yield Note("lengths_differ", LENGTHS_DIFFER, said)
    if figures["first_seen"]:
        yield Note("first_seen", FIRST_SEEN, {"share": figures["first_tenth_share"]})
    if figures["several"]:
        yield Note("several", SEVERAL, {"customers": figures["several"]})
    kinds = Counter((row["plan"], row["auto_renew"]) for row in fetched["renewal_counts"])
    if figures["due"] and len(kinds) > 1:
        yield Note("mixed", MIXED)


ANALYSIS = Analysis(
    name="renewals",
    title=Text("Renewals", "续订率"),
    question=Text(
        "Of the terms that came up for renewal, how many renewed, and how many will later?",
        "到期的订阅有多少续订，今后各期还会剩下多少？",
    ),
    rows=Text(
        "One stratum and renewal: tenure 0 is all of them together, 1 the first renewal.",
        "一个分层的一次续订：tenure为0表示合计，1为首次续订。",
    ),
    source="8-statistics, retention and cohorts; 001-5",
    grain="table",
    inputs=("subscriptions",),
    helps=("identities",),
    parameters=PARAMETERS,
    columns=(
        text("plan", "Plan, or 'all'.", "套餐；all为合计。"),
        text("auto_renew", "Renews by itself: yes or no; or 'all'.", "是否自动续订；all为合计。"),
        count("tenure", "Which renewal, from 1; 0 for all together.",
              "第几次续订，自1起；0为合计。", "score"),
        count("due", "Terms that came up for renewal.", "到期待续的订阅份数。", "score"),
        count("renewed", "Of these, renewed.", "其中续订份数。", "score"),
        count("early", "Of these, ended before they were due.", "其中提前终止份数。", "score"),
        share("renewal_rate", "Renewed of those due.", "续订数与到期数之比。"),
        share("renewal_rate_low", "Lower end of its 95% interval (Wilson).",
              "95%置信下限（Wilson）。"),
        share("renewal_rate_high", "Upper end.", "95%置信上限。"),
        RATE_FROM,
        share("survival", "Share of the contracts begun that is left after this renewal.",
              "此次续订后仍在的合约比例。"),
        share("survival_low", "Lower end of its 95% interval.", "95%置信下限。"),
        share("survival_high", "Upper end.", "95%置信上限。"),
        share("fitted", "Rate by the fitted curve.", "拟合曲线的续订率。"),
        share("fitted_low", "Lower end of its 95% interval.", "95%置信下限。"),
        share("fitted_high", "Upper end.", "95%置信上限。"),
    ),
    figures=(
        count("due", "Terms that came up for renewal.", "到期待续的订阅份数。", "score"),
        count("renewed", "Of these, renewed.", "其中续订份数。", "score"),
        count("early", "Ended before they were due.", "提前终止份数。", "score"),
        share("renewal_rate", "Renewed of those due.", "续订数与到期数之比。"),
        share("renewal_rate_low", "Lower end of its 95% interval.", "95%置信下限。"),
        share("renewal_rate_high", "Upper end.", "95%置信上限。"),
        count("running", "Terms that run on.", "进行中的订阅份数。", "score"),
        count("pending", "Ended, and the days of grace are not over: renewed or not, not counted.",
              "已到期、宽限期未满的份数：无论续订与否均不计入。", "score"),
        count("past_due", "Fell due; what became of them is unknown.",
              "已过到期日、去向未知的份数。", "score"),
        count("several", "Customers with several terms at once.", "同时持有多份订阅的客户数。"),
        number("term_days", "Median length of a term.", "订阅期限中位数。", "days"),
        text("model", "Curve beyond what was seen.", "外推所用曲线。", choices=("sbg", "bdw")),
        flag("first_seen", "Over half of the contracts begin in the first tenth of the history.",
             "过半合约始于历史的前十分之一。"),
        share("first_tenth_share", "That share.", "该占比。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)  # fmt: skip
