"""A file that is not what its ending says is refused with what it is and what to do."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import duckdb
import pytest

from facts.shops import Shop
from facts.workbooks import write_workbook
from regulars.errors import FactsError

CSV = b"order_id,customer_id,day,amount\n1,A,2024-01-01,1\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "o.csv",
            gzip.compress(CSV, mtime=0),
            r"says CSV .* holds a gzip file.*rename it .*\.csv\.gz",
        ),
        ("o.csv", b"\x28\xb5\x2f\xfd\x00", r"says CSV .* holds a zstd file"),
        ("o.csv", b"PAR1xxxxPAR1", r"says CSV .* holds a Parquet file.*\.parquet"),
        ("o.xlsx", CSV, r"says a spreadsheet .* holds text.*rename it .*\.csv"),
        ("o.csv.gz", CSV, r"says gzip .* holds text"),
        ("o.parquet", b"", r"says Parquet .* holds nothing"),
        ("o.csv.gz", b"", r"says gzip .* holds nothing"),
        ("o.csv", b"%PDF-1.7 ...", r"is a PDF\. Regulars reads CSV"),
        ("o.csv", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("o.csv", b"SQLite format 3\0", "is an SQLite database"),
        ("o.xls", b"<html><table><tr><td>order</td></tr></table>", "is a web page"),
        ("o.csv", b"\xef\xbb\xbf<!DOCTYPE html><html>", "is a web page"),
        ("o.xls", b'<?xml version="1.0"?><Workbook/>', "is XML"),
    ],
)
def test_the_ending_and_the_content_must_agree(
    shop: Shop, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(FactsError, match=message) as raised:
        shop.take("orders", content, name)
    assert name in str(raised.value)
    assert shop.lake.current() is None


def test_a_zip_archive_is_no_spreadsheet(shop: Shop) -> None:
    path = shop.root / "orders.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("orders.csv", CSV)
    with pytest.raises(FactsError, match=r"orders\.zip is a ZIP archive"):
        shop.take("orders", path)


def test_a_spreadsheet_under_another_name_is_told_its_own(shop: Shop) -> None:
    path = write_workbook(shop.root / "orders.csv", {"Orders": [["a"]]})
    with pytest.raises(FactsError, match=r"holds a spreadsheet.*\.xlsx"):
        shop.take("orders", path)


def parquet(path: Path) -> bytes:
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT i AS order_id, 'C' || (i % 9) AS customer_id, DATE '2024-01-01' AS day, "
            f"1.5 AS amount FROM range(200000) t(i)) TO '{path}' (FORMAT parquet)"
        ).fetchall()
    return path.read_bytes()


@pytest.mark.parametrize("share", [0.0001, 0.5, 0.9999])
def test_a_parquet_file_cut_short_is_refused_in_words(shop: Shop, share: float) -> None:
    whole = parquet(shop.root / "whole.parquet")
    with pytest.raises(FactsError, match=r"o\.parquet cannot be read as Parquet.*cut short"):
        shop.take("orders", whole[: max(8, int(len(whole) * share))], "o.parquet")
    assert shop.lake.current() is None


def test_a_parquet_file_with_damaged_pages_is_refused_in_words(shop: Shop) -> None:
    """Its footer is whole, so that it is found out while the rows are read."""
    whole = bytearray(parquet(shop.root / "whole.parquet"))
    for place in range(100, 100_000):
        whole[place] ^= 0xA5
    with pytest.raises(FactsError, match=r"o\.parquet cannot be read.*damaged"):
        shop.take("orders", bytes(whole), "o.parquet")
    assert shop.lake.current() is None
