"""Decline: who is named in bases with known truth, what is said, and shops with little in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analyses.shops import answer, orders_frame, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.testing import reference as ref
from regulars.testing.slowing import SLOWED, Turn, turning_base

HABIT = Turn(regularity=2.0, slowed=0.15, slow_factor=0.05, mean_gap_days=8)


def decline(facts: dict[str, pd.DataFrame], folder: Path, **given: object) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(facts, folder), "decline", **given)
    finally:
        engine.close()


def codes(found: Result) -> set[str]:
    return {note.code for note in found.notes}


def test_those_who_slowed_are_named_and_few_others(tmp_path: Path) -> None:
    shop = turning_base(HABIT, customers=600)
    found = decline(shop.facts, tmp_path, as_of=shop.truth["as_of"])
    named = [row["customer_key"] for row in found.rows]
    truly = {key for key, group in shop.truth["group"].items() if group == SLOWED}
    assert len(named) == found.figures["named"] > 40
    assert sum(key not in truly for key in named) <= 0.1 * len(named)
    stakes = [row["at_stake_minor"] for row in found.rows]
    assert stakes == sorted(stakes, reverse=True)
    assert found.figures["at_stake_named_minor"] == sum(stakes)
    assert {"excess", "slowed_about", "too_few", "one_list"} <= codes(found)
    for note in found.notes:
        assert note.say("en")
        assert note.say("zh")


def test_the_share_slowed_is_that_of_the_reference(tmp_path: Path) -> None:
    shop = turning_base(HABIT, customers=500, seed=3)
    asked = {"as_of": shop.truth["as_of"], "regularity": 1.5}
    found = decline(shop.facts, tmp_path, **asked).figures
    wanted = ref.two_groups(shop.facts, **asked)
    assert wanted["gain"] > 6
    assert found["share_slowed"] == pytest.approx(wanted["share_slowed"], abs=1e-5)
    assert found["slowed_factor"] == pytest.approx(wanted["slowed_factor"], abs=1e-5)


def test_a_steady_base_names_nobody_and_says_so(tmp_path: Path) -> None:
    shop = turning_base(Turn(), customers=400)
    found = decline(shop.facts, tmp_path, as_of=shop.truth["as_of"])
    assert len(found) == found.figures["named"] == 0
    assert found.figures["mirror_share"] is None
    assert found.figures["named_excess"] == found.figures["at_stake_named_minor"] == 0
    assert found.figures["share_slowed"] == 0
    assert "no_group" in codes(found)


def test_a_season_is_nobodys_decline(tmp_path: Path) -> None:
    shop = turning_base(Turn(season=0.25, mean_gap_days=10), customers=400)
    asked = {"as_of": shop.truth["as_of"]}
    alone = decline(shop.facts, tmp_path, **asked)
    together = decline(shop.facts, tmp_path, **asked, relative_to_base=True)
    assert alone.figures["named"] > 100
    assert together.figures["named"] < 0.05 * alone.figures["named"]
    assert "relative_to_base" in codes(together)
    assert "whole_base" in codes(alone)
    assert "whole_base" not in codes(together)
    assert "relative_to_base" not in codes(alone)


def test_purchases_in_bursts_are_warned_of(tmp_path: Path) -> None:
    shop = turning_base(Turn(regularity=0.4), customers=400)
    found = decline(shop.facts, tmp_path, as_of=shop.truth["as_of"])
    assert found.figures["regularity"] < 0.8
    assert "bursts" in codes(found)


def test_one_customer_of_the_printed_example(tmp_path: Path) -> None:
    """12 repeats in 274 days, none in 91; k is assumed where there is nothing to learn from."""
    first = dt.date(2024, 1, 1)
    days = [first, *(first + dt.timedelta(days=20 * i) for i in range(1, 13))]
    facts = {"orders": orders_frame([(1, day.isoformat(), 1000) for day in days])}
    as_of = first + dt.timedelta(days=365)
    found = decline(facts, tmp_path, as_of=as_of, rows="all")
    (row,) = found.rows
    assert round(row["p_rate"], 4) == 0.0320
    assert (row["repeats_before"], row["repeats_recent"], row["T"]) == (12, 0, 365)
    assert row["expected_recent"] == pytest.approx(12 * 91 / 274)
    assert (row["spend_before_minor"], row["spend_recent_minor"]) == (13_000, 0)
    assert row["at_stake_minor"] == 13_000
    assert row["state"] == "slowed"
    assert found.figures["regularity"] == 1.0
    assert {"regularity_assumed", "ends_early"} <= codes(found)


def test_what_a_short_time_brought_is_not_scaled_up(tmp_path: Path) -> None:
    """30 days and 3,000 before the window, 910 in it: 300 a month is what the window brings."""
    first = dt.date(2024, 1, 1)
    rows = [(1, "2024-01-01", 3000), (1, "2024-02-05", 910)]
    found = decline(
        {"orders": orders_frame(rows)}, tmp_path, as_of=first + dt.timedelta(days=121), rows="all"
    )
    assert found.rows[0]["at_stake_minor"] == 3000 - 300
    assert found.rows[0]["state"] == "too_few"
    assert found.rows[0]["p_value"] is None


def test_refunds_only_and_a_history_inside_the_window(tmp_path: Path) -> None:
    refunds = orders_frame([(1, "2024-05-01", -500)], kind="refund")
    sale = orders_frame([(2, "2024-05-02", 500)])
    sale["order_id"] = "s1"
    found = decline({"orders": pd.concat([refunds, sale])}, tmp_path, rows="all")
    assert [row["customer_key"] for row in found.rows] == [2]
    assert found.figures["measured"] == found.figures["too_few"] == 1
    assert found.figures["share_slowed"] is None
    assert found.figures["slowed_about"] is None
    assert "short_history" in codes(found)


def test_nobody_bought_before_the_day(tmp_path: Path) -> None:
    """Sales of nobody in particular make a history in which there is nobody to test."""
    unknown = orders_frame([(1, "2024-01-01", 500)]).assign(customer_key=None)
    refund = orders_frame([(1, "2024-01-02", -500)], kind="refund").assign(order_id="r")
    later = orders_frame([(1, "2024-01-01", 500)]).assign(order_id="v", status="void")
    sale = orders_frame([(2, "2024-03-01", 500)]).assign(order_id="s")
    facts = {"orders": pd.concat([unknown, refund, later, sale])}
    found = decline(facts, tmp_path, as_of="2024-03-02", recent_days=7, rows="all")
    assert found.figures["measured"] == 1
    assert found.figures["regularity"] == 1.0


def test_without_orders_the_answer_is_unknown(tmp_path: Path) -> None:
    found = decline({}, tmp_path)
    assert codes(found) == {"not_imported"}
    assert set(found.figures.values()) == {None}
