"""Extreme histories and parameters, against the closed forms in many digits."""

from __future__ import annotations

import warnings
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

from models import by_mpmath
from regulars.models import (
    PURCHASE_MODELS,
    BetaDiscreteWeibull,
    BgBb,
    ParetoNbd,
    PurchaseModel,
    ShiftedBetaGeometric,
    histories,
)

SURE = 1e-8
"""Relative error that is allowed; at most points it is under 1e-11."""

LOST = 1e-5

COUNTS, AGES = (0, 1, 40, 1000), (0.0, 1.0, 30.0, 365.0, 3650.0)
HORIZONS, SILENCES = (1.0, 30.0, 365.0, 3650.0), (0.02, 0.5, 0.9, 1.0)
RANGES = {"alpha": (1e-2, 1e4), "beta": (1e-2, 1e4)}
OTHERS = (1e-2, 1e3)


def drawn(name: str, seed: int) -> tuple[PurchaseModel, Any, int, float, float, float]:
    """A model, its twin in many digits, and a history x, t_x, T with a horizon."""
    rng = np.random.default_rng([seed, *name.encode()])
    kind = PURCHASE_MODELS[name]
    theta = [
        float(np.exp(rng.uniform(*np.log(RANGES.get(p, OTHERS))))) for p in kind.parameter_names()
    ]
    x, T = int(rng.choice(COUNTS)), float(rng.choice(AGES))
    t_x = float(rng.choice(SILENCES)) * T if x else 0.0
    if name == "pareto_nbd":
        twin: Any = by_mpmath.ParetoNbd(*theta)
    else:
        twin = by_mpmath.BetaGeometric(*theta, first=int(name == "mbg_nbd"))
    return kind(*theta), twin, x, t_x, T, float(rng.choice(HORIZONS))  # type: ignore[call-arg]


def one(x: float, T: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return np.array([float(x)]), np.array([float(T)])


def cases(seeds: int) -> list[tuple[str, int]]:
    return [(name, seed) for name in PURCHASE_MODELS for seed in range(seeds)]


@pytest.mark.parametrize(("name", "seed"), cases(30))
def test_closed_forms(name: str, seed: int) -> None:
    model, twin, x, t_x, T, horizon = drawn(name, seed)
    likelihood = float(twin.log_likelihood(x, t_x, T))
    found = model.log_likelihood(x, t_x, T)
    assert found == pytest.approx(likelihood, rel=SURE, abs=SURE)
    alive = float(twin.p_alive(x, t_x, T))
    assert model.p_alive(x, t_x, T)[0] == pytest.approx(alive, rel=SURE, abs=1e-300)
    orders = float(twin.orders(x, T, horizon))
    assert model.orders_if_alive(*one(x, T), horizon)[0] == pytest.approx(orders, rel=SURE, abs=0)
    pairs = float(twin.pairs(x, T, horizon))
    assert model.pairs_if_alive(*one(x, T), horizon)[0] == pytest.approx(pairs, rel=SURE, abs=0)


DISCOUNTED = [("bg_nbd", 2), ("mbg_nbd", 0), ("pareto_nbd", 30)]
"""The integrals of hypergeometric functions take seconds each."""


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name, many in DISCOUNTED for seed in range(many)]
)
@pytest.mark.parametrize("endless", [False, True])
def test_discounted_orders(name: str, seed: int, endless: bool) -> None:
    model, twin, x, _, T, horizon = drawn(name, 100 + seed)
    rate = float(np.log1p((0.01, 0.1, 0.5)[seed % 3]) / 365.2425)
    until = None if endless else horizon
    found = model.discounted_if_alive(*one(x, T), rate=rate, horizon=until)[0]
    wanted = float(twin.discounted(x, T, rate, until))
    assert found == pytest.approx(wanted, rel=SURE, abs=0)


