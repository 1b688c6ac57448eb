"""Scarce hours in words."""

from regulars.declare import Text

TITLE = Text(
    "{hours} hours go to {n} of {all} leads: {value} expected",
    "{hours}工时投入{all}条线索中的{n}条，预期价值{value}",
)
NONE = Text("No lead is worth an hour", "没有线索值得投入工时")
FIRST = Text("First {name}: {each} per hour.", "首选{name}：每工时{each}。")
LEFT = Text("{left} hours are left over.", "剩余{left}工时。")
NOT_CHOSEN = Text("Left for later: {names}.", "暂缓：{names}。")
NOT_WORTH = Text("Not worth their cost: {names}.", "不值得投入：{names}。")
CHANCES = Text(
    "The chances are guesses until they are measured; the expected value is an average, not a "
    "promise.",
    "成交概率在实测之前只是估计；预期价值是平均值，不是承诺。",
)
BLOCK = Text(
    "An hour on {first} brings {times} times one on {last}",
    "投入{first}的每工时价值是{last}的{times}倍",
)
BLOCK_ONE = Text("What an hour brings", "每工时价值")
PICTURE = Text(
    "Expected value per hour. All numbers are in the table.", "每工时预期价值。全部数字见数据表。"
)
TABLE = Text("Leads, the best hour first", "线索（按每工时价值由高到低）")
LEAD, CHANCE, VALUE = (
    Text("Lead", "线索"),
    Text("Chance", "成交概率"),
    Text("Value if won", "成交价值"),
)
HOURS, COST, EXPECTED = Text("Hours", "工时"), Text("Cost", "费用"), Text("Expected", "预期价值")
PER_HOUR, CHOSEN, YES, NO = (
    Text("Per hour", "每工时价值"),
    Text("Now", "是否投入"),
    Text("yes", "是"),
    Text("no", "否"),
)
AVAILABLE = Text("Hours available", "可用工时")
RESORT = Text("After a change sort by value per hour again.", "修改后请按每工时价值重新排序。")
SERVICE_TITLE = Text("First served: {tier}", "{tier}优先服务")
SERVICE, LEVEL = Text("Service levels", "服务等级"), Text("Tier", "客户层级")
ANSWER, CHANNEL, PRIORITY = (
    Text("Answer within, hours", "响应时限（小时）"),
    Text("Channel", "服务渠道"),
    Text("Priority", "优先级"),
)
