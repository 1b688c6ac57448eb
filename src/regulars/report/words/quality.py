"""What the figures rest on."""

from regulars.declare import Text
from regulars.words import codes

SUBJECT = Text("What the figures rest on", "数据基础")
TITLE = Text("The figures rest on {orders} orders", "本报告基于{orders}笔订单")
ONE_TIME = Text("{share} of customers bought on one day only.", "{share}的客户只在一天购买过。")
MISSING = Text(
    "{checks} of {total} checks could not be made: {reason}",
    "{total}项检查中有{checks}项无法进行：{reason}",
)
TABLE = Text("Checks of the data", "数据检查")
CHECK = Text("Check", "检查项")
ROWS = Text("Rows", "行数")
CHECKS = codes.CHECKS
NO_LINES = Text("no order lines were imported.", "未导入订单明细。")
NO_SHARE = Text("a share has no meaning here, or was not given", "此项没有占比或未给出")
