"""Models of contracts from counts by renewal."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models import BetaDiscreteWeibull, ContractModel, ShiftedBetaGeometric

KINDS = {"sbg": ShiftedBetaGeometric(0.7, 2.5), "bdw": BetaDiscreteWeibull(0.8, 1.6, 1.4)}


def counts(lived: np.ndarray, lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(1, int(lived.max()) + 1)
    due = (lived[:, None] >= t).sum(axis=0)
    gone = ((lived[:, None] == t) & (lost[:, None] == 1)).sum(axis=0)
    return due, due - gone


@pytest.mark.parametrize("truth", KINDS.values(), ids=KINDS)
def test_a_cohort_counted_is_the_cohort_itself(truth: ContractModel) -> None:
    lived, lost = truth.simulate(3000, periods=6, rng=np.random.default_rng(5))
    one = type(truth).fit(lived, lost)
    other = type(truth).fit_renewals(*counts(lived, lost))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9)
    assert list(other.parameters.values()) == pytest.approx(list(one.parameters.values()), rel=1e-5)
    assert other.log_covariance == pytest.approx(one.log_covariance, rel=1e-3, abs=1e-6)


def test_customers_who_come_in_late_are_no_survivors_of_what_was_not_seen() -> None:
    """Half of them are seen from the third renewal on only: the rates stay what they are."""
    truth = ShiftedBetaGeometric(0.7, 1.5)
    lived, lost = truth.simulate(40_000, periods=7, rng=np.random.default_rng(6))
    due, renewed = counts(lived[:20_000], lost[:20_000])
    late = counts(lived[20_000:], lost[20_000:])
    due[2:] += late[0][2:]
    renewed[2:] += late[1][2:]
    fit = ShiftedBetaGeometric.fit_renewals(due, renewed)
    for name, (low, high) in fit.interval(0.999).items():
        assert low <= truth.parameters[name] <= high


def test_counts_that_cannot_be() -> None:
    for due, renewed in (([5], [6]), ([5, 4], [3]), ([5], [-1])):
        with pytest.raises(ValueError, match="not more than were due"):
            ShiftedBetaGeometric.fit_renewals(due, renewed)
    with pytest.raises(ValueError, match="nobody"):
        ShiftedBetaGeometric.fit_renewals([0], [0])
