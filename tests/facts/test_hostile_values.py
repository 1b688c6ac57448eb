"""Rows that cannot be true, foreign money, and duplicates: each with its rule and its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from facts.shops import NOW, Shop
from regulars.errors import FactsError, ImportRefused

HEAD = "order_id,customer_id,day,amount\n"
RATES = "day,currency,rate\n2024-01-02,EUR,1.10\n2024-01-02,JPY,0.0070\n2024-01-05,eur,1.20\n"


def codes(report: Any) -> list[tuple[str, str, int]]:
    return [(c.column, c.code, c.rows) for c in report.rejected]


def notes(report: Any) -> dict[str, Any]:
    return {note.code: note.values for note in report.warnings}


def test_a_refused_import_says_file_line_column_and_what_to_do(shop: Shop) -> None:
    bad = HEAD + "1,A,2024-01-01,1\n2,B,2024-01-02,much\n3,C,soon,1\n4,,2024-01-03,1\n"
    with pytest.raises(ImportRefused) as refused:
        shop.take("orders", bad, "till 3.csv", source="till")
    said = str(refused.value)
    assert "amount: is no amount such as 1234.56 (for a decimal comma say --decimal-mark ,)" in said
    assert "first in till 3.csv:3" in said
    assert "day: is no day such as 2024-01-31 (for 31/01/2024 say --date-order dmy)" in said
    assert "first in till 3.csv:4" in said
    assert "customer_id: is empty but required (1, first in till 3.csv:5)" in said
    assert "regulars rejects" in said
    assert "--reject-limit" in said
    assert "much" not in said  # what rows hold may name people


def test_a_missing_column_is_said_with_the_file_and_the_option(shop: Shop) -> None:
    with pytest.raises(FactsError, match=r"no column of b\.csv .*--mapping amount=COLUMN"):
        shop.take("orders", "order_id,customer_id,day\n1,A,2024-01-01\n", "b.csv")
    files = [
        shop.file(HEAD + "1,A,2024-01-01,1\n", "good.csv"),
        shop.file("order_id,customer_id,day,total\n2,A,2024-01-01,1\n", "renamed.csv"),
    ]
    with pytest.raises(FactsError, match=r"column 'amount', but renamed\.csv has: .*total"):
        shop.take("orders", files)
    assert shop.lake.current() is None


# ---- time ------------------------------------------------------------------------------------


def test_what_lies_after_the_import_cannot_have_happened(shop: Shop) -> None:
    """One day is spared: a till's clock may run ahead."""
    rows = "1,A,2026-01-02,1\n2,A,2026-01-03,1\n3,A,2062-01-01,1\n"
    report = shop.take("orders", HEAD + rows, recorded_at=NOW, reject_limit=1)
    assert codes(report) == [("day", "in_the_future", 2)]
    assert [r["line"] for r in shop.lake.rejects(report.import_id)] == [3, 4]
    assert shop.column("orders", "order_id") == ["1"]


def test_the_last_day_is_that_of_the_workspaces_zone(shop_in: Callable[..., Shop]) -> None:
    """At 12:00 UTC on 1 January it is 2 January on Kiritimati (UTC+14)."""
    shop = shop_in(zone="Pacific/Kiritimati")
    rows = "1,A,2026-01-03,1\n2,A,2026-01-04,1\n"
    report = shop.take("orders", HEAD + rows, reject_limit=1)
    assert codes(report) == [("day", "in_the_future", 1)]


def test_days_to_come_are_no_error_where_they_are_plans(shop: Shop) -> None:
    shop.take("prices", "product_id,from_day,price\nP,2030-01-01,1.5\n")
    assert shop.column("prices", "from_day") == [dt.date(2030, 1, 1)]


@pytest.mark.parametrize("people_first", [True, False])
def test_orders_before_the_customers_birth_are_kept_and_told(
    shop: Shop, *, people_first: bool
) -> None:
    imports = [
        ("customers", "customer_id,name,birth_date\nA,Ann,2024-06-01\nB,Ben,1980-01-01\n"),
        ("orders", HEAD + "1,A,2024-01-01,1\n2,A,2024-06-01,1\n3,B,2024-01-01,1\n"),
    ]
    first, second = imports if people_first else imports[::-1]
    assert "before_birth" not in notes(shop.take(*first))
    assert notes(shop.take(*second))["before_birth"] == {"rows": 1}
    assert len(shop.column("orders", "order_id")) == 3


