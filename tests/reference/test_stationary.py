"""The bridge's verdict on a base in which nothing ever changes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.testing import reference as ref
from regulars.testing.generate import Behaviour, stationary_base

WIDTH = dt.timedelta(days=182)
SHORT = Behaviour(r=1.2, alpha=30.0)
LONG = Behaviour(r=1.2, alpha=180.0)  # half a year between purchases: many seem new who are not


def named(seed: int, behaviour: Behaviour, *, run_in: int) -> str | None:
    """The term that the verdict names on one stationary base; None when it names none."""
    shop = stationary_base(arrivals_per_day=1, seed=seed, behaviour=behaviour, run_in=run_in)
    end = shop.truth["as_of"]
    answer = ref.bridge(
        shop.facts,
        before=f"{end - 2 * WIDTH}..{end - WIDTH}",
        after=f"{end - WIDTH}..{end}",
        resamples=0,
    )
    assert answer.figures["verdict"] != "not compared"
    term = answer.figures["verdict_term"]
    return None if term is None else str(term)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("behaviour", "run_in"), [(SHORT, 2000), (LONG, 6000)], ids=["short gaps", "long gaps"]
)
def test_hardly_ever_names_a_cause(behaviour: Behaviour, run_in: int) -> None:
    """000-1: a cause is named in at most 5% (+ 2 standard errors) of 1,000 runs."""
    runs = 1000
    terms = [named(seed, behaviour, run_in=run_in) for seed in range(runs)]
    wrong = sum(term is not None for term in terms) / runs
    assert wrong <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)
