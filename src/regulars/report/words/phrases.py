"""Words of the page itself."""

from regulars.declare import Text

REPORT = Text("Customer report", "客户分析报告")
SKIP = Text("Skip to the findings", "跳到正文")
CONTENTS = Text("Contents", "目录")
AS_OF = Text("As of {day}", "截至{day}（不含当日）")
DATA_NOTICE = Text("About these data", "数据说明")
NOTES = Text("To know", "须知")
SHOW_TABLE = Text("Table: {caption}", "数据表：{caption}")
FOLDED = Text(
    " (folded: in the file, or open it before printing)", "（已折叠：见文件，或展开后再打印）"
)
KEY_FIGURES = Text("Key figures", "关键指标")

NOT_ANALYSED = Text("this was not analysed", "未做此项分析")
NO_REASON = Text("the analysis gave no reason", "分析未给出原因")
UNSAID = Text("a day not yet known", "尚未确定的日期")
UNKNOWN_SECTION = Text("{subject}: not known yet", "{subject}：暂无结论")
UNKNOWN_BECAUSE = Text("Why: {reason}", "原因：{reason}")

NO_ORDERS_THERE = Text("nobody in this group ordered", "该组无人下单")
NOBODY_THERE = Text("nobody was in this group before", "前一期该组没有客户")

SOURCE = Text("As of {as_of}.", "截至{as_of}（不含当日）。")
SOURCE_WINDOW = Text("Orders of {window}.", "统计订单：{window}。")
SOURCE_PAIR = Text("{after}, against {before}.", "{after}，对比{before}。")

CUSTOMERS = Text("Customers", "客户数")
SHARE_OF_CUSTOMERS = Text("Share of customers", "客户占比")
REVENUE = Text("Revenue", "销售额")
SHARE_OF_REVENUE = Text("Share of revenue", "销售额占比")
AMOUNT = Text("Amount", "金额")
SHARE = Text("Share", "占比")
GROUP = Text("Group", "组别")
TIER = Text("Tier", "层级")
TERM = Text("Term", "分项")
CAUSE = Text("Cause", "原因")
TOTAL = Text("Total", "合计")
INTERVAL = Text("95% interval", "95%区间")

SECTION_GROUPS = Text("Groups", "客户分组")
SECTION_BRIDGE = Text("What changed", "变化分解")
SECTION_COHORTS = Text("Cohorts", "同期群留存")
SECTION_RETENTION = Text("Retention", "留存率")
SECTION_CONCENTRATION = Text("Concentration", "集中度")
SECTION_VALUE = Text("Customer value", "客户价值")
SECTION_SEGMENTS = Text("Segments", "RFM分层")
SECTION_QUALITY = Text("Data quality", "数据质量")
SECTION_MAKING = Text("How this was made", "编制说明")
