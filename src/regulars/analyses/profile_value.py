"""`profile_value`: which customers are the valuable ones (002-6f).

Good are the customers with the highest spend, or from a spend on. For value i of an attribute with
shares g of the good and b of the others: WOE = ln(g/b), IV = Σ (g − b) · WOE.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scipy.special import stdtrit

from regulars.analyses import profiling
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.analyses.messages import NO_ORDERS_IN_WINDOW
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.statistics.proportions import shift_parts
from regulars.steps import Step
from regulars.steps import profiles as steps
from regulars.steps.compose import Target

STRENGTHS = ("none", "weak", "medium", "strong")
ALL_ALIKE = Text(
    "Everybody, or nobody, counts as good from this spend on: there is nobody to compare with.",
    "在此消费额阈值下，客户全部或无一计为高价值，无从比较。",
)

GOOD_PERCENT = Parameter(
    name="good_percent",
    kind="number",
    default=20,
    minimum=0,
    maximum=100,
    meaning=Text(
        "Good are so many per cent of the active customers, those with the highest spend; equal"
        " spend counts alike.",
        "消费额最高的百分之多少活跃客户计为高价值；消费额相同者同等对待。",
    ),
)
GOOD_FROM = Parameter(
    name="good_from_minor",
    kind="number",
    unit="minor",
    meaning=Text(
        "Good is who spent at least so much in the window; goes before good_percent.",
        "时间窗内消费额达到该值即为高价值；优先于 good_percent。",
    ),
)

ACTIVE = Step(
    name="profile_active",
    one_row="one customer with a purchase day in the window",
    key=("customer_key",),
    reused=True,
    sql="""
        select customer_key, window_spend_minor as spend_minor
        from totals
        where window_purchase_days > 0
    """,
)
PLACES = Step(
    name="profile_places",
    one_row="one active customer, the highest spend first",
    key=("place",),
    sql="""
        select spend_minor, row_number() over (order by spend_minor desc, customer_key) as place
        from profile_active
    """,
)
ACTIVE_COUNT = Step(
    name="profile_active_count",
    one_row="the number of active customers",
    key=(),
    sql="select count(*) as customers from profile_active",
)
CUT = Step(
    name="profile_good_cut",
    one_row="the spend from which a customer is good",
    key=(),
    reused=True,
    sql="""
        select coalesce($good_from_minor, cast(min(case
            when (p.place - 1) * 100.0 < $good_percent * n.customers then p.spend_minor end)
            as double)) as good_from_minor
        from profile_places as p cross join profile_active_count as n
    """,
)
_SUMS = """
    count(*) as customers,
    cast(coalesce(sum(case when a.spend_minor >= c.good_from_minor then 1 else 0 end), 0)
        as bigint) as good,
    cast(coalesce(sum(a.spend_minor), 0) as bigint) as spend_minor,
    coalesce(sum(cast(a.spend_minor as double) * cast(a.spend_minor as double)), 0.0) as squares
