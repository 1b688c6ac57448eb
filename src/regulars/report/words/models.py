"""The ten models: profile, behaviour, consumption and goods, alone and in pairs."""

from collections.abc import Mapping

from regulars.declare import Text
from regulars.words import codes

LABEL = Text("Ten models", "十大模型")
TITLE = Text(
    "{known} of {all} models of profile, behaviour, consumption and goods have an answer",
    "画像、行为、消费与商品：{all}个模型中{known}个有结论",
)
TITLE_NONE = Text(
    "None of the models of profile, behaviour, consumption and goods has an answer yet",
    "画像、行为、消费与商品：各模型暂无结论",
)
LEAD = Text(
    "One finding each. A model without its input says what is missing; nothing is guessed.",
    "每个模型一条结论；缺少数据的模型说明所缺内容，不作猜测。",
)
MODEL = Text("Model", "模型")
FINDING = Text("Finding", "结论")
UNKNOWN = Text("unknown: {reason}", "未知：{reason}")
TABLE = Text("The ten models, one finding each", "十大模型及其结论")

NAMES: Mapping[str, Text] = {
    "P": Text("P · profile", "P·画像"),
    "B": Text("B · behaviour", "B·行为"),
    "C": Text("C · consumption", "C·消费"),
    "G": Text("G · goods", "G·商品"),
    "PB": Text("PB · who reacts", "PB·画像×行为"),
    "PC": Text("PC · who is valuable", "PC·画像×消费"),
    "PG": Text("PG · who prefers what", "PG·画像×商品"),
    "BC": Text("BC · from visit to order", "BC·行为×消费"),
    "BG": Text("BG · interest not met", "BG·行为×商品"),
    "CG": Text("CG · bought together", "CG·连带购买"),
    "CG due": Text("CG · due again", "CG·复购到期"),
}
SHIFTS: Mapping[str, Text] = {
    "stable": Text(
        "The mix of active customers is stable: its largest shift, in {attribute}, is PSI {psi}",
        "活跃客户的构成稳定：变化最大的属性为{attribute}，PSI为{psi}",
    ),
    "some": Text(
        "The mix of active customers shifted a little in {attribute} (PSI {psi})",
        "活跃客户的构成在{attribute}上略有变化（PSI为{psi}）",
    ),
    "marked": Text(
        "The mix of active customers shifted markedly in {attribute} (PSI {psi})",
        "活跃客户的构成在{attribute}上变化显著（PSI为{psi}）",
    ),
}
ENGAGED = Text(
    "{active} of {total} customers ({share}) have been lively of late",
    "{total}位客户中{active}位近期活跃（{share}）",
)
SCORED = Text(
    "{customers} of customers score 4 or 5 in recency and frequency and bring {spend} of revenue",
    "{customers}的客户R与F均为4或5，贡献{spend}的销售额",
)
GOODS = Text(
    "{a} of {total} goods ({share}) make up class A, the first 80% of revenue",
    "{total}种商品中{a}种（{share}）属A类，合占前80%的销售额",
)
REACTS_NONE = Text(
    "{rate} of those reached answered; of {tested} groups tested none differs beyond chance",
    "触达客户的响应率为{rate}；检验的{tested}个群体均未超出偶然",
)
REACTS = Text(
    "{rate} of those reached answered; {told} of {tested} groups tested differ beyond chance",
    "触达客户的响应率为{rate}；检验的{tested}个群体中{told}个超出偶然",
)
STRENGTHS: Mapping[str, Text] = {
    "none": Text(
        "No attribute tells the valuable from the others: the best is {attribute} (IV {iv})",
        "没有属性能区分高价值客户：最好的是{attribute}（IV为{iv}）",
    ),
    "weak": Text(
        "What tells the valuable from the others best is {attribute}, and weakly (IV {iv})",
        "最能区分高价值客户的是{attribute}，但较弱（IV为{iv}）",
    ),
    "medium": Text(
        "What tells the valuable from the others best is {attribute} (IV {iv}, medium)",
        "最能区分高价值客户的是{attribute}（IV为{iv}，中等）",
    ),
    "strong": Text(
        "What tells the valuable from the others best is {attribute} (IV {iv}, strong)",
        "最能区分高价值客户的是{attribute}，且很强（IV为{iv}）",
    ),
}
PREFERS_NONE = Text(
    "None of {tested} preferences tested goes beyond chance", "检验的{tested}项偏好均未超出偶然"
)
PREFERS = Text(
    "{told} of {tested} preferences tested go beyond chance; the first: {value} ({attribute}) and"
    " {category}, TGI {index}",
    "检验的{tested}项偏好中{told}项超出偶然；居首：{value}（{attribute}）与{category}，TGI为{index}",
)
CONVERTS = Text("{share} of {visits} visits led to an order", "{visits}次访问中{share}带来订单")
CONVERTS_WARNED = Text(
    "{share} of {visits} visits led to an order; {warned} customers visit much less and still"
    " order as before",
    "{visits}次访问中{share}带来订单；{warned}位客户访问大减而下单如常",
)
INTEREST = Text(
    "Customers who looked and did not buy: {customers}, over {products} products",
    "看过而未买的客户{customers}位，涉及{products}种商品",
)
TOGETHER = Text(
    "{pairs} pairs of goods are bought together more often than chance; the strongest {lift} times"
    " as often",
    "{pairs}对商品一起购买的次数高于偶然；最强者为{lift}倍",
)
TOGETHER_NONE = Text(
    "No pair of goods is bought together more often than chance",
    "没有商品组合一起购买的次数高于偶然",
)
DUE = Text(
    "Customers for whom something is due: {customers}", "有商品到期待复购的客户{customers}位"
)

