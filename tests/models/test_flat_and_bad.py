"""Data that determine little say so; data that cannot be are refused."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
import pytest

from regulars.models import (
    CONTRACT_MODELS,
    PURCHASE_MODELS,
    BetaDiscreteWeibull,
    BgBb,
    BgNbd,
    Fit,
    GammaGamma,
    MbgNbd,
    ParetoNbd,
    ShiftedBetaGeometric,
    histories,
)

LOOSE = ("ridge", "boundary")
NOTHING = np.zeros(500)
AGES = np.random.default_rng(0).integers(1, 365, 500).astype(float)

POOR: dict[str, tuple[Any, Any, Any]] = {
    "everybody bought once": (NOTHING, NOTHING, AGES),
    "everybody bought once, on one day": (NOTHING, NOTHING, NOTHING + 100),
    "one customer without a repeat": (0, 0, 100),
    "one customer": (3, 50, 100),
    "one customer who was just here": (3, 100, 100),
    "repeats on the first day only": (3, 0, 100),
    "all alike": (NOTHING + 12, NOTHING + 360, NOTHING + 365),
    "everybody was just here": (np.arange(50) + 1, [365] * 50, [365] * 50),
    "one repeat among thousands": ([0, 1], [0, 30], [365, 365], [5000, 1]),
    "times over many scales": ([0, 1, 2, 5], [0, 1e-6, 1e3, 1e6], [1e-6, 1e-3, 1e4, 1e7]),
}


def quick_and_whole(found: Fit[Any]) -> None:
    values = [*found.parameters.values(), found.log_likelihood, *found.log_covariance.ravel()]
    assert np.isfinite(values).all()
    assert all(v > 0 for v in found.parameters.values())


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("data", POOR.values(), ids=POOR)
def test_poor_data_fit_and_say_so(name: str, data: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        begun = time.process_time()
        found = PURCHASE_MODELS[name].fit(*data)
        assert time.process_time() - begun < 10
        quick_and_whole(found)
        assert found.determination.status in LOOSE
        assert "ridge" in str(found.determination) or "rising" in str(found.determination)
        x, t_x, T = (np.atleast_1d(np.asarray(c, dtype=float)) for c in data[:3])
        assert np.isfinite(found.model.expected_orders(x, t_x, T, 365)).all()
        alive = found.model.p_alive(x, t_x, T)
        assert ((alive >= 0) & (alive <= 1)).all()


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_who_all_bought_once_are_expected_not_to_come(name: str) -> None:
    model = PURCHASE_MODELS[name].fit(NOTHING, NOTHING, AGES).model
    assert model.expected_orders(0, 0, 180, 365)[0] < 0.01


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_small_young_bases_never_raise(name: str) -> None:
    """200 customers seen for up to 60 days: elsewhere such fits fail more often than not."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        drawn = BgNbd(0.24, 31.0, 0.8, 2.4).simulate(rng.integers(1, 61, 200), rng=rng)
        found = PURCHASE_MODELS[name].fit(drawn["x"], drawn["t_x"], drawn["T"])
        quick_and_whole(found)
        assert found.determination.status != "not_found"
        assert str(found.determination)
        # However loose the parameters are, the orders seen are about those expected.
        seen = sum(found.model.expected_orders_of_new(t) for t in drawn["T"].tolist())
        assert seen == pytest.approx(drawn["x"].sum(), rel=0.35)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_a_hundred_thousand_customers_by_the_day(name: str) -> None:
    """Elsewhere such a fit runs away unseen and predicts nothing for everybody."""
    rng = np.random.default_rng(1)
    drawn = BgNbd(0.5, 60.0, 0.8, 2.5).simulate(rng.integers(1, 731, 100_000), rng=rng)
    x, t_x, T = drawn["x"], np.ceil(drawn["t_x"]), drawn["T"]
    found = PURCHASE_MODELS[name].fit(x, t_x, T)
    assert found.determination.status == "well"
    assert (found.model.expected_orders(x[:100], t_x[:100], T[:100], 365) > 0).all()
    if name == "bg_nbd":
        assert found.parameters == pytest.approx(
            {"r": 0.5, "alpha": 60, "a": 0.8, "b": 2.5}, rel=0.1
        )


