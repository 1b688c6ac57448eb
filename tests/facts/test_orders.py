"""Orders: signs, kinds, corrections, withdrawals, foreign money, and importing twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.shops import NOW, Shop
from regulars.errors import FactsError, ImportRefused, ParameterError, UnknownName

HEAD = "order_id,customer_id,day,amount\n"


def test_amounts_become_minor_units_of_the_currency(shop_in: Callable[..., Shop]) -> None:
    for currency, minor in (("USD", 1235), ("JPY", 12), ("KWD", 12345)):
        shop = shop_in(currency=currency)
        shop.lake.root = shop.root / currency
        shop.take("orders", HEAD + "1,A,2024-01-01,12.345\n")
        assert shop.column("orders", "amount_minor") == [minor]


def test_minor_amounts_are_taken_as_they_are(shop: Shop) -> None:
    shop.take("orders", "order_id,customer_id,day,amount_minor\n1,A,2024-01-01,1234\n")
    assert shop.column("orders", "amount_minor") == [1234]


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1,234.56", 123456),
        ("¥1,234", 123400),
        ("¥ 12.5", 1250),
        ("99元", 9900),
        ("(12.00)", -1200),
        ("12.00-", -1200),
        ("−3", -300),
        ("1e3", 100000),
        ("  7 ", 700),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(shop: Shop, written: str, minor: int) -> None:
    shop.take("orders", HEAD + f'1,A,2024-01-01,"{written}"\n')
    assert shop.column("orders", "amount_minor") == [minor]


@pytest.mark.parametrize(
    "written", ["12,34", "abc", "1.2.3", "12 USD and", "1e40", "--1", "1,23,4"]
)
def test_what_is_no_amount_is_rejected(shop: Shop, written: str) -> None:
    report = shop.take("orders", HEAD + f'1,A,2024-01-01,"{written}"\n', reject_limit=1)
    assert [(c.column, c.code) for c in report.rejected] == [("amount", "not_an_amount")]


def test_a_decimal_comma_is_a_setting(shop: Shop) -> None:
    from dataclasses import replace

    path = shop.file("order_id;customer_id;day;amount\n1;A;2024-01-01;1.234,56\n2;A;2024-01-01;7\n")
    mapping, _ = shop.lake.guess("orders", path)
    shop.take("orders", path, mapping=replace(mapping, decimal_mark=","))
    assert shop.column("orders", "amount_minor") == [123456, 700]


def test_refunds_are_negative_and_sales_are_not(shop: Shop) -> None:
    report = shop.take(
        "orders",
        "order_id,customer_id,day,amount,kind\n"
        "1,A,2024-01-01,10,sale\n2,A,2024-01-02,-4,\n3,A,2024-01-03,5,退款\n"
        "4,A,2024-01-04,-6,refund\n5,A,2024-01-05,0,\n6,A,2024-01-06,-1,sale\n",
    )
    assert shop.rows("orders", "kind, amount_minor") == [
        ("sale", 1000),
        ("refund", -400),
        ("refund", -500),
        ("refund", -600),
        ("sale", 0),
        ("refund", -100),
    ]
    assert [n.code for n in report.warnings] == ["negative_sales"]


def test_discounts_and_list_amounts_fill_each_other(shop: Shop) -> None:
    shop.take("orders", HEAD.strip() + ",discount\n1,A,2024-01-01,8,-2\n2,A,2024-01-01,-8,2\n")
    shop.take("orders", HEAD.strip() + ",list_amount\n3,A,2024-01-01,8,10\n")
    assert shop.rows("orders", "amount_minor, list_amount_minor, discount_minor") == [
        (800, 1000, 200),
        (-800, -1000, -200),
        (800, 1000, 200),
    ]


def test_foreign_amounts_are_converted_by_their_rate(shop: Shop) -> None:
    report = shop.take(
        "orders",
        "order_id,customer_id,day,source_amount,source_currency,rate\n"
        "1,A,2024-01-01,100,EUR,1.0876\n2,A,2024-01-01,5,usd,\n3,A,2024-01-01,5,EUR,\n",
        reject_limit=0.5,
    )
    assert shop.rows("orders", "amount_minor, source_currency") == [(10876, "EUR"), (500, "USD")]
    assert [(c.column, c.code) for c in report.rejected] == [("amount", "no_rate")]


def test_importing_the_same_file_again_does_nothing_and_says_so(shop: Shop) -> None:
    first = shop.take("orders", HEAD + "1,A,2024-01-01,10\n", name="a.csv")
    again = shop.take("orders", HEAD + "1,A,2024-01-01,10\n", name="b.csv")
    assert again.no_op
    assert again.import_id == first.import_id
    assert again.facts_version == first.facts_version == 1
    assert len(shop.lake.imports()) == 1


def test_a_later_row_with_the_same_key_replaces_the_earlier(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n2,A,2024-01-02,20\n")
    report = shop.take(
        "orders", HEAD + "2,A,2024-01-02,21\n1,A,2024-01-01,10.00\n3,B,2024-01-03,1\n"
    )
    assert (report.new, report.changed, report.unchanged) == (1, 1, 1)
    assert shop.rows("orders", "amount_minor, import_seq") == [(1000, 1), (2100, 2), (100, 2)]


def test_an_import_that_changes_nothing_is_recorded_and_writes_nothing(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n")
    tables = shop.lake.version(1).tables
    report = shop.take("orders", HEAD + "1,A,2024/1/1,10.0\n")
    assert (report.new, report.changed, report.unchanged, report.no_op) == (0, 0, 1, False)
    assert shop.lake.version(2).tables == tables


def test_duplicates_in_one_file_the_last_line_wins_and_it_is_said(shop: Shop) -> None:
    report = shop.take(
        "orders",
        HEAD + "1,A,2024-01-01,10\n1,A,2024-01-01,10\n2,A,2024-01-01,5\n2,A,2024-01-01,6\n",
    )
    assert shop.column("orders", "amount_minor") == [1000, 600]
    assert {n.code: n.values["rows"] for n in report.warnings} == {
        "duplicates_equal": 1,
        "duplicates_unequal": 1,
    }


def test_a_withdrawn_order_stays_as_void_with_its_content(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n2,A,2024-01-02,20\n3,A,2024-01-03,30\n")
    report = shop.take("orders", HEAD.strip() + ",status\n1,A,,,已取消\n2,A,2024-01-02,20,paid\n")
    assert (report.void, report.changed, report.unchanged) == (1, 1, 1)
    report = shop.take("orders", "order_id\n3\n", void=True)
    assert report.void == 1
    assert shop.rows("orders", "order_id, amount_minor", "status = 'void'") == [
        ("1", 1000),
        ("3", 3000),
    ]
    status = {s.table: s for s in shop.lake.status()}["orders"]
    assert (status.live, status.void) == (1, 2)


def test_withdrawing_what_was_never_imported_is_a_reject(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n")
    report = shop.take("orders", "order_id\n1\n404\n", void=True)
    assert report.void == 1
    assert [c.code for c in report.rejected] == ["nothing_to_void"]
    assert report.read == 2


def test_a_withdrawn_order_comes_back_when_delivered_again(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n")
    shop.take("orders", "order_id\n1\n", void=True)
    shop.take("orders", HEAD + "1,A,2024-01-01,11\n")
    assert shop.column("orders", "amount_minor") == [1100]


def test_too_many_rejects_refuse_the_import_and_keep_the_rejects(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n")
    bad = HEAD + "2,B,2024-01-01,10\n3,,2024-01-01,1\n4,C,soon,1\n"
    with pytest.raises(ImportRefused, match="2 of 3 rows") as refused:
        shop.take("orders", bad)
    assert shop.lake.current() == shop.lake.version(1)
    assert shop.column("identities", "external_id") == ["A"]
    import_id = str(refused.value).split("`regulars rejects ")[1].split("`")[0]
    rejects = shop.lake.rejects(import_id)
    assert [(r["line"], r["column"], r["code"]) for r in rejects] == [
        (3, "customer_id", "missing"),
        (4, "day", "not_a_day"),
    ]
    report = shop.take("orders", bad, reject_limit=0.7)
    assert (report.new, report.rejected_rows) == (1, 2)


def test_a_missing_required_column_is_named_with_what_the_file_has(shop: Shop) -> None:
    with pytest.raises(FactsError, match=r"needs amount .* order_id, customer_id, day, colour"):
        shop.take("orders", "order_id,customer_id,day,colour\n1,A,2024-01-01,red\n")
    assert shop.lake.current() is None


def test_unknown_tables_zones_and_limits_are_refused_in_words(shop_in: Callable[..., Shop]) -> None:
    with pytest.raises(UnknownName, match="'orders'"):
        shop_in().take("order", HEAD)
    with pytest.raises(ParameterError, match="Mars/Base"):
        shop_in(zone="Mars/Base").take("orders", HEAD + "1,A,2024-01-01,1\n")
    with pytest.raises(ParameterError, match="share"):
        shop_in().take("orders", HEAD, reject_limit=5)
    with pytest.raises(FactsError, match="no file"):
        shop_in().lake.import_facts("orders", "nowhere.csv", recorded_at=NOW)


def test_orders_without_ids_get_ids_from_customer_and_day(shop: Shop) -> None:
    report = shop.take(
        "orders", "customer_id,day,amount\nA,2024-01-01,1\nA,2024-01-01,1\nB,2024-01-01,2\n"
    )
    assert shop.column("orders", "order_id") == [
        "1/2024-01-01/1",
        "1/2024-01-01/2",
        "2/2024-01-01/1",
    ]
    assert [n.code for n in report.warnings] == ["keys_made"]


def test_the_same_id_from_another_source_is_another_customer(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n", source="shop")
    shop.take("orders", HEAD + "2,A,2024-01-01,10\n", source="web")
    assert shop.rows("identities", "source, customer_key") == [("shop", 1), ("web", 2)]


def test_replacing_another_sources_rows_is_warned_of(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,10\n", source="shop")
    report = shop.take("orders", HEAD + "1,A,2024-01-01,10\n", source="web")
    assert [(n.code, n.values["rows"]) for n in report.warnings] == [("other_source", 1)]


def test_keys_are_handed_out_in_order_of_first_appearance(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,Z,2024-01-01,1\n2,M,2024-01-01,1\n3,Z,2024-01-01,1\n")
    shop.take("orders", HEAD + "4,A,2024-01-01,1\n5,M,2024-01-01,1\n")
    assert shop.rows("identities", "external_id, customer_key") == [("A", 3), ("M", 2), ("Z", 1)]


def test_the_order_of_disjoint_imports_does_not_matter(shop: Shop) -> None:
    files = [
        ("orders", HEAD + "1,A,2024-01-01,1\n"),
        (
            "order_lines",
            "order_id,line,amount,customer_id,day\n1,1,9,A,2024-01-01\n2,1,3,B,2024-01-02\n",
        ),
        ("orders", HEAD + "2,B,2024-01-02,4\n3,C,2024-01-02,4\n"),
    ]
    outcomes: set[str] = set()
    for place, order in enumerate(itertools.permutations(files)):
        shop.lake.root = shop.root / f"turn{place}"
        for table, content in order:
            shop.take(table, content)
        who = dict(shop.rows("identities", "customer_key, external_id"))
        orders = shop.rows("orders", "order_id, customer_key, day, amount_minor, from_lines")
        outcomes.add(repr([(o, who[k], *rest) for o, k, *rest in orders]))
    assert len(outcomes) == 1


ORDER = st.tuples(st.integers(1, 6), st.sampled_from("AB"), st.integers(-50, 50))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(ORDER, min_size=1, max_size=6), min_size=1, max_size=4))
def test_live_rows_are_what_a_dictionary_would_hold(
    shop: Shop, imports: list[list[tuple[int, str, int]]]
) -> None:
    """Whatever comes in which file, the last word on each key stands (imports already made
    are left alone)."""
    shop.lake.root = shop.root / f"case{abs(hash(repr(imports)))}"
    held: dict[str, tuple[str, int]] = {}
    seen: set[str] = set()
    for rows in imports:
        content = HEAD + "".join(f"{o},{c},2024-01-01,{a}\n" for o, c, a in rows)
        shop.take("orders", content)
        if content not in seen:
            seen.add(content)
            held |= {str(o): (c, a * 100) for o, c, a in rows}
    who: dict[Any, Any] = dict(shop.rows("identities", "customer_key, external_id"))
    live = {
        o: (who[k], a) for o, k, a in shop.rows("orders", "order_id, customer_key, amount_minor")
    }
    assert live == held


def test_the_same_file_again_says_what_later_imports_changed(shop: Shop) -> None:
    first = HEAD + "1,A,2024-01-01,10\n2,A,2024-01-02,20\n"
    shop.take("orders", first)
    assert shop.take("orders", first).warnings == ()
    shop.take("orders", HEAD + "1,A,2024-01-01,11\n3,A,2024-01-03,30\n")
    shop.take("orders", "order_id\n2\n", void=True)
    again = shop.take("orders", first)
    assert again.no_op
    assert [(note.code, note.values["rows"]) for note in again.warnings] == [("changed_since", 2)]
    assert shop.column("orders", "amount_minor") == [1100, 3000]


def test_again_applies_the_same_files_over_later_changes(shop: Shop) -> None:
    first = HEAD + "1,A,2024-01-01,10\n2,A,2024-01-02,20\n"
    before = shop.take("orders", first)
    shop.take("orders", HEAD + "1,A,2024-01-01,11\n")
    shop.take("orders", "order_id\n2\n", void=True)
    again = shop.take("orders", first, again=True)
    assert (again.no_op, again.changed) == (False, 2)
    assert again.import_id != before.import_id
    assert shop.column("orders", "amount_minor") == [1000, 2000]
    assert shop.take("orders", first).no_op
    # A first import said to be again is simply the first.
    shop.lake.root = shop.root / "other"
    assert shop.take("orders", first, again=True).import_id == before.import_id