SHIFT_TABLE = Text("Shift of the mix, by attribute (P)", "构成变化，按属性（P）")
BANDS_TABLE = Text("Bands of activity (B)", "活跃度区间（B）")
GOODS_TABLE = Text("Goods of largest revenue (G)", "销售额最高的商品（G）")
REACTS_TABLE = Text("Groups that answer differently (PB)", "响应有差异的群体（PB）")
VALUE_TABLE = Text("What tells the valuable, by attribute (PC)", "区分高价值客户的属性（PC）")
PREFERS_TABLE = Text("Preferences beyond chance (PG)", "超出偶然的偏好（PG）")
CHANNEL_TABLE = Text("From visit to order, by channel (BC)", "访问转化，按渠道（BC）")
INTEREST_TABLE = Text("Looked at and not bought (BG)", "看过而未买（BG）")
PAIRS_TABLE = Text("Bought together, highest lift first (CG)", "连带购买，按提升度（CG）")
DUE_TABLE = Text("Due again, soonest first (CG)", "即将复购，按到期日（CG）")

ATTRIBUTE, VALUE = Text("Attribute", "属性"), Text("Value", "取值")
CATEGORY, GOOD, WITH = Text("Category", "类目"), Text("Good", "商品"), Text("With", "连带商品")
PSI, BY_CHANCE = Text("PSI", "PSI"), Text("By chance", "仅凭偶然")
IV, TGI = Text("IV", "IV"), Text("TGI", "TGI")
INDEX = Text("Index", "指数")
BAND, ORDERED = Text("Activity", "活跃度"), Text("Ordered", "有下单")
PENETRATION, REPEAT = Text("Penetration", "渗透率"), Text("Bought again", "复购率")
CLASS = Text("Class", "类别")
RATE, RATE_OF_ALL = Text("Rate", "比率"), Text("Rate of all", "整体比率")
CUT, CUT_VALUE = Text("Of", "范围"), Text("Which", "取值")
CHANNEL, VISITS = Text("Channel", "渠道"), Text("Visits", "访问次数")
LEAD_DAYS = Text("Median days", "间隔天数中位数")
ORDERS = Text("Orders with both", "同购订单数")
SUPPORT, CONFIDENCE = Text("Support", "支持度"), Text("Confidence", "置信度")
LIFT = Text("Lift", "提升度")
CUSTOMER, DUE_DAY = Text("Customer", "客户"), Text("Due", "到期日")
GAP = Text("Usual gap", "惯常间隔")
SCORE = Text("Score", "得分")

TIERS_SUBJECT = Text("Which tiers customers stand in", "客户处于哪些层级")
TIERS_TITLE = Text(
    "{tier}: {customers} of customers, {revenue} of revenue",
    "{tier}：{customers}的客户，{revenue}的销售额",
)
TIERS = codes.TIERS
TIERS_TABLE = Text("Tiers", "客户分级")
MATRIX_SUBJECT = Text("Amount by frequency", "金额与频次")
MATRIX_TITLE = Text(
    "{quadrant}: {customers} of customers bring {amount} of revenue",
    "{quadrant}：{customers}的客户贡献{amount}的销售额",
)
QUADRANTS = codes.QUADRANTS
MATRIX_TABLE = Text("Amount by frequency", "金额与频次矩阵")
QUADRANT, ACTION = Text("Quadrant", "象限"), Text("Action", "做法")
TIER = Text("Tier", "层级")
PER_PURCHASE = Text("Per purchase", "笔均金额")
