"""The headline: what changed, its largest cause, how sure that is."""

from collections.abc import Mapping

from regulars.declare import Text

ROSE = Text("Revenue rose {share} ({change})", "销售额增长{share}（{change}）")
FELL = Text("Revenue fell {share} ({change})", "销售额下降{share}（{change}）")
ROSE_FROM_NOTHING = Text("Revenue rose ({change})", "销售额增长（{change}）")
FELL_FROM_NOTHING = Text("Revenue fell ({change})", "销售额下降（{change}）")
HELD = Text("Revenue held steady ({change})", "销售额基本持平（{change}）")
WITH_CAUSE = Text("{moved}: {cause}", "{moved}：{cause}")
NOTHING_UNUSUAL = Text("nothing beyond usual turnover", "均在正常波动范围之内")

UNKNOWN = Text("What changed cannot be told yet", "暂时无法判断销售额的变化")
UNKNOWN_WHY = Text(
    "Revenue of two periods could not be compared. Why: {reason}",
    "无法对比两个时期的销售额。原因：{reason}",
)
LEVELS = Text(
    "From {before} ({before_period}) to {after} ({after_period}).",
    "由{before}（{before_period}）变为{after}（{after_period}）。",
)
LEVELS_ONLY = Text("From {before} to {after}.", "由{before}变为{after}。")

CAUSES_UP: Mapping[str, Text] = {
    "frequency": Text(
        "customers who stayed bought more often ({amount})", "留存客户买得更勤（{amount}）"
    ),
    "basket": Text(
        "customers who stayed bought more each time ({amount})",
        "留存客户每次买得更多（{amount}）",
    ),
    "price": Text("prices were higher ({amount})", "价格上涨（{amount}）"),
    "discounts": Text(
        "customers who stayed took fewer discounts ({amount})", "留存客户使用的折扣减少（{amount}）"
    ),
    "refunds": Text(
        "customers without an order in either period were refunded less ({amount})",
        "两期均未下单的客户退款减少（{amount}）",
    ),
    "stayed": Text("customers who stayed spent more ({amount})", "留存客户消费上升（{amount}）"),
    "first_time": Text(
        "{customers} customers ordered for the first time ({amount})",
        "{customers}位新客首次下单（{amount}）",
    ),
    "returned": Text(
        "{customers} lost customers came back ({amount})", "{customers}位流失客户回归（{amount}）"
    ),
    "new": Text(
        "{customers} customers came or came back ({amount})",
        "{customers}位新客或回归客户下单（{amount}）",
    ),
}
CAUSES_DOWN: Mapping[str, Text] = {
    "frequency": Text(
        "customers who stayed bought less often ({amount})", "留存客户购买频次下降（{amount}）"
    ),
    "basket": Text(
        "customers who stayed bought less each time ({amount})",
        "留存客户每次买得更少（{amount}）",
    ),
    "price": Text("prices were lower ({amount})", "价格下降（{amount}）"),
    "discounts": Text(
        "customers who stayed took larger discounts ({amount})",
        "留存客户使用的折扣增多（{amount}）",
    ),
    "refunds": Text(
        "customers without an order in either period were refunded more ({amount})",
        "两期均未下单的客户退款增加（{amount}）",
    ),
    "stayed": Text("customers who stayed spent less ({amount})", "留存客户消费下降（{amount}）"),
    "lost": Text(
        "{customers} customers did not order again ({amount})", "{customers}位客户流失（{amount}）"
    ),
}

# The same for one customer only.
CAUSES_OF_ONE: Mapping[str, Text] = {
    "first_time": Text(
        "one customer ordered for the first time ({amount})", "1位新客首次下单（{amount}）"
    ),
    "returned": Text("one lost customer came back ({amount})", "1位流失客户回归（{amount}）"),
    "new": Text("one customer came or came back ({amount})", "1位新客或回归客户下单（{amount}）"),
    "lost": Text("one customer did not order again ({amount})", "1位客户流失（{amount}）"),
}

