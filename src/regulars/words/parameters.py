"""What parameters and their choices are called where people set them.

A parameter has one label, whichever analysis takes it; its meaning there stands in the declaration.
"""

from __future__ import annotations

from collections.abc import Mapping

from regulars.declare import Language, Parameter, Text
from regulars.words.codes import CODES

Words = Mapping[str, Text]

PARAMETERS: Words = {
    "as_of": Text("As of", "统计日"),
    "grain": Text("Times rounded to", "时间取整"),
    "window_days": Text("Window", "时间窗"),
    "frequency_threshold": Text("Frequency counts as high from", "高频起点"),
    "value_threshold_minor": Text("Order value counts as high from", "高客单价起点"),
    "frequency_unit": Text("Frequency counts", "频次口径"),
    "swap_cd": Text("C and D change places", "C与D互换"),
    "before": Text("Earlier period", "前期"),
    "after": Text("Later period", "后期"),
    "months": Text("Months", "月数"),
    "core_share": Text("Core holds this share of spend", "核心客户的消费占比"),
    "core_by": Text("Core is chosen by", "核心客户的划定依据"),
    "core_top_share": Text("Core is the best share of customers", "核心客户的人数占比"),
    "recent_days": Text("Recent window", "近期窗口"),
    "q": Text("False ones accepted", "容许误列比例"),
    "regularity": Text("Regularity of purchases", "购买规律性"),
    "relative_to_base": Text("Seasons taken out", "剔除季节影响"),
    "rows": Text("Who is listed", "列出哪些客户"),
    "method": Text("Scores are given", "打分方式"),
    "salt": Text("Word that breaks ties", "打破并列所用文字"),
    "period": Text("Length of a period", "每期长度"),
    "acquired": Text("First order within", "首单时期"),
    "model": Text("Model", "模型"),
    "periods": Text("Periods", "期数"),
    "least": Text("A rate counts as seen from", "视为实际观察的最少客户数"),
    "history": Text("Every change, customer by customer", "逐位客户列出变动"),
    "scheme": Text("Silence is judged by", "沉默的判断方式"),
    "decline_gaps": Text("Lapsing after, in usual gaps", "衰退：惯常间隔的倍数"),
    "lost_gaps": Text("Lost after, in usual gaps", "流失：惯常间隔的倍数"),
    "fall_share": Text("A fall counts from", "下降幅度达到"),
    "floor_days": Text("Shortest usual gap", "惯常间隔下限"),
    "return_days": Text("Returned lasts at most", "回归期最长"),
    "return_orders": Text("Returned ends with purchase day", "回归期结束于第几个购买日"),
    "stood_on": Text("Stage on the earlier day", "所看的较早日期"),
    "number": Text("Period after the first order", "首单后第几期"),
    "question": Text("Which customers", "哪些客户"),
    "base_day": Text("Usual gap of all, as of", "全体惯常间隔的截止日"),
    "win_back_kind": Text("Kind of campaign that wins back", "赢回活动的类型"),
    "margin": Text("Margin", "毛利率"),
    "yearly_rate": Text("Yearly discount rate", "年折现率"),
    "lifetime_years": Text("Lifetime, years", "生命周期（年）"),
    "segment": Text("Fitted apart by", "分组拟合"),
    "fit": Text("Id of a kept fit", "已存拟合的编号"),
    "intervals": Text("With intervals", "给出区间"),
    "holdout_days": Text("Days foretold", "预测天数"),
    "attribute": Text("Attribute", "属性"),
    "smallest_group": Text("Smallest group", "最小组人数"),
    "good_percent": Text("Good customers, best per cent", "高价值客户：前百分之几"),
    "good_from_minor": Text("Good customers spend from", "高价值客户：消费起点"),
    "category_depth": Text("Levels of category", "类目级数"),
    "false_discovery_rate": Text("False differences accepted", "容许的误判比例"),
    "key_percentile": Text("Percentile of key accounts", "重点客户百分位"),
    "vip_percentile": Text("Percentile of VIP individuals", "VIP个人百分位"),
    "amount_threshold_minor": Text("Amount counts as high from", "高消费额起点"),
    "service_cost_minor": Text("Cost of a case", "每张工单成本"),
    "contribution_cut_minor": Text("Profitable from", "高利起点"),
    "loyalty_cut": Text("Loyal from", "忠诚起点"),
    "grace_days": Text("Renewal counts within", "续订宽限"),
    "rejoin_days": Text("Same subscriber within", "视为原订户的期限"),
    "horizon_days": Text("Value measured over", "价值计算天数"),
    "origin": Text("Source is taken from", "来源口径"),
    "half_life_days": Text("Half-life", "半衰期"),
    "visit_weight": Text("Weight of a visit", "访问权重"),
    "response_weight": Text("Weight of a response", "响应权重"),
    "contact_weight": Text("Weight of a contact", "联系权重"),
    "within_days": Text("Within", "期限"),
    "warning_days": Text("Windows of the early warning", "预警时间窗"),
    "drop": Text("Fall of visits", "访问下降幅度"),
    "min_visits": Text("Fewest visits", "最少访问次数"),
    "level": Text("A good is a", "商品口径"),
    "role_percent": Text("Goods with a role, per cent", "各角色商品占比（%）"),
    "min_customers": Text("Fewest customers", "最少客户数"),
    "top": Text("Rows listed", "列出行数"),
    "min_support": Text("Least share of orders", "最低订单占比"),
    "min_orders": Text("Fewest orders", "最少订单数"),
    "max_goods": Text("Most goods on an order", "单笔订单商品数上限"),
    "overdue_days": Text("Overdue by at most", "逾期上限"),
    "min_gaps": Text("Fewest gaps of one's own", "本人间隔的最少次数"),
    "good_gaps": Text("Fewest gaps of the good", "商品间隔的最少次数"),
    "view_weight": Text("Weight of a look", "浏览权重"),
    "favourite_weight": Text("Weight of a favourite", "收藏权重"),
    "cart_weight": Text("Weight of a cart", "加购权重"),
    "min_score": Text("Least score", "最低得分"),
    "strata": Text("Rates apart by", "分层"),
    "acquisition_cost_minor": Text("Cost of a new subscriber", "新订户获取费用"),
}
_ANY: Words = {
    "auto": Text("chosen by the data", "由数据选择"),
    "none": Text("none", "不分"),
    "both": Text("both", "两者"),
    "day": Text("day", "日"),
    "week": Text("week", "周"),
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
    "year": Text("year", "年"),
    "days": Text("purchase days", "购买天数"),
    "orders": Text("orders", "订单数"),
    "product": Text("product", "单品"),
    "category": Text("category", "类目"),
    "brand": Text("brand", "品牌"),
    "sbg": Text("sBG", "sBG"),
    "bdw": Text("BdW", "BdW"),
    "source_code": Text("source code of the first order", "首单来源代码"),
    "source": Text("source of the customer", "客户来源"),
    "campaign": Text("campaign of the first order", "首单活动"),
    "channel": Text("channel of the first order", "首单渠道"),
    "store": Text("store of the first order", "首单门店"),
}
_OF: Mapping[str, Words] = {
    "core_by": {
        "both": Text("spend in both periods", "两期合计消费"),
        "before": Text("spend in the earlier period", "前期消费"),
    },
    "rows": {
        "named": Text("those named", "被点名的客户"),
        "tested": Text("all that could be tested", "可检验的客户"),
        "all": Text("all who ever bought", "全部买过的客户"),
    },
    "method": {
        "independent": Text("each over everybody", "各指标独立打分"),
        "nested": Text("one within the other", "逐层打分"),
    },
    "scheme": {
        "gaps": Text("usual gaps", "惯常间隔的倍数"),
        "calibrated": Text("how improbable it is", "出现的概率"),
    },
    "segment": {
        "year": Text("year of the first purchase", "首购年份"),
        "kind": Text("kind of customer", "客户性质"),
        "industry": Text("industry", "行业"),
        "region": Text("region", "地区"),
        "source": Text("source", "来源"),
    },
    "origin": {
        "either": Text("the order, else the customer", "首单来源，缺则客户来源"),
    },
    "strata": {
        "plan": Text("plan", "套餐"),
        "auto_renew": Text("whether it renews by itself", "是否自动续订"),
    },
}


def parameter_label(name: str) -> Text:
    """What a parameter is called; its name in plain words where it has no label yet."""
    words = name.removesuffix("_minor").replace("_", " ")
    return PARAMETERS.get(name, Text(words[:1].upper() + words[1:], words))


def choice_said(parameter: Parameter, choice: str, lang: Language) -> str:
    """A choice of a parameter as people read it; itself where it has no words yet."""
    for words in (_OF.get(parameter.name, {}), CODES.get(parameter.name, {}), _ANY):
        if choice in words:
            return words[choice].say(lang)
    return choice
