"""Renewal by card in words."""

from regulars.declare import Text

GAINS = Text(
    "Renewal by card is worth {value} more per reader: {total} in all",
    "信用卡自动续订使每位读者的价值增加{value}，合计{total}",
)
LOSES = Text(
    "Renewal by card is worth {value} less per reader: {total} in all",
    "信用卡自动续订使每位读者的价值减少{value}，合计{total}",
)
SAME = Text("Renewal by card changes nothing in value", "信用卡自动续订不改变读者价值")
BEFORE_AFTER = Text(
    "A reader is worth {before} by letters, {after} with {share} of readers on card.",
    "沿用催缴信时每位读者价值{before}；{share}的读者改用信用卡后为{after}。",
)
BREAK_EVEN = Text(
    "On card a reader is worth as much as by letters at {rate} retention; by letters it is {now}.",
    "信用卡续订率达到{rate}时与催缴信持平；目前催缴信的续订率为{now}。",
)
GAPS = Text(
    "Card payers renew {raw} points more than the others; within contracts only {within} points "
    "are left, and those are what is counted.",
    "信用卡用户的续订率表面上高出{raw}个百分点；在同类合同内仅高出{within}个百分点，此处只计后者。",
)
ALWAYS = Text(
    "On card a reader is worth more at any retention.", "无论续订率高低，信用卡续订都更有利。"
)
NEVER = Text(
    "On card a reader is worth less at any retention.", "无论续订率高低，信用卡续订都更不利。"
)
SWITCH_RENEWED = Text(
    "The cost of a renewal is counted per renewal; counted on everybody whose subscription "
    "expires, letters are worth {other} instead of {now} per reader.",
    "续订费用按成功续订计；若按全部到期读者计，催缴信下每位读者的价值为{other}，而非{now}。",
)
SWITCH_EXPIRING = Text(
    "The cost of a renewal is counted on everybody whose subscription expires; counted per "
    "renewal, letters are worth {other} instead of {now} per reader.",
    "续订费用按全部到期读者计；若按成功续订计，催缴信下每位读者的价值为{other}，而非{now}。",
)
NO_EFFECT = Text(
    "Do not read the card's retention off present card payers: who agrees would have stayed longer "
    "anyway. Compare within contracts, and try it against a control group.",
    "不可直接采用现有信用卡用户的续订率：同意者本来就更可能留下。应在同类合同内比较，并以对照组检验。",
)
CURVES = Text(
    "By letters {before}, then {after} per reader", "每位读者：催缴信{before}，之后{after}"
)
PICTURE = Text(
    "Value per reader by letters and with the card, year by year. All numbers are in the table.",
    "催缴信与信用卡方案下每位读者的逐年价值。全部数字见数据表。",
)
SOURCE = Text(
    "Per reader acquired, discounted; across: years.", "按获得的读者平均，已折现；横轴为年。"
)
LETTERS, CARD, AFTER = (
    Text("Letters", "催缴信"),
    Text("Card", "信用卡"),
    Text("Letters and card", "两者并行"),
)
CONTRACTS_ONE = Text("{contract}: {value} more per reader", "{contract}：每位读者的价值增加{value}")
CONTRACTS_BEST = Text(
    "{contract} gains most: {value} per reader", "{contract}增益最大：每位读者{value}"
)
STRATIFIED = Text(
    "Contracts are separate cohorts beside each other; rates are not averaged.",
    "各类合同分别作为独立的同期群计算，不对续订率取平均。",
)
BY_CONTRACT = Text("By contract", "按合同类型")
CONTRACT, READERS = Text("Contract", "合同类型"), Text("Readers", "读者数")
RATE_LETTERS, RATE_CARD = (
    Text("Renew, letters", "催缴信续订率"),
    Text("Renew, card", "信用卡续订率"),
)
SHARE = Text("On card", "信用卡占比")
GAIN, EVEN = Text("Gain", "增益"), Text("Break-even on card", "信用卡盈亏平衡续订率")
CONDITIONS_TITLE = Text(
    "A card may be charged only with consent, {days} days' notice and one step to stop",
    "自动扣款须经同意、提前{days}天通知并可一步取消",
)
CONDITIONS = Text("What renewal by card keeps to", "自动续订须遵守的条件")
CONDITION, KEPT = Text("Condition", "条件"), Text("How", "做法")
CONSENT, NOTICE, CANCEL, RETRY, REFUND = (
    Text("Consent on record", "同意记录"),
    Text("Notice before a charge", "扣款前通知"),
    Text("One step to cancel", "一步取消"),
    Text("After a declined charge", "扣款失败后重试"),
    Text("Refund on request", "申请退款"),
)
DAYS_BEFORE = Text("{n} days before", "提前{n}天")
DAYS_AFTER = Text("after {n} days", "第{n}天")
WITHIN = Text("within {n} days", "{n}天内")
NONE = Text("none", "无")

FIELDS = {
    "customers": Text("New subscribers", "新订户数"),
    "first_price": Text("Price, first year", "首年价格"),
    "renewal_price": Text("Price, renewal", "续订价格"),
    "list_rental": Text("List rental per subscriber", "每位订户名单租赁收入"),
    "own_share": Text("Subscription and list, share of income", "订阅与名单收入占比"),
    "direct_cost_rate": Text("Direct cost, share of income", "直接成本率"),
    "acquisition_cost": Text("Acquisition cost per subscriber", "单个订户获客成本"),
    "retention": Text("Renew by letters", "催缴信续订率"),
    "renewal_cost": Text("Cost of a renewal, letters", "每次续订成本（催缴信）"),
    "per_expiry": Text("Charged per expiry (1) or per renewal (0)", "按到期计费为1，按续订计费为0"),
    "interest": Text("Interest and risk a year", "年利率（含风险）"),
    "share": Text("Share on card", "信用卡占比"),
    "card_retention": Text("Renew on card", "信用卡续订率"),
    "card_renewal_cost": Text("Cost of a renewal, card", "每次续订成本（信用卡）"),
    "fee_rate": Text("Card fee, share of renewal price", "手续费率（占续订价格）"),
    "incentive": Text("Incentive to agree", "签约奖励"),
}
