"""Orders of known truth are what they say; the benchmark of value runs on them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from regulars.testing import purchases
from regulars.testing.purchases import AS_OF, DAYS, START, TRUTH, Truth

ROOT = Path(__file__).parents[2]


def expected_repeats(truth: Truth) -> float:
    """E[X(T)] of Fader, Hardie & Lee (2005), eq. 9, over first orders even on the days."""
    r, alpha, a, b = truth.r, truth.alpha, truth.a, truth.b
    t = np.arange(1, DAYS + 1)
    alive = (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t))
    return float(((a + b - 1) / (a - 1) * (1 - alive)).mean())


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    return pd.DataFrame(purchases.draw(60_000, seed=2))


def test_customers_have_as_many_orders_as_their_truth_says(drawn: pd.DataFrame) -> None:
    orders = drawn.groupby("customer_key").size()
    assert list(orders.index) == list(range(1, 60_001))
    error = orders.std() / np.sqrt(len(orders))
    assert abs(orders.mean() - 1 - expected_repeats(TRUTH)) < 4 * error
    assert 4.0 < 1 + expected_repeats(TRUTH) < 4.2


def test_shares_of_one_time_buyers_are_as_their_truth_says(drawn: pd.DataFrame) -> None:
    never = (drawn.groupby("customer_key").size() == 1).mean()
    t = np.arange(1, DAYS + 1)
    expected = ((TRUTH.alpha / (TRUTH.alpha + t)) ** TRUTH.r).mean()
    assert abs(never - expected) < 4 * np.sqrt(expected * (1 - expected) / 60_000)


def test_spends_follow_gamma_gamma(drawn: pd.DataFrame) -> None:
    """Of first orders, one a customer: the mean, and P(Z ≤ median) from p·γ/q·F(2p, 2q)."""
    from scipy.stats import f

    spend = drawn.loc[drawn["number"] == 0, "amount_minor"] / 100
    p, q, gamma = TRUTH.p, TRUTH.q, TRUTH.gamma
    assert abs(spend.mean() - p * gamma / (q - 1)) < 4 * spend.std() / np.sqrt(len(spend))
    for share in (0.1, 0.5, 0.9):
        edge = p * gamma / q * f.ppf(share, 2 * p, 2 * q)
        assert abs((spend <= edge).mean() - share) < 4 * np.sqrt(share * (1 - share) / len(spend))


def test_orders_lie_in_the_two_years_in_order(drawn: pd.DataFrame) -> None:
    assert drawn["day"].between(0, DAYS - 1).all()
    assert (drawn["amount_minor"] > 0).all()
    again = drawn.sort_values(["customer_key", "number"], kind="stable")
    assert again.index.equals(drawn.index)
    assert (drawn.groupby("customer_key")["day"].diff().dropna() >= 0).all()
    assert (drawn["number"] == drawn.groupby("customer_key").cumcount()).all()


def test_the_parameters_of_spend_are_found_again(drawn: pd.DataFrame) -> None:
    """Those of spend: the days blur those of buying a little."""
    from regulars.models import GammaGamma

    repeats = drawn[drawn["number"] > 0].groupby("customer_key")["amount_minor"]
    fit = GammaGamma.fit(repeats.size(), repeats.mean() / 100)
    for name, (low, high) in fit.interval(0.999).items():
        assert low < getattr(TRUTH, name) < high


def test_a_slice_is_drawn_by_itself_and_differs_from_the_others() -> None:
    first, second = (purchases.draw(300, part=part, seed=5) for part in (0, 1))
    again = purchases.draw(300, part=1, seed=5)
    for name, values in second.items():
        assert np.array_equal(values, again[name])
    assert not np.array_equal(first["amount_minor"][:300], second["amount_minor"][:300])
    assert not set(first["customer_key"]) & set(second["customer_key"])


def test_files_hold_what_was_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purchases, "CUSTOMERS_AT_ONCE", 400)
    monkeypatch.setattr(purchases, "ORDERS_A_FILE", 1_500)
    paths = purchases.write_purchases(tmp_path, customers=1_000, seed=3)
    assert len(paths) > 1
    assert sorted(tmp_path.glob("*.parquet")) == paths
    found = pd.concat([pd.read_parquet(path) for path in paths])
    expected = pd.concat(
        pd.DataFrame(purchases.draw(many, part=part, seed=3))
        for part, many in purchases.parts(1_000)
    )
    assert found["order_id"].is_unique
    assert found["day"].is_monotonic_increasing
    days = pd.to_datetime(found["day"])
    assert days.min() >= pd.Timestamp(START)
    assert days.max() < pd.Timestamp(AS_OF)
    assert sorted(found["customer_key"].unique()) == list(range(1, 1_001))
    assert len(found) == len(expected)
    assert found["amount_minor"].sum() == expected["amount_minor"].sum()


def ran(module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_benchmark_of_value_scores_every_customer(tmp_path: Path) -> None:
    shop, target = tmp_path / "shop", tmp_path / "scores.parquet"
    ran("benchmarks.purchases", str(shop), "2000")
    orders = pd.read_parquet(shop / "orders.parquet")
    assert orders["customer_key"].nunique() == 2_000
    asked = json.dumps({"end": str(AS_OF), "intervals": True, "memory": "1GB"})
    told = ran("benchmarks.children.value", str(shop), str(shop), str(target), asked)
    said = json.loads(told.splitlines()[-1])
    scores = pd.read_parquet(target)
    assert said["customers"] == len(scores) == 2_000
    known = ["p_alive", "expected_orders_365d", "expected_spend_per_order_minor", "clv_365d_minor"]
    assert scores[known].notna().all(axis=None)
    low, high = scores["expected_orders_365d_low"], scores["expected_orders_365d_high"]
    assert (low <= high).all()
    assert said["clv_365d"] == pytest.approx(scores["clv_365d_minor"].sum() / 100)
    days = orders.groupby("customer_key")["day"].nunique()
    assert said["repeats"] == days.sum() - len(days)
