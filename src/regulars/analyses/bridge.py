"""`bridge`: from one period's revenue to the next, exactly, and what is beyond chance (000-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses import turnover
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, share, text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import AFTER, BEFORE, OPEN_WINDOW, Pair, pair, period_values
from regulars.declare import Column, Parameter, Text
from regulars.result import Note
from regulars.statistics.resampling import sums_interval
from regulars.steps.compose import Target

CORE_BY = Parameter(
    name="core_by",
    kind="choice",
    default="both",
    choices=("both", "before"),
    meaning=Text(
        "Choose the core by both periods' spend, or by the earlier alone; by the earlier alone it"
        " shrinks by regression to the mean with nothing happening.",
        "按两期合计还是仅按前期划定核心客户；仅按前期则会因均值回归而“缩水”。",
    ),
)
CORE_SHARE = Parameter(
    name="core_share",
    kind="number",
    default=0.5,
    minimum=0.01,
    maximum=0.99,
    unit="share",
    meaning=Text(
        "The core is the smallest set of customers that holds this share of spend.",
        "核心客户为合计达到该消费占比的最少客户。",
    ),
)
CORE_TOP_SHARE = Parameter(
    name="core_top_share",
    kind="number",
    minimum=0.001,
    maximum=0.999,
    unit="share",
    meaning=Text(
        "In place of core_share: the core is this share of the customers, e.g. 0.2.",
        "替代 core_share：核心客户为消费最高的该比例客户，如0.2。",
    ),
)
BRIDGE_PARAMETERS = (AS_OF, OPEN_WINDOW, BEFORE, AFTER, CORE_SHARE, CORE_BY, CORE_TOP_SHARE)

CORE_BY_BEFORE = Text(
    "The core was chosen by the earlier period alone: it shrinks by regression to the mean even"
    " when nothing happened.",
    "核心客户仅按前期划定：即使什么也没发生，也会因均值回归而缩水。",
)
UNEQUAL = Text(
    "The periods differ in length: {before_days} against {after_days} days; part of the change is"
    " that alone, and nothing is compared with usual turnover.",
    "两期长度不等：{before_days}天对{after_days}天；部分变化仅由此而来，也未与日常更替比较。",
)
NOTHING_PRECEDES = Text(
    "No history precedes the earlier period, so first-time and returned customers cannot be told"
    " apart: they are 'new'.",
    "前期之前没有历史，无法区分首购与回归客户，合并为“新增”。",
)
SHORT_LOOKBACK = Text(
    "Only {days} days of history precede the earlier period: a customer called first-time may have"
    " bought before that.",
    "前期之前仅有{days}天历史：所谓首购客户可能更早买过。",
)
# Resampling one customer gives the same customer for ever, a certainty that is none.
FEWEST_CUSTOMERS = 20
TOO_FEW = Text(
    "Not compared with usual turnover: too few customers to tell it from chance.",
    "未与日常更替比较：客户太少，无法与偶然波动区分。",
)
NOT_COMPARED = Text(
    "Not compared with usual turnover: the history does not reach back to a preceding pair of"
    " periods.",
    "未与日常更替比较：历史不够长，没有可比的前一对时期。",
)


def bridge_plan(question: Ask, targets: tuple[Target, ...], *, compare: bool) -> Plan:
    """The plan of the bridge and of what stands on it; `compare` fetches the preceding pair."""
    periods = pair(question)
    assert question.span.first_day is not None
    step = periods.after.start - periods.before.start
    start: dt.date = question.span.first_day
    earlier_from = periods.before.start - step
    comparable = periods.before.days == periods.after.days and start <= earlier_from
    top = question["core_top_share"]
    values: dict[str, Any] = {
        **period_values(periods, start + step),
        "core_by_before": question["core_by"] == "before",
        "core_share": float(question["core_share"]),
        "core_top_share": float(top or 0),
        "precedes": start < periods.before.start,
        "compared_precedes": start < earlier_from,
    }
    if compare and comparable:
        targets = (*targets, Target("turnover_buckets"))
    used = {
        "before": str(periods.before),
        "after": str(periods.after),
        "as_of": periods.after.end,
        "window_days": periods.after.days,
    }
    return Plan(targets, values, used=used, notes=_notes(question, periods, values))


def _notes(question: Ask, periods: Pair, values: Mapping[str, Any]) -> tuple[Note, ...]:
    notes = list(periods.notes)
    if periods.before.days != periods.after.days:
        said = {"before_days": periods.before.days, "after_days": periods.after.days}
        notes.append(Note("unequal_periods", UNEQUAL, said))
    start = question.span.first_day
    preceding_days = (periods.before.start - start).days if start else 0
    if not values["precedes"]:
        notes.append(Note("nothing_precedes", NOTHING_PRECEDES))
    elif preceding_days < periods.before.days:
        notes.append(Note("short_lookback", SHORT_LOOKBACK, {"days": preceding_days}))
    if question["core_by"] == "before":
        notes.append(Note("core_by_before", CORE_BY_BEFORE))
    return tuple(notes)


def plan(question: Ask) -> Plan:
    return bridge_plan(question, (Target("turnover_counts"),), compare=True)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    terms = turnover.terms(precedes=plan.values["precedes"])
    found = {(row["tier"], row["term"]): row for row in fetched["turnover_counts"]}
    rows: Rows = []
    for tier in turnover.TIERS:
        for term in terms:
            row = found.get((tier, term), {"customers": 0, "first_minor": 0, "second_minor": 0})
            amount = row["second_minor"] - row["first_minor"]
            rows.append(
                {"tier": tier, "term": term, "customers": row["customers"], "amount_minor": amount}
            )
    before = sum(row["first_minor"] for row in found.values())
    after = sum(row["second_minor"] for row in found.values())
    figures: dict[str, Any] = {
        "revenue_before_minor": before,
        "revenue_after_minor": after,
        "change_minor": after - before,
        "change_share": (after - before) / before if before > 0 else None,
        "core_customers": sum(row["customers"] for row in rows if row["tier"] == "core"),
    }
    buckets = fetched.get("turnover_buckets")
    few = buckets is not None and len({row["bucket"] for row in buckets}) < FEWEST_CUSTOMERS
    if buckets is not None and not few:
        precedes = plan.values["compared_precedes"]
        excess = excess_rows(buckets, turnover.terms(precedes=precedes))
        return Answer(rows, {**figures, **_verdict(excess), "excess": excess})
    largest = max(rows, key=lambda row: abs(row["amount_minor"]))
    verdict = {
        "verdict": "not compared",
        "verdict_tier": largest["tier"],
        "verdict_term": largest["term"],
        "verdict_amount_minor": largest["amount_minor"],
        "verdict_low_minor": None,
        "verdict_high_minor": None,
        "excess": None,
    }
    why = Note("too_few", TOO_FEW) if few else Note("not_compared", NOT_COMPARED)
    return Answer(rows, {**figures, **verdict}, (why,))


def excess_rows(buckets: Rows, terms: tuple[str, ...]) -> Rows:
    """Each term by tier, less the same term of the preceding pair ("usual turnover").

    The interval is a percentile bootstrap over customers, 95% after Bonferroni over the terms.
    """
    cells = [(tier, term) for tier in turnover.TIERS for term in terms]
    column = {cell: i for i, cell in enumerate(cells)}
    now = np.zeros((turnover.BUCKETS, len(cells)))
    then = np.zeros_like(now)
    for row in buckets:
        side = now if row["pair"] == "now" else then
        side[row["bucket"], column[row["tier"], row["term"]]] += row["change_minor"]
    used = np.any((now != 0) | (then != 0), axis=1)
    low, high = sums_interval((now - then)[used], level=1 - 0.05 / len(cells))
    return [
        {
            "tier": tier,
            "term": term,
            "amount_minor": int(now[:, i].sum()),
            "usual_minor": int(then[:, i].sum()),
            "excess_minor": int((now - then)[:, i].sum()),
            "low_minor": float(low[i]),
            "high_minor": float(high[i]),
        }
        for i, (tier, term) in enumerate(cells)
    ]


def _verdict(excess: Rows) -> dict[str, Any]:
    """The largest unfavourable excess whose interval excludes zero names the cause."""
    beyond = [row for row in excess if row["high_minor"] < 0]
    if not beyond:
        nothing = dict.fromkeys(("tier", "term", "amount_minor", "low_minor", "high_minor"))
        return {
            "verdict": "nothing beyond usual turnover",
            **{f"verdict_{key}": value for key, value in nothing.items()},
        }
    worst = min(beyond, key=lambda row: row["excess_minor"])
    return {
        "verdict": "compared",
        "verdict_tier": worst["tier"],
        "verdict_term": worst["term"],
        "verdict_amount_minor": worst["excess_minor"],
        "verdict_low_minor": worst["low_minor"],
        "verdict_high_minor": worst["high_minor"],
    }


TIER = text(
    "tier", "The core customers, or the rest.", "核心客户或其余客户。", choices=turnover.TIERS
)
TERM = text(
    "term",
    "lost; first_time and returned (or new); up; down.",
    "流失 lost；首购 first_time、回归 returned（或新增 new）；增加 up；减少 down。",
    choices=(*turnover.TERMS, "new"),
)
FIGURES: tuple[Column, ...] = (
    money("revenue_before_minor", "Net spend in the earlier period.", "前期净消费额。"),
    money("revenue_after_minor", "Net spend in the later period.", "后期净消费额。"),
    money("change_minor", "The change.", "变化额。"),
    share("change_share", "The change, of the earlier period.", "变化率。"),
    count("core_customers", "Customers in the core.", "核心客户数。"),
    text(
        "verdict",
        "'compared': a term is beyond usual turnover; or nothing is; or nothing to compare with.",
        "与日常更替比较的结论。",
        choices=("compared", "nothing beyond usual turnover", "not compared"),
    ),
    text("verdict_tier", "The tier of the term named.", "所指条目的客户层。"),
    text(
        "verdict_term",
        "The largest unfavourable excess beyond chance; the largest term if not compared.",
        "超出偶然的最大不利项；未比较时为最大项。",
    ),
    money("verdict_amount_minor", "Its excess (or amount).", "其超出额（或金额）。"),
    money("verdict_low_minor", "Lower bound of the excess.", "超出额的区间下限。"),
    money("verdict_high_minor", "Upper bound of the excess.", "超出额的区间上限。"),
    text(
        "excess",
        "Each tier and term against usual turnover, with intervals (95% after Bonferroni).",
        "各层各项与日常更替之差及其区间（Bonferroni 校正后95%）。",
    ),
)

ANALYSIS = Analysis(
    name="bridge",
    title=Text("Revenue bridge", "销售额变动拆解"),
    question=Text(
        "What moved revenue between two periods: customers lost, won, come back, buying more or"
        " less, core or not; and is it more than usual turnover?",
        "两期销售额变化来自哪里：流失、新客、回归、增购还是减购？核心客户还是其他？是否超出日常更替？",
    ),
    rows=Text(
        "One tier and term; the amounts sum to the change.", "一层一项，金额之和等于变化额。"
    ),
    source="000-1, 8-statistics (bridge)",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=BRIDGE_PARAMETERS,
    columns=(
        TIER,
        TERM,
        count("customers", "Customers in the set.", "该集合的客户数。"),
        money("amount_minor", "Their change in net spend.", "其净消费额变化。"),
    ),
    figures=FIGURES,
    steps=turnover.STEPS,
    plan=plan,
    finish=finish,
)
