"""What each input is worth, and how sure the value is."""

from __future__ import annotations

import decimal
from decimal import Decimal

import numpy as np
import pytest

from regulars.strategy import (
    InputError,
    LifetimeValueTable,
    compare,
    delta_interval,
    drawn_interval,
    levers,
    sensitivity,
)

TABLE = LifetimeValueTable(
    customers=1000, retention=(0.6, 0.7), orders=2, aov=(90, 95, 100), direct_cost_rate=0.6,
    acquisition_cost=55, marketing=(0, 20, 20), interest=0.1,
)  # fmt: skip


def test_a_tornado_has_its_widest_bar_on_top() -> None:
    swings = sensitivity(TABLE)
    widths = [swing.width for swing in swings]
    assert widths == sorted(widths, reverse=True)
    assert {"programme", "database", "renewal_cost"}.isdisjoint(s.field for s in swings)


def test_every_bar_is_the_table_calculated_again() -> None:
    found = {(s.field, s.period): s for s in sensitivity(TABLE, by_period=True, share=0.1)}
    retention = found["retention", 1]
    assert retention.low == TABLE.changed(retention=(0.59, 0.7)).value
    assert retention.high == TABLE.changed(retention=(0.61, 0.7)).value
    aov = found["aov", 3]
    assert (aov.low, aov.high) == tuple(
        TABLE.changed(aov=(90, 95, third)).value for third in (90, 110)
    )
    assert ("retention", 3) not in found
    assert ("interest", None) in found


def test_a_move_that_ends_at_a_bound_says_so() -> None:
    swings = {s.field: s for s in sensitivity(TABLE, points=0.35)}
    assert swings["retention"].cut
    assert swings["retention"].high == TABLE.changed(retention=(0.95, 1)).value
    assert not swings["aov"].cut


def test_the_callers_decimal_settings_change_no_bar() -> None:
    expected = sensitivity(TABLE)
    with decimal.localcontext() as context:
        context.prec = 3
        assert sensitivity(TABLE) == expected


def test_steps_that_cannot_be() -> None:
    with pytest.raises(InputError, match="points"):
        sensitivity(TABLE, points=0)
    with pytest.raises(InputError, match="no such input"):
        sensitivity(TABLE, fields=["colour"])


def test_levers() -> None:
    found = levers(TABLE)
    assert found.acquisition_result == TABLE.ltv[0]
    assert found.first_profitable == 1
    assert found.retention_point == compare(TABLE, TABLE.changed(retention=(0.61, 0.71))).value_gain
    assert found.acquisition_percent == Decimal("0.55")


def test_delta_by_hand() -> None:
    # LTV = m + r·m: its slope in r is m
    table = LifetimeValueTable(customers=10, retention=0.5, aov=8, periods=2)
    found = delta_interval(table, {"retention": 0.05})
    assert found.standard_error == pytest.approx(0.4, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((12 - 1.959964 * 0.4, 12 + 1.959964 * 0.4))
    # Both years' orders are one estimate, or two
    aov = {"aov": 1.0}
    assert delta_interval(table, aov).standard_error == pytest.approx(1.5)
    assert delta_interval(table, {"aov": (1, 1)}).standard_error == pytest.approx(1.25**0.5)
    assert delta_interval(table, {"aov": np.ones((2, 2))}).standard_error == pytest.approx(1.5)


def test_a_rate_at_its_bound_still_has_a_slope() -> None:
    table = LifetimeValueTable(customers=10, retention=1, aov=8, periods=2)
    assert delta_interval(table, {"retention": 0.05}).standard_error == pytest.approx(0.4)
    with pytest.raises(InputError, match="at its bound"):
        drawn_interval(table, {"retention": 0.05}, seed=1)


def test_draws_agree_with_delta_where_errors_are_small() -> None:
    errors = {"retention": (0.01, 0.01), "aov": 1.0}
    delta = delta_interval(TABLE, errors)
    drawn = drawn_interval(TABLE, errors, seed=20, draws=1500)
    # the standard error of 1,500 draws is itself known to 1.8%
    assert drawn.standard_error == pytest.approx(delta.standard_error, rel=0.06)
    assert drawn.low == pytest.approx(delta.low, abs=0.25 * delta.standard_error)
    assert drawn.high == pytest.approx(delta.high, abs=0.25 * delta.standard_error)


def test_the_same_seed_draws_the_same() -> None:
    one, other = (drawn_interval(TABLE, {"retention": 0.05}, seed=3, draws=50) for _ in range(2))
    assert one == other
    assert one != drawn_interval(TABLE, {"retention": 0.05}, seed=4, draws=50)


def test_intervals_cover_on_simulated_cohorts() -> None:
    rng = np.random.default_rng(11)
    truth, acquired, cohorts = (0.6, 0.7), 200, 300
    value = float(TABLE.changed(retention=truth).value)
    covered = 0
    for _ in range(cohorts):
        second = rng.binomial(acquired, truth[0])
        third = rng.binomial(second, truth[1])
        rates = np.array([second / acquired, third / second])
        errors = np.sqrt(rates * (1 - rates) / (acquired, second))
        found = delta_interval(TABLE.changed(retention=rates), {"retention": errors})
        covered += found.low <= value <= found.high
    # 95% of 300, give or take three standard errors (0.0126)
    assert 0.912 <= covered / cohorts <= 0.988


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"retention": -0.1}, "under 0"),
        ({"retention": (0.1, 0.1, 0.1, 0.1)}, "4 standard errors for 3 periods"),
        ({"aov": (1, 1)}, "2 standard errors for 3 periods"),
        ({"aov": [[1, 2, 0], [0, 1, 0], [0, 0, 1]]}, "symmetric"),
        ({"aov": [[1, 2, 0], [2, 1, 0], [0, 0, 1]]}, "negative variance"),
        ({"aov": float("nan")}, "missing"),
        ({"customers": 10}, "no such input"),
    ],
)
def test_errors_that_cannot_be(errors: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        delta_interval(TABLE, errors)  # type: ignore[arg-type]


def test_levels_and_draws_that_cannot_be() -> None:
    with pytest.raises(InputError, match="level"):
        delta_interval(TABLE, {}, level=95)
    with pytest.raises(InputError, match="draws"):
        drawn_interval(TABLE, {}, seed=1, draws=1)
