"""Where customers come from, and who lapses to come back cheaper."""

from regulars.declare import Text

LABEL = Text("Sources", "获客来源")
SUBJECT = Text("Where customers come from", "客户来源")
TITLE_NET = Text(
    "Customers from {source} bring most beyond their cost: {money} each",
    "来自{source}的客户扣除获客成本后价值最高：人均{money}",
)
TITLE_SPENT = Text(
    "Customers from {source} spend most, less what winning them cost: {money} each",
    "来自{source}的客户消费额扣除获客成本后最高：人均{money}",
)
TITLE_VALUE = Text(
    "Customers from {source} are worth most: {money} each",
    "来自{source}的客户价值最高：人均{money}",
)
TITLE_REVENUE = Text(
    "Customers from {source} spend most: {money} each",
    "来自{source}的客户消费最高：人均{money}",
)
TITLE_EARLY = Text("None of the sources can be valued yet", "各来源客户均未满观察期，尚无法估值")
LEAD = Text(
    "Of {customers} customers won since {start}, {share} have a known source; counted is what each "
    "brought in the first {days} days, over those who have these days behind them.",
    "{start}以来获得{customers}位客户，其中{share}来源已知；统计首单后{days}天内的金额，"
    "仅计已满该期限者。",
)
TABLE = Text("Sources, best first", "获客来源（由优到劣）")
SOURCE = Text("Source", "来源")
READY = Text("Of these measured", "可评估客户数")
SECOND = Text("Bought again", "再次购买比例")
REVENUE = Text("Revenue of each", "人均销售额")
VALUE = Text("Value of each", "人均价值")
COST = Text("Cost of each", "人均获客成本")
NET = Text("Value less cost", "价值减成本")
PAYBACK = Text("Days until paid back", "回本天数")
REJOIN_SUBJECT = Text("Lapse and rejoin", "退订再入")
REJOIN_TITLE = Text(
    "{true} of ended subscriptions were kept, not {reported}: {customers} came back cheaper as new",
    "到期订阅的真实留存率为{true}，而非{reported}：{customers}份以低价“新订”回来",
)
REJOIN_PLAIN = Text(
    "{reported} of ended subscriptions were renewed; nobody came back cheaper as new",
    "到期订阅的续订率为{reported}；无人以低价“新订”回来",
)
REJOIN_LEAK = Text("That cost {money}.", "由此损失{money}。")
REJOIN_TABLE = Text("What became of the subscriptions that ended", "到期订阅的去向")
OUTCOME = Text("Outcome", "去向")
TERMS = Text("Subscriptions", "订阅份数")
SHARE_OF_TERMS = Text("Share", "占比")
WAIT = Text("Median days until back", "间隔天数中位数")
LOST = Text("Price lost", "差价合计")
