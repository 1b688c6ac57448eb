"""What the figures rest on."""

from collections.abc import Mapping

from regulars.declare import Text

SUBJECT = Text("What the figures rest on", "数据基础")
TITLE = Text("The figures rest on {orders} orders", "本报告基于{orders}笔订单")
ONE_TIME = Text("{share} of customers bought on one day only.", "{share}的客户只在一天购买过。")
MISSING = Text(
    "{checks} of {total} checks could not be made: {reason}",
    "{total}项检查中有{checks}项无法进行：{reason}",
)
TABLE = Text("Checks of the data", "数据检查")
CHECK = Text("Check", "检查项")
ROWS = Text("Rows", "行数")
CHECKS: Mapping[str, Text] = {
    "orders": Text("Orders", "订单"),
    "refunds": Text("Refunds", "退款"),
    "zero_amount_orders": Text("Orders of amount zero", "金额为零的订单"),
    "void_orders": Text("Orders withdrawn", "已作废的订单"),
    "customers": Text("Customers with an order", "有订单的客户"),
    "customers_without_net_spend": Text(
        "Customers whose refunds reach their orders", "净消费额不为正的客户"
    ),
    "days": Text("Days from the first to the last order", "首单至末单的天数"),
    "lines": Text("Order lines", "订单明细"),
    "zero_quantity_lines": Text("Lines of quantity zero", "数量为零的明细"),
    "one_time_customers": Text("Customers with one purchase day only", "仅有一个购买日的客户"),
    "days_without_orders": Text("Days without any order", "没有订单的日期"),
    "orders_without_lines": Text("Orders without lines", "没有明细的订单"),
    "lines_without_orders": Text("Lines without an order", "没有对应订单的明细"),
    "orders_without_customer": Text("Orders without a customer", "没有对应客户的订单"),
}
NO_LINES = Text("no order lines were imported.", "未导入订单明细。")
NO_SHARE = Text("a share has no meaning here, or was not given", "此项没有占比或未给出")