def test_customers_that_no_file_of_customers_names_are_told_and_count(shop: Shop) -> None:
    assert notes(shop.take("orders", HEAD + "1,X,2024-01-01,1\n")) == {}
    shop.take("customers", "customer_id,region\nA,North\n")
    report = shop.take("orders", HEAD + "2,A,2024-01-01,1\n3,B,2024-01-01,1\n4,B,2024-01-02,1\n")
    assert notes(report) == {"unknown_customers": {"rows": 1}}
    assert len(shop.column("orders", "order_id")) == 4


# ---- money -----------------------------------------------------------------------------------


def test_amounts_beside_a_column_of_currencies_are_converted_or_rejected(shop: Shop) -> None:
    report = shop.take(
        "orders",
        "order_id,customer_id,day,amount,list_amount,currency,rate\n"
        "1,A,2024-01-01,100,120,EUR,1.25\n2,A,2024-01-01,5,6,usd,\n3,A,2024-01-01,5,,,\n"
        "4,A,2024-01-01,5,,EUR,\n5,A,2024-01-01,-10,,€,1.25\n",
        reject_limit=0.5,
    )
    assert shop.rows(
        "orders", "amount_minor, list_amount_minor, source_amount, source_currency, kind"
    ) == [
        (12500, 15000, 100, "EUR", "sale"),
        (500, 600, None, None, "sale"),
        (500, None, None, None, "sale"),
        (-1250, None, -10, "EUR", "refund"),
    ]
    assert codes(report) == [("amount", "no_rate", 1)]


def test_imported_exchange_rates_are_used_up_to_seven_days_on(shop: Shop) -> None:
    shop.take("exchange_rates", RATES)
    rows = [
        ("1", "2024-01-01", "EUR"),  # before any rate
        ("2", "2024-01-02", "EUR"),
        ("3", "2024-01-04", "EUR"),  # two days on
        ("4", "2024-01-05", "EUR"),
        ("5", "2024-01-12", "eur"),  # seven days on
        ("6", "2024-01-13", "EUR"),  # eight
        ("7", "2024-01-03", "JPY"),
        ("8", "2024-01-03", "USD"),
        ("9", "2024-01-03", "XXX"),
    ]
    content = "order_id,customer_id,day,source_amount,source_currency\n"
    content += "".join(f"{n},A,{day},1000,{currency}\n" for n, day, currency in rows)
    report = shop.take("orders", content, reject_limit=0.5)
    assert shop.rows("orders", "order_id, amount_minor, rate::DOUBLE") == [
        ("2", 110_000, 1.1),
        ("3", 110_000, 1.1),
        ("4", 120_000, 1.2),
        ("5", 120_000, 1.2),
        ("7", 700, 0.007),
        ("8", 100_000, 1.0),
    ]
    assert [r["line"] for r in shop.lake.rejects(report.import_id)] == [2, 7, 10]
    assert notes(report) == {"rates_looked_up": {"rows": 5, "days": 7}}


def test_a_rate_of_the_row_goes_before_an_imported_one(shop: Shop) -> None:
    shop.take("exchange_rates", RATES)
    shop.take(
        "orders",
        "order_id,customer_id,day,source_amount,source_currency,rate\n"
        "1,A,2024-01-02,10,EUR,2\n2,A,2024-01-02,10,EUR,\n",
    )
    assert shop.column("orders", "amount_minor") == [2000, 1100]


def test_many_foreign_rows_keep_their_lines(shop: Shop) -> None:
    """Rates come by a join, which forgets the order of the rows: places are kept beside it."""
    shop.take("exchange_rates", RATES)
    content = "order_id,customer_id,day,amount,currency\n" + "".join(
        f"{n},C{n},2024-01-02,{n},{'EUR' if n % 2 else 'USD'}\n" for n in range(1, 30_001)
    )
    content = content.replace("25000,C25000,2024-01-02,25000,", "25000,C25000,never,25000,")
    report = shop.take("orders", content)
    assert [r["line"] for r in shop.lake.rejects(report.import_id)] == [25_001]
    named = dict(shop.rows("identities", "customer_key, external_id"))
    assert [named[key] for key in sorted(named)] == [
        f"C{n}" for n in range(1, 30_001) if n != 25_000
    ]
    with duckdb.connect() as con:
        in_order = con.execute(
            "SELECT bool_and(CAST(order_id AS INTEGER) > before) FROM (SELECT order_id, "
            "lag(CAST(order_id AS INTEGER), 1, 0) OVER (ORDER BY file_row_number) AS before "
            "FROM read_parquet(?, file_row_number=true))",
            [list(shop.lake.files("orders"))],
        ).fetchall()
    assert in_order == [(True,)]


