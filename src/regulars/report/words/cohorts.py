"""Cohorts by first order."""

from regulars.declare import Text

SUBJECT = Text("Whether new customers come back", "新客是否复购")
TITLE = Text(
    "{first} of customers ordered again in the {period} after their first",
    "{first}的客户在首购后的下一个{period}再次下单",
)
TITLE_LONG = Text(
    "{first} of customers ordered again in the next {period}, {later} in {period} {last}",
    "{first}的客户在首购后的下一个{period}再次下单，第{last}个{period}为{later}",
)
PERIODS = {
    "week": Text("week", "星期"),
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
    "year": Text("year", "年度"),
}
LENGTHS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
LEAD = Text(
    "A {period} here is {days} days, counted from each customer's own first order. Only customers "
    "whose {period} is over are counted; the line is dashed where these are fewer than half.",
    "这里的“{period}”指自客户首购之日起每{days}天。只统计该期已满的客户；已满期客户不足一半处画作虚线。",
)
REPEAT = Text(
    "Of those active in the first {period} after, {repeat} were active again in the one after it.",
    "首购后第1个{period}活跃的客户中，下一期复购率为{repeat}。",
)
PICTURE = Text(
    "Share of customers active by period after the first order; all cohorts together run from "
    "{first} to {later}. All numbers are in the table.",
    "首购之后各期的活跃客户占比；全部同期群合计由{first}变为{later}。全部数字见数据表。",
)
TRIANGLE = Text(
    "From the weakest to the strongest cohort, {low} to {high} came back in the next {period}",
    "各同期群在下一个{period}的回购比例从{low}到{high}不等",
)
TRIANGLE_SUBJECT = Text("Cohort by cohort", "逐同期群对比")
TRIANGLE_LEAD = Text(
    "Each row is a cohort by its first order: the darker, the larger the share that came back, in "
    "per cent. Dotted cells are periods that not all of a cohort have completed; they count those "
    "who have.",
    "每行是一个首购同期群，颜色越深表示回购占比越高（百分比）；虚线格表示该群尚未全体满期，只统计已满期的客户。",
)
TRIANGLE_PICTURE = Text(
    "Share of each cohort active in each period. All numbers are in the table.",
    "各同期群各期的活跃客户占比。全部数字见数据表。",
)
TABLE = Text("Cohorts, period by period", "各同期群各期明细")
COHORT = Text("Cohort", "同期群")
ALL = Text("All", "全部")
PERIOD = Text("Period", "期次")
COUNTED = Text("Customers counted", "计入客户数")
ACTIVE = Text("Active", "活跃客户数")
ACTIVE_SHARE = Text("Active share", "活跃占比")
RETENTION = Text("Retention", "留存率")
REPEAT_RATE = Text("Repeat rate", "复购率")
SPEND = Text("Spend", "消费额")
STATE = Text("Period over", "是否满期")
OVER = Text("yes", "是")
NOT_OVER = Text("not yet", "未满")
TOO_SHORT = Text(
    "no customer has completed a period after the one of the first order",
    "尚无客户在首购之后完整经过一期",
)
NOBODY_DONE = Text("nobody has completed this period", "尚无客户满该期")
NEXT_NOT_DONE = Text(
    "nobody who was active has completed the next period", "活跃客户中尚无人满下一期"
)
