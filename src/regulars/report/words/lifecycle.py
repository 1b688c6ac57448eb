"""Life stages: how many stand in each, beside what steady buying would show."""

from regulars.declare import Text

LABEL = Text("Life stages", "生命周期")
SUBJECT = Text("In which life stages customers stand", "客户处于哪些生命周期阶段")
TITLE = Text(
    "{share} of customers are lapsing or lost: {customers}; steady buying alone would show"
    " {steady}",
    "{share}的客户处于衰退或流失：{customers}位；即使人人稳定购买，也会有{steady}位",
)
TITLE_ALONE = Text(
    "{share} of customers are lapsing or lost: {customers}",
    "{share}的客户处于衰退或流失：{customers}位",
)
MORE = Text(
    "Beyond steady buying stand {more}; who they are, the list of declines tests one by one.",
    "超出稳定购买水平的有{more}位；具体是谁，由下滑名单逐一检验。",
)
NOT_MORE = Text(
    "That is no more than chance alone does to steady buyers.", "未超过稳定购买者偶然会有的水平。"
)
BROUGHT = Text(
    "Customers now lapsing brought {lapsing} in the window, those in Mature {mature} of all.",
    "目前处于衰退阶段的客户在时间窗内贡献{lapsing}；成熟阶段客户贡献{mature}的销售额。",
)
RECOVERED = Text(
    "Of those who left Lapsing, {share} went back to Mature.", "离开衰退阶段者中，{share}回到成熟。"
)
WON_BACK = Text(
    "Of those lost at any time in the window, {share} ordered again.",
    "时间窗内曾流失的客户中，{share}再次下单。",
)
SECOND = Text(
    "Of those who first bought in the window, {share} bought again within 90 days.",
    "时间窗内首购的客户中，{share}在90天内再次购买。",
)
PICTURE = Text(
    "Customers in each stage, and a stroke where the stage would end if everybody bought"
    " steadily. {list}.",
    "各阶段客户数；竖线为人人稳定购买时该阶段的客户数。{list}。",
)
PICTURE_ITEM = Text("{stage} {customers}, if steady {steady}", "{stage}{customers}，若稳定{steady}")
TABLE = Text("Life stages", "生命周期阶段")
STAGE = Text("Stage", "阶段")
STEADY = Text("If steady", "若稳定购买")
TREND = Text(
    "{stage}: from {first} of customers ({start}) to {last} ({end})",
    "{stage}：客户占比由{first}（{start}）变为{last}（{end}）",
)
TREND_SUBJECT = Text("Life stages month by month", "各月生命周期阶段")
TREND_LEAD = Text(
    "Of all stages this one changed most over these months. Each month is seen as it was known when"
    " it ended.",
    "这几个月里，这是变化最大的阶段。各月均按当月月末所知计算。",
)
TREND_PICTURE = Text(
    "Share of customers in each stage at the end of each month from {start} to {end}. All numbers"
    " are in the table.",
    "{start}至{end}各月末的阶段占比。全部数字见数据表。",
)
TREND_TABLE = Text("Customers in each stage, month by month", "各月各阶段客户数")
MONTH = Text("Month", "月份")
COMMAND = Text(
    "Who stands where, since when and why: {command}", "每位客户的阶段、起始日与原因：{command}"
)
