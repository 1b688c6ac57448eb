"""Words of workbooks."""

from regulars.declare import Text

CHANGE_INPUTS = Text(
    "Change what is blue: everything below follows.", "修改蓝色单元格，其下内容随之更新。"
)
ILLUSTRATIVE = Text("Illustrative inputs.", "输入数据仅为示例。")
INPUTS = Text("Inputs", "输入项")
LINES = Text("Lines", "明细")
NOW = Text("As things are", "现状")
DIFFERENCE = Text("Change {plan}", "差额 {plan}")
TOTAL_GAIN = Text("Gain in all", "合计增益")
RESULT = Text("Result", "结果")
