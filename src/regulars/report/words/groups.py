"""Groups A–E, their migration and their trend."""

from regulars.declare import Text

TITLE = Text(
    "{customers} of customers buy often and large; they bring {revenue} of revenue",
    "{customers}的客户高频高额（E组），贡献{revenue}的销售额",
)
TITLE_CUSTOMERS = Text(
    "{customers} of customers buy often and large", "{customers}的客户高频高额（E组）"
)
TITLE_NOBODY = Text("Nobody buys both often and large", "没有高频高额（E组）的客户")
SUBJECT = Text("Who the customers are", "客户构成")
THRESHOLDS = Text(
    "Often means on at least {frequency} days within the window of {window} days; large means at "
    "least {value} on average a purchase day.",
    "“高频”指{window}天时间窗内至少{frequency}个购买日；“高额”指客单价（每个购买日平均消费）不低于{value}。",
)
THRESHOLDS_ORDERS = Text(
    "Often means at least {frequency} orders within the window of {window} days; large means at "
    "least {value} on average an order.",
    "“高频”指{window}天时间窗内至少{frequency}笔订单；“高额”指客单价（每笔订单平均消费）不低于{value}。",
)
INACTIVE = Text(
    "{customers} known customers placed no order in the window (group A): {never} never ordered, "
    "{lapsed} ordered before it.",
    "时间窗内未下单的已知客户（A组）有{customers}位：从未下单{never}位，此前下过单{lapsed}位。",
)
INACTIVE_UNSPLIT = Text(
    "{customers} known customers placed no order in the window (group A). How many people never "
    "ordered at all is not known.",
    "时间窗内未下单的已知客户（A组）有{customers}位；从未下过单的人数未知。",
)
INACTIVE_NOBODY = Text(
    "Every customer who ever ordered did so within the window too (group A is empty).",
    "凡下过单的客户在时间窗内均有下单（A组为空）。",
)
NO_VALUES = Text("nobody ordered in the window", "时间窗内无人下单")
PICTURE = Text(
    "Each group's share of customers and of revenue: {list}.", "各组客户占比与销售额占比：{list}。"
)
PICTURE_ITEM = Text(
    "{group} {customers} of customers, {revenue} of revenue",
    "{group}客户{customers}、销售额{revenue}",
)
TABLE = Text("Groups A–E", "A至E组概况")
PURCHASE_DAYS = Text("Purchase days", "购买日数")
AOV = Text("Average a purchase day", "客单价")

MOVED = Text(
    "{stay} of group E stayed where they were; {rise} of group B rose to E",
    "E组有{stay}留在原组，B组有{rise}升入E组",
)
MOVED_ROSE = Text("{rise} of group B rose to E", "B组有{rise}升入E组")
MOVED_STAY = Text("{stay} of group E stayed where they were", "E组有{stay}留在原组")
MOVED_SUBJECT = Text("Who moved between the groups", "组间迁移")
STAYED = Text(
    "Of group E, {share} were still there in the later period.",
    "E组客户中，{share}在后一期仍在E组。",
)
STAYED_UNKNOWN = Text(
    "How many stay in group E is not known: it held nobody before.",
    "E组的留存率未知：前一期该组没有客户。",
)
ROSE = Text("Of group B, {share} had become E.", "B组客户中，{share}升入E组。")
ROSE_UNKNOWN = Text(
    "How many rise from B to E is not known: B held nobody before.",
    "B组升入E组的比例未知：前一期B组没有客户。",
)
FIRST_STEP = Text("Of group A, {share} had become B.", "A组客户中，{share}转为B组。")
FIRST_STEP_UNKNOWN = Text("What share of group A became B is not known.", "A组转为B组的比例未知。")
MIX_CHANGED = Text(
    "The mix of groups changed by more than chance explains (test of marginal homogeneity, p {p}).",
    "各组构成的变化超出随机波动（边际齐性检验，p {p}）。",
)
MIX_SAME = Text(
    "The mix of groups did not change by more than chance explains (test of marginal homogeneity, "
    "p {p}).",
    "各组构成的变化未超出随机波动（边际齐性检验，p {p}）。",
)
MOVE_PICTURE = Text(
    "Each row is a group of the earlier period and sums to 100%; the framed cells stayed. "
    "All numbers are in the table.",
    "每行是前一期的一个组，合计100%；带框的格子为留在原组的客户。全部数字见数据表。",
)
MOVE_TABLE = Text(
    "Customers by group before (rows) and after (columns), share of the row in per cent and its "
    "95% interval",
    "前一期组别（行）与后一期组别（列）的客户数、占该行比例及95%区间",
)
MOVE_FROM = Text("From", "转出组")
MOVE_TO = Text("to {group}", "转入{group}")

TREND = Text(
    "Group E went from {first} customers in {start} to {last} in {end}",
    "E组客户由{start}的{first}位变为{end}的{last}位",
)
TREND_SUBJECT = Text("How the groups developed", "各组走势")
TREND_LEAD = Text(
    "Each point counts the window that ends with its month; what counts as often and as large is "
    "the same in all months.",
    "每个点统计截至当月末的时间窗；各月沿用同一高频与高额标准。",
)
TREND_PICTURE = Text(
    "Customers of each group by month, from {start} to {end}. All numbers are in the table.",
    "{start}至{end}各组客户数的逐月走势。全部数字见数据表。",
)
TREND_TABLE = Text(
    "Customers and share of revenue by month and group", "各月各组客户数与销售额占比"
)
MONTH = Text("Month", "月份")
TREND_HEAD = Text("{group} customers", "{group}组客户数")
TREND_SHARE_HEAD = Text("{group} of revenue", "{group}组销售额占比")

FLOW_PICTURE = Text(
    "Bands from the groups before to the groups after, as wide as customers are many. The largest"
    " moves: {list}. All numbers are in the table beneath.",
    "由前一期各组流向后一期各组的色带，宽度为客户数。最大的迁移：{list}。全部数字见下方数据表。",
)
FLOW_ITEM = Text("{start} to {end}: {customers}", "{start}转为{end}：{customers}")
MOVE_SHARES = Text("Moves as shares of the group they came from", "各组客户的去向占比")
WAY_OUT = Text(
    "The widest way out of group E: {share} of it became {end}",
    "E组客户的主要去向：{share}转为{end}",
)
