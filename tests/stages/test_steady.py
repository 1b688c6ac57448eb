"""What steady buying would show: the shares that the specification names, and fair draws."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from regulars.stages.rules import STAGES, Rules
from regulars.stages.steady import distinct_days, steady_stages


def shares(*, mean: int, days: int, customers: int, rules: Rules) -> dict[str, float]:
    repeats = np.random.default_rng(7).poisson(mean, customers)
    found = steady_stages(
        repeats=repeats,
        days=np.full(customers, days),
        base_gap=np.full(customers, 0.7 * days / mean),
        customers=np.ones(customers, dtype=np.int64),
        last=20_000,
        rules=rules,
    )
    assert found.sum() == pytest.approx(customers)
    return dict(zip(STAGES, found / customers, strict=True))


def test_steady_buyers_are_seventeen_per_cent_decline_and_seven_lost() -> None:
    """By silence alone: the falling rule can add to Decline, never take away."""
    found = shares(mean=25, days=1500, customers=1500, rules=Rules(slowing_level=1e-9))
    # four standard errors of 1,500 histories, most drawn many times, around .175 and .075
    assert found["decline"] == pytest.approx(0.175, abs=0.015)
    assert found["lost"] == pytest.approx(0.075, abs=0.015)
    assert shares(mean=25, days=1500, customers=1500, rules=Rules())["decline"] < 0.21


def test_calibrated_silence_has_its_nominal_level() -> None:
    found = shares(
        mean=25, days=1500, customers=1500, rules=Rules(scheme="calibrated", slowing_level=1e-9)
    )
    assert found["lost"] == pytest.approx(0.01, abs=0.005)
    assert found["decline"] + found["lost"] == pytest.approx(0.10, abs=0.015)


@pytest.mark.parametrize("repeats", [1, 2, 4, 5])
def test_any_set_of_days_is_as_likely(repeats: int) -> None:
    n, days = 20_000, 6
    owner = np.repeat(np.arange(n), repeats)
    drawn = distinct_days(
        np.random.default_rng(3), owner, np.full(n, repeats), np.full(n, days)
    ).reshape(n, repeats)
    seen = Counter(map(tuple, drawn.tolist()))
    sets = list(combinations(range(1, days), repeats))
    assert set(seen) == set(sets)
    expected = n / len(sets)
    assert max(abs(seen[s] - expected) for s in sets) < 5 * np.sqrt(expected)


def test_sparse_days_are_distinct_and_spread() -> None:
    n, repeats, days = 4000, 5, 200
    drawn = distinct_days(
        np.random.default_rng(3),
        np.repeat(np.arange(n), repeats),
        np.full(n, repeats),
        np.full(n, days),
    ).reshape(n, repeats)
    assert (np.diff(drawn, axis=1) > 0).all()
    assert (drawn.min(), drawn.max()) == (1, days - 1)
    assert drawn.mean() == pytest.approx(days / 2, abs=2)
