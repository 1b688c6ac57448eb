"""Retention and renewals."""

from regulars.declare import Text

SUBJECT = Text("How many of those who buy buy again", "买过的客户还会不会再买")
PERIODS = {
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
    "year": Text("year", "年度"),
}
TITLE = Text(
    "Of customers who buy in their first {period}, {rate} buy in the next",
    "首个{period}购买的客户中，{rate}在下一{period}仍购买",
)
TITLE_LATER = Text(
    "Of customers who buy in their first {period}, {rate} buy in the next; later it is {later}",
    "首个{period}购买的客户中，{rate}在下一{period}仍购买；此后为{later}",
)
TITLE_EXPECTED = Text(
    "No retention was seen yet; a purchase model expects {rate} from the first {period} to the "
    "next",
    "尚无实际留存率；购买模型预期首个{period}到下一{period}为{rate}",
)
LEAD = Text(
    "A {period} here is {days} days from each customer's own first order. The rate is customers "
    "active in a {period} over those active in the one before it; who skips one and comes back "
    "counts, so it may exceed 100%.",
    "这里的“{period}”自客户首单起每{days}天一期。留存率为本期活跃客户数与上期之比；"
    "隔期回来者计入，故可超过100%。",
)
BEYOND = Text(
    "{seen} rates were seen (line); beyond them a fitted curve goes on (dashed), an extrapolation. "
    "The band is its 95% interval.",
    "实际观察到{seen}期（实线）；其后为拟合曲线外推（虚线）。色带为95%置信区间。",
)
SEEN = Text(
    "{seen} rates were seen; the band is their 95% interval.",
    "实际观察到{seen}期；色带为95%置信区间。",
)
PICTURE = Text(
    "Retention from each {period} to the next, from {rate} on. All numbers are in the table.",
    "各{period}到下一{period}的留存率，首期为{rate}。全部数字见数据表。",
)
TABLE = Text("Retention, period by period", "各期留存率")
PERIOD, COUNTED = Text("Into period", "进入第几期"), Text("Customers counted", "计入客户数")
RATE, LOW, HIGH = Text("Retention", "留存率"), Text("Low", "下限"), Text("High", "上限")
FROM = Text("From", "来源")
RENEWALS_TITLE = Text("{rate} of the terms that came up were renewed", "到期的订阅中{rate}续订")
RENEWALS_LEAD = Text(
    "{renewed} of {due} terms that came up for renewal. The picture shows how many contracts "
    "are left after each renewal.",
    "到期{due}份，续订{renewed}份。图中为每次续订后仍在的合约比例。",
)
RENEWALS_PICTURE = Text(
    "Contracts left after each renewal: {first} after the first, {last} after renewal {n}. All "
    "numbers are in the table.",
    "每次续订后仍在的合约比例：首次后{first}，第{n}次后{last}。全部数字见数据表。",
)
RENEWALS_TABLE = Text("Renewals, one after another", "逐次续订")
RENEWAL, DUE, RENEWED = Text("Renewal", "第几次续订"), Text("Due", "到期"), Text("Renewed", "续订")
RENEWAL_RATE, LEFT = Text("Renewal rate", "续订率"), Text("Contracts left", "仍在的合约")
RENEWALS_ACROSS = Text("renewals after the contract began", "合约开始后的续订次数")
