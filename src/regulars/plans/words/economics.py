"""Points of retention in words."""

from regulars.declare import Text

TITLE = Text(
    "{points} points of retention: margins still to come {later}, a customer's whole value {whole}",
    "留存率变动{points}个百分点：未来毛利{later}，客户全部价值{whole}",
)
TITLE_FROM_NOTHING = Text(
    "{points} points of retention: a customer's whole value {whole}",
    "留存率变动{points}个百分点：客户全部价值{whole}",
)
FROM = Text(
    "From {before} to {after} at {interest} a year: say from where, and of what; “+25% profit” "
    "without that says nothing.",
    "留存率由{before}升至{after}，年利率{interest}。起点与口径必须说明，否则“利润增加25%”没有意义。",
)
BOTH = Text(
    "Without the first margin the multiple rises from {l0} to {l1}, with it from {w0} to {w1}.",
    "不含首期毛利，倍数由{l0}升至{l1}；含首期毛利，由{w0}升至{w1}。",
)
RATIO = Text(
    "Acquiring a customer costs {ratio} times what is spent to keep one.",
    "获取一位新客的成本是维系一位老客的{ratio}倍。",
)
BLOCK = Text(
    "From {low} the same points change a customer's whole value by {less}, from {high} by {more}",
    "同样的百分点，起点{low}时客户全部价值变动{less}，起点{high}时变动{more}",
)
PICTURE = Text(
    "Uplift of the same points from other retention rates. All numbers are in the table.",
    "同样的百分点在不同起点下的增幅。全部数字见数据表。",
)
LATER, WHOLE = Text("margins to come", "未来毛利"), Text("whole value", "全部价值")
FROM_RATE = Text("From {rate}", "起点{rate}")
RATE, BEFORE, AFTER, UPLIFT = (
    Text("Retention", "留存率"),
    Text("before", "之前"),
    Text("after", "之后"),
    Text("uplift", "增幅"),
)
LATER_HEAD, WHOLE_HEAD = Text("Margins to come", "未来毛利"), Text("Whole value", "全部价值")
TABLE = Text("Uplift of {points} points from other rates", "{points}个百分点在不同起点下的增幅")
CHANGE, INTEREST = Text("Change", "变化"), Text("Interest a period", "每期利率")
L_BEFORE, L_AFTER, L_UP = (
    Text("Margins to come, before", "未来毛利倍数（之前）"),
    Text("Margins to come, after", "未来毛利倍数（之后）"),
    Text("Uplift of margins to come", "未来毛利增幅"),
)
W_BEFORE, W_AFTER, W_UP = (
    Text("Whole value, before", "全部价值倍数（之前）"),
    Text("Whole value, after", "全部价值倍数（之后）"),
    Text("Uplift of whole value", "全部价值增幅"),
)
ACQUISITION, SPEND, COSTS = (
    Text("Acquisition cost per customer", "单客获客成本"),
    Text("Retention spend per customer kept", "单客维系费用"),
    Text("Cost ratio", "成本倍数"),
)
