"""Numbers that others have printed."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regulars.testing import reference as ref
from regulars.testing.real import cdnow

FOLDER = Path(__file__).with_name("published")
STATISTICS: dict[str, Any] = json.loads((FOLDER / "statistics.json").read_text(encoding="utf-8"))


def test_bhapkar_on_eyes() -> None:
    published = STATISTICS["eyes"]
    found = ref.bhapkar(published["matrix"])
    assert found.statistic is not None
    assert found.statistic == pytest.approx(published["bhapkar"], abs=0.005)
    assert found.df == published["df"]
    # Bhapkar's and Stuart's statistics are tied by W = W₀/(1 − W₀/n)
    n = np.sum(published["matrix"])
    stuart = found.statistic / (1 + found.statistic / n)
    assert stuart == pytest.approx(published["stuart"], abs=0.005)


def test_bhapkar_without_movement_says_nothing() -> None:
    assert ref.bhapkar(np.diag([3, 4, 5])).statistic is None
    still = ref.bhapkar([[5, 2, 0], [3, 4, 0], [0, 0, 9]])
    assert still.df == 1


@pytest.mark.parametrize("case", STATISTICS["wilson"]["intervals"])
def test_wilson_by_newcombe(case: dict[str, float]) -> None:
    low, high = ref.wilson(int(case["count"]), int(case["total"]))
    assert (low, high) == pytest.approx((case["low"], case["high"]), abs=5e-5)


def test_summary_gives_the_published_histories_of_cdnow() -> None:
    """The 2,357 sampled customers after 39 weeks, in weeks with two decimals.

    Their authors count T to 30 September itself, we to the end of that day: one day more.
    """
    published = pd.read_csv(FOLDER / "cdnow_sample.csv").set_index("master_id")
    with files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").open("rb") as shipped:
        facts = cdnow(Path(shipped.name))
    found = ref.summary(facts, as_of="1997-10-01").frame.set_index("customer_key")
    found = found.loc[published.index]
    assert (found["x"] == published["x"]).all()
    assert (found["t_x"] / 7 - published["t_x_weeks"]).abs().max() < 0.00501
    assert ((found["T"] - 1) / 7 - published["T_weeks"]).abs().max() < 0.00501


def test_bhapkar_counts_those_who_sit_in_a_still_category() -> None:
    """They say nothing about the direction, but they belong to the sample: W = W₀/(1 − W₀/n)."""
    table = np.array([[10, 9, 0], [3, 12, 0], [0, 0, 30]])
    stuart = (9 - 3) ** 2 / (9 + 3)
    found = ref.bhapkar(table)
    assert found.statistic == pytest.approx(stuart / (1 - stuart / table.sum()))
