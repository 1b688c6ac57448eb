"""One awkward shop, opened on each engine: the same test body runs on all four."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import pytest

from analyses.shops import ShopFacts, load_tables, write_files
from regulars.engines import Engine, open_engine
from regulars.testing.awkward import awkward_shop
from regulars.testing.generate import Shop


@dataclass(frozen=True)
class OpenShop:
    """A shop, its facts where an engine reads them, and the engine."""

    shop: Shop
    facts: ShopFacts
    url: str

    def engine(self) -> Engine:
        return open_engine(self.url)


ENGINES = ["duckdb", "postgres", "spark", "clickhouse"]


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, ShopFacts]:
    shop = awkward_shop()
    return shop, write_files(shop.facts, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, shop_files: tuple[Shop, ShopFacts]) -> OpenShop:
    """The awkward shop on one engine."""
    shop, files = shop_files
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop, load_tables(files, url, "shop"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop, files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop, files, request.param)
