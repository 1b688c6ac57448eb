"""What was bought, of what, where, at which price."""

from __future__ import annotations

from regulars.declare import Text
from regulars.facts.tables.declaring import (
    FactTable,
    customer,
    day,
    exact,
    flag,
    instant,
    money,
    text,
    whole,
)

_ORDER_PLACE = (
    text("channel", "Channel it was ordered through", "下单渠道"),
    text("store", "Store", "门店"),
    text("source_code", "Advertising or catalogue code it came with", "来源代码（广告、目录）"),
    text("campaign", "Campaign it answers", "对应的营销活动"),
)

_ORDER_TIME = (
    instant("occurred_at", "When it was placed (UTC); empty when only the day is known",
            "下单时间（UTC）；只知日期时为空"),
    day("day", "Local date of it", "当地日期", required=True),
)  # fmt: skip

ORDERS = FactTable(
    name="orders",
    meaning=Text("One order, or one refund", "一笔订单或退款"),
    columns=(
        text("order_id", "Order", "订单编号", key=True, required=True),
        customer(required=True),
        *_ORDER_TIME,
        text("kind", "Sale or refund", "销售或退款", required=True, choices=("sale", "refund")),
        text("refunds_order_id", "The order that a refund gives back", "退款对应的原订单"),
        money("amount_minor", "Net of discounts; refunds are negative; tax in or out as declared",
              "折后金额；退款为负；是否含税以申报为准", required=True),
        money("list_amount_minor", "At list prices", "按标价计算的金额"),
        money("discount_minor", "All discounts together", "折扣合计"),
        exact("source_amount", "Amount in the currency it was paid in", "原币金额"),
        text("source_currency", "That currency (ISO 4217)", "原币币种（ISO 4217）"),
        exact("rate", "Reporting currency per unit of it", "汇率（每单位原币折合报告币）"),
        *_ORDER_PLACE,
        whole("paid_with_points", "Points that paid for part of it", "积分抵扣", unit="points"),
        flag("from_lines", "Made from its lines because no order was given",
             "由明细行汇总生成（未提供订单）"),
    ),
    key=("order_id",),
    key_from=("customer_key", "day"),
    instant="occurred_at",
)  # fmt: skip

ORDER_LINES = FactTable(
    name="order_lines",
    meaning=Text("One product on an order", "订单中的一项商品"),
    columns=(
        text("order_id", "Order", "订单编号", key=True, required=True),
        whole("line", "Line of the order", "行号", key=True, required=True),
        text("product_id", "Product", "商品编号"),
        exact("quantity", "Quantity", "数量"),
        text("unit", "Unit of the quantity", "计量单位"),
        money("amount_minor", "Net of discounts; returned goods are negative",
              "折后金额；退货为负", required=True),
        money("list_amount_minor", "At list price", "按标价计算的金额"),
        money("shop_discount_minor", "Price cuts and loyalty prices, given by the shop",
              "商店让利（促销价、会员价）"),
        money("coupon_discount_minor", "Coupons that the maker repays", "厂商优惠券（由厂商承担）"),
        money("coupon_match_discount_minor", "What the shop adds to a maker's coupon",
              "商店对厂商优惠券的追加"),
        money("other_discount_minor", "Any other discount", "其他折扣"),
        exact("unit_cost", "Cost of one unit", "单位成本"),
    ),
    key=("order_id", "line"),
    instant="occurred_at",
    file_fields=(customer(), *_ORDER_TIME[:1], day("day", "Local date", "当地日期"), *_ORDER_PLACE),
)  # fmt: skip

PRODUCTS = FactTable(
    name="products",
    meaning=Text("One product", "一种商品"),
    columns=(
        text("product_id", "Product", "商品编号", key=True, required=True),
        text("name", "Its name", "商品名称"),
        text(
            "category_path",
            "Category, widest first, parted by ' > '",
            "类目路径，自大到小以“ > ”分隔",
        ),
        text("brand", "Brand", "品牌"),
        flag("own_label", "The firm's own brand", "自有品牌"),
        text("unit", "Unit it is sold by", "销售单位"),
        exact("unit_cost", "Cost of one unit", "单位成本"),
        text("attributes", "Further attributes, as JSON", "其他属性（JSON）"),
    ),
    key=("product_id",),
)

PRICES = FactTable(
    name="prices",
    meaning=Text("A price from a day on, ours or a rival's", "自某日起的价格（自家或竞品）"),
    columns=(
        text("product_id", "Product", "商品编号", key=True, required=True),
        day("from_day", "First day of the price", "生效日期", key=True, required=True),
        exact("price", "Price of one unit", "单价", required=True),
        text("seller", "Own or a rival's", "自家或竞争对手", key=True, choices=("own", "rival")),
    ),
    key=("product_id", "from_day", "seller"),
)

STORES = FactTable(
    name="stores",
    meaning=Text("One store", "一家门店"),
    columns=(
        text("store", "Store", "门店编号", key=True, required=True),
        text("name", "Its name", "门店名称"),
        text("channel", "Channel it belongs to", "所属渠道"),
        text("region", "Region", "地区"),
    ),
    key=("store",),
)

EXCHANGE_RATES = FactTable(
    name="exchange_rates",
    meaning=Text("A currency's rate on a day", "某日某币种的汇率"),
    columns=(
        day("day", "Day", "日期", key=True, required=True),
        text("currency", "Currency (ISO 4217)", "币种（ISO 4217）", key=True, required=True),
        exact("rate", "Reporting currency per unit of it", "每单位折合报告币", required=True),
    ),
    key=("day", "currency"),
)

TABLES = (ORDERS, ORDER_LINES, PRODUCTS, PRICES, STORES, EXCHANGE_RATES)