def test_ridges_name_what_moves_together() -> None:
    """One renewal tells α/(α+β) only."""
    found = ShiftedBetaGeometric.fit([1] * 10, [1] * 3 + [0] * 7)
    assert found.determination.status == "ridge"
    assert found.determination.direction == pytest.approx({"alpha": 1, "beta": 1}, abs=0.02)
    assert found.model.retention(1) == pytest.approx(0.7, rel=1e-6)


def test_boundaries_name_what_ran_away() -> None:
    rng = np.random.default_rng(3)
    x = rng.poisson(3, 500).astype(float)
    found = ParetoNbd.fit(x, np.where(x > 0, 365.0, 0), np.full(500, 365.0))
    assert found.determination.status == "boundary"
    assert {"s", "beta"} & set(found.determination.at_bound)
    # Nobody dropped out as far as can be seen: the orders go on as before.
    assert found.model.expected_orders_of_new(365) == pytest.approx(x.mean(), rel=0.02)
    same_chance = np.minimum(rng.geometric(0.3, 5000), 8)
    renewals = ShiftedBetaGeometric.fit(same_chance, same_chance < 8)
    assert renewals.parameters["alpha"] > 5
    assert renewals.model.retention(2) == pytest.approx(0.7, abs=0.03)


def test_two_renewals_do_not_tell_three_parameters() -> None:
    found = BetaDiscreteWeibull.fit([1, 2, 2], [1, 1, 0], [300, 100, 600])
    assert found.determination.status in LOOSE
    assert found.model.survival([1, 2]) == pytest.approx([0.7, 0.6], rel=1e-3)


@pytest.mark.parametrize("name", CONTRACT_MODELS)
@pytest.mark.parametrize(("lost", "here"), [(1, 0.0), (0, 1.0)])
def test_all_left_or_all_stayed(name: str, lost: int, here: float) -> None:
    found = CONTRACT_MODELS[name].fit([1] * 5, [lost] * 5)
    assert found.determination.status == "boundary"
    assert float(found.model.survival(1)) == pytest.approx(here, abs=1e-3)


POOR_RENEWALS: dict[str, tuple[Any, ...]] = {
    "one customer lost": ([1], [1]),
    "one customer here": ([9], [0]),
    "all lost at their third": ([3], [1], [100]),
    "nobody lost in many years": ([90], [0], [1000]),
    "the renewal rate falls": ([1, 2, 3, 3], [1, 1, 1, 0], [10, 100, 500, 390]),
    "all whom the first renewal left stay": ([1, 30], [1, 0], [400, 600]),
    "some not come up yet": ([0, 1, 2], [0, 1, 0], [1000, 3, 2]),
}


@pytest.mark.parametrize("name", CONTRACT_MODELS)
@pytest.mark.parametrize("data", POOR_RENEWALS.values(), ids=POOR_RENEWALS)
def test_poor_renewals_fit_and_say_so(name: str, data: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = CONTRACT_MODELS[name].fit(*data)
        quick_and_whole(found)
        assert found.determination.status in LOOSE
        assert ((found.model.survival([1, 50]) >= 0) & (found.model.survival([1, 50]) <= 1)).all()
        assert np.isfinite(found.model.discounted_lifetime([0, 5], yearly_rate=0.1)).all()


@pytest.mark.parametrize("name", CONTRACT_MODELS)
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (([1.5], [1]), "whole"),
        (([-1], [0]), "whole"),
        (([np.nan], [0]), "whole"),
        (([0], [1]), "before a first renewal"),
        (([1], [2]), "true or false"),
        (([1, 2], [0]), "one value"),
        (([1], [0], [-1]), "weight"),
        (([1], [0], [np.inf]), "weight"),
        (([0], [0]), "come up for renewal"),
        (([1], [0], [0]), "come up for renewal"),
        (([], []), "come up for renewal"),
    ],
)
def test_impossible_renewals(name: str, data: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        CONTRACT_MODELS[name].fit(*data)


@pytest.mark.parametrize("name", CONTRACT_MODELS)
def test_impossible_questions_about_renewals(name: str) -> None:
    kind: Any = CONTRACT_MODELS[name]
    model = kind(*[1.0] * len(kind.parameter_names()))
    for rate in (0.0, -0.1, np.nan):
        with pytest.raises(ValueError, match="rate"):
            model.discounted_lifetime(1, yearly_rate=rate)
    for renewals in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="renewals"):
            model.discounted_lifetime(renewals, yearly_rate=0.1)
    with pytest.raises(ValueError, match="positive"):
        kind(*[0.0] * len(kind.parameter_names()))


