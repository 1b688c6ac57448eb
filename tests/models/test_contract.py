"""What holds for every model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regulars.models import (
    MODELS,
    PURCHASE_MODELS,
    BetaDiscreteWeibull,
    BgBb,
    BgNbd,
    ContractModel,
    Fit,
    GammaGamma,
    MbgNbd,
    Parametric,
    ParetoNbd,
    PurchaseModel,
    ShiftedBetaGeometric,
    fit_of,
    load,
)

Data = tuple[np.ndarray[Any, Any], ...]


@dataclass(frozen=True)
class Kind:
    truth: Parametric
    draw: Callable[[Any, np.random.Generator], Data]


def bought(model: PurchaseModel, rng: np.random.Generator) -> Data:
    drawn = model.simulate(rng.uniform(100, 730, 4000).round(), rng=rng)
    return drawn["x"], np.ceil(drawn["t_x"]), drawn["T"]


def spent(model: GammaGamma, rng: np.random.Generator) -> Data:
    x = rng.geometric(0.3, 3000).astype(float)
    return x, model.simulate(x, rng=rng)[0]


def renewed(model: ContractModel, rng: np.random.Generator) -> Data:
    return model.simulate(3000, periods=9, rng=rng)


def gave(model: BgBb, rng: np.random.Generator) -> Data:
    drawn = model.simulate(rng.integers(4, 9, 4000), rng=rng)
    return drawn["x"], drawn["t_x"], drawn["n"]


KINDS = {
    "bg_nbd": Kind(BgNbd(0.6, 40.0, 0.8, 2.5), bought),
    "mbg_nbd": Kind(MbgNbd(0.8, 40.0, 0.8, 2.5), bought),
    "pareto_nbd": Kind(ParetoNbd(0.7, 40.0, 0.9, 120.0), bought),
    "gamma_gamma": Kind(GammaGamma(4.0, 4.5, 30.0), spent),
    "sbg": Kind(ShiftedBetaGeometric(0.7, 2.5), renewed),
    "bg_bb": Kind(BgBb(1.2, 0.8, 0.7, 2.8), gave),
    "bdw": Kind(BetaDiscreteWeibull(0.8, 1.6, 1.4), renewed),
}


def data(name: str) -> Data:
    return KINDS[name].draw(KINDS[name].truth, np.random.default_rng(5))


def fitted(name: str, *given: Any, **settings: Any) -> Fit[Any]:
    kind: Any = MODELS[name]
    found: Fit[Any] = kind.fit(*given, **settings)
    return found


def same(one: Fit[Any], other: Fit[Any], rel: float = 1e-5) -> None:
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-9)
    for name, value in one.parameters.items():
        assert other.parameters[name] == pytest.approx(value, rel=rel)
    assert other.log_covariance == pytest.approx(one.log_covariance, rel=1e-3, abs=1e-6)


def test_every_model_is_held_to_it() -> None:
    assert set(KINDS) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_says_what_it_found_and_how_sure_it_is(name: str) -> None:
    given = data(name)
    found = fitted(name, *given)
    size = len(found.parameters)
    assert isinstance(found.model, MODELS[name])
    assert list(found.parameters) == list(MODELS[name].parameter_names())
    assert all(np.isfinite(v) and v > 0 for v in found.parameters.values())
    assert found.covariance.shape == found.log_covariance.shape == (size, size)
    assert np.linalg.eigvalsh(found.covariance)[0] > 0
    assert found.determination.status in ("well", "weakly")
    assert "determined" in str(found.determination)
    assert found.customers == len(given[0])
    assert found.log_likelihood == pytest.approx(found.model.log_likelihood(*given))
    # At the top, and higher than the truth.
    theta = np.array(list(found.parameters.values()))
    errors = np.array(list(found.standard_errors.values()))
    assert np.abs(found.model.gradient(*given) * errors).max() < 1e-3
    assert found.log_likelihood >= KINDS[name].truth.log_likelihood(*given)  # type: ignore[attr-defined]
    for (low, high), value in zip(found.interval(0.9).values(), theta, strict=True):
        assert low < value < high


@pytest.mark.parametrize("name", MODELS)
def test_covariance_is_the_inverse_of_the_curvature(name: str) -> None:
    """Against differences of the log-likelihood itself."""
    given = data(name)
    found = fitted(name, *given)
    theta = np.log(list(found.parameters.values()))
    values, vectors = np.linalg.eigh(found.log_covariance)
    for value, vector in zip(values, vectors.T, strict=True):
        step = 0.1 * np.sqrt(value) * vector
        fall = sum(
            found.log_likelihood
            - found.model.with_parameters(np.exp(theta + s)).log_likelihood(*given)
            for s in (step, -step)
        )
        assert fall == pytest.approx(0.1**2, rel=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_is_kept_and_read_again(name: str, tmp_path: Path) -> None:
    found = fitted(name, *data(name))
    found.save(tmp_path / "fit.json")
    for again in (load(tmp_path / "fit.json"), fit_of(found.to_dict())):
        assert again.to_dict() == found.to_dict()
        assert again.model == found.model
        assert (again.log_covariance == found.log_covariance).all()


@pytest.mark.parametrize(
    "kept",
    [[], {}, {"format": 1}, {"format": "1"}, {"format": 99}, {"format": 1, "model": "arima"}],
)
def test_what_is_no_fit_is_refused(kept: Any) -> None:
    with pytest.raises(ValueError, match="fit"):
        fit_of(kept)


def test_a_file_that_is_no_fit_is_refused(tmp_path: Path) -> None:
    for text in ("", "[1, 2]", '{"format": 1, "model": "bg_nbd", "parameters": {"r": -1}}'):
        (tmp_path / "fit.json").write_text(text)
        with pytest.raises(ValueError, match=r"fit|positive"):
            load(tmp_path / "fit.json")


@pytest.mark.parametrize("name", MODELS)
def test_order_of_rows_and_weights_for_repetition(name: str) -> None:
    given = data(name)
    found = fitted(name, *given)
    shuffled = np.random.default_rng(1).permutation(len(given[0]))
    same(found, fitted(name, *(column[shuffled] for column in given)))
    rows, counts = np.unique(np.stack(given), axis=1, return_counts=True)
    pooled = fitted(name, *rows, counts)
    same(found, pooled)
    assert pooled.customers == found.customers
    twice = fitted(name, *rows, 2 * counts)
    assert twice.log_covariance == pytest.approx(found.log_covariance / 2, rel=1e-2, abs=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_what_was_drawn_is_found_again(name: str) -> None:
    found = fitted(name, *data(name))
    theta, truth = (np.log(list(m.parameters.values())) for m in (found.model, KINDS[name].truth))
    off = theta - truth
    # 4 degrees of freedom at most: beyond 25 in one of ten thousand.
    assert off @ np.linalg.solve(found.log_covariance, off) < 25


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_days_and_weeks_give_the_same_answers(name: str) -> None:
    x, t_x, T = data(name)
    days = fitted(name, x, t_x, T)
    weeks = fitted(name, x, t_x / 7, T / 7, unit_days=7)
    d, w = days.model, weeks.model
    assert w.r == pytest.approx(d.r, rel=1e-5)
    assert w.alpha * 7 == pytest.approx(d.alpha, rel=1e-5)
    few = slice(0, 40)
    by_day, by_week = (x[few], t_x[few], T[few]), (x[few], t_x[few] / 7, T[few] / 7)
    close = {"rel": 1e-5}
    assert w.p_alive(*by_week) == pytest.approx(d.p_alive(*by_day), **close)
    found = w.expected_orders(*by_week, 52, since=10)
    assert found == pytest.approx(d.expected_orders(*by_day, 364, since=70), **close)
    for horizon in (None, 364):
        a = d.discounted_orders(*by_day, yearly_rate=0.1, horizon=horizon)
        b = w.discounted_orders(*by_week, yearly_rate=0.1, horizon=horizon and horizon / 7)
        assert b == pytest.approx(a, **close)
    assert (
        w.order_quantiles(*by_week, 52, (0.1, 0.9)) == d.order_quantiles(*by_day, 364, (0.1, 0.9))
    ).all()


def test_cents_and_dollars_give_the_same_answers() -> None:
    x, mean = data("gamma_gamma")
    dollars, cents = fitted("gamma_gamma", x, mean), fitted("gamma_gamma", x, mean * 100)
    assert cents.parameters["p"] == pytest.approx(dollars.parameters["p"], rel=1e-5)
    found = cents.model.expected_spend(x, mean * 100) / 100
    assert found == pytest.approx(dollars.model.expected_spend(x, mean), rel=1e-5)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_a_start_leads_to_the_same_place(name: str) -> None:
    given = data(name)
    found = fitted(name, *given)
    again = fitted(name, *given, start=found.model)
    same(found, again)
    assert again.evaluations <= found.evaluations
    far = found.model.with_parameters(np.array(list(found.parameters.values())) * [5, 0.2, 5, 5])
    same(found, fitted(name, *given, start=far))


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_pooling_to_start_from_changes_no_answer(name: str, monkeypatch: Any) -> None:
    given = data(name)
    monkeypatch.setattr("regulars.models.purchase.COARSE_FROM", 10)
    pooled = fitted(name, *given)
    monkeypatch.setattr("regulars.models.purchase.COARSE_FROM", 10**9)
    same(fitted(name, *given), pooled)


@pytest.mark.parametrize("name", MODELS)
def test_variance_of_a_figure_is_by_the_delta_method(name: str) -> None:
    """gᵀΣg for what is linear in the logarithms; nearly so for what is nearly linear."""
    found = fitted(name, *data(name))
    g = np.arange(1.0, len(found.parameters) + 1)

    def linear(model: Any) -> Any:
        return np.log(list(model.parameters.values())) @ g * np.array([1.0, -2.0])

    wanted = g @ found.log_covariance @ g
    assert found.variance(linear) == pytest.approx(np.array([wanted, 4 * wanted]), rel=1e-9)
    last = list(found.parameters)[-1]
    bent = found.variance(lambda model: model.parameters[last])
    assert bent == pytest.approx(found.standard_errors[last] ** 2, rel=0.05)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_orders_between_two_days_add_up(name: str) -> None:
    model: Any = KINDS[name].truth
    whole = model.expected_orders(3, 100, 200, 365)
    parts = model.expected_orders(3, 100, 200, 90) + model.expected_orders(3, 100, 200, 365, 90)
    assert parts == pytest.approx(whole, rel=1e-12)
    undiscounted = model.discounted_orders(3, 100, 200, yearly_rate=0, horizon=365)
    assert undiscounted == pytest.approx(whole, rel=1e-12)
    slightly = model.discounted_orders(3, 100, 200, yearly_rate=1e-9, horizon=365)
    assert slightly == pytest.approx(whole, rel=1e-8)
