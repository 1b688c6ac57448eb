"""What the analyses contribute to a snapshot."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.analyses import groups, plane, rfm, summary
from regulars.analyses.columns import number, text
from regulars.declare import Text
from regulars.snapshot import Contribution, SnapshotAsk

NOT_IN_WINDOW = Text("No order in the window.", "时间窗内没有订单。")
ONE_PURCHASE = Text("Only one purchase day so far.", "目前只有一个购买日。")
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
    step="summary",
    steps=summary.ANALYSIS.steps,
    columns=summary.COLUMNS[1:],
    values=_window,
    reasons={
        **{c.name: NEVER_ORDERED for c in summary.COLUMNS[1:]},
        "mean_gap_days": ONE_PURCHASE,
        "median_gap_days": ONE_PURCHASE,
    },
)
RFM = Contribution(
    name="rfm",
    step="rfm_independent_cells",
    steps=rfm.STEPS,
    columns=(rfm.COLUMNS[2], rfm.COLUMNS[3], *rfm.SCORES),
    values=_window,
    reasons={c.name: NOT_IN_WINDOW for c in rfm.COLUMNS[2:]},
)
GROUPS = Contribution(
    name="groups",
    step="customer_groups",
    steps=groups.STEPS,
    columns=(
        text("customer_group", "Group A to E.", "分组，A 至 E。", choices=plane.GROUPS),
        number("value_minor", "Net spend per purchase day.", "客单价。", "minor"),
    ),
    values=_plane,
    reasons={"value_minor": NOT_IN_WINDOW},
)

ALL = (SUMMARY, RFM, GROUPS)
