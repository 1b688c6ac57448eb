"""Order lines, with and without their orders."""

from __future__ import annotations

from facts.shops import Shop

HEAD = "order_id,line,product_id,amount,customer_id,occurred_at,store\n"
TWO = (
    HEAD + "1,1,P,3.00,A,2024-01-01 10:00:00,S\n1,2,Q,4.50,A,2024-01-01 10:00:00,S\n"
    "2,1,P,5.00,B,2024-01-02 10:00:00,S\n"
)


def orders(shop: Shop, where: str = "status = 'live'") -> list[tuple[object, ...]]:
    return shop.rows("orders", "order_id, customer_key, amount_minor, from_lines", where)


def test_lines_with_customer_and_time_make_their_orders(shop: Shop) -> None:
    report = shop.take("order_lines", TWO)
    assert orders(shop) == [("1", 1, 750, True), ("2", 2, 500, True)]
    assert report.also == {"identities": 2, "orders": 2}
    assert "orders_from_lines" in {n.code for n in report.warnings}


def test_lines_without_orders_and_without_customers_are_kept(shop: Shop) -> None:
    report = shop.take("order_lines", "order_id,line,amount\n77,1,5\n")
    assert report.new == 1
    assert orders(shop) == []


def test_a_real_order_goes_before_one_made_from_lines(shop: Shop) -> None:
    shop.take("orders", "order_id,customer_id,day,amount\n1,A,2024-01-01,7\n")
    shop.take("order_lines", TWO)
    assert orders(shop) == [("1", 1, 700, False), ("2", 2, 500, True)]


def test_a_real_order_replaces_one_made_from_lines(shop: Shop) -> None:
    shop.take("order_lines", TWO)
    shop.take("orders", "order_id,customer_id,day,amount\n1,A,2024-01-01,7\n")
    assert orders(shop) == [("1", 1, 700, False), ("2", 2, 500, True)]
    shop.take("order_lines", TWO.replace("4.50", "9.99"))
    assert orders(shop) == [("1", 1, 700, False), ("2", 2, 500, True)]


def test_corrected_lines_work_their_order_out_anew(shop: Shop) -> None:
    shop.take("order_lines", TWO)
    shop.take("order_lines", "order_id,line,amount\n1,2,1.00\n")
    assert orders(shop) == [("1", 1, 400, True), ("2", 2, 500, True)]


def test_withdrawn_lines_leave_their_order_and_the_last_one_voids_it(shop: Shop) -> None:
    shop.take("order_lines", TWO)
    shop.take("order_lines", "order_id,line\n1,1\n2,1\n", void=True)
    assert orders(shop) == [("1", 1, 450, True)]
    assert orders(shop, "status = 'void'") == [("2", 2, 500, True)]


def test_returned_goods_make_a_refund(shop: Shop) -> None:
    shop.take("order_lines", HEAD + "9,1,P,-3.00,A,2024-01-01 10:00:00,S\n")
    assert shop.rows("orders", "kind, amount_minor") == [("refund", -300)]


def test_unnumbered_lines_are_replaced_with_their_order(shop: Shop) -> None:
    head = "order_id,product_id,amount,customer_id,day\n"
    shop.take("order_lines", head + "1,P,3,A,2024-01-01\n1,Q,4,A,2024-01-01\n")
    report = shop.take("order_lines", head + "1,Q,4,A,2024-01-01\n")
    assert shop.rows("order_lines", "line, product_id") == [(1, "Q")]
    assert orders(shop) == [("1", 1, 400, True)]
    assert "lines_numbered" in {n.code for n in report.warnings}


def test_list_amounts_are_worked_out_from_the_shops_discounts(shop: Shop) -> None:
    shop.take(
        "order_lines",
        "basket_id,household_id,transaction_timestamp,sales_value,retail_disc,coupon_disc,"
        "coupon_match_disc\n1,A,2024-01-01 10:00:00,8,-1.5,-2,-0.5\n",
    )
    assert shop.column("order_lines", "list_amount_minor") == [1000]
    assert shop.rows("orders", "list_amount_minor, discount_minor") == [(1000, 200)]


def test_lines_of_two_customers_in_one_order_are_warned_of(shop: Shop) -> None:
    report = shop.take(
        "order_lines",
        HEAD + "1,1,P,3.00,A,2024-01-01 10:00:00,S\n1,2,Q,4.50,B,2024-01-01 10:00:00,S\n",
    )
    assert "orders_of_many_customers" in {n.code for n in report.warnings}
    assert orders(shop) == [("1", 1, 750, True)]
