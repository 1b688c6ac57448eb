"""The plane of profit and loyalty."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.strategy import InputError, plane


def test_a_house_buyer_and_a_bank_customer() -> None:
    found = plane([5000, 12, 400, 10], [0.02, 0.95, 0.8, 0.1], contribution_cut=50)
    assert list(found.places) == ["one_shot_profitable", "loyal_thin", "ideal", "marginal"]
    assert found.counts == dict.fromkeys(found.counts, 1)
    assert sum(found.contribution_shares.values()) == pytest.approx(1)


def test_on_the_cut_is_high() -> None:
    found = plane([50, 49.99], [0.5, 0.4999], contribution_cut=50)
    assert list(found.places) == ["ideal", "marginal"]


def test_the_cut_is_the_median_of_what_is_over_zero() -> None:
    assert plane([-100, -5, 0, 10, 20, 90], np.full(6, 0.7)).contribution_cut == 20


def test_what_is_not_known_has_no_place() -> None:
    found = plane([10, np.nan, 30], [0.9, 0.9, np.nan])
    assert list(found.places) == ["loyal_thin", "", ""]
    assert found.unknown == 2


def test_shares_of_a_loss_are_not_told() -> None:
    found = plane([-10, 5], [0.9, 0.9])
    assert np.isnan(list(found.contribution_shares.values())).all()


def test_a_plane_that_cannot_be() -> None:
    with pytest.raises(InputError, match="loyalty: is not between"):
        plane([1], [90])
    with pytest.raises(InputError, match="say where to cut"):
        plane([-1, 0], [0.5, 0.5])
    with pytest.raises(InputError, match="1 values beside 2"):
        plane([1, 2], [0.5])
