"""The backtest of value on facts: whose orders count, odd shops, what is said in words."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyses.conftest import OpenShop
from analyses.shops import answer, orders_frame, write_files
from regulars.analyses import backtesting
from regulars.analyses.backtesting import stretches
from regulars.engines import open_engine
from regulars.result import Result, plain
from regulars.testing import reference as ref

NAMES = ("value_backtest", "value_tracking", "value_calibration")


def ask(frames: dict[str, pd.DataFrame], folder: Path, name: str, **parameters: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(frames, folder), name, **parameters)
    finally:
        engine.close()


def regular(customers: int, *, every: int, days: int, since: str = "2024-01-01") -> Any:
    start = dt.date.fromisoformat(since)
    return [
        (key, str(start + dt.timedelta(days=day)), 1000 + 10 * key)
        for key in range(1, customers + 1)
        for day in range(key % every, days, every + key % 5)
    ]


ODD = {
    "nobody came back": ([(k, f"2024-01-{k:02d}", 500) for k in range(1, 29)], "no_repeats"),
    "one order": ([(1, "2024-01-01", 500)], "history_short"),
    "two days": ([(1, "2024-01-01", 500), (2, "2024-01-02", 500)], "no_repeats"),
    "one customer": (
        [(1, f"2024-0{m}-{d:02d}", 500) for m in (1, 2, 3) for d in (1, 11, 21)],
        "rough",
    ),
}


@pytest.mark.parametrize("shop", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_odd_shops_are_answered_in_words(tmp_path: Path, shop: str, name: str) -> None:
    rows, code = ODD[shop]
    found = ask({"orders": orders_frame(rows)}, tmp_path, name)
    assert code in {note.code for note in found.notes}
    assert "NaN" not in json.dumps(plain(found.rows), default=str)
    for note in found.notes:
        assert "{" not in note.say("en") + note.say("zh")
        assert "nan" not in note.say("en").lower()


def test_a_holdout_as_long_as_the_history_is_refused_in_words(tmp_path: Path) -> None:
    shop = {"orders": orders_frame(regular(20, every=9, days=120))}
    found = ask(shop, tmp_path, "value_backtest", holdout_days=300)
    assert [note.code for note in found.notes] == ["history_short"]
    assert "300" in found.notes[0].say("zh")
    assert found.rows == []
    assert set(found.figures.values()) == {None}


def test_nobody_after_the_cut_leaves_shares_unknown(tmp_path: Path) -> None:
    rows = regular(30, every=7, days=100)
    shop = {"orders": orders_frame(rows)}
    found = ask(shop, tmp_path, "value_backtest", as_of="2024-06-01", holdout_days=40)
    assert {"nothing_after", "ends_early"} <= {note.code for note in found.notes}
    assert found.figures["actual_orders"] == 0
    assert all(row["orders_off"] is None and row["top_found"] is None for row in found.rows)


def test_where_nothing_was_expected_and_nothing_came_nobody_wins(tmp_path: Path) -> None:
    shop = {"orders": orders_frame(regular(30, every=7, days=100))}
    found = ask(shop, tmp_path, "value_backtest", as_of="2044-06-01", holdout_days=40)
    assert found.rows[0]["predicted_orders"] < 0.5
    assert not [n.code for n in found.notes if n.code.startswith(("rule_won", "model_won"))]


def test_later_customers_and_first_days_are_left_out(tmp_path: Path) -> None:
    rows = regular(30, every=7, days=120)
    later = [(99, "2024-04-20", 999_999), (99, "2024-04-25", 999_999)]
    first_day_refund = orders_frame([(1, "2024-01-02", -50)], kind="refund")
    first_day_refund["order_id"] = "r1"
    frames = [
        {"orders": orders_frame(rows)},
        {"orders": pd.concat([orders_frame([*rows, *later]), first_day_refund])},
    ]
    given = {"as_of": "2024-04-30", "holdout_days": 40}
    for i in (0, 1):
        (tmp_path / str(i)).mkdir()
    one, other = (
        ask(f, tmp_path / str(i), "value_backtest", **given) for i, f in enumerate(frames)
    )
    assert one.rows == other.rows
    assert one.figures == other.figures
    (note,) = (n for n in other.notes if n.code == "later")
    assert note.values["later"] == 1
    assert "later" not in {n.code for n in one.notes}


def test_a_refund_after_the_cut_takes_from_spend_and_not_from_orders(tmp_path: Path) -> None:
    rows = regular(30, every=7, days=120)
    refund = orders_frame([(3, "2024-04-20", -700)], kind="refund")
    refund["order_id"] = "r1"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    given = {"as_of": "2024-04-30", "holdout_days": 40}
    plain_, less = (
        ask({"orders": frame}, tmp_path / folder, "value_backtest", **given)
        for folder, frame in (
            ("a", orders_frame(rows)),
            ("b", pd.concat([orders_frame(rows), refund])),
        )
    )
    figure = "actual_spend_minor"
    assert less.figures[figure] == plain_.figures[figure] - 700
    assert less.figures["actual_orders"] == plain_.figures["actual_orders"]
    assert less.rows[0]["predicted_spend_minor"] == plain_.rows[0]["predicted_spend_minor"]


def test_a_rule_that_wins_is_named_in_both_languages(tmp_path: Path) -> None:
    # Everybody comes every week without fail: as much again is nearly the truth.
    shop = {"orders": orders_frame(regular(60, every=7, days=400))}
    found = ask(shop, tmp_path, "value_backtest", model="bg_nbd")
    won = [note for note in found.notes if note.code.startswith("rule_won")]
    assert won
    rule = min(found.rows[1:], key=lambda row: row["orders_rmse"])
    assert rule["orders_rmse"] < found.rows[0]["orders_rmse"]
    assert any("the last period again" in note.say("en") for note in won)
    assert any("上一期照旧" in note.say("zh") for note in won)


def test_very_many_customers_are_sampled_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtesting, "MOST_CUSTOMERS", 100)
    shop = {"orders": orders_frame(regular(400, every=9, days=150))}
    found = ask(shop, tmp_path, "value_backtest", model="bg_nbd")
    (note,) = (n for n in found.notes if n.code == "sampled")
    assert note.values["customers"] == 400
    assert 60 <= note.values["sample"] <= 140
    assert found.figures["customers"] == note.values["sample"]


def test_every_engine_draws_the_same_sample(
    engine: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtesting, "MOST_CUSTOMERS", 150)
    opened = engine.engine()
    try:
        found = answer(
            opened,
            engine.facts,
            "value_calibration",
            as_of=engine.shop.truth["as_of"],
            model="mbg_nbd",
        )
    finally:
        opened.close()
    cut = found.figures["cut_day"]
    summary = ref.summary(engine.shop.facts, as_of=cut).frame
    keys = summary["customer_key"].to_numpy()
    assert len(keys) > 150
    drawn = keys % 1000 * 617 % 1000 < math.floor(1000 * 150 / len(keys))
    (note,) = (n for n in found.notes if n.code == "sampled")
    assert note.values["sample"] == drawn.sum()
    assert sum(row["customers"] for row in found.rows) == drawn.sum()


def test_months_are_counted_from_the_cut() -> None:
    day = dt.date.fromisoformat
    before, after = stretches(day("2024-01-20"), day("2024-03-31"), day("2024-06-02"))
    assert [str(d) for d in before] == ["2024-01-20", "2024-01-31", "2024-02-29", "2024-03-31"]
    assert [str(d) for d in after] == ["2024-03-31", "2024-04-30", "2024-05-31", "2024-06-02"]


def test_months_add_up_to_all_repeat_orders(tmp_path: Path) -> None:
    rows = regular(30, every=7, days=120)
    found = ask({"orders": orders_frame(rows)}, tmp_path, "value_tracking", model="mbg_nbd")
    customers = len({row[0] for row in rows})
    assert sum(row["actual_orders"] for row in found.rows) == len(rows) - customers
    assert [row["month"] for row in found.rows if row["phase"] == "before"][-1] == 0
    assert all(row["expected_low"] is None for row in found.rows if row["phase"] == "before")
