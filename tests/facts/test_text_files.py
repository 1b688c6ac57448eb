"""Text files as the world sends them: encodings, delimiters, quotes, and damage."""

from __future__ import annotations

import codecs
import time

import pytest

from facts.shops import Shop
from regulars.errors import FactsError

HEAD = "订单号,客户编号,日期,金额,门店\n"
ROWS = "1,甲,2024-01-01,10,北京店\n2,乙,2024-01-02,20,上海店\n"


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + ROWS).encode(),
        codecs.BOM_UTF8 + (HEAD + ROWS).encode(),
        (HEAD + ROWS).encode("gb18030"),
        (HEAD + ROWS).encode("utf-16"),
        codecs.BOM_UTF16_BE + (HEAD + ROWS).encode("utf-16-be"),
        (HEAD + ROWS).encode("utf-16-le"),
        (HEAD + ROWS).replace("\n", "\r\n").encode(),
        (HEAD + ROWS).replace("\n", "\r\n", 1).encode(),
        (HEAD + ROWS).rstrip("\n").encode(),
    ],
    ids=["utf8", "bom", "gb18030", "utf16", "utf16be", "utf16nobom", "crlf", "mixed", "no-end"],
)
def test_encodings_and_line_ends_are_found_out(shop: Shop, content: bytes) -> None:
    report = shop.take("orders", content)
    assert report.rejected == ()
    assert shop.rows("orders", "order_id, amount_minor, store") == [
        ("1", 1000, "北京店"),
        ("2", 2000, "上海店"),
    ]
    assert shop.column("identities", "external_id") == sorted("甲乙")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(shop: Shop, delimiter: str) -> None:
    shop.take("orders", (HEAD + ROWS).replace(",", delimiter))
    assert shop.column("orders", "amount_minor") == [1000, 2000]


def test_quotes_and_line_ends_inside_fields_are_kept(shop: Shop) -> None:
    shop.take(
        "products",
        'product_id,name\n1,"a ""big"" one, really"\n2,"two\nlines"\n\n3,plain\n',
    )
    assert shop.column("products", "name") == ['a "big" one, really', "two\nlines", "plain"]


def test_rejects_have_the_line_of_the_file(shop: Shop) -> None:
    content = (
        "product_id,name,unit_cost\n"  # 1
        '1,"two\nlines",1\n'  # 2, 3
        "\n"  # 4
        "2,x,dear\n"  # 5
        "3,few\n"  # 6
        '4,"a\nb\nc",dear\n'  # 7, 8, 9
        "5,x,1,too,many\n"  # 10
        "6,x,2\n"  # 11
        ",x,2\n"  # 12
    )
    for ends in ("\n", "\r\n"):
        report = shop.take("products", content.replace("\n", ends), reject_limit=1)
        found = [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)]
        assert found == [
            (5, "not_a_number"),
            (6, "too_few_fields"),
            (7, "not_a_number"),
            (10, "too_many_fields"),
            (12, "missing"),
        ]
        assert report.read == 7
    assert shop.column("products", "product_id") == ["1", "6"]


def test_nul_and_endless_lines_are_rejected_by_line_and_the_rest_is_read(shop: Shop) -> None:
    rows = [f"{n},name {n},{n}" for n in range(1, 2001)]
    rows[9] = "10,na\0me,1"
    rows[499] = "500," + "x" * 3_000_000 + ",1"
    rows[1499] = "1500,x,dear"
    report = shop.take("products", "product_id,name,unit_cost\n" + "\n".join(rows) + "\n")
    assert [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)] == [
        (11, "nul"),
        (501, "line_too_long"),
        (1501, "not_a_number"),
    ]
    assert report.new == 1997
    assert report.read == 2000


def test_a_quotation_mark_left_open_loses_one_line_not_the_rest(shop: Shop) -> None:
    """The reader alone would swallow a hundred thousand lines here and count one reject."""
    rows = [f"{n},name {n},{n}" for n in range(60_000)]
    rows[1000] = '1000,"open,1'
    rows[30_000] = '30000,"open,1'
    report = shop.take("products", "product_id,name,unit_cost\n" + "\n".join(rows) + "\n")
    assert report.new == 59_998
    assert [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)] == [
        (1002, "open_quote"),
        (30_002, "open_quote"),
    ]


def test_bytes_in_no_encoding_reject_their_line(shop: Shop) -> None:
    good = "".join(f"{n},商品,1\n" for n in range(1000)).encode()
    report = shop.take("products", b"product_id,name,unit_cost\n" + good + b"x,\xff\xfe\xff,1\n")
    assert report.new == 1000
    assert [r["line"] for r in shop.lake.rejects(report.import_id)] == [1002]


@pytest.mark.parametrize("content", [b"", b"\n", codecs.BOM_UTF8, b"   \n"])
def test_an_empty_file_is_refused_in_words(shop: Shop, content: bytes) -> None:
    with pytest.raises(FactsError, match="empty"):
        shop.take("orders", content)


def test_a_file_with_a_header_only_imports_nothing(shop: Shop) -> None:
    report = shop.take("orders", HEAD)
    assert (report.read, report.new) == (0, 0)


def test_repeated_and_empty_column_names_do_not_clash(shop: Shop) -> None:
    shop.take("orders", "order_id,customer_id,day,amount,amount,,\n1,A,2024-01-01,1,9,,\n")
    assert shop.column("orders", "amount_minor") == [100]


def test_empty_rows_of_a_spreadsheet_are_skipped(shop: Shop) -> None:
    report = shop.take("orders", HEAD + ROWS + ",,,,\n,,,,\n")
    assert (report.read, report.rejected) == (2, ())


def test_values_that_look_like_sql_or_formulas_are_only_text(shop: Shop) -> None:
    nasty = "'; DROP TABLE staged; --"
    shop.take("orders", f'order_id,"o\'dd",customer_id,day,amount\n1,x,"{nasty}",2024-01-01,1\n')
    assert shop.column("identities", "external_id") == [nasty]


def test_a_hundred_thousand_rows_take_seconds(shop: Shop) -> None:
    rows = "".join(f"{n},C{n % 999},{2000 + n % 20}-01-05 10:00:00,1.5\n" for n in range(100_000))
    started = time.monotonic()
    shop.take("orders", "order_id,customer_id,occurred_at,amount\n" + rows)
    assert time.monotonic() - started < 20
