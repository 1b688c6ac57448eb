"""Renewal letters in words."""

from regulars.declare import Text

STOP = Text(
    "Stop after letter {n}: the next costs more than it brings", "寄到第{n}封为止：下一封得不偿失"
)
ALL = Text("All {n} letters pay", "{n}封催缴信全部划算")
NONE = Text(
    "Send none: the first letter costs more than it brings", "一封都不要寄：第一封已得不偿失"
)
PROFIT = Text(
    "Stopped there, the series earns {profit} per reader due; sent to the end, {whole}.",
    "到此为止，每位到期读者带来{profit}；若全部寄完，则为{whole}。",
)
NEXT = Text(
    "Letter {n} brings {worth} and costs {cost} each.", "第{n}封每封带来{worth}，成本{cost}。"
)
INCREMENTAL = Text(
    "Responses count only readers who renew because of the letter: measured against readers left "
    "alone ({how}).",
    "响应率只计因催缴信而续订的读者，即与未寄信读者对比所得（{how}）。",
)
TITLE = Text("{pay} of {n} letters bring what they cost", "{n}封信中有{pay}封收益不低于成本")
PICTURE = Text(
    "Worth and cost of each letter. All numbers are in the table.",
    "各封信的收益与成本。全部数字见数据表。",
)
WORTH, COST = Text("brings", "收益"), Text("costs", "成本")
LETTER, NTH = Text("Letter", "催缴信"), Text("Letter {n}", "第{n}封")
RESPONSE, SENT = Text("Renew because of it", "增量响应率"), Text("Readers who get it", "寄送比例")
PAYS, YES, NO = Text("Send", "是否寄送"), Text("yes", "是"), Text("no", "否")
TABLE = Text("Letter by letter", "逐封明细")
MARGIN = Text("Margin per renewal", "每次续订毛利")
NET = Text("Net per reader due", "每位到期读者净收益")
STOP_AFTER, PROFIT_LABEL = (
    Text("Stop after letter", "寄至第几封"),
    Text("Profit per reader due", "每位到期读者利润"),
)
