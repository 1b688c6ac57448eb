"""Sentences that several analyses say."""

from __future__ import annotations

from regulars.declare import Text

NOT_IMPORTED = Text("Unknown: no {table} imported.", "未知：尚未导入{table}。")
NO_ORDERS = Text("Unknown: no live order in the facts.", "未知：事实中没有有效订单。")
BEFORE_HISTORY = Text(
    "Unknown: the history starts on {first}, and only facts before {as_of} were asked for.",
    "未知：历史始于{first}，而所问仅限{as_of}之前的事实。",
)
NO_ORDERS_IN_WINDOW = Text(
    "Nobody bought between {start} and {end} (that day not included).",
    "{start}至{end}（不含当日）无人下单。",
)
WINDOW_HALVED = Text(
    "The history covers {history_days} days, less than two windows of {asked_days}:"
    " the window is half of the history, {used_days} days.",
    "历史仅{history_days}天，不足两个{asked_days}天的时间窗；窗口改为历史的一半，即{used_days}天。",
)
NO_PROSPECTS = Text(
    "No prospects imported (leads, or customers with a first-seen day, without an order): group A"
    " holds lapsed customers only, and the rate from never ordered to B is unknown.",
    "未导入潜在客户（销售线索，或有首次接触日期，但无订单者）：A组仅含沉睡客户，潜在客户转入B组的比率未知。",
)
CUT_OVERLAPS = Text(
    "A customer of several counts in each, so the parts do not sum to the whole; who never bought"
    " in a part is a prospect there.",
    "同一客户若涉及多项，则在各项中分别计入，各部分之和不等于总体；从未在某项下单者，在该项中视为潜在客户。",
)
CUT_REST = Text(
    "There are {values} values of {by}: shown are the {most} with the most money, {share} of it.",
    "{by}共有{values}个取值；此处仅列金额最高的{most}个，占总额的{share}。",
)
NO_CUT_VALUES = Text(
    "Unknown: no order names its {by}; the rows are for all orders.",
    "未知：没有订单标明{by}；以下各行为全部订单。",
)
CUT_PARTIAL_YEAR = Text(
    "{year} is counted up to {last} (that day not included); where years are compared, the same"
    " days of the year before stand against it.",
    "{year}年仅计至{last}（不含当日）；逐年比较时，以上一年的相同日期为对照。",
)
CUT_ONE_YEAR = Text(
    "Unknown: from {first} to {last} (that day not included) there is no year with one before it"
    " to compare with.",
    "未知：{first}至{last}（不含当日）没有可与上一年相比的年份。",
)
OTHERS_ALIKE = Text(
    " The same holds, with figures of their own, for {cut_others} other values.",
    "另有{cut_others}个取值同样如此，数值各异。",
)