# ---- duplicates ------------------------------------------------------------------------------


def test_duplicates_in_two_files_of_one_import_the_later_file_wins(shop: Shop) -> None:
    files = [
        shop.file(HEAD + "1,A,2024-01-01,1\n2,A,2024-01-01,2\n", "a.csv"),
        shop.file(HEAD + "1,A,2024-01-01,1\n2,A,2024-01-01,3\n", "b.csv"),
    ]
    report = shop.take("orders", files)
    assert (report.read, report.new) == (4, 2)
    assert notes(report) == {
        "duplicates_equal": {"rows": 1},
        "duplicates_unequal": {"rows": 1},
    }
    assert shop.column("orders", "amount_minor") == [100, 300]


def test_a_duplicate_in_a_later_import_is_unchanged_or_replaces(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n2,A,2024-01-01,2\n")
    report = shop.take("orders", HEAD + "1,A,2024-01-01,1\n2,A,2024-01-01,3\n")
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    assert shop.column("orders", "amount_minor") == [100, 300]


def test_a_missing_customer_is_a_reject_and_never_nobody(shop: Shop) -> None:
    report = shop.take("orders", HEAD + "1,,2024-01-01,1\n2, ,2024-01-01,1\n", reject_limit=1)
    assert codes(report) == [("customer_id", "missing", 2)]


# ---- text ------------------------------------------------------------------------------------


def test_a_line_of_a_hundred_megabytes_is_one_reject(shop: Shop) -> None:
    path = shop.root / "long.csv"
    with path.open("wb") as file:
        file.write(b"product_id,name\n1,first\n2,")
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n3,last\n")
    report = shop.take("products", path, reject_limit=0.5)
    assert [(r["line"], r["code"]) for r in shop.lake.rejects(report.import_id)] == [
        (3, "line_too_long")
    ]
    assert shop.column("products", "name") == ["first", "last"]


def test_blanks_of_every_kind_around_values_are_taken_off(shop: Shop) -> None:
    """Whichever way the file is read: plain, with tabs and quotes, or with wider blanks."""
    for place, (left, right) in enumerate(
        [(" ", "  "), ("\t", " "), ('" ', ' "'), ("\u3000", "\u00a0"), (" \u3000", "")]
    ):
        shop.lake.root = shop.root / f"turn{place}"
        shop.take("orders", HEAD + f"{left}1{right},{left}A B{right},2024-01-01,{left}1.5{right}\n")
        assert shop.rows("orders", "order_id, amount_minor") == [("1", 150)]
        assert shop.column("identities", "external_id") == ["A B"]


@pytest.mark.parametrize(
    "amount",
    ["0.005", "-0.005", "99999999.995", "9999999999.99", "12345678901.23", "1e3", "0.1234567",
     "1,234.5", "100000000", "99999998.999"],
)  # fmt: skip
def test_quickly_read_amounts_are_what_exact_decimals_say(shop: Shop, amount: str) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    report = shop.take("orders", HEAD + f'1,A,2024-01-01,"{amount}"\n')
    exact = Decimal(amount.replace(",", "")) * 100
    assert shop.column("orders", "amount_minor") == [int(exact.quantize(1, ROUND_HALF_UP))]
    assert ("rounded" in notes(report)) == (exact != exact.to_integral_value())


def test_an_endless_amount_is_no_amount(shop: Shop) -> None:
    report = shop.take("orders", HEAD + f"1,A,2024-01-01,{'9' * 30}\n", reject_limit=1)
    assert codes(report) == [("amount", "not_an_amount", 1)]


@pytest.mark.parametrize(
    "word", ["null", "NULL", "n/a", "#N/A", "NaN", "None", "NaT", "<NA>", r"\N"]
)
def test_words_for_nothing_are_nothing(shop: Shop, word: str) -> None:
    content = (
        "order_id,customer_id,day,occurred_at,amount,discount,paid_with_points\n"
        f"1,A,2024-01-01,{word},1,{word},{word}\n2,A,{word},{word},1,,\n3,A,2024-01-01,,{word},,\n"
    )
    report = shop.take("orders", content, reject_limit=1)
    assert shop.rows("orders", "order_id, occurred_at, discount_minor, paid_with_points") == [
        ("1", None, None, None)
    ]
    assert sorted(codes(report)) == [("amount", "missing", 1), ("day", "missing", 1)]
