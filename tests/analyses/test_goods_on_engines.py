"""Goods, interest, sources and rejoining on every engine, against the independent references."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.shops import ShopFacts, answer, load_tables, write_files
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop
from regulars.testing.surroundings import surrounded

CASES: list[tuple[Any, dict[str, Any], list[str]]] = [
    (ref.goods, {}, ["good"]),
    (ref.goods, {"level": "category", "window_days": 90, "top": 3}, ["good"]),
    (ref.goods, {"level": "category", "category_depth": 1}, ["good"]),
    (ref.goods, {"level": "brand", "role_percent": 50, "min_customers": 5}, ["good"]),
    (ref.baskets, {"min_support": 0.01}, ["good", "other_good"]),
    (ref.baskets, {"min_orders": 5, "max_goods": 3, "top": 20}, ["good", "other_good"]),
    (ref.baskets, {"level": "category", "category_depth": 2}, ["good", "other_good"]),
    (ref.next_due, {}, ["customer_key", "good"]),
    (ref.next_due, {"level": "category", "within_days": 60}, ["customer_key", "good"]),
    (ref.next_due, {"level": "brand", "min_gaps": 4, "good_gaps": 9}, ["customer_key", "good"]),
    (ref.engagement, {}, ["activity"]),
    (ref.engagement, {"half_life_days": 0.5, "window_days": 90}, ["activity"]),
    (ref.conversion, {}, ["channel"]),
    (ref.conversion, {"within_days": 2, "warning_days": 120, "drop": 0.3}, ["channel"]),
    (ref.interest, {}, ["customer_key", "product_id"]),
    (ref.interest, {"min_score": 0.0, "view_weight": 0.5}, ["customer_key", "product_id"]),
    (ref.sources, {}, ["source"]),
    (ref.sources, {"origin": "source", "margin": 0.35, "horizon_days": 200}, ["source"]),
    (ref.sources, {"origin": "channel", "window_days": 300}, ["source"]),
    (ref.rejoin, {"acquisition_cost_minor": 3100}, ["outcome"]),
    (ref.rejoin, {"as_of": None, "rejoin_days": 60, "grace_days": 0}, ["outcome"]),
]


@pytest.fixture(scope="session")
def surrounded_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, ShopFacts]:
    shop = surrounded(awkward_shop())
    return shop, write_files(shop.facts, tmp_path_factory.mktemp("surrounded"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, surrounded_files: tuple[Shop, ShopFacts]) -> OpenShop:
    """The awkward shop with all that surrounds it, on one engine."""
    shop, files = surrounded_files
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop, load_tables(files, url, "surrounded"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop, files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop, files, request.param)


@pytest.mark.parametrize(
    ("reference", "parameters", "keys"),
    CASES,
    ids=["-".join([c[0].__name__, *(str(v) for v in c[1].values())]) for c in CASES],
)
def test_every_engine_gives_the_reference_answer(
    engine: OpenShop, reference: Any, parameters: dict[str, Any], keys: list[str]
) -> None:
    asked = {"as_of": engine.shop.truth["as_of"], **parameters}
    expected = reference(engine.shop.facts, **asked)
    assert len(expected.rows) > 1
    opened = engine.engine()
    try:
        found = answer(opened, engine.facts, reference.__name__, **asked)
    finally:
        opened.close()
    assert_same_answer(found, expected, keys=keys)
    assert_same_figures(found, expected)
