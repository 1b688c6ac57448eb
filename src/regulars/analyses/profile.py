"""`profile`: who the active customers are, and whether the mix shifts (002-6a).

PSI = Σ (a − b) ln(a/b) over the shares a of the earlier and b of the later period, of the customers
whose attribute is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses import profiling
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.messages import NO_ORDERS_IN_WINDOW
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import AFTER, BEFORE, OPEN_WINDOW, pair, period_values
from regulars.declare import Text
from regulars.result import Note
from regulars.statistics.proportions import shift_parts
from regulars.steps import Step
from regulars.steps import profiles as steps
from regulars.steps.compose import Target

SHIFTS = ("stable", "some", "marked")

COUNTS = Step(
    name="profile_counts",
    one_row="one value of an attribute",
    key=("attribute", "value"),
    sql="""
        select p.attribute, p.value,
            cast(sum(case when d.before_days > 0 then 1 else 0 end) as bigint) as before_count,
            cast(sum(case when d.after_days > 0 then 1 else 0 end) as bigint) as after_count
        from profiles as p
        inner join periods as d on d.customer_key = p.customer_key
        where d.before_days > 0 or d.after_days > 0
        group by p.attribute, p.value
    """,
)
BASE = Step(
    name="profile_base",
    one_row="everybody active in either period",
    key=(),
    sql="""
        select
            cast(coalesce(sum(case when d.before_days > 0 then 1 else 0 end), 0) as bigint)
                as before_count,
            cast(coalesce(sum(case when d.after_days > 0 then 1 else 0 end), 0) as bigint)
                as after_count,
            cast(coalesce(sum(case when d.before_days > 0 and k.customer_key is not null
                then 1 else 0 end), 0) as bigint) as before_profiled,
            cast(coalesce(sum(case when d.after_days > 0 and k.customer_key is not null
                then 1 else 0 end), 0) as bigint) as after_profiled
        from periods as d
        left join profiled as k on k.customer_key = d.customer_key
    """,
)


def plan(question: Ask) -> Plan:
    chosen = pair(question)
    values = {
        **profiling.values(question, chosen.after.end),
        **period_values(chosen, chosen.before.start),
    }
    # the period before the earlier one is not asked for, only the step wants its days
    used = {
        "before": str(chosen.before),
        "after": str(chosen.after),
        "as_of": chosen.after.end,
        "window_days": chosen.after.days,
    }
    targets = (Target("profile_counts"), Target("profile_base"))
    return Plan(targets, values, used=used, notes=chosen.notes)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    base = fetched["profile_base"][0]
    whole = (base["before_count"], base["after_count"])
    rows: Rows = []
    largest: tuple[float, str] | None = None
    for name, found in profiling.by_attribute(fetched["profile_counts"]).items():
        made = _attribute(name, found, whole)
        rows += made
        psi = made[0]["psi"]
        if psi is not None and (largest is None or psi > largest[0]):
            largest = psi, name
    before_share, _ = profiling.coverage(whole[0], base["before_profiled"])
    after_share, notes = profiling.coverage(whole[1], base["after_profiled"])
    figures = {
        "active_before": whole[0],
        "active_after": whole[1],
        "no_profile_share_before": before_share,
        "no_profile_share": after_share,
        "psi_largest": largest[0] if largest else None,
        "psi_largest_attribute": largest[1] if largest else None,
    }
    for count_, period in zip(whole, ("before", "after"), strict=True):
        if not count_:
            said = {"start": plan.values[f"{period}_from"], "end": plan.values[f"{period}_to"]}
            notes += (Note("no_orders_in_window", NO_ORDERS_IN_WINDOW, said),)
    return Answer(rows, figures, notes)


def _attribute(
    name: str, found: Mapping[str, Mapping[str, Any]], whole: tuple[int, int]
) -> list[dict[str, Any]]:
    """Everybody with the attribute, each value, and those without it."""
    before = [row["before_count"] for row in found.values()]
    after = [row["after_count"] for row in found.values()]
    n, m = sum(before), sum(after)
    parts = shift_parts(before, after)
    psi = sum(parts) if parts else None
    held = sum(1 for one, other in zip(before, after, strict=True) if one or other)
    rows = [
        _row(name, profiling.ALL, counts=(n, m), of=whole)
        | {
            "psi": psi,
            "psi_by_chance": (held - 1) * (1 / n + 1 / m) if parts else None,
            "shift": None if psi is None else SHIFTS[(psi >= 0.1) + (psi >= 0.25)],
        }
    ]
    for i, value in enumerate(found):
        row = _row(name, value, counts=(before[i], after[i]), of=(n, m))
        rows.append(row | {"psi": parts[i] if parts else None})
    rows.append(_row(name, profiling.UNKNOWN, counts=(whole[0] - n, whole[1] - m), of=whole))
    return rows


def _row(name: str, value: str, *, counts: tuple[int, int], of: tuple[int, int]) -> dict[str, Any]:
    shares = [part / all_ if all_ else None for part, all_ in zip(counts, of, strict=True)]
    one, other = shares
    return {
        "attribute": name,
        "value": value,
        "customers_before": counts[0],
        "customers_after": counts[1],
        "share_before": one,
        "share_after": other,
        "share_change": None if one is None or other is None else other - one,
    }


_OF = (
    " of the customers with the attribute; of all active ones on the rows (all) and (unknown).",
    "（占有该属性者；(all) 与 (unknown) 行占全部活跃客户）。",
)
ANALYSIS = Analysis(
    name="profile",
    title=Text("Profile and its shift", "客户画像及其变化"),
    question=Text(
        "Who are the active customers, and is the mix shifting?",
        "活跃客户是哪些人？构成是否在变化？",
    ),
    rows=Text("One value of one attribute.", "某属性的一个取值。"),
    source="002-6a",
    grain="table",
    inputs=("orders", "customers"),
    helps=("identities", "people"),
    parameters=(
        AS_OF, OPEN_WINDOW, BEFORE, AFTER, profiling.ATTRIBUTE, profiling.SMALLEST_GROUP,
    ),
    columns=(
        profiling.ATTRIBUTE_COLUMN,
        profiling.VALUE_OR_ALL,
        count("customers_before", "Active in the earlier period.", "前期活跃客户数。"),
        count("customers_after", "Active in the later period.", "后期活跃客户数。"),
        share("share_before", "Their share" + _OF[0], "前期占比" + _OF[1]),
        share("share_after", "The same in the later period.", "后期占比（口径同上）。"),
        share("share_change", "Later share less the earlier.", "后期占比减前期占比。"),
        number(
            "psi",
            "On the row (all) the population stability index, on a value its part of it.",
            "(all) 行为群体稳定性指数PSI，取值行为其分项。",
        ),
        number(
            "psi_by_chance",
            "The index that two samples of this size show by chance alone, on average: (k − 1) ×"
            " (1/n + 1/m). The same people in both periods show less.",
            "同等规模的两个样本仅凭偶然的平均PSI：(k−1)×(1/n+1/m)；两期为同一批人时更低。",
        ),
        text(
            "shift",
            "By the usual rule of thumb: stable under 0.1, some under 0.25, marked from there.",
            "按通行经验：0.1以下为稳定（stable），0.25以下为略有变化（some），"
            "以上为显著（marked）。",
            choices=SHIFTS,
        ),
    ),
    figures=(
        count("active_before", "Active in the earlier period.", "前期活跃客户数。"),
        count("active_after", "Active in the later period.", "后期活跃客户数。"),
        share(
            "no_profile_share_before",
            "Share without any attribute in the earlier period.",
            "前期活跃客户中没有任何属性的比例。",
        ),
        profiling.NO_PROFILE_SHARE,
        number("psi_largest", "The largest index.", "最大的PSI。"),
        text("psi_largest_attribute", "Its attribute.", "其所属属性。"),
    ),
    steps=(*steps.STEPS, COUNTS, BASE),
    plan=plan,
    finish=finish,
)  # fmt: skip
