"""Who slowed beyond chance, and what is at stake with them."""

from regulars.declare import Text
from regulars.words import codes

LABEL = Text("Decline beyond chance", "超出偶然的下滑")
SUBJECT = Text("Who slowed beyond chance", "谁在超出偶然地减少购买")
TITLE = Text(
    "{named} customers slowed beyond chance: {money} a year is at stake",
    "{named}位客户的放慢超出偶然：每年涉及{money}",
)
TITLE_ONE = Text(
    "One customer slowed beyond chance: {money} a year is at stake",
    "有1位客户的放慢超出偶然：每年涉及{money}",
)
TITLE_NONE = Text(
    "Nobody slowed beyond what chance does to steady buyers", "没有客户的放慢超出偶然"
)
CLAIM = Text(
    "As many as quickened just as strikingly ({quickened}) would also slow by ordinary turnover;"
    " beyond that stand {excess}.",
    "同等程度加快的客户有{quickened}位，正常更替也会造成约同样多的放慢；超出这一水平的是{excess}位。",
)
CLAIM_NONE = Text(
    "Yet as many or more quickened just as strikingly ({quickened}): taken together this is"
    " ordinary turnover.",
    "但同等程度加快的客户也有{quickened}位：总体看属于正常更替。",
)
TELL = Text(
    "{testable} of {measured} customers bought often enough to be judged; of the others nothing is"
    " claimed.",
    "在{measured}位客户中，{testable}位购买次数足以判断；对其余客户不作结论。",
)
ABOUT = Text(
    "About {slowed} are estimated to have slowed, to {factor} of their pace; not all of them can be"
    " named.",
    "估计约有{slowed}位客户放慢至原节奏的{factor}，其中并非每位都能点名。",
)
PICTURE = Text(
    "For those with most at stake: repeat purchases expected of a steady buyer in the recent"
    " window, and those made. All numbers are in the table.",
    "涉及金额最高者：按稳定节奏近期应有的复购次数与实际次数。全部数字见数据表。",
)
SOURCE = Text(
    "Recent window: the last {days} days before {as_of}. Named at a false share of at most {q}.",
    "近期窗口：{as_of}之前的{days}天。名单的预期误列比例不超过{q}。",
)
TABLE = Text("Customers who slowed, most at stake first", "放慢的客户，涉及金额由高到低")
CUSTOMER = Text("Customer", "客户")
AT_STAKE = Text("At stake a year", "每年涉及金额")
LAST_DAY = Text("Last purchase", "最近购买")
EXPECTED = Text("Repeats expected", "预期复购次数")
MADE = Text("Repeats made", "实际复购次数")
SPOKE = Text("Evidence", "证据")
P_VALUE = Text("p", "p值")
FDR = Text("May be false", "误列可能")
EVIDENCE = codes.EVIDENCE
MORE = Text(
    "The whole list: regulars show decline --format csv -o decline.csv",
    "完整名单：regulars show decline --format csv -o decline.csv",
)
NO_NAME = Text("forgotten", "已遗忘")
