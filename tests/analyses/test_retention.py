"""Retention without contract: firms small and young, and what the curve makes of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regulars
from analyses.shops import answer, orders_frame, write_files
from regulars.analyses.measured import MeasuredRetention
from regulars.engines import open_engine
from regulars.errors import ParameterError
from regulars.result import Result
from regulars.strategy import InputError, delta_interval
from regulars.testing.subscribers import STRATA, subscribers

START = dt.date(2019, 1, 1)


def day(number: int) -> str:
    return (START + dt.timedelta(days=int(number))).isoformat()


def show(rows: list[tuple[int, str, int]], folder: Path, **parameters: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files({"orders": orders_frame(rows)}, folder), "retention",
                      **parameters)  # fmt: skip
    finally:
        engine.close()


def firm(customers: int, *, years: int, seed: int, spread: int = 365) -> list[tuple[int, str, int]]:
    """Half of the customers buy in a year with chance 0.2, the others with 0.8; once a year."""
    random = np.random.default_rng(seed)
    own = np.where(random.random(customers) < 0.5, 0.2, 0.8)
    rows = []
    for key in range(customers):
        first = int(random.integers(0, spread))
        rows += [
            (key + 1, day(first + 365 * year + (year > 0) * 5), 5000)
            for year in range(years)
            if year == 0 or random.random() < own[key]
        ]
    return rows


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


def both_languages(result: Result) -> None:
    for note in result.notes:
        assert note.say("en")
        assert note.say("zh") != note.say("en")


def test_forty_five_customers_are_answered_with_width(tmp_path: Path) -> None:
    found = show(firm(45, years=5, seed=1), tmp_path, as_of=day(365 * 6))
    first = found.rows[0]
    assert first["customers"] == 45
    assert first["retention_high"] - first["retention_low"] > 0.2
    assert "few_customers" in codes(found)
    assert found.rows[-1]["rate_from"] == "extrapolated"
    both_languages(found)


def test_one_year_of_history_has_no_rate_by_year_and_says_what_a_model_expects(
    tmp_path: Path,
) -> None:
    random = np.random.default_rng(2)
    rows = [
        (key, day(first + gap), 3000)
        for key in range(1, 401)
        for first in [int(random.integers(0, 250))]
        for gap in [0, *np.cumsum(random.integers(5, 90, int(random.integers(0, 4)))).tolist()]
        if first + gap < 365
    ]
    found = show(rows, tmp_path, as_of=day(365))
    assert found.figures["seen"] == 0
    assert {row["rate_from"] for row in found.rows} == {"expected"}
    assert {"too_short", "expected_only"} <= set(codes(found))
    assert all(0 < row["retention_low"] < row["retention_high"] < 1 for row in found.rows)
    by_month = show(rows, tmp_path, as_of=day(365), period="month")
    assert by_month.figures["seen"] > 5
    both_languages(found)


def test_first_seen_cohorts_are_said(tmp_path: Path) -> None:
    found = show(firm(100, years=6, seed=3, spread=20), tmp_path, as_of=day(365 * 6))
    assert found.figures["first_seen"]
    assert "first_seen" in codes(found)
    both_languages(found)


def test_retention_above_one_is_no_mistake(tmp_path: Path) -> None:
    rows = [(key, day(0), 1000) for key in range(1, 41)]
    rows += [(key, day(370), 1000) for key in range(1, 13)]
    rows += [(key, day(740), 1000) for key in range(5, 25)]
    found = show(rows, tmp_path, as_of=day(3 * 365 + 10), periods=4)
    assert [row["retention"] for row in found.rows[:2]] == [12 / 40, 20 / 12]
    assert found.rows[1]["repeat_rate"] == 8 / 12
    assert found.rows[1]["retention_low"] < 20 / 12 < found.rows[1]["retention_high"]
    assert {"above_one", "not_chained"} <= set(codes(found))
    assert all(row["retention"] <= 1 for row in found.rows[2:])
    both_languages(found)


def test_one_customer(tmp_path: Path) -> None:
    found = show([(1, day(0), 1000), (1, day(400), 900)], tmp_path, as_of=day(800), periods=3)
    assert found.rows[0]["retention"] == 1
    assert found.rows[0]["retention_low"] < 0.25
    assert [row["rate_from"] for row in found.rows] == ["seen", "carried", "carried"]
    assert {"few_customers", "carried"} <= set(codes(found))


def test_nobody_came_back(tmp_path: Path) -> None:
    rows = [(key, day(key), 1000) for key in range(1, 31)]
    found = show(rows, tmp_path, as_of=day(800))
    assert found.rows[0]["retention"] == 0
    assert 0.05 < found.rows[0]["retention_high"] < 0.15
    assert "no_repeat" in codes(found)
    both_languages(found)


def test_a_period_not_complete_is_no_fall(tmp_path: Path) -> None:
    """Half of the customers are too new for their second year: they are not in the rate."""
    rows = [(key, day(0), 1000) for key in range(1, 11)]
    rows += [(key, day(400), 1000) for key in range(1, 6)]
    rows += [(key, day(500), 1000) for key in range(11, 21)]
    found = show(rows, tmp_path, as_of=day(900), periods=1)
    assert (found.rows[0]["customers"], found.rows[0]["retention"]) == (10, 0.5)
    assert not found.rows[0]["complete"]


def test_nobody_in_the_days_asked_for(tmp_path: Path) -> None:
    found = show([(1, day(0), 1000)], tmp_path, as_of=day(900), acquired="2021-01-01..2021-02-01")
    assert (len(found), codes(found)) == (0, ["nobody"])
    assert found.figures["customers"] == 0
    both_languages(found)


def test_a_cut_by_store_has_rates_of_its_own(tmp_path: Path) -> None:
    from regulars.analyses import find
    from regulars.analyses.cuts import run_by
    from regulars.analyses.run import Session

    frame = orders_frame(firm(60, years=4, seed=5))
    frame["store"] = np.where(frame["customer_key"] % 2, "north", "south")
    engine = open_engine("duckdb")
    try:
        session = Session(engine, write_files({"orders": frame}, tmp_path))
        found = run_by(find("retention"), "store", {"as_of": day(365 * 5)}, session)
    finally:
        engine.close()
    first = {row["store"]: row["customers"] for row in found.rows if row["period"] == 0}
    assert first == {"north": 30, "south": 30}


def coverage(seeds: range, folder: Path) -> dict[str, float]:
    truth = {0: 0.5, 1: 1.0}  # every later year half are active, who buy as much as before
    held: dict[str, list[bool]] = {"first": [], "second": []}
    for seed in seeds:
        found = show(firm(40, years=4, seed=seed), folder, as_of=day(365 * 5), periods=2)
        for y, name in ((0, "first"), (1, "second")):
            row = found.rows[y]
            if row["rate_from"] == "seen":
                held[name].append(row["retention_low"] <= truth[y] <= row["retention_high"])
    return {name: float(np.mean(values)) for name, values in held.items()}


def test_intervals_of_forty_customers_hold_the_truth(tmp_path: Path) -> None:
    found = coverage(range(20), tmp_path)
    assert min(found.values()) >= 0.8


@pytest.mark.slow
def test_intervals_of_forty_customers_hold_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    found = coverage(range(500), tmp_path)
    print(found)
    for share in found.values():
        assert 0.93 <= share <= 0.98


# ---- from a workspace to a table --------------------------------------------------------------


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> regulars.Workspace:
    ws = regulars.init(tmp_path_factory.mktemp("firm") / "ws", zone="Asia/Shanghai", currency="CNY")
    rows = pd.DataFrame(firm(300, years=4, seed=9), columns=["customer", "date", "amount"])
    rows["amount"] = rows["amount"] / 100
    rows["order"] = [f"o{i}" for i in range(len(rows))]
    ws.import_facts("orders", rows)
    terms = subscribers(400, seed=4, strata=STRATA[:2]).facts["subscriptions"]
    told = terms.drop(columns=["status"]).rename(columns={"customer_key": "customer"})
    told["price_minor"] = told["price_minor"].astype(float) / 100
    ws.import_facts("subscriptions", told.rename(columns={"price_minor": "price"}))
    return ws


def test_a_curve_from_orders_makes_a_table(workspace: regulars.Workspace) -> None:
    curve = workspace.retention_curve("orders", as_of=day(365 * 5), periods=5)
    assert isinstance(curve, MeasuredRetention)
    assert curve.rates.shape == (5,)
    assert curve.covariance.shape == (5, 5)
    assert curve.observed == curve.bases.count("seen") == 3
    assert curve.missing == ("direct_cost_rate", "acquisition_cost", "marketing")
    assert any("sBG" in sentence for sentence in curve.words("zh"))
    with pytest.raises(InputError, match="acquisition_cost: the facts do not tell it"):
        curve.table(direct_cost_rate=0.6, marketing=3)
    table = curve.table(direct_cost_rate=0.6, acquisition_cost=8, marketing=3, interest=0.08)
    assert (table.customers, table.periods) == (300, 6)
    assert float(table["aov"][0]) == 50
    found = delta_interval(table, {"retention": curve.covariance})
    assert found.low < float(table.value) < found.high


def test_a_curve_from_subscriptions_by_plan(workspace: regulars.Workspace) -> None:
    whole = workspace.retention_curve("subscriptions", periods=4)
    card = workspace.retention_curve("subscriptions", auto_renew="yes", periods=4)
    letter = workspace.retention_curve("subscriptions", plan="paper", auto_renew="no", periods=4)
    assert letter.rates[0] < whole.rates[0] < card.rates[0]
    assert whole.period_days == 365
    table = card.table(direct_cost_rate=0.4, acquisition_cost=31, marketing=2)
    assert 20 < float(table["aov"][0]) <= 30


def test_what_cannot_be_asked(workspace: regulars.Workspace) -> None:
    with pytest.raises(ParameterError, match="orders, subscriptions"):
        workspace.retention_curve("guesses")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no subscriptions of plan comics"):
        workspace.retention_curve("subscriptions", plan="comics")
    with pytest.raises(ParameterError, match="of subscriptions, not of orders"):
        workspace.retention_curve("orders", plan="paper")


def test_no_history_is_unknown_in_words(tmp_path: Path) -> None:
    ws = regulars.init(tmp_path / "new", zone="Asia/Shanghai", currency="CNY")
    for source in ("orders", "subscriptions"):
        curve = ws.retention_curve(source)  # type: ignore[arg-type]
        assert curve.rates.shape == (0,)
        assert "retention" in curve.missing
        assert curve.words("en")[0].startswith("Unknown")
        assert curve.words("zh")[0].startswith("未知")
