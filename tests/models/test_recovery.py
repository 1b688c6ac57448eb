"""Drawn from known parameters, fitted many times: intervals hold the truth as often as they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.test_contract import KINDS, Data
from regulars.models import MODELS, PURCHASE_MODELS, BgBb, PurchaseModel


def covered(name: str, seeds: range) -> tuple[float, float]:
    """Share of 95% intervals that hold the truth: of the parameters, and of a figure of them."""
    kind: Any = MODELS[name]
    truth: Any = KINDS[name].truth
    wanted = np.array(list(truth.parameters.values()))
    hits, figures = [], []
    for seed in seeds:
        found = kind.fit(*KINDS[name].draw(truth, np.random.default_rng([seed, 77])))
        low, high = np.array(list(found.interval(0.95).values())).T
        hits.append((low <= wanted) & (wanted <= high))
        spread = 1.96 * np.sqrt(found.variance(lambda m: np.log(figure(m))))
        figures.append(abs(np.log(figure(found.model) / figure(truth))) <= spread)
    return float(np.mean(hits)), float(np.mean(figures))


def figure(model: Any) -> float:
    """What one asks of such a model."""
    if isinstance(model, PurchaseModel):
        return model.expected_orders_of_new(365)
    if isinstance(model, BgBb):
        return model.expected_orders_of_new(10)
    return float(model.population_mean if model.name == "gamma_gamma" else model.survival(5))


@pytest.mark.parametrize("name", MODELS)
def test_intervals_hold_the_truth(name: str) -> None:
    parameters, figures = covered(name, range(6))
    assert parameters >= 0.75
    assert figures >= 0.66


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_intervals_hold_the_truth_as_often_as_they_say(name: str) -> None:
    parameters, figures = covered(name, range(300))
    print(name, "parameters", parameters, "figure", figures)
    assert 0.90 <= parameters <= 0.98
    assert 0.90 <= figures <= 0.98


def futures(name: str, seed: int) -> tuple[PurchaseModel, Data, Any]:
    model: Any = KINDS[name].truth
    rng = np.random.default_rng([seed, 5])
    drawn = model.simulate(rng.integers(30, 731, 30_000).astype(float), horizon=365, rng=rng)
    return model, (drawn["x"], drawn["t_x"], drawn["T"]), drawn["after"]


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_predictions_of_one_customer_hold_his_future(name: str) -> None:
    """P(N ≤ q_u) ≥ u, and P(N < q_u) ≤ u, for all and for those who are surely or hardly alive."""
    model, given, after = futures(name, 1)
    alive = model.p_alive(*given)
    levels = (0.1, 0.5, 0.9, 0.975)
    quantiles = model.order_quantiles(*given, 365, levels)
    law = model.order_law(*given, 365)
    for some in (alive < 0.4, (alive >= 0.4) & (alive < 0.8), alive >= 0.8):
        if some.sum() < 500:
            continue
        noise = 4 * 0.5 / np.sqrt(some.sum())
        for level, q in zip(levels, quantiles, strict=True):
            assert (after[some] <= q[some]).mean() >= level - noise
            assert (after[some] < q[some]).mean() <= level + noise
        assert (after[some] == 0).mean() == pytest.approx(law.none[some].mean(), abs=noise)
        spread = np.sqrt(law.variance[some].mean() / some.sum())
        assert after[some].mean() == pytest.approx(law.mean[some].mean(), abs=4 * spread)
        standard = (after[some] - law.mean[some]) ** 2
        error = 4 * standard.std() / np.sqrt(some.sum())
        assert standard.mean() == pytest.approx(law.variance[some].mean(), abs=error)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_alive_means_alive(name: str) -> None:
    """Of those who are told alive with p, the share p still is: seen by a very long look ahead."""
    model: Any = KINDS[name].truth
    rng = np.random.default_rng(9)
    drawn = model.simulate(np.full(8_000, 300.0), horizon=3000.0, rng=rng)
    frequent = drawn["x"] >= 2
    alive = model.p_alive(drawn["x"], drawn["t_x"], drawn["T"])[frequent]
    law = model.order_law(drawn["x"][frequent], drawn["t_x"][frequent], drawn["T"][frequent], 3000)
    bought = drawn["after"][frequent] > 0
    for some in (alive < 0.5, alive >= 0.5):
        noise = 4 * 0.5 / np.sqrt(some.sum())
        assert bought[some].mean() == pytest.approx(1 - law.none[some].mean(), abs=noise)
    assert (alive >= 1 - law.none - 1e-12).all()


def test_opportunities_to_come() -> None:
    """Of those whom p_alive, expected_orders set apart, as much comes as was told."""
    model: Any = KINDS["bg_bb"].truth
    rng = np.random.default_rng(4)
    drawn = model.simulate(rng.integers(0, 9, 40_000), opportunities=5, rng=rng)
    given, after = (drawn["x"], drawn["t_x"], drawn["n"]), drawn["after"]
    expected = model.expected_orders(*given, 5)
    for some in (expected < 0.5, (expected >= 0.5) & (expected < 2), expected >= 2):
        error = 4 * after[some].std() / np.sqrt(some.sum())
        assert after[some].mean() == pytest.approx(expected[some].mean(), abs=error)
    # The next opportunity alone: he is alive at it, and takes it.
    nearest = model.simulate(np.full(40_000, 6), opportunities=1, rng=rng)
    x = nearest["x"]
    alive = model.p_alive(x, nearest["t_x"], 6)
    pace = (model.alpha + x) / (model.alpha + model.beta + 6)
    for some in (alive < 0.3, (alive >= 0.3) & (alive < 0.9), alive >= 0.9):
        wanted = (alive * pace)[some].mean()
        noise = 4 * np.sqrt(wanted * (1 - wanted) / some.sum())
        assert nearest["after"][some].mean() == pytest.approx(wanted, abs=noise)


def test_spend_of_the_next_order() -> None:
    """Mean and spread of an order to come, given those that came."""
    model: Any = KINDS["gamma_gamma"].truth
    rng = np.random.default_rng(3)
    x = rng.integers(1, 6, 60_000).astype(float)
    mean, own = model.simulate(x, rng=rng)
    following = rng.gamma(model.p, own / model.p)
    expected = model.expected_spend(x, mean)
    squared, within = model.spend_moments(x, mean)
    high = mean > np.median(mean)
    for some in (high, ~high, x == 1):
        error = 4 * following[some].std() / np.sqrt(some.sum())
        assert following[some].mean() == pytest.approx(expected[some].mean(), abs=error)
        second = following[some] ** 2
        error = 5 * second.std() / np.sqrt(some.sum())
        assert second.mean() == pytest.approx((squared + within)[some].mean(), abs=error)