"""
COUNTS = Step(
    name="profile_value_counts",
    one_row="one value of an attribute",
    key=("attribute", "value"),
    sql=f"""
        select p.attribute, p.value, {_SUMS}
        from profiles as p
        inner join profile_active as a on a.customer_key = p.customer_key
        cross join profile_good_cut as c
        group by p.attribute, p.value
    """,
)
BASE = Step(
    name="profile_value_base",
    one_row="everybody active in the window",
    key=(),
    sql=f"""
        select {_SUMS},
            cast(coalesce(sum(case when k.customer_key is not null then 1 else 0 end), 0)
                as bigint) as profiled
        from profile_active as a
        left join profiled as k on k.customer_key = a.customer_key
        cross join profile_good_cut as c
    """,
)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    given = question["good_from_minor"]
    values = {
        **profiling.values(question, as_of),
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
        "good_percent": float(question["good_percent"]),
        "good_from_minor": None if given is None else float(given),
    }
    names = ("profile_value_counts", "profile_value_base", "profile_good_cut")
    return Plan(tuple(Target(name) for name in names), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    base = fetched["profile_value_base"][0]
    rows: Rows = []
    best: tuple[float, str] | None = None
    for name, found in profiling.by_attribute(fetched["profile_value_counts"]).items():
        made = _attribute(name, found, base)
        rows += made
        iv = made[0]["iv"]
        if iv is not None and (best is None or iv > best[0]):
            best = iv, name
    without, notes = profiling.coverage(base["customers"], base["profiled"])
    if not base["customers"]:
        said = {"start": plan.values["window_from"], "end": plan.values["as_of"]}
        notes = (Note("no_orders_in_window", NO_ORDERS_IN_WINDOW, said),)
    elif base["good"] in (0, base["customers"]):
        notes += (Note("all_alike", ALL_ALIKE),)
    figures = {
        "active_customers": base["customers"],
        "good_customers": base["good"],
        "good_from_minor": fetched["profile_good_cut"][0]["good_from_minor"],
        "no_profile_share": without,
        "iv_largest": best[0] if best else None,
        "iv_largest_attribute": best[1] if best else None,
    }
    return Answer(rows, figures, notes)


def _attribute(
    name: str, found: Mapping[str, Mapping[str, Any]], base: Mapping[str, Any]
) -> list[dict[str, Any]]:
    summed = {key: sum(row[key] for row in found.values()) for key in _KEYS}
    good = [row["good"] for row in found.values()]
    bad = [row["customers"] - row["good"] for row in found.values()]
    parts = shift_parts(good, bad)
    iv = sum(parts) if parts else None
    whole = base["customers"]
    rows = [
        _row(name, profiling.ALL, summed, whole)
        | {
            "iv": iv,
            "iv_by_chance": (len(found) - 1) * (1 / sum(good) + 1 / sum(bad)) if parts else None,
            "strength": None if iv is None else STRENGTHS[sum(iv >= c for c in (0.02, 0.1, 0.3))],
        }
    ]
    for place, (value, row) in enumerate(found.items()):
        rows.append(
            _row(name, value, row, summed["customers"])
            | {
                "woe": _woe(good[place], bad[place], sum(good), sum(bad)),
                "iv": parts[place] if parts else None,
            }
        )
    rest = {key: base[key] - summed[key] for key in _KEYS}
    return [*rows, _row(name, profiling.UNKNOWN, rest, whole)]


_KEYS = ("customers", "good", "spend_minor", "squares")


def _woe(good: int, bad: int, all_good: int, all_bad: int) -> float | None:
    if not all_good or not all_bad or not (good or bad):
        return None
    return math.log(((good or 0.5) / all_good) / ((bad or 0.5) / all_bad))


def _row(name: str, value: str, row: Mapping[str, Any], of: int) -> dict[str, Any]:
    n, spend = row["customers"], row["spend_minor"]
    mean = spend / n if n else None
    half = _half_width(n, spend, row["squares"])
    return {
        "attribute": name,
        "value": value,
        "customers": n,
        "customer_share": n / of if of else None,
        "good": row["good"],
        "good_rate": row["good"] / n if n else None,
        "spend_minor": spend,
        "spend_per_customer_minor": mean,
        "spend_per_customer_low_minor": None if mean is None or half is None else mean - half,
        "spend_per_customer_high_minor": None if mean is None or half is None else mean + half,
    }


def _half_width(n: int, spend: int, squares: float) -> float | None:
    """Half of the 95% t interval of a mean; None with fewer than two customers."""
    if n < 2:
        return None
    variance = max(squares - spend * spend / n, 0.0) / (n - 1)
    return float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)


ANALYSIS = Analysis(
    name="profile_value",
    title=Text("Profile of the valuable", "高价值客户画像"),
    question=Text(
        "Which attributes tell the valuable customers from the others?",
        "哪些属性能区分高价值客户与其余客户？",
    ),
    rows=Text("One value of one attribute.", "某属性的一个取值。"),
    source="002-6f",
    grain="table",
    inputs=("orders", "customers"),
    helps=("identities", "people"),
    parameters=(
        AS_OF, WINDOW_DAYS, GOOD_PERCENT, GOOD_FROM, profiling.ATTRIBUTE, profiling.SMALLEST_GROUP,
    ),
    columns=(
        profiling.ATTRIBUTE_COLUMN,
        profiling.VALUE_OR_ALL,
        count("customers", "Active customers.", "活跃客户数。"),
        share(
            "customer_share",
            "Their share of those with the attribute; of all active ones on the rows (all) and"
            " (unknown).",
            "占有该属性者的比例；(all) 与 (unknown) 行占全部活跃客户。",
        ),
        replace(
            count("good", "The good among them.", "其中的高价值客户数。"),
            label=Text("good", "高价值客户数"),
        ),
        share("good_rate", "Their share.", "高价值客户比例。"),
        number(
            "woe",
            "Weight of evidence: above 0, the good are found here more often. A side without"
            " anybody counts as half a customer.",
            "证据权重WOE：大于0表示高价值客户更集中；某一侧无人时按半个客户计。",
        ),
        number(
            "iv",
            "On the row (all) the information value, on a value its part of it.",
            "(all) 行为信息值IV，取值行为其分项。",
        ),
        number(
            "iv_by_chance",
            "The information value that chance alone gives on average: (k − 1) × (1/good + 1/bad).",
            "仅凭偶然的平均信息值：(k−1)×(1/高价值数+1/其余数)。",
        ),
        text(
            "strength",
            "By the usual rule of thumb: none under 0.02, weak under 0.1, medium under 0.3, then"
            " strong.",
            "按通行经验：0.02以下为无（none），0.1以下弱（weak），0.3以下中（medium），"
            "以上强（strong）。",
            choices=STRENGTHS,
        ),
        money("spend_minor", "Net spend in the window.", "时间窗内的净消费额。"),
        number("spend_per_customer_minor", "The same per customer.", "人均净消费额。", "minor"),
        number(
            "spend_per_customer_low_minor",
            "Lower end of its 95% interval (Student's t).",
            "人均净消费额95%区间下限（t分布）。",
            "minor",
        ),
        number(
            "spend_per_customer_high_minor", "Upper end.", "人均净消费额95%区间上限。", "minor"
        ),
    ),
    figures=(
        count("active_customers", "Customers with an order.", "时间窗内下单的客户数。"),
        count("good_customers", "The good among them.", "其中的高价值客户数。"),
        number("good_from_minor", "Spend from which one is good.", "高价值的消费额阈值。", "minor"),
        profiling.NO_PROFILE_SHARE,
        number("iv_largest", "The largest information value.", "最大的信息值。"),
        text("iv_largest_attribute", "Its attribute.", "其所属属性。"),
    ),
    steps=(*steps.STEPS, ACTIVE, PLACES, ACTIVE_COUNT, CUT, COUNTS, BASE),
    plan=plan,
    finish=finish,
)  # fmt: skip
