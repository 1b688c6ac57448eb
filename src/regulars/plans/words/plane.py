"""Profit and loyalty in words."""

from collections.abc import Mapping

from regulars.declare import Text

TITLE = Text(
    "{share} of the contribution comes from {place} customers", "{share}的贡献来自{place}客户"
)
TITLE_NONE = Text("Together these customers contribute nothing", "这些客户合计没有贡献")
TWO = Text(
    "Profit and loyalty are two levers: {profit} pay without staying, {thin} stay without paying.",
    "利润与忠诚度是两个杠杆：{profit}有利润而不忠诚，{thin}忠诚而利润微薄。",
)
CUTS = Text(
    "High is a contribution of {contribution} or more, and a chance of {loyalty} or more to be "
    "here in the next period.",
    "贡献不低于{contribution}、下期仍活跃的概率不低于{loyalty}，即为高。",
)
MEDIAN = Text(
    "The contribution cut is the median of what is over 0.", "贡献的切分点取正值的中位数。"
)
UNKNOWN = Text("{n} have no place: one of the two is not known.", "{n}个因缺少其中一项而无法定位。")
BLOCK = Text(
    "{n} of {all} are ideal: profitable and loyal", "{all}个中有{n}个为理想客户：利润高且忠诚"
)
PICTURE = Text(
    "Contribution per customer against the chance to be here in the next period. All numbers are "
    "in the table.",
    "每位客户的贡献与下期仍活跃的概率。全部数字见数据表。",
)
PLACES: Mapping[str, Text] = {
    "ideal": Text("ideal", "理想型"),
    "one_shot_profitable": Text("one-shot profitable", "一次性高利润型"),
    "loyal_thin": Text("loyal but thin", "忠诚薄利型"),
    "marginal": Text("marginal", "边缘型"),
    "": Text("unknown", "未知"),
}
ACTIONS: Mapping[str, Text] = {
    "ideal": Text("keep and reward", "维护并奖励"),
    "one_shot_profitable": Text(
        "ask for referrals, watch for timing", "争取转介绍，关注再次购买时机"
    ),
    "loyal_thin": Text("cross-sell, lower the cost to serve", "交叉销售，降低服务成本"),
    "marginal": Text("minimal cost", "最低成本维护"),
    "": Text("find out what is missing", "补齐缺失数据"),
}
TABLE = Text("Where each stands", "各自所处位置")
SEGMENT, CUSTOMERS = Text("Segment", "客户群"), Text("Customers", "客户数")
CONTRIBUTION, LOYALTY = (
    Text("Contribution each", "人均贡献"),
    Text("Here next period", "下期活跃概率"),
)
PLACE, ACTION, SHARE = (
    Text("Place", "类型"),
    Text("What to do", "建议措施"),
    Text("Share of contribution", "贡献占比"),
)
CUT_X, CUT_Y = Text("Contribution cut", "贡献切分点"), Text("Loyalty cut", "忠诚度切分点")
HIGH_X, HIGH_Y = Text("High contribution (1)", "高贡献为1"), Text("High loyalty (1)", "高忠诚为1")
