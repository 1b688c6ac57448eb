"""An engine, opened: the same tests run on each."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.gaps import expect
from regulars.engines import Engine, open_engine

ENGINES = ["duckdb", "postgres", "spark", "clickhouse"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine in turn, fresh, its declared gaps strictly expected to fail."""
    url = _url(request)
    expect(request, url)
    opened = open_engine(url, scratch=tmp_path / "scratch")
    try:
        yield opened
    finally:
        opened.close()


def _url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return str(request.getfixturevalue("postgres_url"))
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return "spark:local[2]"
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return str(request.param)