@pytest.mark.parametrize(("name", "seed"), cases(4))
def test_chances_of_more_orders(name: str, seed: int) -> None:
    model, twin, x, _, T, horizon = drawn(name, 200 + seed)
    chances = [float(c[0]) for c in islice(model.exceeding_if_alive(*one(x, T), horizon), 61)]
    for k in (0, 1, 7, 60):
        wanted = float(twin.exceeding(x, T, horizon, k))
        # Pareto/NBD: where a frequent buyer's orders come within a small part of his age, and of
        # the horizon, a part of this size of the chance of having dropped out before is lost.
        assert chances[k] == pytest.approx(
            wanted, rel=SURE, abs=LOST if name == "pareto_nbd" else 1e-13
        )


@pytest.mark.parametrize("seed", range(6))
def test_chances_of_more_orders_where_nothing_is_extreme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    theta = np.exp(rng.uniform(np.log([0.2, 5, 0.3, 5]), np.log([3, 300, 4, 900])))
    model, twin = ParetoNbd(*theta), by_mpmath.ParetoNbd(*theta)
    x, T, horizon = int(rng.choice([0, 2, 40])), 300.0, float(rng.choice([30, 365, 3650]))
    chances = [float(c[0]) for c in islice(model.exceeding_if_alive(*one(x, T), horizon), 21)]
    for k in (0, 3, 20):
        wanted = float(twin.exceeding(x, T, horizon, k))
        assert chances[k] == pytest.approx(wanted, abs=1e-11)


@pytest.mark.parametrize(("name", "seed"), cases(6))
def test_the_law_has_the_mean_and_the_variance_told(name: str, seed: int) -> None:
    """Σ P(N > k) is the mean and Σ 2k·P(N > k) is E[N(N − 1)]."""
    model, _, x, _, T, horizon = drawn(name, 300 + seed)
    mean = float(model.orders_if_alive(*one(x, T), horizon)[0])
    pairs = float(model.pairs_if_alive(*one(x, T), horizon)[0])
    total = twos = 0.0
    last, most = 1.0, 1000
    for k, exceeding in enumerate(islice(model.exceeding_if_alive(*one(x, T), horizon), most)):
        chance = float(exceeding[0])
        assert 0 <= chance <= last + 1e-15
        total, twos, last = total + chance, twos + 2 * k * chance, chance
        if k > mean and chance < 1e-14:
            break
    # A long tail is cut off: what is summed is then less, and never more.
    rounding = 1e-14 * (k + 1) ** 2
    assert total <= mean * (1 + SURE) + rounding
    assert twos <= pairs * (1 + SURE) + rounding
    if last < 1e-14:
        assert total == pytest.approx(mean, rel=SURE, abs=rounding)
        assert twos == pytest.approx(pairs, rel=SURE, abs=rounding)


