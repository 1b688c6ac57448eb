"""A workspace computed elsewhere: the lake's facts on another engine, the same answers."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import regulars as rg
from regulars.errors import EngineError
from regulars.testing.compare import assert_same_answer

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAYS = pd.date_range("2024-01-01", periods=700).strftime("%Y-%m-%d")
ORDERS = pd.DataFrame(
    {
        "order_id": [f"o{i}" for i in range(600)],
        "customer_id": [f"客{(i * i) % 47}" for i in range(600)],
        "date": [DAYS[(i * 37) % 700] for i in range(600)],
        "amount": [((i * 53) % 211) / 4 for i in range(600)],
    }
)
KEYS = {
    "summary": ["customer_key"],
    "groups": ["group"],
    "bridge": ["tier", "term"],
    "quality": ["check"],
}


@pytest.fixture(params=["postgres", "spark", "clickhouse"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return "spark:local[2]"
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
        return "clickhouse"
    url = request.getfixturevalue("postgres_url")
    if importlib.util.find_spec("adbc_driver_postgresql") is None:
        pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
    return str(url)


def test_a_lake_is_answered_alike_on_every_engine(engine: str, tmp_path: Path) -> None:
    there = rg.init(tmp_path / "客户 data", zone="UTC", currency="EUR", engine=engine)
    there.import_facts("orders", ORDERS, recorded_at=AT)
    here = rg.init(tmp_path / "here", zone="UTC", currency="EUR")
    here.import_facts("orders", ORDERS, recorded_at=AT)
    for name, keys in KEYS.items():
        assert_same_answer(there.show(name), here.show(name).rows, keys=keys)
    one = there.show("summary", customer="客1")
    assert len(one) == 1
    assert_same_answer(one, here.show("summary", customer="客1").rows, keys=["external_id"])
    snapshot = there.analyse()
    assert snapshot.rows == 47 - sum(f"客{n}" not in set(ORDERS["customer_id"]) for n in range(47))
    mine, other = here.analyse(), snapshot
    key = here.customer_key("客1")
    assert mine.customer(key) == other.customer(there.customer_key("客1"))
    assert there.runs()[-1]["engine"] == engine.partition(":")[0]


def test_a_database_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    if importlib.util.find_spec("adbc_driver_postgresql") is None:
        pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
    ws = rg.init(
        tmp_path / "w", zone="UTC", currency="EUR", engine="postgresql://nobody@127.0.0.1:1/none"
    )
    ws.import_facts("orders", ORDERS, recorded_at=AT)
    with pytest.raises(EngineError, match="postgresql could not"):
        ws.show("groups")
