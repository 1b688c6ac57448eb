"""Customers, people and the ids they are known by."""

from __future__ import annotations

from dataclasses import replace

from facts.shops import Shop


def test_personal_columns_go_to_people_and_nowhere_else(shop: Shop) -> None:
    report = shop.take(
        "customers",
        "会员编号,姓名,手机号,邮箱,地址,生日,地区\nA,张三,13800000000,z@example.cn,北京路1号,1980-02-03,华北\nB,,,,,,华南\n",
    )
    assert report.also == {"identities": 2, "people": 1}
    assert shop.rows("customers", "customer_key, region") == [(1, "华北"), (2, "华南")]
    assert shop.rows("people", "customer_key, name, phone, CAST(birth_date AS VARCHAR)") == [
        (1, "张三", "13800000000", "1980-02-03")
    ]


def test_a_file_that_lacks_a_column_leaves_what_is_known_of_a_customer(shop: Shop) -> None:
    shop.take("customers", "customer_id,name,phone,region\nA,Ann,123,North\n")
    shop.take("customers", "customer_id,phone\nA,456\n")
    assert shop.rows("people", "name, phone") == [("Ann", "456")]
    assert shop.column("customers", "region") == ["North"]


def test_undeclared_columns_become_attributes_when_asked(shop: Shop) -> None:
    path = shop.file("customer_id,region,kids,colour\nA,North,2,\n")
    mapping, _ = shop.lake.guess("customers", path)
    shop.take("customers", path, mapping=replace(mapping, attributes=True))
    assert shop.column("customers", "attributes") == ['{"kids":"2","colour":null}']


def test_merged_identities_point_at_the_final_survivor(shop: Shop) -> None:
    shop.take(
        "orders",
        "order_id,customer_id,day,amount\n1,A,2024-01-01,1\n2,B,2024-01-01,1\n3,C,2024-01-01,1\n",
    )
    shop.take("identities", "external_id,same_as\nA,B\n")
    assert shop.rows("identities", "external_id, merged_into") == [
        ("A", 2),
        ("B", None),
        ("C", None),
    ]
    report = shop.take("identities", "external_id,same_as\nB,C\nD,A\n")
    assert shop.rows("identities", "external_id, merged_into") == [
        ("A", 3),
        ("B", 3),
        ("C", None),
        ("D", 3),
    ]
    assert (report.new, report.changed) == (1, 2)
    shop.take("identities", "external_id,same_as\nC,A\n")  # a circle changes nothing
    assert shop.rows("identities", "external_id, merged_into", "merged_into IS NULL") == [
        ("C", None)
    ]


def test_one_file_may_name_the_source_of_each_customer(shop: Shop) -> None:
    shop.take(
        "orders",
        "order_id,customer_id,customer_source,day,amount\n1,A,web,2024-01-01,1\n2,A,,2024-01-01,1\n",
    )
    assert shop.rows("identities", "source, external_id, customer_key") == [
        ("shop", "A", 2),
        ("web", "A", 1),
    ]
