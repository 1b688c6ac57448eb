"""How much of the revenue hangs on how few."""

from collections.abc import Mapping

from regulars.declare import Text

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
QUESTIONS: Mapping[str, Text] = {
    "top 1%": Text("Best 1%", "前1%客户"),
    "top 5%": Text("Best 5%", "前5%客户"),
    "top 10%": Text("Best 10%", "前10%客户"),
    "top 20%": Text("Best 20%", "前20%客户"),
    "top 50%": Text("Best 50%", "前50%客户"),
    "customers for 50%": Text("Customers for 50% of revenue", "贡献50%销售额的客户"),
    "customers for 80%": Text("Customers for 80% of revenue", "贡献80%销售额的客户"),
    "customers for 95%": Text("Customers for 95% of revenue", "贡献95%销售额的客户"),
}
