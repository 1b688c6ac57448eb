"""`decline`: who has slowed or fallen silent beyond what chance does to steady buyers (000-1b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses import declining
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import CUSTOMER_KEY, count, day, money, number, share, text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.staleness import stale
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps.compose import Target

IN_BURSTS = 0.8
MOST = 0.5
STATES = ("slowed", "not_named", "too_few")

RECENT_DAYS = Parameter(
    name="recent_days",
    kind="integer",
    default=91,
    unit="days",
    minimum=7,
    maximum=3650,
    meaning=Text(
        "Length of the recent window, in which customers may have slowed.",
        "近期窗口的长度：考察客户在此期间是否放慢。",
    ),
)
Q = Parameter(
    name="q",
    kind="number",
    default=0.10,
    unit="share",
    minimum=0.001,
    maximum=0.5,
    meaning=Text(
        "Share of those named that may be expected to be false.",
        "名单中允许的预期误列比例。",
    ),
)
REGULARITY = Parameter(
    name="regularity",
    kind="number",
    unit="ratio",
    minimum=0.1,
    maximum=20,
    meaning=Text(
        "How regularly customers buy: 1 at random, more by habit, less in bursts; left out, it is"
        " estimated from the gaps between purchases.",
        "购买的规律性：1为随机，大于1为习惯性，小于1为阵发性；不填则由购买间隔估计。",
    ),
)
RELATIVE = Parameter(
    name="relative_to_base",
    kind="flag",
    default=False,
    meaning=Text(
        "Weigh days by how much known customers bought on them, so that a season is nobody's"
        " decline; a fall of everybody is then not seen.",
        "按老客户整体的购买情况给每一天加权，使淡季不算作个人减少；但全体一起下滑将看不出来。",
    ),
)
ROWS = Parameter(
    name="rows",
    kind="choice",
    default="named",
    choices=tuple(declining.WHO),
    meaning=Text(
        "List those named, all that could be tested, or all who ever bought.",
        "列出被点名者（named）、所有可检验者（tested）或全部买过的客户（all）。",
    ),
)

ONE_LIST = Text(
    "At most {q:.0%} of those named are expected to be false, on this one list. Drawn every day and"
    " added up over a year that does not hold: draw it about once a month.",
    "仅就这一份名单而言，预期误列者至多占{q:.0%}。若天天出名单并累计一年，则不再成立；建议每月一次。",
)
EXCESS = Text(
    "{named} customers slowed beyond chance; {quickened} quickened as strikingly. Ordinary turnover"
    " would explain as many as quickened, and one more to be careful: the claim is {named_excess}.",
    "有{named}位客户的放慢超出偶然，另有{quickened}位以同等程度加快。正常更替可以解释与加快者相当的"
    "人数，为谨慎再减一位，因此只认定{named_excess}位。",
)
ABOUT = Text(
    "About {about} of {earlier} customers have slowed ({share:.1%}, to {factor:.0%} of their pace),"
    " by the fit of two groups; {named} of them can be named.",
    "按两组模型估计，{earlier}位客户中约有{about}位放慢（占{share:.1%}，降至原节奏的{factor:.0%}），"
    "其中可点名的有{named}位。",
)
WHOLE_BASE = Text(
    "That is most of them: the base as a whole buys less than before, by season, by age or for a"
    " reason of yours. Ask relative_to_base for those who slowed more than the others.",
    "这已是多数：整体购买在减少，可能因季节、客群老化或自身原因。"
    "如要找出比别人放慢更多的客户，请用 relative_to_base。",
)
NO_GROUP = Text(
    "Taken together, the customers fit an unchanged pace as well as a slowed group beside it.",
    "从整体看，“节奏未变”与“其中有一部分放慢”对数据的拟合同样好。",
)
TOO_FEW = Text(
    "{too_few} of {measured} customers have too few purchases to tell; they are not counted as"
    " steady.",
    "{measured}位客户中有{too_few}位购买次数太少、无从判断，并不算作稳定。",
)
ASSUMED = Text(
    "Too few gaps between purchases to estimate how regularly customers buy: k = 1 (at random) is"
    " assumed.",
    "购买间隔太少，无法估计规律性，按k = 1（随机）处理。",
)
BURSTS = Text(
    "Customers here buy in bursts (k = {regularity:.2f}): the silence between two bursts is no"
    " farewell. More than {q:.0%} of those named may be false, and the share said to have slowed"
    " is too high.",
    "这里的客户呈阵发式购买（k = {regularity:.2f}）：两次集中购买之间的沉默并非离开。"
    "误列者可能超过{q:.0%}，估计的放慢比例也偏高。",
)
HIDES = Text(
    "Measured against the base: who slowed no more than the others is not named, and a fall of the"
    " whole base is not seen here.",
    "以全体客户为参照：与大家同步放慢者不会被点名，整体下滑在此看不出来。",
)
SHORT = Text(
    "The history starts on {first}, inside the recent window: only silence can be tested.",
    "历史始于{first}，落在近期窗口之内：只能检验沉默。",
)


def plan(question: Ask) -> Plan:
    values = declining.values(question)
    rows = Target(f"decline_{question['rows']}", order_by=("-at_stake_minor", "customer_key"))
    targets = (rows, Target("decline_counted"), Target("decline_at_stake"))
    return Plan(targets, values, notes=_coverage(question, values["recent_from"]))


def _coverage(question: Ask, recent_from: dt.date) -> tuple[Note, ...]:
    notes = []
    first = question.span.first_day
    if first is not None and first >= recent_from:
        notes.append(Note("short_history", SHORT, {"first": first}))
    return (*notes, *stale(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    from regulars.statistics.decline import mirror_share

    (row,) = fetched["decline_counted"]
    measured, testable = row["measured"] or 0, row["testable"] or 0
    named, quickened = row["named"] or 0, row["quickened"] or 0
    mirror = mirror_share(slowed=named, quickened=quickened) if named else None
    slowed = row["share_slowed"]
    figures = {
        "measured": measured,
        "testable": testable,
        "too_few": measured - testable,
        "named": named,
        "quickened": quickened,
        "mirror_share": mirror,
        "named_excess": max(0, named - quickened - 1) if named else 0,
        "at_stake_named_minor": fetched["decline_at_stake"][0]["at_stake_minor"],
        "share_slowed": slowed,
        "slowed_factor": row["slowed_factor"],
        "slowed_about": None if slowed is None else int(slowed * row["earlier"] + 0.5),
        "regularity": row["regularity"],
        "regularity_error": row["regularity_error"],
    }
    return Answer([], figures, _notes(question, figures, earlier=row["earlier"] or 0))


def _notes(question: Ask, found: Mapping[str, Any], *, earlier: int) -> tuple[Note, ...]:
    said = {**found, "q": question["q"], "about": found["slowed_about"], "earlier": earlier}
    said |= {"share": found["share_slowed"], "factor": found["slowed_factor"]}
    estimated = question["regularity"] is None
    bursts = found["regularity"] is not None and found["regularity"] < IN_BURSTS
    told = (
        ("excess", EXCESS, found["named"] > 0),
        ("slowed_about", ABOUT, bool(found["share_slowed"])),
        ("whole_base", WHOLE_BASE, (found["share_slowed"] or 0) > MOST),
        ("no_group", NO_GROUP, found["share_slowed"] == 0),
        ("too_few", TOO_FEW, found["too_few"] > 0),
        ("regularity_assumed", ASSUMED, estimated and found["regularity_error"] is None),
        ("bursts", BURSTS, bursts),
        ("relative_to_base", HIDES, question["relative_to_base"]),
        ("one_list", ONE_LIST, True),
    )
    return tuple(Note(code, words, said) for code, words, true in told if true)


ANALYSIS = Analysis(
    name="decline",
    title=Text("Decline beyond chance", "超出偶然的购买减少"),
    question=Text(
        "Who has slowed or fallen silent more than chance does to a steady buyer?",
        "哪些客户的放慢或沉默，超出了稳定客户偶然波动的范围？",
    ),
    rows=Text(
        "One customer who slowed beyond chance, most money at stake first.",
        "一位放慢超出偶然的客户，涉及金额大者在前。",
    ),
    source="000-1b",
    grain="customer",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, RECENT_DAYS, Q, REGULARITY, RELATIVE, ROWS),
    columns=(
        CUSTOMER_KEY,
        text(
            "state",
            "Slowed beyond chance, tested and not named, or too few purchases to tell.",
            "超出偶然的放慢（slowed）、已检验但未点名（not_named）、购买太少无从判断（too_few）。",
            choices=STATES,
        ),
        money(
            "at_stake_minor",
            "What is missing: spend before, less the recent window's scaled to as many days.",
            "缺口：此前消费额，减去近期消费额按同样天数折算。",
        ),
        text(
            "spoke",
            "Which test speaks louder: fewer purchases (slowing) or none since (silence).",
            "哪项检验更显著：购买变少（slowing）或至今未买（silence）。",
            choices=("slowing", "silence"),
        ),
        day("last_day", "Last purchase day.", "最近一次购买日。"),
        declining.REPEATS_BEFORE,
        declining.REPEATS_RECENT,
        declining.EXPECTED,
        count(
            "t_x", "From the first to the last purchase day.", "首次至最近一次购买的时长。", "days"
        ),
        count(
            "T", "From the first purchase day to the as-of day.", "首次购买至统计日的时长。", "days"
        ),
        money(
            "spend_before_minor",
            "Net spend in the 365 days before the recent window, or since the first purchase where"
            " that is shorter.",
            "近期窗口之前365天（首购较晚者自首购起）的净消费额。",
        ),
        money("spend_recent_minor", "Net spend in the recent window.", "近期窗口内的净消费额。"),
        declining.P_RATE,
        declining.P_SILENCE,
        declining.P_VALUE,
        declining.Q_VALUE,
        declining.LOCAL_FDR,
    ),
    figures=(
        count("measured", "Customers who ever bought.", "买过的客户数。"),
        count("testable", "Those who could show a decline at all.", "其中可检验者。"),
        count("too_few", "Those with too few purchases to tell.", "购买太少、无从判断者。"),
        count("named", "Named: slowed beyond chance at q.", "被点名：放慢超出偶然者。"),
        count("quickened", "Quickened as strikingly as those named slowed.", "同等程度加快者。"),
        share(
            "mirror_share",
            "Share of those named that ordinary turnover would explain; null with nobody named.",
            "被点名者中正常更替所能解释的比例；无人被点名时为空。",
        ),
        count("named_excess", "Named beyond ordinary turnover.", "超出正常更替的点名人数。"),
        money("at_stake_named_minor", "At stake with those named.", "被点名者的缺口合计。"),
        share(
            "share_slowed",
            "Estimated share that has slowed, of customers who first bought before the recent"
            " window; 0 where two groups fit no better than one.",
            "近期窗口之前首购的客户中估计已放慢的比例；两组不优于一组时为0。",
        ),
        number(
            "slowed_factor", "By what their pace is multiplied.", "其节奏变为原来的倍数。", "ratio"
        ),
        count("slowed_about", "So many customers, about.", "约合客户数。"),
        number("regularity", "Regularity k of the gaps.", "购买间隔的规律性k。", "ratio"),
        number(
            "regularity_error",
            "Its standard error; null where k was given or assumed.",
            "其标准误；k为指定或假定时为空。",
            "ratio",
        ),
    ),
    steps=declining.STEPS,
    plan=plan,
    finish=finish,
)
