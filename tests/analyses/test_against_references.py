"""Every analysis on every engine, against an independent reference, on a shop full of traps."""

from __future__ import annotations

from typing import Any

import pytest

from analyses.conftest import OpenShop
from analyses.shops import answer
from regulars.testing import reference as ref
from regulars.testing.compare import assert_same_answer, assert_same_figures

BEFORE, AFTER = "2024-01-01..2024-07-01", "2024-07-01..2024-12-30"
CASES: list[tuple[str, Any, dict[str, Any], list[str]]] = [
    ("summary", ref.summary, {"as_of": "AS_OF"}, ["customer_key"]),
    ("summary", ref.summary, {"as_of": "AS_OF", "grain": "week"}, ["customer_key"]),
    ("rfm", ref.rfm, {"as_of": "AS_OF"}, ["customer_key"]),
    ("rfm", ref.rfm, {"as_of": "AS_OF", "window_days": 90}, ["customer_key"]),
    ("rfm", ref.rfm, {"as_of": "AS_OF", "method": "nested"}, ["customer_key"]),
    ("segments", ref.segments, {"as_of": "AS_OF"}, ["cell"]),
    ("groups", ref.groups, {"as_of": "AS_OF"}, ["group"]),
    ("groups", ref.groups, {"as_of": "AS_OF", "window_days": 120}, ["group"]),
    ("groups_trend", ref.groups_trend, {"as_of": "AS_OF", "window_days": 90}, ["month", "group"]),
    ("migration", ref.migration, {"before": BEFORE, "after": AFTER}, ["from_group", "to_group"]),
    ("group_customers", ref.group_customers, {"as_of": "AS_OF"}, ["customer_key"]),
    (
        "migration_customers",
        ref.migration_customers,
        {"before": BEFORE, "after": AFTER},
        ["customer_key"],
    ),
    ("concentration", ref.concentration, {"as_of": "AS_OF"}, ["question"]),
    ("cohorts", ref.cohorts, {"as_of": "AS_OF"}, ["cohort", "period"]),
    ("cohorts", ref.cohorts, {"as_of": "AS_OF", "period": "quarter"}, ["cohort", "period"]),
    ("cohort_customers", ref.cohort_customers, {"as_of": "AS_OF"}, ["customer_key"]),
    (
        "cohort_customers",
        ref.cohort_customers,
        {"as_of": "AS_OF", "period": "quarter", "number": 1},
        ["customer_key"],
    ),
    ("concentration_customers", ref.concentration_customers, {"as_of": "AS_OF"}, ["customer_key"]),
    (
        "concentration_customers",
        ref.concentration_customers,
        {"as_of": "AS_OF", "question": "customers for 80%"},
        ["customer_key"],
    ),
    ("retention", ref.retention, {"as_of": "AS_OF", "period": "month", "least": 5}, ["period"]),
    (
        "retention",
        ref.retention,
        {"as_of": "AS_OF", "period": "quarter", "acquired": BEFORE, "periods": 2},
        ["period"],
    ),
    ("bridge", ref.bridge, {"before": BEFORE, "after": AFTER}, ["tier", "term"]),
    (
        "bridge",
        ref.bridge,
        {"before": BEFORE, "after": AFTER, "core_by": "before"},
        ["tier", "term"],
    ),
    (
        "bridge_customers",
        ref.bridge_customers,
        {"before": BEFORE, "after": AFTER},
        ["customer_key"],
    ),
    ("decline", ref.decline, {"as_of": "AS_OF"}, ["customer_key"]),
    ("decline", ref.decline, {"as_of": "AS_OF", "rows": "all"}, ["customer_key"]),
    (
        "decline",
        ref.decline,
        {"as_of": "AS_OF", "rows": "tested", "relative_to_base": True, "q": 0.3},
        ["customer_key"],
    ),
    (
        "decline",
        ref.decline,
        {"as_of": "AS_OF", "rows": "all", "recent_days": 30, "regularity": 1.4},
        ["customer_key"],
    ),
    ("value_backtest", ref.value_backtest, {"as_of": "AS_OF", "model": "mbg_nbd"}, ["forecast"]),
    (
        "value_backtest",
        ref.value_backtest,
        {"as_of": "AS_OF", "model": "bg_nbd", "holdout_days": 200},
        ["forecast"],
    ),
    ("value_tracking", ref.value_tracking, {"as_of": "AS_OF", "model": "mbg_nbd"}, ["month"]),
    (
        "value_calibration",
        ref.value_calibration,
        {"as_of": "AS_OF", "model": "bg_nbd", "holdout_days": 120},
        ["tenth"],
    ),
    (
        "value_distribution",
        ref.value_distribution,
        {"as_of": "AS_OF", "model": "mbg_nbd"},
        ["tenth"],
    ),
    (
        "value_tenths",
        ref.value_tenths,
        {"as_of": "AS_OF", "model": "mbg_nbd"},
        ["customer_key"],
    ),
    (
        "value_matrix",
        ref.value_matrix,
        {"as_of": "AS_OF", "model": "mbg_nbd"},
        ["purchase_days_from", "recency_days_from"],
    ),
    ("causes", ref.causes, {"before": BEFORE, "after": AFTER}, ["tier", "cause"]),
]
# Drawn at random on both sides: compared in test_bridge, by their coverage.
RANDOM = ("verdict", "verdict_low_minor", "verdict_high_minor", "excess")


@pytest.mark.parametrize(
    ("name", "reference", "parameters", "keys"),
    CASES,
    ids=[f"{c[0]}-{'-'.join(str(v) for v in c[2].values())}" for c in CASES],
)
def test_every_engine_gives_the_reference_answer(
    engine: OpenShop, name: str, reference: Any, parameters: dict[str, Any], keys: list[str]
) -> None:
    asked = dict(parameters)
    if "as_of" in asked:
        asked["as_of"] = engine.shop.truth["as_of"]
    expected = reference(engine.shop.facts, **asked)
    opened = engine.engine()
    try:
        found = answer(opened, engine.facts, name, **asked)
    finally:
        opened.close()
    if name == "retention":
        # What lies beyond the rates that were seen is a curve's: tests/analyses/test_retention.py
        assert_same_answer(
            [row for row in found.rows if row["rate_from"] == "seen"], expected, keys=keys
        )
    else:
        assert_same_answer(found, expected, keys=keys)
    figures = [
        n
        for n, v in expected.figures.items()
        if not n.startswith("verdict") and n not in RANDOM and not isinstance(v, list | dict)
    ]
    assert_same_figures(found, expected, names=figures)
