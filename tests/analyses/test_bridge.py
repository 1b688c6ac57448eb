"""The bridge: exact, and silent when nothing but usual turnover happens."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyses.shops import answer, orders_frame, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.generate import stationary_base
from regulars.testing.planted import planted

PERIODS = {"before": "2024-01-01..2024-07-01", "after": "2024-07-01..2024-12-30"}


def bridge(frames: dict[str, pd.DataFrame], folder: Path, **parameters: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(frames, folder), "bridge", **parameters)
    finally:
        engine.close()


ROWS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.dates(pd.Timestamp("2023-11-01").date(), pd.Timestamp("2024-06-30").date()).map(str),
        st.integers(-500, 2000),
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS)
def test_the_terms_sum_to_the_change_whatever_the_refunds(tmp_path: Path, rows: list[Any]) -> None:
    orders = orders_frame(rows)
    orders.loc[orders["amount_minor"] < 0, "kind"] = "refund"
    if not (orders["kind"] == "sale").any():
        return
    found = bridge(
        {"orders": orders},
        tmp_path,
        before="2024-01-01..2024-04-01",
        after="2024-04-01..2024-07-01",
    )
    day = pd.to_datetime(orders["day"])
    before = orders.loc[(day >= "2024-01-01") & (day < "2024-04-01"), "amount_minor"].sum()
    after = orders.loc[(day >= "2024-04-01") & (day < "2024-07-01"), "amount_minor"].sum()
    assert sum(row["amount_minor"] for row in found.rows) == after - before


def test_the_figure_of_000_1_is_an_identity(tmp_path: Path) -> None:
    """R₁ 1,000 → R₂ 850: lost −60, new +30, up +20, down −140; shrinkage is the largest."""
    rows = [
        (1, "2024-02-01", 60),
        (2, "2024-05-01", 30),
        (3, "2024-02-01", 400), (3, "2024-05-01", 420),
        (4, "2024-02-01", 540), (4, "2024-05-01", 400),
    ]  # fmt: skip
    found = bridge(
        {"orders": orders_frame(rows)},
        tmp_path,
        before="2024-02-01..2024-05-01",
        after="2024-05-01..2024-07-30",
    )
    amounts = dict.fromkeys(("lost", "new", "up", "down"), 0)
    for row in found.rows:
        amounts[row["term"]] += row["amount_minor"]
    assert amounts == {"lost": -60, "new": 30, "up": 20, "down": -140}
    assert found.figures["change_minor"] == -150
    assert found.figures["verdict"] == "not compared"
    assert found.figures["verdict_term"] == "down"


def test_the_verdict_and_its_excess_agree_with_the_reference(tmp_path: Path) -> None:
    """Sums exactly; interval ends, drawn on both sides, within a tenth of the width."""
    facts = awkward_shop().facts
    found = bridge(facts, tmp_path, **PERIODS).figures
    expected = ref.bridge(facts, **PERIODS).figures
    assert [(e["tier"], e["term"]) for e in found["excess"]] == [
        (e["tier"], e["term"]) for e in expected["excess"]
    ]
    for ours, reference in zip(found["excess"], expected["excess"], strict=True):
        assert ours["excess_minor"] == reference["excess_minor"]
        width = reference["high_minor"] - reference["low_minor"]
        assert ours["low_minor"] == pytest.approx(reference["low_minor"], abs=0.1 * width + 1)
        assert ours["high_minor"] == pytest.approx(reference["high_minor"], abs=0.1 * width + 1)


@pytest.mark.parametrize(
    ("cause", "tier", "term"),
    [("frequency", "core", "down"), ("basket", "core", "down"), ("lost", "core", "lost")],
)
def test_a_planted_cause_is_named(tmp_path: Path, cause: Any, tier: str, term: str) -> None:
    shop = planted(cause, arrivals_per_day=2, strength=0.6)
    change, as_of = shop.truth["change"], shop.truth["as_of"]
    before = (change - (as_of - change), change)
    found = bridge(shop.facts, tmp_path, before=before, after=(change, as_of)).figures
    assert found["verdict"] == "compared"
    assert (found["verdict_tier"], found["verdict_term"]) == (tier, term)
    assert found["verdict_high_minor"] < 0


def _named_falsely(runs: int, folder: Path) -> int:
    named = 0
    for seed in range(runs):
        shop = stationary_base(seed=seed, days=728, arrivals_per_day=0.5)
        as_of = shop.truth["as_of"]
        step = dt.timedelta(days=182)
        before, after = (as_of - 2 * step, as_of - step), (as_of - step, as_of)
        found = bridge(shop.facts, folder, before=before, after=after)
        assert found.figures["verdict"] != "not compared"
        named += found.figures["verdict"] == "compared"
    return named


def test_a_stationary_base_is_seldom_accused(tmp_path: Path) -> None:
    """A quick look; the thousand runs are below. P(more than 8 of 60 at 5%) is under 0.3%."""
    assert _named_falsely(60, tmp_path) <= 8


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_on_a_stationary_base_a_cause_is_named_in_at_most_5_percent_of_1000_runs(
    tmp_path: Path,
) -> None:
    assert _named_falsely(1000, tmp_path) / 1000 <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1000)


def test_a_short_history_before_the_earlier_period_is_said(tmp_path: Path) -> None:
    rows = [(1, "2024-01-30", 5), (1, "2024-03-01", 10), (2, "2024-06-01", 10)]
    found = bridge(
        {"orders": orders_frame(rows)},
        tmp_path,
        before="2024-02-01..2024-05-01",
        after="2024-05-01..2024-07-30",
    )
    said = {note.code: note.say("en") for note in found.notes}
    assert "Only 2 days of history" in said["short_lookback"]


def test_too_few_customers_are_not_compared(tmp_path: Path) -> None:
    rows = [(1, "2024-12-30", 100), (1, "2025-01-05", 1000), (1, "2025-02-05", 1000)]
    found = bridge(
        {"orders": orders_frame([*rows, (1, "2025-03-05", 900)])},
        tmp_path,
        before="2025-01-29..2025-02-26",
        after="2025-02-26..2025-03-26",
    )
    assert found.figures["verdict"] == "not compared"
    assert found.figures["verdict_low_minor"] is None
    assert "too_few" in {note.code for note in found.notes}


def test_periods_beyond_the_history_are_said_to_be(tmp_path: Path) -> None:
    rows = [(1, "2024-03-10", 5), (1, "2024-05-01", 10), (2, "2024-05-03", 10)]
    found = bridge(
        {"orders": orders_frame(rows)},
        tmp_path,
        before="2024-02-01..2024-05-01",
        after="2024-05-01..2024-07-30",
    )
    assert {"starts_late", "ends_early"} <= {note.code for note in found.notes}