# A named cause: the term of one tier that the comparison singled out. Every term may be
# unfavourable, that of newcomers too: it then brought less than usual, and the shortfall is named.
NAMED: Mapping[str, Mapping[str, Text]] = {
    "core": {
        "lost": Text("core customers did not order again ({amount})", "核心客户流失（{amount}）"),
        "down": Text("core customers bought less ({amount})", "核心客户消费下降（{amount}）"),
        "up": Text(
            "core customers raised their spending less than usual ({excess})",
            "核心客户的增购少于往常（{excess}）",
        ),
        "first_time": Text(
            "new core customers brought less than usual ({excess})",
            "核心客户中的首购新客贡献少于往常（{excess}）",
        ),
        "returned": Text(
            "core customers who came back brought less than usual ({excess})",
            "核心客户中的回归客户贡献少于往常（{excess}）",
        ),
        "new": Text(
            "core customers who came or came back brought less than usual ({excess})",
            "核心客户中的新增客户贡献少于往常（{excess}）",
        ),
    },
    "rest": {
        "lost": Text(
            "customers outside the core did not order again ({amount})",
            "非核心客户流失（{amount}）",
        ),
        "down": Text(
            "customers outside the core bought less ({amount})", "非核心客户消费下降（{amount}）"
        ),
        "up": Text(
            "customers outside the core raised their spending less than usual ({excess})",
            "非核心客户的增购少于往常（{excess}）",
        ),
        "first_time": Text(
            "new customers brought less than usual ({excess})",
            "首购新客贡献少于往常（{excess}）",
        ),
        "returned": Text(
            "customers who came back brought less than usual ({excess})",
            "回归客户贡献少于往常（{excess}）",
        ),
        "new": Text(
            "customers who came or came back brought less than usual ({excess})",
            "新增客户贡献少于往常（{excess}）",
        ),
    },
}
BEHIND_IT: Mapping[str, Text] = {
    "frequency": Text(
        "Behind it, among those who stayed: they bought less often ({amount}).",
        "留存的这部分客户主要是购买频次下降（{amount}）。",
    ),
    "basket": Text(
        "Behind it, among those who stayed: they bought less each time ({amount}).",
        "留存的这部分客户主要是每次买得更少（{amount}）。",
    ),
    "price": Text(
        "Behind it, among those who stayed: lower prices ({amount}).",
        "留存的这部分客户主要受价格下降影响（{amount}）。",
    ),
    "discounts": Text(
        "Behind it, among those who stayed: larger discounts ({amount}).",
        "留存的这部分客户主要受折扣增多影响（{amount}）。",
    ),
    "refunds": Text(
        "Behind it: more refunds to customers without an order in either period ({amount}).",
        "主要是两期均未下单的客户退款增加（{amount}）。",
    ),
}

SURE = Text(
    "How sure: this is {excess} worse than usual turnover, as the pair of periods before shows it "
    "(95% interval over all terms together: {range}).",
    "把握程度：与之前一对时期的正常波动相比，多损失{excess}（各分项联合的95%区间：{range}）。",
)
SURE_NO_INTERVAL = Text(
    "How sure: the comparison with the pair of periods before names this cause; its interval is "
    "not known.",
    "把握程度：与之前一对时期相比，可以认定这一原因；区间未知。",
)
WARNING = Text("One thing to watch all the same: {cause}.", "但有一点需要留意：{cause}。")
SURE_NOTHING = Text(
    "How sure: set against the pair of periods before, no unfavourable term goes beyond usual "
    "turnover. The change cannot be told from customers coming and going.",
    "把握程度：与之前一对时期相比，没有哪一项不利变化超出正常波动；无法与客户的日常来去相区分。",
)
NOT_COMPARED = Text(
    "How sure: not compared. There is no earlier pair of periods to hold this against, so nobody "
    "can say from these data whether it is unusual.",
    "把握程度：未作比较。没有更早的一对时期可供对照，仅凭现有数据无法判断这一变化是否异常。",
)

KEY_REVENUE = Text("Revenue", "销售额")
KEY_CHANGE = Text("{share} on the period before", "较前一期{share}")
KEY_ACTIVE = Text("Active customers", "活跃客户")
KEY_ACTIVE_OF = Text("of {total} known", "共{total}位")
KEY_TOP = Text("From the best 20%", "前20%客户贡献")
KEY_TOP_OF = Text("of revenue", "占销售额")
KEY_STAY = Text("Stayed in group E", "E组留存率")
KEY_STAY_OF = Text("95% interval {range}", "95%区间：{range}")
