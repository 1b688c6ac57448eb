"""What the analyses contribute to a snapshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from regulars.analyses import groups, plane, rfm, summary, value, value_columns, valuing
from regulars.analyses.analysis import Ask, Span
from regulars.analyses.columns import number, text
from regulars.analyses.parameters import read
from regulars.declare import Text
from regulars.snapshot import Contribution, Join, SnapshotAsk

NOT_IN_WINDOW = Text("No order in the window.", "时间窗内没有订单。")
ONE_PURCHASE = Text("Only one purchase day so far.", "目前只有一个购买日。")
NO_MARGIN = Text("No margin given, or never ordered.", "未给毛利率，或从未下单。")
KNOWN = Text("Nothing is unknown.", "没有未知项。")
NEVER_ORDERED = Text("Never ordered.", "从未下单。")


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

ALL = (SUMMARY, RFM, GROUPS, VALUE)
