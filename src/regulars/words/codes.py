"""What codes are called: the values of columns that are one of several, by the column's name."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.declare import Text

Words = Mapping[str, Text]

STAGES: Words = {
    "acquisition": Text("Acquisition", "获取"),
    "growth": Text("Growth", "提升"),
    "mature": Text("Mature", "成熟"),
    "decline": Text("Lapsing", "衰退"),
    "lost": Text("Lost", "流失"),
    "returned": Text("Returned", "回归"),
    "unknown": Text("Cannot be told", "无从判断"),
}
STAGE_REASONS: Words = {
    "first_seen": Text("first seen", "首次接触"),
    "first_order": Text("first order", "首单"),
    "third_order": Text("third order", "第三单"),
    "order": Text("ordered", "下单"),
    "order_after_lost": Text("ordered after being lost", "流失后下单"),
    "return_over": Text("return is over", "回归期满"),
    "silence": Text("silence", "久未购买"),
    "contract_ended": Text("contract ended", "合约到期"),
    "orders_fell": Text("orders fell", "订单减少"),
    "spend_fell": Text("spend fell", "消费减少"),
    "visits_fell": Text("visits fell", "访问减少"),
    "fall_over": Text("fall is over", "下降结束"),
    "refund_only": Text("refunds only", "只有退款"),
    "no_rhythm": Text("no rhythm known", "节奏未知"),
}
# Core and rest in a comparison of periods; key, smb and consumer in the tiers.
CORE: Words = {
    "core": Text("Core customers", "核心客户"),
    "rest": Text("Other customers", "其他客户"),
}
TIERS: Words = {
    "key": Text("Key accounts", "重点客户"),
    "smb": Text("Small and medium businesses", "中小企业"),
    "consumer": Text("Consumers", "个人消费者"),
}
TERMS: Words = {
    "lost": Text("Lost", "流失"),
    "down": Text("Bought less", "消费下降"),
    "first_time": Text("First-time", "首购"),
    "returned": Text("Returned", "回归"),
    "new": Text("New or returned", "新增（含回归）"),
    "up": Text("Bought more", "消费上升"),
}
CAUSES: Words = {
    "price": Text("Prices", "价格"),
    "frequency": Text("How often they bought", "购买频次"),
    "basket": Text("Basket size and mix", "每次购买的数量与品类"),
    "discounts": Text("Own discounts", "自身折扣"),
}
QUADRANTS: Words = {
    "Q1": Text("Q1 · large sums, often", "Q1·高额高频"),
    "Q2": Text("Q2 · small sums, often", "Q2·低额高频"),
    "Q3": Text("Q3 · small sums, seldom", "Q3·低额低频"),
    "Q4": Text("Q4 · large sums, seldom", "Q4·高额低频"),
}
ACTIONS: Words = {
    "retain": Text("retain", "重点保留"),
    "maintain": Text("maintain at low cost", "低成本维系"),
    "activate_or_let_go": Text("activate once or let go", "尝试激活或放弃"),
    "raise_frequency": Text("raise frequency, review risk", "提频并审查风险"),
}
ACTIVITY: Words = {
    "0": Text("0", "0"),
    "under 0.1": Text("under 0.1", "不足0.1"),
    "0.1 to 0.5": Text("0.1 to 0.5", "0.1至0.5"),
    "0.5 to 1": Text("0.5 to 1", "0.5至1"),
    "1 to 2": Text("1 to 2", "1至2"),
    "2 to 5": Text("2 to 5", "2至5"),
    "5 and more": Text("5 and more", "5及以上"),
}
EVIDENCE: Words = {
    "slowing": Text("fewer purchases", "购买变少"),
    "silence": Text("long silence", "长久沉默"),
}
STATES: Words = {
    "slowed": Text("slowed", "放慢"),
    "not_named": Text("not named", "未点名"),
    "too_few": Text("too few purchases", "购买太少"),
}
OUTCOMES: Words = {
    "renewed": Text("renewed", "续订"),
    "rejoined below price": Text("rejoined below price", "低价重订"),
    "rejoined at full price": Text("rejoined at full price", "原价重订"),
    "not back yet": Text("not back yet", "尚未回来"),
    "gone": Text("gone", "已离开"),
}
QUESTIONS: Words = {
    "top 1%": Text("Best 1%", "前1%客户"),
    "top 5%": Text("Best 5%", "前5%客户"),
    "top 10%": Text("Best 10%", "前10%客户"),
    "top 20%": Text("Best 20%", "前20%客户"),
    "top 50%": Text("Best 50%", "前50%客户"),
    "customers for 50%": Text("Customers for 50% of revenue", "贡献50%销售额的客户"),
    "customers for 80%": Text("Customers for 80% of revenue", "贡献80%销售额的客户"),
    "customers for 95%": Text("Customers for 95% of revenue", "贡献95%销售额的客户"),
}
CHECKS: Words = {
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
_UNKNOWN_VALUES: Words = {
    "no_fit": Text("no fit", "无可拟合"),
    "no_spend": Text("no repeat spend", "无复购消费"),
    "no_margin": Text("no margin given", "未给毛利率"),
    "refunds_beyond_spend": Text("refunds beyond spend", "退款超过消费"),
    "one_purchase": Text("one purchase", "仅购买一次"),
    "too_far": Text("too far ahead", "超过十年"),
}
_VERDICTS: Words = {
    "compared": Text("compared", "已比较"),
    "nothing beyond usual turnover": Text("nothing beyond usual turnover", "未超出日常更替"),
    "not compared": Text("not compared", "未比较"),
    "more": Text("more", "高于"),
    "less": Text("less", "低于"),
    "not told": Text("not told", "未能判定"),
}
# Rows that stand for more than one value, in tables by attribute, channel or source.
_WHOLES: Words = {
    "(all)": Text("(all)", "（全部）"),
    "(other)": Text("(other)", "（其他）"),
    "(unknown)": Text("(unknown)", "（未知）"),
    "(none)": Text("(none)", "（未注明）"),
}

CODES: Mapping[str, Words] = {
    **dict.fromkeys(("stage", "from_stage", "to_stage", "next_stage"), STAGES),
    **dict.fromkeys(("life_stage", "life_stage_next"), STAGES),
    **dict.fromkeys(("reason", "life_stage_reason"), STAGE_REASONS),
    "tier": {**CORE, **TIERS},
    "tier_by_rule": TIERS,
    "verdict_tier": CORE,
    **dict.fromkeys(("term", "verdict_term"), TERMS),
    "cause": CAUSES,
    **dict.fromkeys(("value_unknown", "next_order_unknown"), _UNKNOWN_VALUES),
    "model": {
        "bg_nbd": Text("BG/NBD", "BG/NBD"),
        "mbg_nbd": Text("MBG/NBD", "MBG/NBD"),
        "pareto_nbd": Text("Pareto/NBD", "Pareto/NBD"),
        "gamma_gamma": Text("Gamma-Gamma", "Gamma-Gamma"),
        "sbg": Text("sBG", "sBG"),
        "bdw": Text("BdW", "BdW"),
    },
    "determined": {
        "well": Text("well", "充分"),
        "weakly": Text("weakly", "较弱"),
        "ridge": Text("ridge", "平坦山脊"),
        "boundary": Text("boundary", "边界"),
        "not_found": Text("not found", "未找到"),
    },
    "quadrant": QUADRANTS,
    "action": ACTIONS,
    "activity": ACTIVITY,
    "spoke": EVIDENCE,
    **dict.fromkeys(("state", "decline_verdict"), STATES),
    "outcome": OUTCOMES,
    "question": QUESTIONS,
    "check": CHECKS,
    "verdict": _VERDICTS,
    "place": {
        "ideal": Text("ideal", "理想"),
        "one_shot_profitable": Text("one-shot profitable", "高利低忠诚"),
        "loyal_thin": Text("loyal, thin", "忠诚薄利"),
        "marginal": Text("marginal", "边缘"),
    },
    "cost_by": {
        "margin": Text("margin given", "给定毛利率"),
        "unit_cost": Text("unit costs", "单位成本"),
    },
    "loyalty_from": {
        "contract": Text("renewal rate of the plan", "套餐续订率"),
        "model": Text("purchase model", "购买模型"),
    },
    **dict.fromkeys(("value", "channel", "source", "category", "segment"), _WHOLES),
    "cohort": {"all": Text("all", "全部")},
    "plan": {"all": Text("all", "全部"), **_WHOLES},
    "auto_renew": {
        "all": Text("all", "全部"),
        "yes": Text("yes", "是"),
        "no": Text("no", "否"),
        **_WHOLES,
    },
    "from_group": {"arrived": Text("newly arrived", "新到客户")},
    "shift": {
        "stable": Text("stable", "稳定"),
        "some": Text("some", "略有变化"),
        "marked": Text("marked", "显著"),
    },
    "strength": {
        "none": Text("none", "无"),
        "weak": Text("weak", "弱"),
        "medium": Text("medium", "中"),
        "strong": Text("strong", "强"),
    },
    "cut": {
        "all": Text("all", "任何接触"),
        "channel": Text("channel", "渠道"),
        "campaign_kind": Text("kind of campaign", "活动类型"),
        "visit_channel": Text("channel of the visit", "访问渠道"),
    },
    "kind": {"person": Text("person", "个人"), "business": Text("business", "企业")},
    "third_criterion": {"profit": Text("profit", "利润"), "revenue": Text("revenue", "收入")},
    "margin_unknown": {
        "no unit cost": Text("no unit cost", "无单位成本"),
        "unit cost of some lines only": Text("unit cost of some lines only", "仅部分明细有成本"),
    },
    "forecast": {
        "model": Text("the model", "模型"),
        "last_period": Text("the last period again", "上一期照旧"),
        "bought_within": Text("bought within N months", "近N个月买过"),
        "segment_mean": Text("mean of the segment", "分群均值"),
    },
    "phase": {
        "before": Text("before the cut", "切分日之前"),
        "after": Text("after it", "切分日之后"),
    },
    "basis": {"customer": Text("customer", "客户本人"), "good": Text("good", "全体客户")},
    "rate_from": {
        "seen": Text("seen", "实际观察"),
        "extrapolated": Text("extrapolated", "外推"),
        "carried": Text("carried on", "沿用末期"),
        "expected": Text("expected", "模型预期"),
    },
}
