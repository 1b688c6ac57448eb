"""`value_matrix`: how often and how lately customers bought, and what that makes them worth."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses import value_words as words
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_parameters import PARAMETERS
from regulars.analyses.valuing import STEPS, suffix_of, values, variant
from regulars.declare import Text
from regulars.steps import Derived, Node, Step
from regulars.steps.compose import Target

FREQUENCY, RECENCY = 0, 1


def _counts(ending: str) -> Step:
    customers = f"value_customers{ending}"
    return Step(
        name=f"value_counts{ending}",
        one_row="one number of purchase days, or of days since the last, and who has it",
        key=("scale", "days"),
        sql=f"""
            select {FREQUENCY} as scale, x + 1 as days, count(*) as customers
            from {customers} group by x + 1
            union all
            select {RECENCY} as scale, t - t_x as days, count(*) as customers
            from {customers} group by t - t_x
        """,
    )


def banded(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The bands of both scales, from how many customers stand where."""
    from regulars.value.bands import purchase_day_bands, recency_bands

    plain = {name: np.ma.getdata(column) for name, column in arrays.items()}
    found = []
    for scale, bands in ((FREQUENCY, purchase_day_bands), (RECENCY, recency_bands)):
        own = plain["scale"] == scale
        found += [(scale, *band) for band in bands(plain["days"][own], plain["customers"][own])]
    rows = np.array(found, dtype=np.int64).reshape(-1, 3)
    return dict(zip(("scale", "low", "high"), rows.T, strict=True))


def _bands(ending: str) -> Derived:
    return Derived(
        name=f"value_bands{ending}",
        one_row="one band of purchase days, or of days since the last",
        key=("scale", "low"),
        reads=f"value_counts{ending}",
        columns=tuple(count(name, name, name, "days") for name in ("scale", "low", "high")),
        apply=banded,
    )


def _cells(suffix: str, ending: str) -> Step:
    bands = f"value_bands{ending}"
    return Step(
        name=f"value_cells{suffix}",
        one_row="one band of purchase days with one of days since the last",
        key=("f_low", "r_low"),
        sql=f"""
            select f.low as f_low, f.high as f_high, r.low as r_low, r.high as r_high,
                count(*) as customers, sum(v.p_alive) as alive,
                count(v.expected_spend_365d_minor) as valued,
                sum(v.expected_spend_365d_minor) as spend
            from value_rows{suffix} as v
            inner join {bands} as f on v.x + 1 >= f.low and v.x + 1 <= f.high
            inner join {bands} as r on v.t - v.t_x >= r.low and v.t - v.t_x <= r.high
            where f.scale = {FREQUENCY} and r.scale = {RECENCY}
            group by f.low, f.high, r.low, r.high
        """,
    )


def _steps() -> tuple[Node, ...]:
    made: list[Node] = []
    for segmented in (False, True):
        ending = "_by_segment" if segmented else ""
        made += [_counts(ending), _bands(ending)]
    for segmented, held in itertools.product((False, True), repeat=2):
        ending = "_by_segment" if segmented else ""
        made.append(_cells(variant(segmented=segmented, held=held), ending))
    return tuple(made)


def plan(question: Ask) -> Plan:
    suffix = suffix_of(question)
    return Plan(
        (Target(f"value_cells{suffix}"), Target(f"value_told{suffix}")),
        values(question),
        notes=(*stale(question), *unfitting(question)),
    )


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    from regulars.value.bands import OPEN

    cells, told = (fetched[target.step] for target in plan.targets)
    found = words.told(told)
    rows = [
        {
            "purchase_days_from": cell["f_low"],
            "purchase_days_to": None if cell["f_high"] == OPEN else cell["f_high"],
            "recency_days_from": cell["r_low"],
            "recency_days_to": None if cell["r_high"] == OPEN else cell["r_high"],
            "customers": cell["customers"],
            "p_alive": _mean(cell["alive"], cell["customers"]),
            "expected_spend_per_customer_minor": _mean(cell["spend"], cell["valued"]),
            "expected_spend_365d_minor": cell["spend"],
        }
        for cell in sorted(cells, key=lambda cell: (cell["f_low"], cell["r_low"]))
    ]
    notes = words.notes(found, minor_per_major=question.minor_per_major)
    return Answer(rows, words.figures(found), notes)


def _mean(total: float | None, customers: int) -> float | None:
    return None if total is None or not customers else total / customers


ANALYSIS = Analysis(
    name="value_matrix",
    title=Text("Value by frequency and recency", "频次×近度价值矩阵"),
    question=Text(
        "Given how often and how lately customers bought, how likely are they still active, and"
        " what are they worth?",
        "按购买频次与最近购买时间，客户仍活跃的概率有多大，价值多少？",
    ),
    rows=Text(
        "One band of purchase days with one of days since the last purchase; empty ones are left"
        " out.",
        "一个购买天数区间与一个距末次购买天数区间的组合；空格不列。",
    ),
    source="8-statistics, decision 5",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=PARAMETERS,
    columns=(
        count("purchase_days_from", "Fewest purchase days.", "购买天数起点。", "days"),
        count(
            "purchase_days_to", "Most purchase days; empty where there is no end.",
            "购买天数终点；无上限则为空。", "days",
        ),
        count("recency_days_from", "Fewest days since the last.", "距末次购买天数起点。", "days"),
        count(
            "recency_days_to", "Most days since the last; empty where there is no end.",
            "距末次购买天数终点；无上限则为空。", "days",
        ),
        count("customers", "Customers there.", "该格客户数。"),
        share("p_alive", "Mean of P(alive).", "平均存活概率。"),
        number(
            "expected_spend_per_customer_minor",
            "Mean expected spend of a customer in the next 365 days.",
            "未来365天的人均预期消费额。", "minor",
        ),
        number(
            "expected_spend_365d_minor", "Their expected spend together.", "该格预期消费额合计。",
            "minor",
        ),
    ),
    figures=(words.MODEL_COLUMN, *words.TOTAL_COLUMNS),
    steps=(*STEPS, *_steps()),
    plan=plan,
    finish=finish,
)  # fmt: skip
