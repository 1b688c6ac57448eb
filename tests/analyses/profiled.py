"""The shop in which much is known of the customers, on each engine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from analyses.conftest import OpenShop
from analyses.shops import ShopFacts, load_tables, write_files
from regulars.testing.generate import Shop
from regulars.testing.profiled import profiled_shop


def open_on(
    name: str, shop: Shop, files: ShopFacts, request: pytest.FixtureRequest, schema: str
) -> OpenShop:
    """The shop's facts where this engine reads them."""
    if name == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop, load_tables(files, url, schema), url)
    if name == "clickhouse":
        request.getfixturevalue("clickhouse_available")
        return OpenShop(shop, files, name)
    if name == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop, files, "spark:local[2]")
    return OpenShop(shop, files, "duckdb")


def profiled_files(folder: Path) -> tuple[Shop, ShopFacts]:
    shop = profiled_shop()
    return shop, write_files(shop.facts, folder)
