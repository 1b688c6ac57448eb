"""The generator for scale draws the shop it describes; the pandas to beat gives right answers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from regulars.testing import large
from regulars.testing import reference as ref

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return large.write_orders(tmp_path_factory.mktemp("orders"), orders=20_000)


def test_orders_are_as_described(orders: list[Path]) -> None:
    frame = pd.concat([pd.read_parquet(path) for path in orders])
    assert len(frame) == pytest.approx(20_000, rel=0.03)
    assert frame["customer_key"].nunique() == large.customers_for(20_000)
    assert frame["order_id"].is_unique
    assert frame["day"].is_monotonic_increasing
    assert str(frame["day"].max()) < large.AS_OF
    refunds = frame["kind"] == "refund"
    assert (frame.loc[refunds, "amount_minor"] < 0).all()
    assert (frame.loc[~refunds, "amount_minor"] > 0).all()
    assert refunds.mean() == pytest.approx(1 / 60, rel=0.3)
    assert (frame["status"] == "void").mean() == pytest.approx(1 / 200, rel=0.5)


def test_slices_hold_the_same_orders(
    orders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "SLICE", 5_000)
    parts = large.write_orders(tmp_path, orders=20_000)
    assert len(parts) == 4
    cut = pd.concat([pd.read_parquet(path) for path in parts], ignore_index=True)
    whole = pd.concat([pd.read_parquet(path) for path in orders], ignore_index=True)
    pd.testing.assert_frame_equal(cut, whole)


def pandas_snapshot() -> ModuleType:
    path = ROOT / "benchmarks" / "children" / "pandas_snapshot.py"
    spec = importlib.util.spec_from_file_location("pandas_snapshot", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pandas_to_beat_is_right(orders: list[Path], tmp_path: Path) -> None:
    listed, target = tmp_path / "files.json", tmp_path / "snapshot.parquet"
    listed.write_text(json.dumps([str(path) for path in orders]), encoding="utf-8")
    pandas_snapshot().main(str(listed), large.AS_OF, "365", str(target))
    found = pd.read_parquet(target)
    facts = {"orders": pd.concat([pd.read_parquet(path) for path in orders])}
    summary = ref.summary(facts, as_of=large.AS_OF).frame.set_index("customer_key")
    rfm = ref.rfm(facts, as_of=large.AS_OF, window_days=365).frame.set_index("customer_key")
    for table, dropped in ((summary, ["first_day", "last_day"]), (rfm, ["recency_days"])):
        for name in table.columns.drop(dropped):
            pd.testing.assert_series_equal(
                found[name].dropna(), table[name].dropna(), check_dtype=False, check_names=False
            )
    counts = ref.groups(facts, as_of=large.AS_OF, window_days=365).frame.set_index("group")
    letters = found["customer_group"].value_counts()
    assert letters[list("BCDE")].to_dict() == counts["customers"].drop("A").to_dict()
