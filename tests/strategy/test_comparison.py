"""Two scenarios beside each other: from when on the second is ahead."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.strategy import LifetimeValueTable, compare


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"retention": (0.65, 0.7, 0.8), "marketing": (3, 20, 20)}, 3),
        ({"acquisition_cost": 50}, 1),
        ({"acquisition_cost": 60}, None),
        ({}, None),
    ],
)
def test_a_plan_is_ahead_from_the_period_after_the_last_in_which_it_is_not(
    changes: dict[str, Any], first: int | None
) -> None:
    table = LifetimeValueTable(
        customers=100_000, retention=(0.6, 0.7), orders=(1.8, 2.5, 3), aov=(90, 95, 100),
        direct_cost_rate=(0.7, 0.65, 0.65), acquisition_cost=55, marketing=(0, 20, 20),
        interest=0.08, risk_factor=2,
    )  # fmt: skip
    assert compare(table, table.changed(**changes)).ahead_from == first
