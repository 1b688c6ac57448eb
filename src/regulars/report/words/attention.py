"""What to look at first, and how sure each of it is."""

from collections.abc import Mapping

from regulars.declare import Text

TITLE = Text("What to look at", "值得关注")
LEAD = Text(
    "Most money first. The items overlap: one customer may stand in several of them, so their"
    " money must not be added up.",
    "按金额由大到小。各项相互重叠，同一客户可能出现在多项中，金额不可相加。",
)
LIST = Text("Who they are:", "客户名单：")
LIST_WHERE = Text("Who they are (rows with {where}):", "客户名单（筛选{where}）：")

LOST: Mapping[str, Text] = {
    "core": Text("{customers} core customers did not order again", "{customers}位核心客户流失"),
    "rest": Text(
        "{customers} customers outside the core did not order again", "{customers}位非核心客户流失"
    ),
}
LOST_ONE: Mapping[str, Text] = {
    "core": Text("One core customer did not order again", "1位核心客户流失"),
    "rest": Text("One customer outside the core did not order again", "1位非核心客户流失"),
}
DOWN: Mapping[str, Text] = {
    "core": Text(
        "{customers} core customers bought less than before", "{customers}位核心客户消费下降"
    ),
    "rest": Text(
        "{customers} customers outside the core bought less than before",
        "{customers}位非核心客户消费下降",
    ),
}
DOWN_ONE: Mapping[str, Text] = {
    "core": Text("One core customer bought less than before", "1位核心客户消费下降"),
    "rest": Text("One customer outside the core bought less than before", "1位非核心客户消费下降"),
}
DECLINE = Text(
    "{customers} customers slowed beyond chance; at stake a year",
    "{customers}位客户的放慢超出偶然；每年涉及金额",
)
DECLINE_ONE = Text(
    "One customer slowed beyond chance; at stake a year", "1位客户的放慢超出偶然；每年涉及金额"
)
LAPSING = Text(
    "{customers} customers are lapsing; what they spent in the window",
    "{customers}位客户处于衰退阶段；其时间窗内的消费",
)
LAPSING_ONE = Text(
    "One customer is lapsing; what was spent in the window", "1位客户处于衰退阶段；其时间窗内的消费"
)
FADING = Text(
    "{customers} customers who bought often have not bought of late (R 1–2, F 4–5); what they"
    " spent in the window",
    "{customers}位高频客户近期未购（R 1–2、F 4–5）；其时间窗内的消费",
)
FADING_ONE = Text(
    "One customer who bought often has not bought of late (R 1–2, F 4–5); what was spent in the"
    " window",
    "1位高频客户近期未购（R 1–2、F 4–5）；其时间窗内的消费",
)
LEAK = Text(
    "{customers} subscriptions lapsed and were taken up again, cheaper, as new",
    "{customers}份订阅到期后以低价“新订”回来",
)
LEAK_ONE = Text(
    "One subscription lapsed and was taken up again, cheaper, as new",
    "1份订阅到期后以低价“新订”回来",
)

BEYOND = Text(
    "Sure: {excess} worse than usual turnover (95% interval {range}).",
    "较有把握：比正常波动多损失{excess}（95%区间：{range}）。",
)
WITHIN = Text(
    "Not beyond usual turnover: the pair of periods before shows as much.",
    "未超出正常波动：之前一对时期也有类似幅度。",
)
NOT_COMPARED = Text(
    "Not compared with usual turnover: customers always come and go.",
    "未与正常波动比较：客户总有来去。",
)
NAMED = Text(
    "Fairly sure: {excess} of them stand beyond ordinary turnover; at most {q} of the list is"
    " expected to be false.",
    "较有把握：其中{excess}位超出正常更替；名单的预期误列比例不超过{q}。",
)
NAMED_NONE = Text(
    "Not sure: as many quickened just as strikingly.", "把握不大：同等程度加快的客户同样多。"
)
STEADY_MORE = Text(
    "Partly chance: steady buying alone would show {steady} of them.",
    "部分出于偶然：即使人人稳定购买，也会有{steady}位。",
)
STEADY_ALL = Text(
    "May be chance: steady buying alone would show {steady}.",
    "可能出于偶然：人人稳定购买也会有{steady}位。",
)
STEADY_UNKNOWN = Text("Not compared with steady buying.", "未与稳定购买比较。")
NOT_TESTED = Text(
    "Not tested: scores put customers in order, they do not tell a decline from chance.",
    "未经检验：评分只排先后，不能区分下滑与偶然。",
)
COUNTED = Text("Counted, not estimated.", "为实际计数，并非估计。")
