"""How much of the revenue hangs on how few."""

from regulars.declare import Text
from regulars.words import codes

SUBJECT = Text("How much hangs on how few", "销售额集中度")
TITLE = Text(
    "The best 20% of customers bring {share} of revenue", "前20%的客户贡献了{share}的销售额"
)
EIGHTY = Text(
    "It takes {customers} customers, {share} of all, to make 80% of revenue.",
    "贡献80%销售额的客户有{customers}位，占全部客户的{share}。",
)
EIGHTY_ONE = Text(
    "One customer, {share} of all, makes 80% of revenue.",
    "贡献80%销售额的客户有1位，占全部客户的{share}。",
)
OVER_WHOLE = Text(
    "Some customers were refunded more than they bought, so the others together bring more than "
    "the whole.",
    "部分客户的退款多于消费，因此其他客户的合计超过总额。",
)
GINI = Text(
    "Gini coefficient {gini} (0: all spend alike; 1: one customer spends everything).",
    "基尼系数为{gini}（0表示人人相同，1表示全部集中于一人）。",
)
PICTURE = Text(
    "Share of revenue against share of customers, best first. All numbers are in the table.",
    "按消费额由高到低累计的客户占比与销售额占比。全部数字见数据表。",
)
TABLE = Text("Share of revenue by the best customers", "头部客户的销售额占比")
QUESTION = Text("Question", "问题")
QUESTIONS = codes.QUESTIONS
