"""Acquisition against retention in words."""

from collections.abc import Mapping

from regulars.declare import Text

MORE_RETENTION = Text(
    "Less on acquisition, more on retention: a prospect is then worth {best} instead of {now}",
    "减少获客、增加留存投入：每位潜在客户的价值由{now}升至{best}",
)
MORE_ACQUISITION = Text(
    "More on acquisition, less on retention: a prospect is then worth {best} instead of {now}",
    "增加获客、减少留存投入：每位潜在客户的价值由{now}升至{best}",
)
MORE_BOTH = Text(
    "More on both: a prospect is then worth {best} instead of {now}",
    "两方面都增加投入：每位潜在客户的价值由{now}升至{best}",
)
LESS_BOTH = Text(
    "Less on both: a prospect is then worth {best} instead of {now}",
    "两方面都减少投入：每位潜在客户的价值由{now}升至{best}",
)
AT_BEST = Text(
    "The present split is the best: a prospect is worth {now}",
    "目前的分配已是最优：每位潜在客户价值{now}",
)
SPLIT = Text(
    "Now {a0} per prospect and {r0} per customer; best {a1} and {r1}.",
    "目前每位潜在客户获客投入{a0}，每位客户留存投入{r0}；最优为{a1}与{r1}。",
)
IN_ALL = Text("For {n} prospects that is {gain} more.", "{n}位潜在客户合计增加{gain}。")
SURE = Text(
    "The optimum is as good as the ceilings and rates, which only an experiment with your own "
    "budget tells; no interval is given, since none of them has an error here.",
    "最优解取决于上限与响应率，须以自身预算做对照实验测定；此处各项均无误差，因此不给出区间。",
)
KPI = Text(
    "{share} of the KPIs ({n} of {all}) reward acquisition alone: what is measured is what is "
    "done.",
    "{all}项考核指标中有{n}项（{share}）只奖励获客：考核什么，就会做什么。",
)
ROI = Text(
    "By the ledger, a unit of money on acquisition returned {acquisition}, on retention "
    "{retention}: an association, not the effect of a unit more.",
    "按台账，每单位获客投入回报{acquisition}，留存投入回报{retention}：仅为相关，并非追加投入的效果。",
)
BLOCK = Text("Now {now} per prospect, at best {best}", "每位潜在客户目前{now}，最优{best}")
PICTURE = Text(
    "Present and best split per prospect and customer. All numbers are in the table.",
    "目前与最优的投入分配。全部数字见数据表。",
)
NOW, BEST = Text("now", "目前"), Text("best", "最优")
ACQUISITION, RETENTION, EQUITY = (
    Text("Acquisition per prospect", "每位潜在客户获客投入"),
    Text("Retention per customer", "每位客户留存投入"),
    Text("Value per prospect", "每位潜在客户价值"),
)
ACQUIRED, RETAINED = Text("Acquired", "获客率"), Text("Retained", "留存率")
TABLE, WHAT = Text("The split and what comes of it", "投入分配及其结果"), Text("What", "项目")
LEDGER, ENTRY, SIDE = Text("The ledger", "预算台账"), Text("Entry", "科目"), Text("For", "用途")
SPENT, EARNED, RETURNED = Text("Spent", "投入"), Text("Earned", "产出"), Text("Return", "回报率")
SIDES: Mapping[str, Text] = {
    "acquisition": Text("acquisition", "获客"),
    "retention": Text("retention", "留存"),
    "both": Text("both", "两者"),
}
KPIS, KPI_NAME, REWARDS = (
    Text("What is rewarded", "考核内容"),
    Text("KPI", "考核指标"),
    Text("Rewards", "奖励对象"),
)
KPI_TITLE = Text("{n} of {all} KPIs reward acquisition alone", "{all}项考核指标中{n}项只奖励获客")
LEDGER_TITLE = Text("{side} returned more per unit spent", "{side}的投入回报率更高")
MARGIN, DISCOUNT = (
    Text("Margin per customer and year", "每位客户年毛利"),
    Text("Discount a year", "年折现率"),
)
C_A, K_A = (
    Text("Acquisition ceiling", "获客率上限"),
    Text("Acquisition rate per unit", "获客响应率"),
)
C_R, K_R = Text("Retention ceiling", "留存率上限"), Text("Retention rate per unit", "留存响应率")
SEARCHED = Text(
    "The best was found by search: after a change of an input run Regulars, or your solver, again.",
    "最优值由搜索求得：修改输入后请重新运行Regulars，或使用规划求解。",
)
