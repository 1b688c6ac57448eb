"""Who brings how much, and the matrix of frequency and recency: odd shops and their bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from analyses.shops import answer, orders_frame, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.value.bands import OPEN, purchase_day_bands, recency_bands

AS_OF = dt.date(2024, 7, 1)
Sales = Sequence[tuple[int, str, int]]


def show(sales: Sales, folder: Path, name: str, *, refunds: Sales = (), **asked: object) -> Result:
    frame = orders_frame(sales)
    if refunds:
        back = orders_frame(refunds, kind="refund")
        back["order_id"] = [f"r{i}" for i in range(len(back))]
        frame = pd.concat([frame, back])
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files({"orders": frame}, folder), name, as_of=AS_OF, **asked)
    finally:
        engine.close()


ONCE = [(key, f"2024-0{1 + key % 5}-1{key % 9}", 100 * key) for key in range(1, 41)]


def test_where_nobody_came_back_spend_is_unknown_and_a_row_of_its_own(tmp_path: Path) -> None:
    found = show(ONCE, tmp_path, "value_distribution", model="mbg_nbd")
    (row,) = found.rows
    assert (row["tenth"], row["customers"], row["value_unknown"]) == (None, 40, "no_spend")
    assert row["expected_spend_365d_minor"] is None
    assert row["alive"] is not None
    assert found.figures["top_tenth_share"] is None
    assert found.figures["value_unknown_customers"] == 40
    assert "no_spend" in {note.code for note in found.notes}


def test_cells_of_an_unknown_spend_say_who_is_alive_and_no_money(tmp_path: Path) -> None:
    found = show(ONCE, tmp_path, "value_matrix", model="mbg_nbd")
    assert sum(row["customers"] for row in found.rows) == 40
    assert {row["purchase_days_from"] for row in found.rows} == {1}
    assert all(row["expected_spend_365d_minor"] is None for row in found.rows)
    assert all(row["expected_spend_per_customer_minor"] is None for row in found.rows)
    assert all(0 < row["p_alive"] <= 1 for row in found.rows)


def test_customers_of_whom_nothing_can_be_fitted_are_counted(tmp_path: Path) -> None:
    one_day = [(key, "2024-06-30", 500) for key in range(1, 4)]
    asked = {"as_of": dt.date(2024, 6, 30)}
    found = show(one_day, tmp_path, "value_distribution")
    assert sum(row["customers"] for row in found.rows) == 3
    engine = open_engine("duckdb")
    try:
        facts = write_files({"orders": orders_frame(one_day)}, tmp_path)
        before = answer(engine, facts, "value_distribution", **asked)
    finally:
        engine.close()
    assert before.rows == []
    assert [note.code for note in before.notes] == ["before_history"]


@pytest.mark.parametrize("name", ["value_distribution", "value_matrix"])
def test_one_customer_is_one_row(tmp_path: Path, name: str) -> None:
    sales = [(7, f"2024-0{month}-03", 1000) for month in range(1, 7)]
    (row,) = show(sales, tmp_path, name, model="mbg_nbd").rows
    assert row["customers"] == 1


def test_fewer_than_ten_customers_make_no_tenth_of_them(tmp_path: Path) -> None:
    sales = [(k, f"2024-0{m}-0{k}", 1000 * k) for k in range(1, 6) for m in range(1, 7)]
    found = show(sales, tmp_path, "value_distribution", model="mbg_nbd")
    assert [row["tenth"] for row in found.rows] == [1, 2, 3, 4, 5]
    assert found.rows[-1]["cumulative_share"] == pytest.approx(1)
    assert found.figures["top_tenth_share"] is None


@pytest.mark.parametrize("name", ["value_distribution", "value_matrix"])
def test_refunds_alone_make_no_customer(tmp_path: Path, name: str) -> None:
    sales = [(1, "2024-01-05", 900), (1, "2024-03-05", 900), (1, "2024-05-05", 900)]
    found = show(sales, tmp_path, name, refunds=[(2, "2024-02-01", -500)], model="mbg_nbd")
    assert sum(row["customers"] for row in found.rows) == 1


def test_every_customer_stands_in_one_cell(tmp_path: Path) -> None:
    sales = [
        (key, f"2024-0{month}-{1 + key % 27:02d}", 100 + key)
        for key in range(1, 61)
        for month in range(1, 2 + key % 6)
    ]
    totals = show(sales, tmp_path, "value_totals", model="mbg_nbd")
    for name in ("value_matrix", "value_distribution"):
        found = show(sales, tmp_path, name, model="mbg_nbd")
        assert sum(row["customers"] for row in found.rows) == 60
        spend = sum(row["expected_spend_365d_minor"] for row in found.rows)
        assert spend == pytest.approx(totals.figures["expected_spend_365d_minor"])
        assert found.figures == pytest.approx({**found.figures, **totals.figures})


def test_bands_of_purchase_days_are_the_usual_ones_where_they_part_the_customers() -> None:
    usual = [(1, 1), (2, 2), (3, 3), (4, 5), (6, 9), (10, OPEN)]
    assert purchase_day_bands([1, 12, 2], [6, 2, 3]) == usual


def test_bands_of_purchase_days_are_sixths_where_most_bought_more_often() -> None:
    bands = purchase_day_bands(list(range(1, 121)), [5] * 120)
    assert bands == [(1, 20), (21, 40), (41, 60), (61, 80), (81, 100), (101, OPEN)]
    assert purchase_day_bands([50], [3]) == [(1, OPEN)]
    assert purchase_day_bands([], []) == []


def test_bands_of_recency_join_until_none_is_nearly_empty() -> None:
    assert recency_bands([3, 400], [1, 999]) == [(0, OPEN)]
    assert recency_bands([1, 20, 100], [50, 30, 20]) == [(0, 7), (8, 30), (31, OPEN)]
    many = recency_bands([5, 10, 20, 50, 80, 120, 300, 700], [10, 20, 30, 5, 10, 10, 10, 5])
    assert len(many) == 6
    assert many[0][0] == 0
    assert many[-1][1] == OPEN
    assert all(one[1] + 1 == two[0] for one, two in pairwise(many))
    assert recency_bands([], []) == []
