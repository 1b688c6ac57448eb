"""03/04/2026 is never guessed: rows that can be read one way only decide, or somebody says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from facts.shops import NOW, Shop
from regulars.errors import FactsError

HEAD = "order_id,customer_id,day,amount\n"
APRIL, MARCH = dt.date(2024, 4, 3), dt.date(2024, 3, 4)


def orders(*days: str) -> str:
    return HEAD + "".join(f"{n},A,{day},1\n" for n, day in enumerate(days, 1))


def test_days_that_may_be_read_both_ways_are_refused_with_their_place(shop: Shop) -> None:
    with pytest.raises(
        FactsError,
        match=r"file\.csv, line 3, column 'day': 03/04/2024 may be read .*--date-order dmy",
    ):
        shop.take("orders", orders("02/02/2024", "03/04/2024", "05/06/2024"))
    assert shop.lake.current() is None


@pytest.mark.parametrize(
    ("deciding", "order", "day"), [("13/04/2024", "dmy", APRIL), ("04/13/2024", "mdy", MARCH)]
)
def test_a_row_far_down_decides_and_it_is_said(
    shop: Shop, deciding: str, order: str, day: dt.date
) -> None:
    content = orders("03/04/2024", *["01/02/2024"] * 5000, deciding)
    report = shop.take("orders", content)
    assert report.rejected == ()
    assert shop.rows("orders", "day", "order_id = '1'") == [(day,)]
    assert [(n.code, n.values) for n in report.warnings] == [
        ("day_order_found", {"rows": 1, "order": order})
    ]
    assert shop.take("orders", content).no_op


def test_one_file_decides_for_those_imported_with_it(shop: Shop) -> None:
    files = [
        shop.file(HEAD + "1,A,03/04/2024,1\n", "a.csv"),
        shop.file(HEAD + "2,A,31/01/2024,1\n", "b.csv"),
    ]
    shop.take("orders", files)
    assert shop.column("orders", "day") == [APRIL, dt.date(2024, 1, 31)]


def test_rows_that_decide_against_each_other_are_refused_with_their_places(shop: Shop) -> None:
    with pytest.raises(
        FactsError,
        match=r"file\.csv, line 3, column 'day' can only have the day first; .*line 4, .*month",
    ):
        shop.take("orders", orders("03/04/2024", "31/01/2024", "01/31/2024"))
    assert shop.lake.current() is None


@pytest.mark.parametrize(("order", "day"), [("dmy", APRIL), ("mdy", MARCH)])
def test_what_is_said_is_done(shop: Shop, order: str, day: dt.date) -> None:
    path = shop.file(orders("03/04/2024"))
    mapping, _ = shop.lake.guess("orders", path)
    assert mapping.day_order == "auto"
    report = shop.take("orders", path, mapping=replace(mapping, day_order=order))
    assert shop.column("orders", "day") == [day]
    assert report.warnings == ()


def test_rows_of_the_other_order_than_said_are_rejected(shop: Shop) -> None:
    path = shop.file(orders("03/04/2024", "01/31/2024"))
    mapping, _ = shop.lake.guess("orders", path)
    mapping = replace(mapping, day_order="dmy")
    report = shop.take("orders", path, mapping=mapping, reject_limit=0.5)
    assert [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)] == [
        (3, "not_a_day")
    ]


def test_the_first_rows_decide_for_the_saved_mapping(shop: Shop) -> None:
    mapping, _ = shop.lake.guess("orders", shop.file(orders("03/04/2024", "31/01/2024")))
    assert mapping.day_order == "dmy"


def test_the_same_day_and_month_needs_no_deciding(shop: Shop) -> None:
    assert shop.take("orders", orders("04/04/2024", "05/05/2024")).warnings == ()
    assert shop.column("orders", "day") == [dt.date(2024, 4, 4), dt.date(2024, 5, 5)]


def test_days_with_points_have_the_day_first(shop: Shop) -> None:
    assert shop.take("orders", orders("03.04.2024")).warnings == ()
    assert shop.column("orders", "day") == [APRIL]


def test_times_are_decided_as_days_are(shop: Shop) -> None:
    content = "order_id,customer_id,occurred_at,amount\n1,A,03/04/2024 10:00,1\n"
    with pytest.raises(FactsError, match="line 2, column 'occurred_at'"):
        shop.take("orders", content)
    shop.take("orders", content + "2,A,13/04/2024 10:00,1\n")
    assert shop.column("orders", "day") == [APRIL, dt.date(2024, 4, 13)]


def test_a_frame_with_days_as_text_is_asked_too(shop: Shop) -> None:
    frame = pl.DataFrame(
        {"order_id": [1], "customer_id": ["A"], "day": ["03/04/2024"], "amount": [1]}
    )
    with pytest.raises(FactsError, match="frame 1, line 1"):
        shop.lake.import_facts("orders", frame, recorded_at=NOW)


def test_a_line_with_an_open_quotation_mark_does_not_hide_the_place(shop: Shop) -> None:
    content = HEAD + '1,A,02/02/2024,1\n2,"A,02/02/2024,1\n3,A,03/04/2024,1\n'
    with pytest.raises(FactsError, match="line 4"):
        shop.take("orders", content, reject_limit=0.5)
