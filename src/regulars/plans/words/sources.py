"""Where customers come from in words."""

from regulars.declare import Text

TITLE = Text("{name} leaves most: {net} per buyer", "{name}的净值最高：每位买家{net}")
ALL_LOSE = Text(
    "No source pays: the best, {name}, leaves {net} per buyer",
    "所有来源均亏损：最好的{name}每位买家{net}",
)
NOBODY = Text("No source brought anybody", "没有任何来源带来买家")
LOSING = Text(
    "{names}: each buyer costs more than they bring.", "{names}：每位买家的成本高于其价值。"
)
IN_ALL = Text("All sources together: {net} on {cost} spent.", "各来源合计：投入{cost}，净值{net}。")
YOUNG = Text(
    "Left out, as nobody of them has been a customer for so long yet: {names}.",
    "以下来源的客户尚未满观察期，未列入：{names}。",
)
AVERAGE = Text(
    "These are averages: the next buyer of a source may cost more than the last. Lifetime values "
    "are as given, without an interval.",
    "以上为平均值：同一来源的下一位买家可能更贵。生命周期价值按给定值计算，无区间。",
)
BLOCK = Text("{n} of {all} sources earn their cost", "{all}个来源中{n}个可收回成本")
PICTURE = Text(
    "Net value per buyer by source. All numbers are in the table.",
    "各来源每位买家的净值。全部数字见数据表。",
)
TABLE = Text("Sources, the best first", "来源（由优到劣）")
SOURCE, COST, BUYERS = Text("Source", "来源"), Text("Cost", "投入"), Text("Buyers", "买家数")
CONTACTS, CONVERSION = Text("Reached", "触达人数"), Text("Bought", "转化率")
LTV, EACH = Text("Value per buyer", "买家价值"), Text("Cost per buyer", "单个买家成本")
NET_EACH, NET = Text("Net per buyer", "单个买家净值"), Text("Net in all", "净值合计")
UNKNOWN = Text("unknown", "未知")
