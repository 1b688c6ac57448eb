"""Life stages on every engine: against a literal replay, and against one another."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import Any

import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.shops import answer, load_tables, write_files
from regulars.result import Result
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop
from regulars.testing.life import with_life_tables

REFERENCES = {
    "lifecycle": (ref.lifecycle, ["stage"]),
    "lifecycle_customers": (ref.lifecycle_customers, ["customer_key"]),
    "lifecycle_history": (ref.lifecycle_history, ["customer_key", "day"]),
    "lifecycle_trend": (ref.lifecycle_trend, ["month", "stage"]),
}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("lifecycle", {}),
    ("lifecycle", {"scheme": "calibrated", "window_days": 200}),
    ("lifecycle_customers", {}),
    ("lifecycle_history", {}),
    ("lifecycle_history", {"scheme": "calibrated", "window_days": 500}),
    ("lifecycle_trend", {}),
]


@cache
def shop() -> Shop:
    return with_life_tables(awkward_shop(customers=120))


@cache
def expected(name: str, asked: tuple[tuple[str, Any], ...]) -> ref.Answer:
    return REFERENCES[name][0](shop().facts, as_of=shop().truth["as_of"], **dict(asked))


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    files = write_files(shop().facts, tmp_path_factory.mktemp("life"))
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop(), load_tables(files, url, "life"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop(), files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop(), files, request.param)


def ask(opened: OpenShop, name: str, **asked: Any) -> Result:
    engine = opened.engine()
    try:
        return answer(engine, opened.facts, name, **asked)
    finally:
        engine.close()


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_every_engine_gives_the_literal_answer(
    opened: OpenShop, name: str, asked: dict[str, Any]
) -> None:
    found = ask(opened, name, as_of=shop().truth["as_of"], **asked)
    right = expected(name, tuple(asked.items()))
    names = list(right.frame.columns)
    rows = [{column: row[column] for column in names} for row in found.rows]
    assert_same_answer(rows, right, keys=REFERENCES[name][1])
    assert_same_figures(found, right, names=list(right.figures))


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    return OpenShop(shop(), write_files(shop().facts, tmp_path_factory.mktemp("d")), "duckdb")


def test_everything_said_is_the_same_on_every_engine(opened: OpenShop, on_duckdb: OpenShop) -> None:
    found, right = (ask(o, "lifecycle", as_of=shop().truth["as_of"]) for o in (opened, on_duckdb))
    assert_same_answer(found, right, keys=["stage"])
    assert_same_figures(found, right, names=list(right.figures))
    assert [n.say() for n in found.notes] == [n.say() for n in right.notes]
    everybody = sum(row["steady_customers"] for row in found.rows)
    assert everybody == pytest.approx(found.figures["customers_total"], abs=1e-6)
