"""Retention economics, the budget, sources, renewals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from regulars.strategy import (
    InputError,
    Response,
    Source,
    leak,
    letter_series,
    rank_sources,
    retention_economics,
)

RESPONSE = Response(
    margin=200, acquisition_ceiling=0.40, acquisition_rate=0.05, retention_ceiling=0.70,
    retention_rate=0.06, discount=0.10,
)  # fmt: skip


def test_five_points_of_retention_both_ways() -> None:
    found = retention_economics(retention=0.80, change=0.05, interest=0.10)
    assert found.points == 5
    assert (f"{found.later_before:.4f}", f"{found.later_after:.4f}") == ("2.6667", "3.4000")
    assert (f"{found.later_uplift:+.1%}", f"{found.whole_uplift:+.1%}") == ("+27.5%", "+20.0%")


def test_the_uplift_depends_on_where_one_starts() -> None:
    found = retention_economics(retention=0.60, change=0.05, interest=0.10)
    # mult(.65)/mult(.60) = (.65/.45)/(.60/.50)
    assert f"{found.later_uplift:+.1%}" == "+20.4%"


def test_cost_ratio_is_calculated_not_claimed() -> None:
    given: dict[str, Any] = {"retention": 0.8, "change": 0.05, "interest": 0.1}
    assert retention_economics(**given).cost_ratio is None
    found = retention_economics(**given, acquisition_cost=55, retention_spend=20)
    assert found.cost_ratio == Decimal("2.75")


def test_nobody_stayed_before() -> None:
    assert retention_economics(retention=0, change=0.1, interest=0.1).later_uplift is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"retention": 80, "change": 0.05, "interest": 0.1}, "retention"),
        ({"retention": 0.8, "change": 0.3, "interest": 0.1}, "change"),
        ({"retention": 0.8, "change": 0.2, "interest": 0}, "change"),
        ({"retention": 0.8, "change": 0.05, "interest": 10}, "interest"),
        (
            {"retention": 0.8, "change": 0, "interest": 0.1, "acquisition_cost": 5,
             "retention_spend": 0},
            "retention_spend",
        ),
    ],
)  # fmt: skip
def test_economics_that_cannot_be(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        retention_economics(**given)
    assert caught.value.field == field


def test_the_budget_on_a_grid() -> None:
    grid = np.arange(0, 100.5, 0.5)
    best = max(
        (RESPONSE.split(acquisition=float(A), retention=float(R)) for A in grid for R in grid),
        key=lambda one: one.equity,
    )
    assert (best.acquisition, best.retention) == (41.0, 46.5)
    assert (round(best.acquired, 4), round(best.retained, 4)) == (0.3485, 0.6570)
    assert round(best.equity, 2) == 95.49


def test_the_optimum_is_no_worse_than_any_split_near_it() -> None:
    best = RESPONSE.optimum()
    for da, dr in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        near = RESPONSE.split(acquisition=best.acquisition + da, retention=best.retention + dr)
        assert near.equity < best.equity


@pytest.mark.parametrize(("acquisition", "retention", "equity"), [(60, 5, 28.96), (20, 45, 78.98)])
def test_the_present_split(acquisition: float, retention: float, equity: float) -> None:
    found = RESPONSE.split(acquisition=acquisition, retention=retention)
    assert round(found.equity, 2) == equity


def test_prospects_not_worth_their_cost_get_no_budget() -> None:
    poor = Response(
        margin=1, acquisition_ceiling=0.01, acquisition_rate=0.01, retention_ceiling=0.5,
        retention_rate=0.01, discount=0.1,
    )  # fmt: skip
    assert poor.optimum().acquisition == 0
    assert poor.optimum().retention == 0


def test_a_response_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"retention_ceiling: 1\.2 is over 1"):
        Response(
            margin=1, acquisition_ceiling=0.1, acquisition_rate=1, retention_ceiling=1.2,
            retention_rate=1, discount=0.1,
        )  # fmt: skip
    with pytest.raises(InputError, match="acquisition: -1"):
        RESPONSE.split(acquisition=-1, retention=0)


def test_sources_by_what_is_left() -> None:
    ranked = rank_sources(
        [
            Source("nobody", cost=10, buyers=0, ltv=0),
            Source("campus", cost=900, buyers=20, ltv=40, contacts=400),
            Source("insert", cost=2000, buyers=100, ltv=26),
        ]
    )
    assert [one.name for one in ranked] == ["insert", "campus", "nobody"]
    assert [one.net_per_buyer for one in ranked] == [6, -5, None]
    assert [one.net for one in ranked] == [600, -100, -10]
    assert ranked[1].conversion == Decimal("0.05")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"cost": -1}, "cost"), ({"buyers": -1}, "buyers"), ({"contacts": 5}, "contacts")],
)
def test_a_source_that_cannot_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=f"^{field}: campus"):
        rank_sources([Source(**({"name": "campus", "cost": 9, "buyers": 20, "ltv": 4} | changes))])


def test_the_leak() -> None:
    found = leak(
        expired=1000, renewed=300, rejoined=120, renewal_price=30, promotion_price=20,
        acquisition_cost=31,
    )  # fmt: skip
    assert (found.reported, found.true, found.cost) == (Decimal("0.3"), Decimal("0.42"), 4_920)


def test_a_leak_that_cannot_be() -> None:
    with pytest.raises(InputError, match="renewed: 900 of 1000"):
        leak(expired=1000, renewed=900, rejoined=120, renewal_price=1, promotion_price=1,
             acquisition_cost=1)  # fmt: skip


def test_letters_stop_where_they_cost_more_than_they_bring() -> None:
    series = letter_series(response=(0.12, 0.06, 0.02, 0.008), cost=0.5, margin=35.2)
    assert [f"{one.worth:.2f}" for one in series.letters] == ["4.22", "2.11", "0.70", "0.28"]
    assert series.stop_after == 3
    assert series.letters[2].sent == Decimal("0.88") * Decimal("0.94")


def test_a_letter_after_the_stop_is_not_sent_even_if_it_paid() -> None:
    series = letter_series(response=(0.1, 0.001, 0.2), cost=(1, 1, 1), margin=20)
    assert series.stop_after == 1
    assert series.profit == 1


def test_letters_that_cannot_be() -> None:
    with pytest.raises(InputError, match="response, period 2: 12"):
        letter_series(response=(0.1, 12), cost=1, margin=20)
    with pytest.raises(InputError, match="cost: 1 costs for 2 letters"):
        letter_series(response=(0.1, 0.1), cost=(1,), margin=20)
