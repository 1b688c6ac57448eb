"""The small pure statistics, against published numbers, other implementations and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control

from regulars.statistics.intervals import wilson
from regulars.statistics.multiplicity import benjamini_hochberg
from regulars.statistics.ratios import paired_ratio
from regulars.statistics.resampling import sums_interval
from regulars.statistics.tables import bhapkar, g_test
from regulars.testing import reference as ref


def test_wilson_of_a_textbook_example() -> None:
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662."""
    low, high = wilson(81, 263) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_within_0_and_1(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = wilson(successes, trials) or (1, 0)
    assert 0 <= low <= successes / trials <= high <= 1


def test_wilson_of_nobody_is_unknown() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="3 successes"):
        wilson(3, 2)


def test_bhapkar_agrees_with_the_reference() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        table = rng.integers(0, 60, (5, 5))
        ours, reference = bhapkar(table), ref.bhapkar(table)
        assert ours is not None
        assert ours.statistic == pytest.approx(reference.statistic)
        assert ours.df == reference.df
        assert ours.p == pytest.approx(reference.p)


def test_bhapkar_of_the_vision_data() -> None:
    """Unaided distance vision of 7,477 women (Stuart 1953); Bhapkar's statistic is 11.976."""
    table = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    test = bhapkar(table)
    assert test is not None
    assert test.statistic == pytest.approx(11.976, abs=5e-4)
    assert test.df == 3


def test_bhapkar_without_movement_is_unknown() -> None:
    assert bhapkar([[5, 0], [0, 7]]) is None


def test_g_test_agrees_with_scipy_where_counts_are_large() -> None:
    table = np.array([[30, 50, 20], [45, 35, 25]])
    ours = g_test(table)
    theirs = chi2_contingency(table, lambda_="log-likelihood", correction=False)
    assert ours is not None
    assert ours.method == "chi-squared"
    assert (ours.statistic, ours.p) == (
        pytest.approx(theirs.statistic),
        pytest.approx(theirs.pvalue),
    )


def test_g_test_by_monte_carlo_has_the_size_it_claims() -> None:
    rng = np.random.default_rng(3)
    runs = 300
    small = 0
    for i in range(runs):
        table = [rng.multinomial(12, [0.6, 0.2, 0.1, 0.1]) for _ in range(2)]
        test = g_test(table, seed=i, draws=499)
        assert test is None or test.method == "Monte Carlo"
        small += test is not None and test.p <= 0.05
    assert small / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_agrees_with_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values))


def test_bootstrap_interval_of_sums_covers_as_it_claims() -> None:
    rng = np.random.default_rng(5)
    runs, covered = 300, 0
    for i in range(runs):
        values = rng.gamma(2.0, 1.0, size=(200, 1)) - 2.0  # the expected sum is 0
        low, high = sums_interval(values, level=0.95, draws=400, seed=i)
        covered += low[0] <= 0 <= high[0]
    assert covered / runs >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs)


def test_bootstrap_of_nobody_is_unknown() -> None:
    low, high = sums_interval(np.zeros((0, 2)), level=0.95)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_a_ratio_of_paired_shares_as_published() -> None:
    """Fagerland, Lydersen & Laake, Statistical Analysis of Contingency Tables (2017), ch. 8, the
    trial of Cavo et al. (2012): 59 in both, 65 before and 75 after; 0.8667 (0.7579 to 0.9910)."""
    low, high = paired_ratio(59, first=75, second=65) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.7579, 0.9910)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_ratio_lies_in_its_interval(both: int, before: int, after: int) -> None:
    first, second = both + before, both + after
    found = paired_ratio(both, first=first, second=second)
    if not first:
        assert found is None
        return
    assert found is not None
    assert 0 <= found[0] <= second / first * (1 + 1e-9)
    assert found[1] >= second / first * (1 - 1e-9)


def test_intervals_of_ratios_cover_with_few_customers() -> None:
    rng = np.random.default_rng(4)
    held = []
    for _ in range(4000):
        own = rng.random(30) < 0.5
        now, later = (rng.random(30) < np.where(own, 1.5, 0.5) * share for share in (0.45, 0.4))
        both = int((now & later).sum())
        found = paired_ratio(both, first=int(now.sum()), second=int(later.sum()))
        if found is not None:
            held.append(found[0] <= 0.4 / 0.45 <= found[1])
    assert 0.935 <= np.mean(held) <= 0.98


def test_counts_of_a_ratio_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="3 in both"):
        paired_ratio(3, first=2, second=5)