@pytest.mark.parametrize(("name", "seed"), cases(30))
def test_never_not_a_number_and_more_with_time(name: str, seed: int) -> None:
    model, _, x, t_x, T, _ = drawn(name, 400 + seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alive = model.p_alive(x, t_x, T)[0]
        orders = [float(model.expected_orders(x, t_x, T, h)[0]) for h in (0.0, *HORIZONS)]
        law = model.order_law(x, t_x, T, 365.0)
        discounted = model.discounted_orders(x, t_x, T, yearly_rate=0.1, horizon=3650.0)[0]
    assert 0 <= alive <= 1
    assert orders[0] == 0
    assert np.isfinite(orders).all()
    assert all(more >= less * (1 - 1e-11) for less, more in pairwise(orders))
    assert law.variance[0] >= 0
    assert 0 <= law.none[0] <= 1
    assert 0 <= discounted <= orders[-1] * (1 + SURE)


def test_chances_come_back_from_under_the_smallest_float() -> None:
    """A daily buyer over ten years: P(N = 0) is no float, yet the quantiles are numbers."""
    for kind in PURCHASE_MODELS.values():
        model = kind(0.5, 60.0, 0.6, 100.0)  # type: ignore[call-arg]
        low, middle, high = model.order_quantiles(800, 400, 400, 3650, (0.1, 0.5, 0.9))[:, 0]
        mean = model.expected_orders(800, 400, 400, 3650)[0]
        assert 0 < low < middle < high
        assert 0.3 * mean < middle < 3 * mean


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_many_times_of_one_x_are_interpolated_as_if_worked_out(name: str) -> None:
    kind = PURCHASE_MODELS[name]
    model = kind(0.6, 8.0, 0.9, 2.5 if name != "pareto_nbd" else 40.0)  # type: ignore[call-arg]
    T = np.tile(np.arange(1.0, 1001.0), 3)
    x = np.repeat([0.0, 4.0, 60.0], 1000)
    given = histories(x, np.where(x > 0, T / 2, 0.0), T)
    for horizon in (30.0, 3650.0):
        for figure in (model.orders_if_alive, model.pairs_if_alive):
            found = model.over_x_T(given, lambda x, T, f=figure, h=horizon: f(x, T, h))
            assert found == pytest.approx(figure(x, T, horizon), rel=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_discounted_lifetime_under_contract(seed: int) -> None:
    """Eq. 6 by its hypergeometric function."""
    import mpmath as mp

    rng = np.random.default_rng(seed)
    alpha, beta = np.exp(rng.uniform(*np.log(OTHERS), 2)).tolist()
    renewals, yearly = int(rng.choice([0, 1, 7, 200])), float(rng.choice([0.001, 0.1, 1.0]))
    unit = float(rng.choice([30, 365.2425]))
    model = ShiftedBetaGeometric(alpha, beta, unit)
    with mp.workdps(40):
        factor = mp.mpf(1 + yearly) ** (-mp.mpf(unit) / mp.mpf("365.2425"))
        stays, whole = mp.mpf(beta) + renewals, mp.mpf(alpha) + beta + renewals
        wanted = float(stays / whole * mp.hyp2f1(1, stays + 1, whole + 1, factor))
    found = model.discounted_lifetime(renewals, yearly_rate=yearly)[0]
    assert found == pytest.approx(wanted, rel=SURE)


def duration_dependent(seed: int) -> tuple[BetaDiscreteWeibull, by_mpmath.BetaDiscreteWeibull]:
    rng = np.random.default_rng([seed, 11])
    alpha, beta = np.exp(rng.uniform(*np.log(OTHERS), 2)).tolist()
    c = float(np.exp(rng.uniform(-3, 3)))
    return BetaDiscreteWeibull(alpha, beta, c), by_mpmath.BetaDiscreteWeibull(alpha, beta, c)


@pytest.mark.parametrize("seed", range(20))
def test_renewals_under_duration_dependence(seed: int) -> None:
    model, twin = duration_dependent(seed)
    for t in (1, 2, 7, 90):
        survival = float(twin.survival(t))
        assert model.survival(t) == pytest.approx(survival, rel=SURE, abs=1e-300)
        kept = float(twin.survival(t) / twin.survival(t - 1))
        assert model.retention(t) == pytest.approx(kept, rel=SURE, abs=1e-300)
        for lost in (False, True):
            wanted = float(twin.log_likelihood(t, lost))
            assert model.log_likelihood([t], [lost]) == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("seed", range(6))
def test_discounted_lifetime_under_duration_dependence(seed: int) -> None:
    model, twin = duration_dependent(seed)
    for renewals in (0, 7):
        found = model.discounted_lifetime(renewals, yearly_rate=0.3)[0]
        # 0.3 a year for 120 years leaves less than rounding does.
        wanted = float(twin.discounted_lifetime(renewals, 1 / 1.3, 120))
        assert found == pytest.approx(wanted, rel=SURE)


def test_without_duration_dependence_it_is_sbg() -> None:
    ours, sbg = BetaDiscreteWeibull(0.7, 3.8, 1.0), ShiftedBetaGeometric(0.7, 3.8)
    t = np.arange(1, 500)
    assert ours.survival(t) == pytest.approx(sbg.survival(t), rel=1e-12)
    assert ours.retention(t) == pytest.approx(sbg.retention(t), rel=1e-12)
    for rate in (0.001, 0.1, 2.0):
        found = ours.discounted_lifetime([0, 3, 200], yearly_rate=rate)
        assert found == pytest.approx(sbg.discounted_lifetime([0, 3, 200], yearly_rate=rate))
    lost = t % 3 > 0
    found = ours.log_likelihood(t, lost)
    assert found == pytest.approx(sbg.log_likelihood(t, lost), rel=1e-12)


def test_durations_beyond_all_measure_are_still_numbers() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for c in (1e-3, 1e3):
            for alpha, beta in ((1e-4, 1e4), (1e4, 1e-4), (1e4, 1e4)):
                model = BetaDiscreteWeibull(alpha, beta, c)
                t = np.array([1.0, 2.0, 1000.0])
                assert ((model.survival(t) >= 0) & (model.survival(t) <= 1)).all()
                assert ((model.retention(t) >= 0) & (model.retention(t) <= 1)).all()
                assert np.isfinite(model.log_likelihood(t, [0, 0, 0]))
                lifetime = model.discounted_lifetime([0, 1000], yearly_rate=0.1)
                # Nobody has more to come than one who never leaves.
                assert ((lifetime >= 0) & (lifetime <= 11 * (1 + SURE))).all()


@pytest.mark.parametrize("seed", range(30))
def test_opportunities(seed: int) -> None:
    rng = np.random.default_rng([seed, 13])
    theta = np.exp(rng.uniform(*np.log(OTHERS), 4)).tolist()
    model, twin = BgBb(*theta, unit_days=365.2425), by_mpmath.BgBb(*theta)
    n = int(rng.choice([0, 1, 6, 60, 400]))
    t_x = int(rng.integers(0, n + 1))
    x = int(rng.integers(min(t_x, 1), t_x + 1))
    found = model.log_likelihood(x, t_x, n)
    assert found == pytest.approx(float(twin.log_likelihood(x, t_x, n)), rel=1e-10, abs=1e-12)
    for ahead in (0, 1, 30):
        alive = float(twin.p_alive(x, t_x, n, ahead))
        assert model.p_alive(x, t_x, n, ahead=ahead)[0] == pytest.approx(alive, rel=SURE)
    for more in (1, 5, 200):
        orders = float(twin.orders(x, t_x, n, more))
        assert model.expected_orders(x, t_x, n, more)[0] == pytest.approx(orders, rel=SURE)
    for rate in (0.01, 0.1, 1.0):
        wanted = float(twin.discounted(x, t_x, n, rate))
        found = model.discounted_orders(x, t_x, n, yearly_rate=rate)[0]
        assert found == pytest.approx(wanted, rel=SURE)


def test_opportunities_by_the_thousand_are_still_numbers() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for theta in ((1e-4, 1e4, 1e4, 1e-4), (1e4, 1e-4, 1e-4, 1e4), (1.0, 1.0, 1.0, 1.0)):
            model = BgBb(*theta)
            x, t_x, n = [0, 5000, 1, 1], [0, 5000, 1, 5000], [5000, 5000, 5000, 5000]
            assert np.isfinite(model.log_likelihood(x, t_x, n))
            assert np.isfinite(model.gradient(x, t_x, n)).all()
            alive = model.p_alive(x, t_x, n)
            assert ((alive >= 0) & (alive <= 1)).all()
            orders = model.expected_orders(x, t_x, n, 100)
            assert ((orders >= 0) & (orders <= 100 * (1 + SURE))).all()
            lasting = model.discounted_orders(x, t_x, n, yearly_rate=0.1)
            assert ((lasting >= 0) & (lasting <= 10 * (1 + SURE))).all()


def test_chances_of_all_that_may_happen_add_up() -> None:
    """Of n opportunities x with the last at t_x come about in C(t_x−1, x−1) orders."""
    from math import comb

    model, n = BgBb(1.2, 0.75, 0.66, 2.8), 7
    total = orders = 0.0
    for last in range(n + 1):
        for x in range(min(last, 1), last + 1):
            chance = float(np.exp(model.log_likelihood(x, last, n)))
            chance *= comb(last - 1, x - 1) if x else 1
            total, orders = total + chance, orders + x * chance
    assert total == pytest.approx(1, rel=1e-12)
    assert orders == pytest.approx(model.expected_orders_of_new(n), rel=1e-12)
