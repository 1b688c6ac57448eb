"""What the analyses contribute to a snapshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from regulars.analyses import (
    decline,
    declining,
    groups,
    life_stages,
    lifecycle_customers,
    plane,
    rfm,
    summary,
    value,
    value_columns,
    valuing,
)
from regulars.analyses.analysis import Ask, Span
from regulars.analyses.columns import day, money, number, text
from regulars.analyses.parameters import read
from regulars.declare import Text
from regulars.snapshot import Contribution, Join, SnapshotAsk
from regulars.stages.rules import REASONS, STAGES

NOT_IN_WINDOW = Text("No order in the window.", "时间窗内没有订单。")
ONE_PURCHASE = Text("Only one purchase day so far.", "目前只有一个购买日。")
NO_MARGIN = Text("No margin given, or never ordered.", "未给毛利率，或从未下单。")
KNOWN = Text("Nothing is unknown.", "没有未知项。")
NEVER_ORDERED = Text("Never ordered.", "从未下单。")
NO_STAGE = Text(
    "Too few usual gaps in the base to judge silence by, or nothing but refunds.",
    "全体惯常间隔样本不足，无法判断沉默；或只有退款记录。",
)


def _window(asked: SnapshotAsk) -> dict[str, Any]:
    return {
        "as_of": asked.as_of,
        "window_from": asked.as_of - dt.timedelta(days=asked.window_days),
    }


def _plane(asked: SnapshotAsk) -> dict[str, Any]:
    defaults = {p.name: p.default for p in plane.PLANE_PARAMETERS}
    return {**_window(asked), **plane.values(defaults)}


SUMMARY = Contribution(
    name="summary",
    columns=summary.COLUMNS[1:],
    select=summary.FIGURES | summary.IN_DAYS,
    joins=(Join("gaps", "g", "g.customer_key = t.customer_key"),),
    values=_window,
    reasons={
        **{c.name: NEVER_ORDERED for c in summary.COLUMNS[1:]},
        "mean_gap_days": ONE_PURCHASE,
        "median_gap_days": ONE_PURCHASE,
    },
)

_SCORES = ("r_score", "f_score", "m_score")
RFM = Contribution(
    name="rfm",
    columns=(rfm.COLUMNS[2], rfm.COLUMNS[3], *rfm.SCORES),
    select={
        **{name: sql for name, sql in rfm.FIGURES.items() if name != "recency_days"},
        "cell": " || ".join(f"cast({rfm.FIGURES[s]} as varchar)" for s in _SCORES),
    },
    joins=(
        *(Join(step, alias, on) for alias, (step, on) in rfm.RANKS.items()),
        Join("buyer_count", "n", ""),
    ),
    steps=rfm.STEPS,
    values=_window,
    reasons={c.name: NOT_IN_WINDOW for c in rfm.COLUMNS[2:]},
)
GROUPS = Contribution(
    name="groups",
    columns=(
        text("customer_group", "Group A to E.", "分组，A至E。", choices=plane.GROUPS),
        number("value_minor", "Net spend per purchase day.", "客单价。", "minor"),
    ),
    select={
        "customer_group": plane.label(f"coalesce({groups.FREQUENCY}, 0)", groups.VALUE),
        "value_minor": groups.VALUE,
    },
    joins=(Join("window_threshold", "h", ""),),
    steps=groups.STEPS,
    values=_plane,
    reasons={"value_minor": NOT_IN_WINDOW},
)


def _stages(asked: SnapshotAsk) -> dict[str, Any]:
    given = {"as_of": asked.as_of, "window_days": asked.window_days}
    question = Ask(
        read(lifecycle_customers.ANALYSIS.parameters, given), Span(asked.first_day, None)
    )
    return life_stages.values(question)


LIFECYCLE = Contribution(
    name="lifecycle",
    columns=(
        text("life_stage", "Life stage.", "生命周期阶段。", choices=STAGES),
        day("life_stage_since", "First day of the stage.", "进入该阶段的首日。"),
        text("life_stage_reason", "What brought the customer there.", "进入该阶段的原因。",
             choices=REASONS),
        text("life_stage_next", "Stage that follows if nothing happens.", "若无变化将转入的阶段。",
             choices=STAGES),
        day("life_stage_next_day", "Day on which it would follow.", "预计转入的日期。"),
    ),
    select={
        "life_stage": "l.stage",
        "life_stage_since": "l.since_day",
        "life_stage_reason": "l.reason",
        "life_stage_next": "l.next_stage",
        "life_stage_next_day": "l.next_day",
    },
    joins=(Join("life_now", "l", "l.customer_key = t.customer_key"),),
    steps=(*life_stages.STEPS, lifecycle_customers.NOW),
    values=_stages,
    reasons={
        "life_stage": NO_STAGE,
        "life_stage_since": Text(
            "It began before the window, or the stage is unknown.", "早于时间窗开始，或阶段未知。"
        ),
        "life_stage_reason": Text("It began before the window.", "早于时间窗开始。"),
        "life_stage_next": Text("None follows by itself.", "不会自行转入其他阶段。"),
        "life_stage_next_day": Text("None follows by itself.", "不会自行转入其他阶段。"),
    },
)  # fmt: skip


def _value_question(asked: SnapshotAsk) -> Ask:
    """The question as the analysis `value` would be asked it."""
    options = dict(asked.options.get("value", {}))
    fitted = options.pop("fitted", None)
    given = {**options, "as_of": asked.as_of}
    stored = None if fitted is None else {"fitted": fitted}
    read_values = read(value.ANALYSIS.parameters, given)
    return Ask(read_values, Span(asked.first_day, None), stored=stored)


def _value_of(asked: SnapshotAsk) -> Contribution:
    """By the steps that these settings need."""
    question = _value_question(asked)
    suffix = valuing.suffix_of(question)
    customers = "value_customers" + ("_by_segment" if "_by_segment" in suffix else "")
    return replace(
        VALUE,
        joins=(
            Join(customers, "c", "c.customer_key = t.customer_key"),
            Join(f"value_scored{suffix}", "s", value_columns.on(suffix)),
        ),
        values=lambda asked: {**valuing.values(question), **_window(asked)},
        tells=f"value_told{suffix}",
        variant=None,
    )


NO_FIT = Text(
    "Never ordered, or nothing could be fitted; see value_unknown.",
    "从未下单，或无法拟合；见 value_unknown。",
)
VALUE = Contribution(
    name="value",
    columns=value_columns.COLUMNS,
    select=value_columns.SELECT,
    steps=valuing.IN_SNAPSHOTS,
    values=_window,
    reasons={
        **{column.name: NO_FIT for column in value_columns.COLUMNS},
        value_columns.CLV_YEAR.name: NO_MARGIN,
        value_columns.CLV_LIFETIME.name: NO_MARGIN,
        value_columns.NEXT_DUE.name: ONE_PURCHASE,
        value_columns.WHY_UNKNOWN.name: KNOWN,
        value_columns.DUE_UNKNOWN.name: KNOWN,
    },
    variant=_value_of,
)


def _decline(asked: SnapshotAsk) -> dict[str, Any]:
    given = {"as_of": asked.as_of, "rows": "all"}
    return declining.values(
        Ask(read(decline.ANALYSIS.parameters, given), Span(asked.first_day, None))
    )


DECLINE = Contribution(
    name="decline",
    columns=(
        text("decline_verdict", "Slowed beyond chance, not named, or too few purchases to tell.",
             "放慢超出偶然、未被点名，或购买太少无从判断。", choices=decline.STATES),
        money("decline_at_stake_minor", "Spend missing against the year before the recent window.",
              "与近期窗口之前一年相比少花的金额。"),
    ),
    select={"decline_verdict": "d.state", "decline_at_stake_minor": "d.at_stake_minor"},
    joins=(Join("decline_all", "d", "d.customer_key = t.customer_key"),),
    steps=declining.STEPS,
    values=_decline,
    reasons={
        "decline_verdict": NEVER_ORDERED,
        "decline_at_stake_minor": NEVER_ORDERED,
    },
)  # fmt: skip

ALL = (SUMMARY, RFM, GROUPS, LIFECYCLE, DECLINE, VALUE)