POOR_OPPORTUNITIES: dict[str, tuple[Any, ...]] = {
    "one opportunity": ([0, 1], [0, 1], [1, 1], [30, 70]),
    "one customer": ([2], [4], [6]),
    "nobody took any": ([0], [0], [6], [1000]),
    "all took all": ([6], [6], [6], [1000]),
    "all alike": ([3], [3], [6], [1000]),
    "some had none": ([0, 1], [0, 1], [0, 1], [1000, 1]),
}


@pytest.mark.parametrize("data", POOR_OPPORTUNITIES.values(), ids=POOR_OPPORTUNITIES)
def test_poor_opportunities_fit_and_say_so(data: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = BgBb.fit(*data)
        quick_and_whole(found)
        assert found.determination.status in LOOSE
        history = data[:3]
        assert np.isfinite(found.model.expected_orders(*history, 5)).all()
        assert np.isfinite(found.model.discounted_orders(*history, yearly_rate=0.1)).all()
        assert ((found.model.p_alive(*history) >= 0) & (found.model.p_alive(*history) <= 1)).all()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (([1.5], [2], [3]), "x is not a whole"),
        (([1], [1.5], [3]), "t_x is not a whole"),
        (([1], [2], [3.5]), "n is not a whole"),
        (([-1], [2], [3]), "x is negative"),
        (([1], [2], [np.nan]), "n is negative, missing"),
        (([1, 2], [2, 1], [3, 3]), "history 1 .*more were taken"),
        (([1], [4], [3]), "history 0 .*after the last there was"),
        (([0], [1], [3]), "history 0 .*without any"),
        (([1, 2], [1, 2, 3], [3]), "one value"),
        (([1], [2], [3], [-1]), "weight"),
        (([1], [2], [3], [1, 2]), "weight"),
        (([0], [0], [0]), "had an opportunity"),
        (([1], [2], [3], [0]), "had an opportunity"),
        (([], [], []), "had an opportunity"),
    ],
)
def test_impossible_opportunities(data: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        BgBb.fit(*data)
    if "whole" in why or "history" in why:
        with pytest.raises(ValueError, match=why):
            BgBb(1, 1, 1, 1).p_alive(*data)


def test_impossible_questions_about_opportunities() -> None:
    model = BgBb(1, 1, 1, 1)
    for ahead in (-1, 0.5, np.nan, np.inf):
        with pytest.raises(ValueError, match="ahead"):
            model.p_alive(1, 2, 3, ahead=ahead)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="opportunities"):
            model.expected_orders(1, 2, 3, ahead)  # type: ignore[arg-type]
    for rate in (0.0, np.nan):
        with pytest.raises(ValueError, match="rate"):
            model.discounted_orders(1, 2, 3, yearly_rate=rate)
    with pytest.raises(ValueError, match="positive"):
        BgBb(1, 1, 0, 1)


IMPOSSIBLE = [
    ((0, 5, 10), "x = 0"),
    ((2, 11, 10), "after the as-of day"),
    ((-1, 0, 10), "negative"),
    ((1, -1, 10), "negative"),
    ((1, 0, -1), "negative"),
    ((1.5, 2, 10), "whole"),
    ((np.nan, 2, 10), "missing"),
    ((1, np.nan, 10), "missing"),
    ((1, 2, np.inf), "missing or infinite"),
    (([1, 2], [1, 2, 3], [9, 9, 9]), "one value"),
    ((1, 2, 10, -1), "weight"),
    ((1, 2, 10, np.nan), "weight"),
    ((1, 2, 10, [1, 2]), "weight"),
]


