"""Lapse and rejoin in words."""

from regulars.declare import Text

TITLE = Text(
    "{n} readers who lapsed came back as new, and cost {cost}",
    "{n}位退订读者以新客身份低价重新订阅，代价{cost}",
)
NONE = Text("Nobody who lapsed came back as new", "没有退订读者以新客身份重新订阅")
TRUE = Text(
    "The renewal rate is {true}, not {reported} as reported.",
    "真实续订率为{true}，而非报告的{reported}。",
)
PARTS = Text(
    "{given} was given away in price ({each} each), and {paid} spent on acquiring whom one had.",
    "其中让价{given}（每人{each}），另有{paid}用于获取本已拥有的读者。",
)
NOT_ALL = Text(
    "That is what was lost on them, not what an end to the offer would earn: some would not have "
    "renewed at the full price.",
    "这是在他们身上的损失，而非取消优惠即可挽回的金额：部分读者原本不会以全价续订。",
)
BLOCK = Text("Reported {reported}, in truth {true}", "报告值{reported}，真实值{true}")
PICTURE = Text(
    "Renewal rate as reported and in truth. All numbers are in the table.",
    "报告的续订率与真实续订率。全部数字见数据表。",
)
REPORTED, REAL = Text("As reported", "报告值"), Text("In truth", "真实值")
TABLE, WHAT, VALUE = Text("How it adds up", "计算明细"), Text("What", "项目"), Text("Value", "数值")
EXPIRED, RENEWED, REJOINED = (
    Text("Subscriptions that expired", "到期订阅数"),
    Text("Renewed", "已续订"),
    Text("Rejoined as new", "以新客身份重新订阅"),
)
RENEWAL_PRICE, PROMOTION_PRICE, ACQUISITION = (
    Text("Renewal price", "续订价"),
    Text("Price for new readers", "新客价"),
    Text("Acquisition cost each", "单客获客成本"),
)
GIVEN, PAID, COST = (
    Text("Given away in price", "让价损失"),
    Text("Acquisition paid again", "重复获客成本"),
    Text("The leak", "漏损合计"),
)
