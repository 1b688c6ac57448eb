"""The bridge from one period's revenue to the next, and the causes behind it."""

from regulars.declare import Text

SUBJECT = Text("What changed, and through whom", "变化来自哪些客户")
TITLE = Text(
    "Customers who stayed: {stayed}; lost: {lost}; new or returned: {came}",
    "留存客户{stayed}，流失客户{lost}，新客与回归客户{came}",
)
CORE = Text(
    "The core are the fewest customers who hold {held} of the revenue of both periods together "
    "({customers}). They account for {core} of the change, all others for {rest}.",
    "核心客户指合计占两期销售额{held}的最少客户，共{customers}位。变化中核心客户占{core}，其他客户占{rest}。",
)
CORE_AS_SET = Text(
    "The core are {customers} customers, chosen as the settings below say. They account for "
    "{core} of the change, all others for {rest}.",
    "核心客户{customers}位，按下文参数划定。变化中核心客户占{core}，其他客户占{rest}。",
)
PICTURE = Text(
    "Revenue before {before}, after {after}; between them: {list}.",
    "前一期销售额{before}，后一期{after}；其间：{list}。",
)
PICTURE_ITEM = Text("{tier}, {term} {amount}", "{tier}{term}{amount}")
TABLE = Text("Terms of the change; they add up to it exactly", "变化的各分项（合计恰等于总变化）")

EXCESS = Text(
    "Each term against its usual size, which is that of the pair of periods before",
    "各分项与正常波动（之前一对时期的同一分项）对比",
)
USUAL = Text("Usual", "正常波动")
EXCESS_HEAD = Text("Beyond usual", "超出部分")
EXCESS_RANGE = Text("95% interval, all terms", "95%区间（各分项联合）")

CAUSES_SUBJECT = Text("Why those who stayed spent more or less", "留存客户消费变化的原因")
CAUSES_TITLE = {
    "frequency": (
        Text(
            "Among those who stayed, it was above all buying more often ({amount})",
            "留存客户的变化主要来自购买频次上升（{amount}）",
        ),
        Text(
            "Among those who stayed, it was above all buying less often ({amount})",
            "留存客户的变化主要来自购买频次下降（{amount}）",
        ),
    ),
    "basket": (
        Text(
            "Among those who stayed, it was above all fuller baskets ({amount})",
            "留存客户的变化主要来自每次买得更多（{amount}）",
        ),
        Text(
            "Among those who stayed, it was above all smaller baskets ({amount})",
            "留存客户的变化主要来自每次买得更少（{amount}）",
        ),
    ),
    "price": (
        Text(
            "Among those who stayed, it was above all higher prices ({amount})",
            "留存客户的变化主要来自价格上涨（{amount}）",
        ),
        Text(
            "Among those who stayed, it was above all lower prices ({amount})",
            "留存客户的变化主要来自价格下降（{amount}）",
        ),
    ),
    "discounts": (
        Text(
            "Among those who stayed, it was above all fewer discounts ({amount})",
            "留存客户的变化主要来自折扣减少（{amount}）",
        ),
        Text(
            "Among those who stayed, it was above all larger discounts ({amount})",
            "留存客户的变化主要来自折扣增多（{amount}）",
        ),
    ),
    "refunds": (
        Text(
            "It was above all fewer refunds to customers without an order in either period "
            "({amount})",
            "变化主要来自两期均未下单客户的退款减少（{amount}）",
        ),
        Text(
            "It was above all more refunds to customers without an order in either period "
            "({amount})",
            "变化主要来自两期均未下单客户的退款增加（{amount}）",
        ),
    ),
}
CAUSES_LEAD = Text(
    "These are customers who ordered in both periods. What they spent more and less nets to "
    "{net}; the bars split that sum.",
    "这里统计两期都有订单的客户，其消费增减合计{net}，图中各条为其分解。",
)
NOBODY_STAYED = Text("Nobody ordered in both periods", "没有客户在两期都下单")
NO_PRICE = Text("What prices did is not known: {reason}", "价格的影响未知：{reason}")
NO_PRICE_REASON = Text(
    "without order lines the price of a product is not known.", "没有订单明细，无法得知商品单价。"
)
CAUSES_PICTURE = Text(
    "Causes for core and other customers: {list}.", "核心客户与其他客户的各项原因：{list}。"
)
CAUSES_TABLE = Text("Causes of the change among customers who stayed", "留存客户消费变化的原因分解")
