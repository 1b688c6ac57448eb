"""Cells of recency, frequency and money."""

from regulars.declare import Text

SUBJECT = Text("Recency, frequency, money", "最近购买、频次与金额")
TITLE = Text(
    "{customers} of customers bought both recently and often; they bring {spend} of revenue",
    "{customers}的客户近期购买且频次高，贡献{spend}的销售额",
)
LEAD = Text(
    "Scores run from 1 to 5, 5 being the most recent (R) and the most frequent (F). Here recent "
    "and often means 4 or 5 on both. Each cell shows its share of revenue and its customers.",
    "评分为1至5，5表示最近购买（R）或频次最高（F）。这里“近期且高频”指两项均为4或5。"
    "每格显示销售额占比与客户数。",
)
AT_RISK = Text(
    "{customers} customers used to buy often (F 4 or 5) and have not been seen for long "
    "(R 1 or 2); they brought {spend} of revenue.",
    "{customers}位客户曾经高频（F为4或5）但久未购买（R为1或2），其销售额占{spend}。",
)
PICTURE = Text(
    "Share of revenue by recency and frequency score. All numbers are in the table.",
    "按最近购买评分与频次评分划分的销售额占比。全部数字见数据表。",
)
TABLE = Text("Cells of recency, frequency and money, by revenue", "RFM各格明细（按销售额排序）")
CELL = Text("Cell", "分格")
RECENCY = Text("R", "R")
FREQUENCY = Text("F", "F")
MONEY = Text("M", "M")
PLANE = Text("Recency by frequency, as in the picture", "R×F分格（与图一致）")
