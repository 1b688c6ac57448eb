"""Data frames and Parquet files import as CSV does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from arro3.core import Table

from facts.shops import Shop, at
from regulars.errors import FactsError

DATA: dict[str, list[Any]] = {
    "order_id": [1, 2, 3],
    "customer_id": [7.0, 8.0, 7.0],
    "occurred_at": [
        at(2024, 1, 31, 22),
        at(2024, 2, 1, 9, 30),
        at(2024, 2, 2, 0),
    ],
    "amount": [1.39, -2.5, 1e-9],
}
EXPECTED = [
    ("1", at(2024, 2, 1, 3), dt.date(2024, 1, 31), 139),
    ("2", at(2024, 2, 1, 14, 30), dt.date(2024, 2, 1), -250),
    ("3", at(2024, 2, 2, 5), dt.date(2024, 2, 2), 0),
]


def check(shop: Shop, given: Any) -> None:
    report = shop.take("orders", given)
    assert report.rejected == ()
    assert shop.rows("orders", "order_id, occurred_at, day, amount_minor") == EXPECTED
    assert shop.column("identities", "external_id") == ["7", "8"]
    assert shop.take("orders", given).no_op


def test_pandas(shop: Shop) -> None:
    check(shop, pd.DataFrame(DATA))


def test_polars(shop: Shop) -> None:
    check(shop, pl.DataFrame(DATA))


def test_arrow(shop: Shop) -> None:
    check(shop, Table.from_arrow(pl.DataFrame(DATA)))


def test_parquet(shop: Shop) -> None:
    path = shop.root / "orders's 订单.parquet"
    pl.DataFrame(DATA).write_parquet(path)
    check(shop, path)


def test_pandas_without_pyarrow(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_self: object, _schema: object = None) -> object:
        raise ImportError("no pyarrow")

    monkeypatch.setattr(pd.DataFrame, "__arrow_c_stream__", missing, raising=False)
    check(shop, pd.DataFrame(DATA))


def test_instants_with_a_zone_are_not_shifted(shop: Shop) -> None:
    frame = pl.DataFrame(DATA).with_columns(pl.col("occurred_at").dt.replace_time_zone("UTC"))
    shop.take("orders", frame)
    assert shop.column("orders", "day") == [
        dt.date(2024, 1, 31),
        dt.date(2024, 2, 1),
        dt.date(2024, 2, 1),
    ]


def test_days_and_nan_and_bad_values_of_typed_columns(shop: Shop) -> None:
    frame = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "customer_id": ["A", "A", "B"],
            "day": [dt.date(2024, 1, 1)] * 3,
            "amount": [1.0, float("nan"), float("inf")],
            "paid_with_points": [5.0, float("nan"), 1.0],
        }
    )
    report = shop.take("orders", frame, reject_limit=1)
    assert shop.rows("orders", "day, amount_minor, paid_with_points") == [
        (dt.date(2024, 1, 1), 100, 5)
    ]
    assert [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)] == [
        (2, "missing"),
        (3, "missing"),
    ]


def test_several_files_are_one_import(shop: Shop) -> None:
    head = "order_id,customer_id,day,amount\n"
    files = [
        shop.file(head + "1,A,2024-01-01,1\n", "a.csv"),
        shop.file(head + "2,B,2024-01-01,1\n3,B,x,1\n", "b.csv"),
    ]
    report = shop.take("orders", files, reject_limit=0.5)
    assert report.files == ("a.csv", "b.csv")
    assert (report.new, report.facts_version) == (2, 1)
    assert [(r["file"], r["line"]) for r in shop.lake.rejects(report.import_id)] == [("b.csv", 3)]


def test_a_damaged_parquet_file_is_refused_in_words(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(Exception, match="cannot be read as Parquet"):
        shop.take("orders", path)


def test_categories_and_lists_of_the_frame_are_text(shop: Shop) -> None:
    with duckdb.connect() as con:
        table = con.sql(
            "SELECT 'p' AS product_id, 'Food' AS department, 'Tea' AS product_category, "
            "{'a': 1} AS attributes"
        ).to_arrow_table()
    from regulars.facts import ColumnMapping

    mapping = ColumnMapping(
        table="products",
        source="shop",
        columns={
            "product_id": "product_id",
            "category_path": ("department", "product_category"),
            "attributes": "attributes",
        },
    )
    shop.take("products", table, mapping=mapping)
    assert shop.rows("products", "category_path, attributes") == [("Food > Tea", "{'a': 1}")]


def test_what_is_no_parquet_is_said_in_one_line(shop: Shop) -> None:
    with pytest.raises(FactsError, match="says Parquet by its ending but holds text") as raised:
        shop.take("orders", "not parquet", "orders.parquet")
    assert "\n" not in str(raised.value)
