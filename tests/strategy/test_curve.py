"""Retention for a table, with errors that hold on simulated cohorts."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models import BetaDiscreteWeibull, ContractModel, ShiftedBetaGeometric
from regulars.strategy import (
    InputError,
    LifetimeValueTable,
    active_retention,
    contract_retention,
    delta_interval,
    fitted_retention,
    pooled_retention,
)

TRUE = ShiftedBetaGeometric(0.7, 1.2)


def value_of(rates: np.ndarray, *, returning: bool = False) -> LifetimeValueTable:
    return LifetimeValueTable(
        customers=100, retention=rates, aov=50, periods=len(rates) + 1, interest=0.1,
        returning=returning,
    )  # fmt: skip


def renewals(lived: np.ndarray, lost: np.ndarray, periods: int) -> tuple[list[int], list[int]]:
    due = [int((lived >= t).sum()) for t in range(1, periods + 1)]
    gone = [int(((lived == t) & (lost == 1)).sum()) for t in range(1, periods + 1)]
    return [d - g for d, g in zip(due, gone, strict=True)], due


def test_renewals_over_due() -> None:
    curve = contract_retention([60, 42], [100, 60])
    assert curve.rates == pytest.approx([0.6, 0.7])
    assert curve.standard_errors == pytest.approx([0.24**0.5 / 10, (0.21 / 60) ** 0.5])
    assert curve.observed == 2


def test_five_who_all_stayed_prove_little() -> None:
    curve = contract_retention([5], [5])
    assert curve.rates == pytest.approx([1])
    assert curve.standard_errors[0] > 0.1


def test_active_again_after_a_pause() -> None:
    # 100 bought in the first year, 40 in the second, 44 in the third, of whom 20 in both
    curve = active_retention([[100, 40, 44], [40, 40, 20], [44, 20, 44]])
    assert curve.rates == pytest.approx([0.4, 1.1])
    by_hand = 1.1**2 * (1 / 40 + 1 / 44 - 2 * 20 / (40 * 44))
    assert curve.covariance[1, 1] == pytest.approx(by_hand)
    assert curve.covariance[0, 1] < 0


def test_intervals_of_active_cohorts_cover() -> None:
    rng = np.random.default_rng(8)
    acquired, cohorts = 300, 300
    shares = np.array([1.0, 0.45, 0.4, 0.42])
    truth = float(value_of(shares[1:] / shares[:-1], returning=True).value)
    covered = 0
    for _ in range(cohorts):
        # Half of a customer's chance is his own: who bought last year buys sooner this year.
        own = rng.random(acquired) < 0.5
        chance = np.where(own[:, None], 1.5, 0.5) * shares[1:]
        active = np.hstack([np.ones((acquired, 1)), rng.random((acquired, 3)) < chance])
        curve = active_retention(active.T @ active)
        table = value_of(curve.rates, returning=True)
        found = delta_interval(table, {"retention": curve.covariance})
        covered += found.low <= truth <= found.high
    # 95%, give or take three standard errors
    assert abs(covered / cohorts - 0.95) <= 0.038


@pytest.mark.parametrize("seen", [False, True])
def test_intervals_of_extended_tables_cover(*, seen: bool) -> None:
    rng = np.random.default_rng(12)
    cohorts, rates = 200, 7
    truth = float(value_of(TRUE.retention(np.arange(1, rates + 1))).value)
    covered = 0
    for _ in range(cohorts):
        lived, lost = TRUE.simulate(500, periods=4, rng=rng)
        curve = fitted_retention(ShiftedBetaGeometric.fit(lived, lost), rates=rates)
        if seen:
            curve = contract_retention(*renewals(lived, lost, 4)).then(curve)
            assert curve.observed == 4
        found = delta_interval(value_of(curve.rates), {"retention": curve.covariance})
        covered += found.low <= truth <= found.high
    assert abs(covered / cohorts - 0.95) <= 0.047


@pytest.mark.parametrize("kind", [ShiftedBetaGeometric, BetaDiscreteWeibull])
def test_a_fitted_curve_has_the_models_rates_and_errors(kind: type[ContractModel]) -> None:
    fit = kind.fit(*TRUE.simulate(3000, periods=6, rng=np.random.default_rng(5)))
    years = np.arange(1, 9)
    curve = fitted_retention(fit, rates=8)
    assert curve.rates == pytest.approx(fit.model.retention(years))
    theta = np.array(list(fit.parameters.values()))
    slopes = []
    for step in 1e-5 * np.diag(theta):
        up, down = (fit.model.with_parameters(theta + way * step) for way in (1, -1))
        slopes.append((up.retention(years) - down.retention(years)) / (2 * step.sum()))
    expected = np.transpose(slopes) @ np.asarray(fit.covariance) @ np.array(slopes)
    # a whole standard deviation apart, not a hundred-thousandth: nearly the same slope
    assert curve.standard_errors == pytest.approx(np.sqrt(np.diag(expected)), rel=0.05)


def test_a_curve_that_is_long_enough_is_not_extended() -> None:
    curve = contract_retention([60, 42], [100, 60])
    assert curve.then(contract_retention([1], [2])) is curve


def test_counts_that_cannot_be() -> None:
    with pytest.raises(InputError, match="due, period 2: nobody"):
        contract_retention([5, 0], [10, 0])
    with pytest.raises(InputError, match="renewed, period 1: 11 of 10 due"):
        contract_retention([11], [10])
    with pytest.raises(InputError, match="2 periods beside 1"):
        contract_retention([1, 1], [10])
    with pytest.raises(InputError, match="symmetric"):
        active_retention([[10, 5], [4, 5]])
    with pytest.raises(InputError, match="period 2: nobody was active"):
        active_retention([[10, 0], [0, 0]])
    with pytest.raises(InputError, match="more active"):
        active_retention([[10, 6], [6, 5]])


def watched(active: np.ndarray, completed: np.ndarray) -> np.ndarray:
    """Counts for `pooled_retention`: customers active by period, and how many they completed."""
    k = active.shape[1] - 1
    return np.array(
        [active[completed >= y + 2].T @ active[completed >= y + 2] for y in range(k)], dtype=float
    )


def test_customers_watched_equally_long_are_one_cohort() -> None:
    together = np.array([[100, 40, 44], [40, 40, 20], [44, 20, 44]])
    alone, pooled = active_retention(together), pooled_retention([together, together])
    assert pooled.rates == pytest.approx(alone.rates)
    assert pooled.covariance == pytest.approx(alone.covariance)


def test_the_newest_customers_count_in_the_first_rate_only() -> None:
    active = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0]])
    curve = pooled_retention(watched(active, np.array([3, 3, 3, 2])))
    assert curve.rates == pytest.approx([3 / 4, 2 / 2])


def test_nobody_back_and_all_back_prove_little() -> None:
    for back in (0, 1):
        curve = pooled_retention([[[1, back], [back, back]]])
        assert curve.rates == pytest.approx([back])
        assert curve.standard_errors[0] == pytest.approx((0.75 * 0.25) ** 0.5)


def test_errors_of_customers_watched_for_different_times_are_true() -> None:
    """Against the spread over many drawn bases, covariances included."""
    rng = np.random.default_rng(3)
    drawn, told = [], []
    for _ in range(1500):
        own = rng.random(400) < 0.5
        chance = np.where(own[:, None], 1.5, 0.5) * np.array([0.45, 0.4, 0.42])
        active = np.hstack([np.ones((400, 1)), rng.random((400, 3)) < chance])
        curve = pooled_retention(watched(active, rng.integers(1, 5, 400)))
        drawn.append(curve.rates)
        told.append(curve.covariance)
    spread = np.sqrt(np.diag(np.cov(np.transpose(drawn))))
    said = np.sqrt(np.mean([np.diag(one) for one in told], axis=0))
    assert said == pytest.approx(spread, rel=0.08)
    off = np.corrcoef(np.transpose(drawn))
    beside = np.mean(told, axis=0) / np.outer(said, said)
    assert beside == pytest.approx(off, abs=0.08)


def test_a_rate_carried_on_is_one_estimate() -> None:
    curve = contract_retention([60, 42], [100, 60]).carried(4)
    assert curve.rates == pytest.approx([0.6, 0.7, 0.7, 0.7])
    assert np.ptp(curve.covariance[1:, 1:]) == pytest.approx(0)
    assert curve.observed == 2


def test_pooled_counts_that_cannot_be() -> None:
    with pytest.raises(InputError, match="square"):
        pooled_retention([[[1, 0]]])
    with pytest.raises(InputError, match="nobody was active"):
        pooled_retention([[[0, 0], [0, 0]]])
    with pytest.raises(InputError, match="later rate"):
        pooled_retention(np.array([np.eye(3), 2 * np.eye(3)]))


@pytest.mark.parametrize("kind", [ShiftedBetaGeometric, BetaDiscreteWeibull])
def test_the_nearest_curve_to_exact_rates_is_the_one_they_came_from(
    kind: type[ContractModel],
) -> None:
    shape = (0.7, 1.2) if kind is ShiftedBetaGeometric else (0.7, 1.2, 1.3)
    truth = kind(*shape)  # type: ignore[call-arg]
    rates = truth.retention(np.arange(1, 7))
    fit = kind.fit_rates(rates, np.diag(np.full(6, 1e-6)), customers=100)
    assert list(fit.parameters.values()) == pytest.approx(shape, rel=1e-3)
    assert fit.customers == 100


def test_a_rate_over_one_bends_the_curve_and_breaks_nothing() -> None:
    fit = ShiftedBetaGeometric.fit_rates(
        [0.4, 1.1, 0.95], np.diag([1e-3, 1e-2, 1e-2]), customers=50
    )
    assert fit.model.retention([1]) == pytest.approx([0.4], abs=0.05)
    assert 0.75 < fit.model.retention([2])[0] < 1
    for rates, errors in (([0.5], [[1.0]]), ([0.5, 0.6], [[1.0]]), ([0.5, 0.6], -np.eye(2))):
        with pytest.raises(ValueError, match="rates"):
            ShiftedBetaGeometric.fit_rates(rates, errors, customers=1)


def test_curves_fitted_to_rates_hold_the_truth() -> None:
    rng = np.random.default_rng(21)
    held = []
    later = np.array([5, 7])
    for _ in range(300):
        lived, _ = TRUE.simulate(500, periods=5, rng=rng)
        active = np.hstack([np.ones((500, 1)), (lived[:, None] > np.arange(1, 5))])
        curve = pooled_retention(watched(active, np.full(500, 5)))
        fit = ShiftedBetaGeometric.fit_rates(curve.rates, curve.covariance, customers=500)
        found = fitted_retention(fit, rates=8)
        off = abs(found.rates - TRUE.retention(np.arange(1, 9)))[later]
        held.append(off <= 1.96 * found.standard_errors[later])
    assert abs(np.mean(held) - 0.95) <= 0.04
