"""`retention`: of those who bought in a period, how many buy in the next (8-statistics).

No contract: r_y = a_{y+1}/a_y with a_y the customers active in period y after their own first
order, both over those whose period y+1 is complete on the as-of day. People skip a period and come
back, so r_y may exceed 1. Beyond what was seen stand sBG's or BdW's curve, an extrapolation, and
beside it what a purchase model (MBG/NBD) fitted to the same customers expects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.cohorts import FIRST_SEEN, PERIOD_DAYS
from regulars.analyses.columns import count, flag, money, number, share, text
from regulars.analyses.extending import LEAST, MODEL, PERIODS, RATE_FROM, Extended
from regulars.analyses.extending import notes as words_of
from regulars.analyses.parameters import AS_OF
from regulars.analyses.retaining import Watched, curve_of, expected_of, rows_of
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import retained as steps
from regulars.steps.compose import Target

PERIOD = Parameter(
    name="period", kind="choice", default="year", choices=("month", "quarter", "year"),
    meaning=Text(
        "Length of a period after each customer's own first order: 30, 91 or 365 days.",
        "自每位客户首单起算的时期长度：30、91或365天。",
    ),
)  # fmt: skip
ACQUIRED = Parameter(
    name="acquired", kind="period",
    meaning=Text(
        "Only customers whose first order lies in FROM..TO; left out, all.",
        "仅限首单在FROM..TO内的客户；不填则为全部。",
    ),
)  # fmt: skip
PARAMETERS = (AS_OF, PERIOD, ACQUIRED, MODEL, PERIODS, LEAST)

NOBODY = Text(
    "Nobody placed a first order between {start} and {end} (that day not included).",
    "{start}至{end}（不含当日）没有新客户。",
)
TOO_SHORT = Text(
    "No customer has two whole periods of {days} days behind him: no rate was seen. Ask with a"
    " shorter period.",
    "没有客户经过两个完整的{days}天时期：尚无可观察的留存率。可改用更短的时期。",
)
EXPECTED_ONLY = Text(
    "The rates are what a purchase model (MBG/NBD) of {customers} customers expects, not seen.",
    "以下比率由购买模型（MBG/NBD，{customers}位客户）预期得出，并非观察所得。",
)
NO_MODEL = Text(
    "Nor can a purchase model be fitted: {why}",
    "也无法拟合购买模型：{why}",
)
ABOVE_ONE = Text(
    "Rates over 1 are no mistake: customers who had skipped a period came back.",
    "留存率大于1并非差错：隔期未购的客户又回来了。",
)
NO_REPEAT = Text(
    "Nobody has bought in a later period than the first: the rate is 0 so far, and the interval"
    " says how far from 0 it may be.",
    "尚无客户在首期之后再次购买：目前留存率为0，区间给出其可能的上限。",
)
SKIPPED = Text(
    "The repeat rate counts those who did not skip a period; chained it would lose whoever comes"
    " back, so it is not to be multiplied.",
    "复购率只计未隔期者；连乘会漏掉隔期回来的客户，故不可连乘。",
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    first = question.span.first_day or as_of
    acquired = question["acquired"]
    values = {
        "as_of": as_of,
        "window_from": as_of,
        "history_from": first,
        "acquired_from": acquired.start if acquired else dt.date(1, 1, 1),
        "acquired_to": acquired.end if acquired else as_of,
        "period_days": PERIOD_DAYS[question["period"]],
        "periods": question["periods"],
    }
    return Plan(tuple(Target(name) for name in steps.TARGETS), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    watched = Watched.of(fetched, periods=question["periods"])
    model = expected_of(fetched)
    curve = curve_of(
        watched,
        model,
        kind=question["model"],
        rates=question["periods"],
        least=question["least"],
        unit_days=float(plan.values["period_days"]),
    )
    rows = rows_of(watched, curve, model)
    first_share = watched.early / watched.customers if watched.customers else None
    figures = {
        "customers": watched.customers,
        "period_days": plan.values["period_days"],
        "seen": curve.bases.count("seen"),
        "model": None if curve.fit is None else curve.fit.model.name,
        "first_seen": first_share is not None and first_share > 0.5,
        "first_tenth_share": first_share,
    }
    told = {**curve.told(), "customers": watched.customers}
    notes = tuple(_notes(plan, watched, curve, model, figures))
    return Answer(rows, figures, notes, {"curve": told})


def _notes(
    plan: Plan,
    watched: Watched,
    curve: Extended,
    model: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> Iterator[Note]:
    if not watched.customers:
        said = {"start": plan.values["acquired_from"], "end": plan.values["acquired_to"]}
        yield Note("nobody", NOBODY, said)
        return
    if figures["first_seen"]:
        yield Note("first_seen", FIRST_SEEN, {"share": figures["first_tenth_share"]})
    if not figures["seen"]:
        yield Note("too_short", TOO_SHORT, {"days": plan.values["period_days"]})
        if "failed" in model:
            yield Note("no_model", NO_MODEL, {"why": model["failed"]})
        else:
            yield Note("expected_only", EXPECTED_ONLY, {"customers": watched.customers})
    elif not watched.came_back:
        yield Note("no_repeat", NO_REPEAT)
    yield from words_of(curve, customers=watched.base(0) or watched.customers)
    rates = curve.curve.rates[: figures["seen"]]
    if len(rates) and rates.max() > 1:
        yield Note("above_one", ABOVE_ONE)
    if figures["seen"] > 1:
        yield Note("not_chained", SKIPPED)


ANALYSIS = Analysis(
    name="retention",
    title=Text("Retention", "留存率"),
    question=Text(
        "Of those who buy in a period, how many buy in the next, and how does that go on?",
        "本期购买的客户，有多少下期仍购买，今后如何？",
    ),
    rows=Text(
        "One period after each customer's own first order, and the rate from it to the next.",
        "自每位客户首单起的一个时期，及其到下一时期的留存率。",
    ),
    source="8-statistics, retention and cohorts",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=PARAMETERS,
    columns=(
        count("period", "Period after the first order, from 0.", "首单后的第几期，自0起。",
              "score"),
        count("customers", "Those whose next period is complete: the rate is over these.",
              "下期已完整的客户数，留存率按此计算。"),
        count("active", "Of these, with an order in this period.", "其中本期下单的客户数。"),
        count("active_next", "Of these, with an order in the next.", "其中下期下单的客户数。"),
        share("retention", "Those of the next over those of this one; may exceed 1.",
              "下期活跃与本期活跃之比，可大于1。"),
        share("retention_low", "Lower end of its 95% interval.", "95%置信下限。"),
        share("retention_high", "Upper end.", "95%置信上限。"),
        RATE_FROM,
        share("repeat_rate", "Of those active in this period, active in the next too. Never to be"
              " chained.", "本期活跃者中下期仍活跃的比例；不可连乘。"),
        share("repeat_rate_low", "Lower end of its 95% interval (Wilson).",
              "95%置信下限（Wilson）。"),
        share("repeat_rate_high", "Upper end.", "95%置信上限。"),
        share("fitted", "Rate by the fitted curve.", "拟合曲线的留存率。"),
        share("fitted_low", "Lower end of its 95% interval.", "95%置信下限。"),
        share("fitted_high", "Upper end.", "95%置信上限。"),
        share("active_share", "Active in this period, of those for whom it is complete.",
              "本期活跃占比（本期已完整的客户）。"),
        share("model_active_share", "The same, as a purchase model expects it of new customers.",
              "购买模型对新客户该期活跃占比的预期。"),
        number("orders_per_active", "Orders of an active customer in the period.",
               "活跃客户人均订单数。", "orders"),
        number("aov_minor", "Net spend per order in the period.", "客单价（净消费额／订单数）。",
               "minor"),
        money("spend_minor", "Net spend in the period.", "该期净消费额。"),
        flag("complete", "All of these customers have completed the next period.",
             "全体客户均已完整经过下期。"),
    ),
    figures=(
        count("customers", "Customers with a first order.", "有首单的客户数。"),
        count("period_days", "Length of a period.", "时期长度。", "days"),
        count("seen", "Rates that were seen.", "实际观察到的期数。", "score"),
        text("model", "Curve beyond what was seen.", "外推所用曲线。", choices=("sbg", "bdw")),
        flag("first_seen", "Over half of the first orders lie in the first tenth of the history.",
             "过半首单落在历史的前十分之一。"),
        share("first_tenth_share", "That share.", "该占比。"),
    ),
    steps=steps.STEPS,
    plan=plan,
    finish=finish,
)  # fmt: skip
