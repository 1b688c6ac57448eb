"""Instants and days: offsets, zones, clock changes, days only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from facts.shops import Shop, at

HEAD = "order_id,customer_id,occurred_at,amount\n"


def read(shop: Shop, written: str, **settings: str) -> tuple[dt.datetime | None, dt.date]:
    path = shop.file(HEAD + f'1,A,"{written}",1\n')
    mapping, _ = shop.lake.guess("orders", path)
    mapping = replace(
        mapping, columns={**mapping.columns, "occurred_at": "occurred_at"}, **settings
    )
    mapping = replace(mapping, columns={n: c for n, c in mapping.columns.items() if n != "day"})
    shop.take("orders", path, mapping=mapping)
    (row,) = shop.rows("orders", "occurred_at, day")
    return row[0], row[1]


DAY = dt.date(2024, 1, 31)


@pytest.mark.parametrize(
    ("written", "utc", "day"),
    [
        ("2024-01-31 22:00:00", at(2024, 2, 1, 3), DAY),
        ("2024-01-31T22:00", at(2024, 2, 1, 3), DAY),
        ("2024/1/31 9:05", at(2024, 1, 31, 14, 5), DAY),
        ("2024-02-01T03:00:00Z", at(2024, 2, 1, 3), DAY),
        ("2024-02-01T03:00:00.250Z", at(2024, 2, 1, 3, 0, 0, 250000), DAY),
        ("2024-02-01 11:00:00+08:00", at(2024, 2, 1, 3), DAY),
        ("2024-02-01 11:00:00+0800", at(2024, 2, 1, 3), DAY),
        ("2024年1月31日 22:00:00", at(2024, 2, 1, 3), DAY),
        ("1706756400", at(2024, 2, 1, 3), DAY),
        ("1706756400000", at(2024, 2, 1, 3), DAY),
        ("20240131220000", at(2024, 2, 1, 3), DAY),
        ("31.01.2024 22:00", at(2024, 2, 1, 3), DAY),
        ("2024-01-31", None, DAY),
        ("20240131", None, DAY),
        ("2024年1月31日", None, DAY),
        ("2024/1/31", None, DAY),
        ("31 Jan 2024", None, DAY),
    ],
)
def test_times_become_utc_and_the_local_day(
    shop: Shop, written: str, utc: dt.datetime | None, day: dt.date
) -> None:
    assert read(shop, written) == (utc, day)


@pytest.mark.parametrize(
    ("order", "written"),
    [("dmy", "31/01/2024"), ("mdy", "01/31/2024"), ("mdy", "1/31/24 10:05 PM")],
)
def test_the_order_of_day_and_month_is_a_setting(shop: Shop, order: str, written: str) -> None:
    assert read(shop, written, day_order=order)[1] == DAY


def test_a_local_time_left_out_by_a_clock_change_moves_forward(shop: Shop) -> None:
    utc, day = read(shop, "2024-03-10 02:30:00")
    assert (utc, day) == (at(2024, 3, 10, 7, 30), dt.date(2024, 3, 10))


def test_a_local_time_that_occurs_twice_is_the_second(shop: Shop) -> None:
    utc, day = read(shop, "2024-11-03 01:30:00")
    assert (utc, day) == (at(2024, 11, 3, 6, 30), dt.date(2024, 11, 3))


def test_a_midnight_that_a_clock_change_left_out_stays_on_its_day(
    shop_in: Callable[..., Shop],
) -> None:
    assert read(shop_in(zone="America/Sao_Paulo"), "2017-10-15 00:00:00")[1] == dt.date(
        2017, 10, 15
    )


def test_a_file_may_be_in_another_zone_than_the_workspace(shop: Shop) -> None:
    utc, day = read(shop, "2024-02-01 11:00:00", zone="Asia/Shanghai")
    assert (utc, day) == (at(2024, 2, 1, 3), DAY)


@pytest.mark.parametrize(
    "written",
    ["2024-13-01", "2024-02-30 10:00", "yesterday", "0024-01-01", "infinity", "9999-12-31"],
)
def test_what_is_no_time_is_rejected(shop: Shop, written: str) -> None:
    report = shop.take("orders", HEAD + f"1,A,{written},1\n", reject_limit=1)
    assert [(c.column, c.code) for c in report.rejected] == [("occurred_at", "not_a_time")]


def test_a_day_given_beside_the_time_is_kept(shop: Shop) -> None:
    """A shop's own business day may end after midnight."""
    shop.take(
        "orders",
        "order_id,customer_id,occurred_at,day,amount\n1,A,2024-02-01 01:00:00,2024-01-31,1\n",
    )
    assert shop.column("orders", "day") == [DAY]
