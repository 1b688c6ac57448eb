"""Guessing which column is which, in English and Chinese."""

from __future__ import annotations

import tomllib

import pytest

from facts.shops import Shop
from regulars.errors import FactsError, ParameterError
from regulars.facts import FACTS, ColumnMapping, file_fields, guess_mapping


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "order_no,member_id,order_time,total_amount",
            {"order_id": 0, "customer_id": 1, "occurred_at": 2, "amount": 3},
        ),
        (
            "订单号,客户编号,下单时间,金额,门店",
            {"order_id": 0, "customer_id": 1, "occurred_at": 2, "amount": 3, "store": 4},
        ),
        (
            "household_id,store_id,basket_id,sales_value,transaction_timestamp",
            {"customer_id": 0, "store": 1, "order_id": 2, "amount": 3, "occurred_at": 4},
        ),
        (
            "InvoiceNo,CustomerID,InvoiceDate,Amount (USD)",
            {"order_id": 0, "customer_id": 1, "occurred_at": 2, "amount": 3},
        ),
        (
            "Order ID,Customer,Day,Amount_minor,Unknown thing",
            {"order_id": 0, "customer_id": 1, "day": 2, "amount_minor": 3},
        ),
    ],
)
def test_headers_of_the_world_are_understood(header: str, expected: dict[str, int]) -> None:
    names = header.split(",")
    mapping = guess_mapping("orders", names)
    assert dict(mapping.columns) == {field: names[place] for field, place in expected.items()}


def test_values_decide_between_a_day_and_a_time() -> None:
    names = ["订单号", "客户", "日期", "金额"]
    for value, field in (("2024-01-01", "day"), ("2024-01-01 10:00", "occurred_at")):
        mapping = guess_mapping("orders", names, {"日期": [value] * 3})
        assert mapping.columns[field] == "日期"


def test_a_column_whose_values_do_not_fit_is_not_sure() -> None:
    mapping = guess_mapping("orders", ["total"], {"total": ["1", "x", "y", "2"]})
    assert mapping.unsure == ("amount",)
    assert mapping.confirm().unsure == ()


def test_a_column_of_other_words_is_not_taken_for_a_choice() -> None:
    header = ["customer_id", "type", "state"]
    mapping = guess_mapping("customers", header, {"type": ["gold", "silver"], "state": ["CA"]})
    assert dict(mapping.columns) == {"customer_id": "customer_id", "region": "state"}
    mapping = guess_mapping("customers", header, {"type": ["Business", "person"]})
    assert mapping.columns["kind"] == "type"


def test_day_and_month_are_told_apart_by_the_sample() -> None:
    for value, order in (("31/01/2024", "dmy"), ("01/31/2024", "mdy"), ("01/02/2024", "auto")):
        assert guess_mapping("orders", ["day"], {"day": [value]}).day_order == order


def test_a_mapping_survives_being_saved() -> None:
    mapping = ColumnMapping(
        table="products",
        source="erp",
        columns={"product_id": "SKU", "category_path": ("a", "b")},
        fixed={"unit": "kg"},
        decimal_mark=",",
        encoding="gb18030",
        attributes=True,
    )
    assert ColumnMapping.from_dict("products", "erp", mapping.to_dict()) == mapping
    text = '[columns]\nproduct_id = "SKU"\n'
    assert ColumnMapping.from_dict("products", "erp", tomllib.loads(text)).columns == {
        "product_id": "SKU"
    }


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ({"columns": {"colour": "x"}}, "no field 'colour'"),
        ({"colums": {}}, "unknown settings: colums"),
        ({"columns": {}, "decimal_mark": "x"}, "decimal_mark"),
        ({"columns": {"amount": "a", "amount_minor": "b"}}, "amount_minor from more than one"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(kept: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        ColumnMapping.from_dict("orders", "shop", kept)


def test_a_mapped_column_that_is_missing_is_named(shop: Shop) -> None:
    mapping = ColumnMapping(table="stores", source="shop", columns={"store": "Filiale"})
    with pytest.raises(
        FactsError, match=r"'Filiale', but file\.csv has: store\..*--mapping store="
    ):
        shop.take("stores", "store\nS\n", mapping=mapping)


def test_fixed_values_fill_a_field(shop: Shop) -> None:
    mapping, _ = shop.lake.guess("stores", shop.file("store\nS\n"))
    from dataclasses import replace

    shop.take("stores", "store\nS\n", mapping=replace(mapping, fixed={"region": "North"}))
    assert shop.rows("stores", "store, region") == [("S", "North")]


@pytest.mark.parametrize("table", sorted(t.name for t in FACTS.values() if not t.own))
def test_every_table_reads_its_own_column_names(shop: Shop, table: str) -> None:
    """A file with a valid value in every field imports whole."""
    values = {
        "BIGINT": "1", "DOUBLE": "1.5", "DECIMAL(18, 6)": "1.5", "VARCHAR": "v",
        "DATE": "2024-01-01", "TIMESTAMP": "2024-01-01 10:00:00", "BOOLEAN": "yes",
    }  # fmt: skip
    fields = {
        name: field.column.choices[0] if field.column.choices else values[field.type]
        for name, field in file_fields(FACTS[table]).items()
        if not (field.major and name in {c.name for c in FACTS[table].columns})
        and not name.endswith("_minor")
        and name not in ("unit" if table == "assignments" else "", "same_as")
    }
    report = shop.take(table, ",".join(fields) + "\n" + ",".join(fields.values()) + "\n")
    assert report.rejected == ()
    assert report.new == 1
    stored = shop.rows(table)[0]
    assert len(stored) == len(FACTS[table].stored_columns)
    again = shop.take(table, ",".join(fields) + "\r\n" + ",".join(fields.values()) + "\r\n")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 0 if table == "identities" else 1)


@pytest.mark.parametrize("table", sorted(t.name for t in FACTS.values() if t.own))
def test_no_file_is_imported_into_what_regulars_keeps_itself(shop: Shop, table: str) -> None:
    with pytest.raises(ParameterError, match="kept by Regulars itself"):
        shop.take(table, "customer_key\n1\n")
    with pytest.raises(ParameterError, match="kept by Regulars itself"):
        shop.lake.guess(table, shop.file("customer_key\n1\n"))


def test_declarations_hold_together() -> None:
    for table in FACTS.values():
        names = [c.name for c in table.stored_columns]
        assert len(names) == len(set(names))
        assert {c.name for c in table.columns if c.key} == set(table.key)
        assert table.instant is None or table.column(table.instant).type == "TIMESTAMP"
        assert all(c.meaning.en and c.meaning.zh for c in table.stored_columns)
        personal = {c.name for c in table.columns if c.personal}
        assert not personal or table.name in ("people", "identities")


def test_a_long_file_is_guessed_from_its_beginning(shop: Shop) -> None:
    rows = "".join(f"{n},甲{n},2024-01-01,1\n" for n in range(100_000))
    for encoding in ("utf-8", "gb18030", "utf-16"):
        path = shop.file(("订单号,客户编号,日期,金额\n" + rows).encode(encoding))
        mapping, header = shop.lake.guess("orders", path)
        assert header == ("订单号", "客户编号", "日期", "金额")
        assert set(mapping.columns) == {"order_id", "customer_id", "day", "amount"}