@pytest.mark.parametrize(("data", "why"), IMPOSSIBLE)
def test_impossible_histories_are_named(data: Any, why: str) -> None:
    for kind in PURCHASE_MODELS.values():
        with pytest.raises(ValueError, match=why):
            kind.fit(*([column] if np.isscalar(column) else column for column in data))
    if len(data) == 3:
        with pytest.raises(ValueError, match=why):
            MbgNbd(1, 1, 1, 1).p_alive(*data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (([], [], []), "no history"),
        (([1], [2], [10], [0]), "no history"),
        (([0, 0], [0, 0], [0, 0]), "nothing to fit"),
        (([0, 1], [0, 5], [0, 9], [1, 0]), "nothing to fit"),
    ],
)
def test_nothing_to_fit(data: Any, why: str) -> None:
    for kind in PURCHASE_MODELS.values():
        with pytest.raises(ValueError, match=why):
            kind.fit(*data)
        with pytest.raises(ValueError, match=why):
            kind.fit_histories(histories(*data))


def test_impossible_questions() -> None:
    model = BgNbd(1, 1, 1, 1)
    for until, since in ((-1.0, 0.0), (np.nan, 0.0), (np.inf, 0.0), (5.0, 6.0), (5.0, -1.0)):
        with pytest.raises(ValueError, match="until"):
            model.expected_orders(1, 2, 3, until, since)
    for horizon in (-1.0, np.nan, np.inf):
        for ask in (
            lambda h: model.order_law(1, 2, 3, h),
            lambda h: model.order_quantiles(1, 2, 3, h, (0.5,)),
            lambda h: model.discounted_orders(1, 2, 3, yearly_rate=0.1, horizon=h),
        ):
            with pytest.raises(ValueError, match="horizon"):
                ask(horizon)
    for level in (0.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="level"):
            model.order_quantiles(1, 2, 3, 10, (level,))
    for rate in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="rate"):
            model.discounted_orders(1, 2, 3, yearly_rate=rate)
    with pytest.raises(ValueError, match="without a horizon"):
        model.discounted_orders(1, 2, 3, yearly_rate=0)
    with pytest.raises(ValueError, match="positive"):
        BgNbd(0, 1, 1, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (([1, 2], [5, 5]), "same mean spend"),
        (([3], [5]), "same mean spend"),
        (([1, 2, 3], [5, 5, 6], [1, 1, 0]), "same mean spend"),
        (([0, 0], [np.nan, np.nan]), "no customer"),
        (([1, 2], [5, 0]), "row 1"),
        (([1, 2], [-5, 3]), "row 0"),
        (([1, 2], [5, np.nan]), "row 1"),
        (([1, -2], [5, 3]), "x is"),
        (([1, 2], [5, 3], [1, -1]), "weight"),
        (([1, 2], [5]), "one value"),
    ],
)
def test_spends_that_cannot_be_fitted(data: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        GammaGamma.fit(*data)


def test_spends_that_hardly_tell() -> None:
    rng = np.random.default_rng(4)
    x = rng.integers(1, 50, 300).astype(float)
    for mean in (rng.gamma(3 * x, 10 / x), 5 + 1e-4 * rng.random(300)):
        found = GammaGamma.fit(x, mean)
        quick_and_whole(found)
        assert found.determination.status in LOOSE
        expected = found.model.expected_spend(x, mean)
        assert ((expected > mean.min() * 0.999) & (expected < mean.max() * 1.001)).all()


def test_waiting_for_one_who_hardly_ever_buys_is_without_end() -> None:
    model = BgNbd(1e-4, 1, 1, 1)
    assert model.median_wait_if_alive(0, 5)[()] == np.inf
    assert model.median_wait_if_alive(1, 5)[()] == pytest.approx(6, rel=1e-3)
