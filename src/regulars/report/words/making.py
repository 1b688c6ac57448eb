"""How the report was made."""

from collections.abc import Mapping

from regulars.declare import Text

TITLE = Text(
    "Made from facts known before {day}, version {version}",
    "依据{day}之前的事实数据（版本{version}）编制",
)
TITLE_UNVERSIONED = Text("Made from facts known before {day}", "依据{day}之前的事实数据编制")
TITLE_NO_DAY = Text("Made before any order was there", "编制时尚无订单")
LEAD = Text(
    "Every number comes from a named analysis; asking it again with these settings gives the same "
    "answer.",
    "每个数字都来自有名称的分析；以下列参数重新运行，结果相同。",
)
UNKNOWN_TITLE = Text("What is not known, and why", "尚属未知的内容及原因")
UNKNOWN_NONE = Text("Every figure asked for was found", "所需指标均已得出")
UNKNOWN_TABLE = Text("Figures that are not known", "未知指标")
SETTINGS = Text("Settings", "设置")
SETTING = Text("Setting", "项目")
VALUE = Text("Value", "取值")
WORKSPACE = Text("Workspace", "工作区")
AS_OF = Text("Facts before the start of", "统计截止（不含当日）")
FACTS_VERSION = Text("Facts version", "事实数据版本")
ZONE = Text("Time zone", "时区")
CURRENCY = Text("Currency", "币种")
PROGRAM = Text("Program", "程序")
PARAMETERS = Text("Parameters of each analysis", "各项分析的参数")
ANALYSIS = Text("Analysis", "分析")
PARAMETER = Text("Parameter", "参数")
REASON = Text("Why", "原因")
FIGURE = Text("What", "内容")
NO_VERSION = Text("there is no lake", "没有数据湖")
NOT_SET = Text("not set", "未设置")
YES = Text("yes", "是")
NO = Text("no", "否")

ANALYSES: Mapping[str, Text] = {
    "groups": Text("Groups", "客户分组"),
    "migration": Text("Migration", "组间迁移"),
    "groups_trend": Text("Trend of the groups", "分组走势"),
    "bridge": Text("Bridge", "变化分解"),
    "causes": Text("Causes", "变化原因"),
    "decline": Text("Decline beyond chance", "超出偶然的下滑"),
    "lifecycle": Text("Life stages", "生命周期"),
    "lifecycle_trend": Text("Life stages over time", "生命周期走势"),
    "cohorts": Text("Cohorts", "同期群留存"),
    "retention": Text("Retention", "留存率"),
    "renewals": Text("Renewals", "续订率"),
    "concentration": Text("Concentration", "集中度"),
    "segments": Text("Segments", "RFM分层"),
    "profile": Text("Profile", "客户画像"),
    "engagement": Text("Engagement", "客户活跃度"),
    "goods": Text("Roles of goods", "商品角色"),
    "response_index": Text("Response index", "响应指数"),
    "profile_value": Text("Profile of the valuable", "高价值客户画像"),
    "preference": Text("Preference for goods", "商品偏好"),
    "conversion": Text("From visit to order", "访问转化"),
    "interest": Text("Unfulfilled interest", "未满足的兴趣"),
    "baskets": Text("Bought together", "连带购买"),
    "next_due": Text("Due again", "复购到期"),
    "tiers": Text("Tiers", "客户分级"),
    "matrix": Text("Amount by frequency", "金额与频次"),
    "sources": Text("Sources", "获客来源"),
    "rejoin": Text("Lapse and rejoin", "退订再入"),
    "quality": Text("Data quality", "数据质量"),
}
FIGURES: Mapping[str, Text] = {
    "value_threshold_minor": Text("what counts as large", "高额标准"),
    "frequency_threshold": Text("what counts as often", "高频标准"),
    "never_ordered": Text("people who never ordered", "从未下单的人数"),
    "lapsed": Text("customers who ordered before the window only", "仅在时间窗之前下过单的客户"),
    "customers_total": Text("customers in all", "客户总数"),
    "revenue_total_minor": Text("revenue in all", "销售额合计"),
    "a_to_b_rate": Text("share of group A that became B", "A组转为B组的比例"),
    "b_to_e_rate": Text("share of group B that became E", "B组升入E组的比例"),
    "e_stay_rate": Text("share of group E that stayed", "E组留存率"),
    "bhapkar_p": Text(
        "whether the mix of groups changed beyond chance", "各组构成的变化是否超出随机"
    ),
    "revenue_before_minor": Text("revenue before", "前一期销售额"),
    "revenue_after_minor": Text("revenue after", "后一期销售额"),
    "change_minor": Text("change of revenue", "销售额变化"),
    "change_share": Text("change of revenue in per cent", "销售额变化率"),
    "core_customers": Text("size of the core", "核心客户数"),
    "verdict": Text("whether the change is unusual", "变化是否异常"),
    "first_tenth_share": Text(
        "share of first orders in the first tenth of the history", "首单落在前十分之一历史的占比"
    ),
    "top_20_share": Text("share of the best 20%", "前20%客户的占比"),
    "customers_for_80": Text("customers for 80% of revenue", "贡献80%销售额的客户数"),
    "gini": Text("Gini coefficient", "基尼系数"),
    "amount_total_minor": Text("revenue in all", "销售额合计"),
}
