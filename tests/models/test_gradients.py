"""Analytic gradients against central differences, at random parameters and histories."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.models import CONTRACT_MODELS, MODELS, PURCHASE_MODELS, BgBb, GammaGamma

LOGS = st.floats(-3.0, 3.5)
"""Logarithms of parameters: from 0.05 to 33."""


@st.composite
def purchase_histories(draw: st.DrawFn) -> tuple[list[float], ...]:
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        T = draw(st.floats(0.0, 800.0))
        x = draw(st.integers(0, 60))
        t_x = T * draw(st.floats(0.0, 1.0)) if x else 0.0
        rows.append((float(x), t_x, T, draw(st.floats(0.1, 50.0))))
    x, t_x, T, weight = (list(column) for column in zip(*rows, strict=True))
    return x, t_x, T, weight


def close_to_differences(model: Any, *given: Any) -> None:
    theta = np.array(list(model.parameters.values()))
    slopes = model.gradient(*given)
    value = model.log_likelihood(*given)
    for i, analytic in enumerate(slopes * theta):
        step = 1e-5 * np.eye(len(theta))[i]
        up, down = (
            model.with_parameters(theta * np.exp(s)).log_likelihood(*given) for s in (step, -step)
        )
        # What rounding leaves of a difference of two likelihoods of many large terms.
        noise = 5e-8 * (abs(value) + 100)
        assert analytic == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=noise)


@pytest.mark.parametrize("model", PURCHASE_MODELS)
@settings(max_examples=60, deadline=None)
@given(logs=st.lists(LOGS, min_size=4, max_size=4), data=purchase_histories())
def test_purchase_models(model: str, logs: list[float], data: tuple[list[float], ...]) -> None:
    close_to_differences(PURCHASE_MODELS[model](*np.exp(logs)), *data)


@settings(max_examples=60, deadline=None)
@given(
    logs=st.lists(LOGS, min_size=3, max_size=3),
    rows=st.lists(
        st.tuples(st.integers(0, 90), st.floats(0.01, 1e4), st.floats(0, 9)), min_size=1, max_size=6
    ),
)
def test_gamma_gamma(logs: list[float], rows: list[tuple[int, float, float]]) -> None:
    close_to_differences(GammaGamma(*np.exp(logs)), *zip(*rows, strict=True))


@pytest.mark.parametrize("model", CONTRACT_MODELS)
@settings(max_examples=60, deadline=None)
@given(
    logs=st.lists(LOGS, min_size=3, max_size=3),
    rows=st.lists(
        st.tuples(st.integers(1, 90), st.booleans(), st.floats(0, 9)), min_size=1, max_size=6
    ),
)
def test_renewals(model: str, logs: list[float], rows: list[tuple[int, bool, float]]) -> None:
    kind: Any = CONTRACT_MODELS[model]
    theta = np.exp(logs[: len(kind.parameter_names())])
    close_to_differences(kind(*theta), *zip(*rows, strict=True))


@settings(max_examples=60, deadline=None)
@given(logs=st.lists(LOGS, min_size=4, max_size=4), data=st.data())
def test_opportunities(logs: list[float], data: st.DataObject) -> None:
    rows = []
    for _ in range(data.draw(st.integers(1, 6))):
        n = data.draw(st.integers(0, 60))
        last = data.draw(st.integers(0, n))
        x = data.draw(st.integers(min(last, 1), last))
        rows.append((x, last, n, data.draw(st.floats(0, 9))))
    close_to_differences(BgBb(*np.exp(logs)), *zip(*rows, strict=True))


def test_every_model_is_here() -> None:
    assert set(MODELS) == {*PURCHASE_MODELS, *CONTRACT_MODELS, "gamma_gamma", "bg_bb"}
