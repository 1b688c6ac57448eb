"""What every test can ask for, and how tests are spread over processes."""

from __future__ import annotations

import pytest

from services import chromium, clickhouse_available, postgres_url, spark_session_available

__all__ = ["chromium", "clickhouse_available", "postgres_url", "spark_session_available"]

GROUPS = {
    "spark_session_available": "spark",
    "postgres_url": "postgres",
    "clickhouse_available": "clickhouse",
    "chromium": "chromium",
}


def _group(item: pytest.Item) -> str | None:
    """The service that a test needs: its tests share one process, so each is started once."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    # `store` is the database of the server's tests.
    engine = params.get("engine", params.get("store"))
    if engine in ("spark", "postgres", "clickhouse"):
        return str(engine)
    names = getattr(item, "fixturenames", ())
    return next((group for name, group in GROUPS.items() if name in names), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = _group(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
