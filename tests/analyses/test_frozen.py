"""Every analysis has a golden answer on both real sets, or a frozen one that has not changed."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from analyses.shops import ShopFacts, answer
from analyses.test_golden import GOLDEN, _facts
from reference.make_frozen import DATA, FOLDER, asked, tally, without_golden
from regulars.analyses import NAMES
from regulars.engines import open_engine

CASES = [(data, name) for data in DATA for name in without_golden(data)]
# A fit ends where the likelihood no longer rises: the last digits are the machine's.
NEAR = 1e-4


@pytest.mark.parametrize("data", DATA)
def test_no_analysis_is_without_an_answer_on_real_data(data: str) -> None:
    there = {path.stem for folder in (GOLDEN, FOLDER) for path in (folder / data).glob("*.json")}
    assert there == set(NAMES)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    @cache
    def of(data: str) -> ShopFacts:
        return _facts.__wrapped__(data, tmp_path_factory.mktemp(data))

    return of


@pytest.mark.parametrize(("data", "name"), CASES)
def test_real_data_gives_the_answer_that_it_gave(facts: Any, data: str, name: str) -> None:
    frozen = json.loads((FOLDER / data / f"{name}.json").read_text(encoding="utf-8"))
    engine = open_engine("duckdb")
    try:
        found = json.loads(
            json.dumps(tally(answer(engine, facts(data), name, **asked(data, name))))
        )
    finally:
        engine.close()
    assert_alike(found, frozen, name)


def assert_alike(found: Any, frozen: Any, where: str) -> None:
    """Equal, but for the last digits of what was computed."""
    if isinstance(frozen, dict):
        assert found.keys() == frozen.keys(), where
        for key, value in frozen.items():
            assert_alike(found[key], value, f"{where}.{key}")
    elif isinstance(frozen, list):
        assert len(found) == len(frozen), where
        for place, (one, other) in enumerate(zip(found, frozen, strict=True)):
            assert_alike(one, other, f"{where}[{place}]")
    elif isinstance(frozen, float) or isinstance(found, float):
        assert found == pytest.approx(frozen, rel=NEAR, abs=1e-9), where
    else:
        assert found == frozen, where
