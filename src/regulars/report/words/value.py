"""What customers are worth from here on, and how sure that is."""

from regulars.declare import Text

SUBJECT = Text("What customers are worth", "客户价值")
SAID = Text("{said}", "{said}")
TITLE = Text(
    "The top tenth of customers is expected to bring {share} of the coming year's spend",
    "未来一年的消费，预计{share}来自价值最高的10%客户",
)
TITLE_FEW = Text(
    "Customers are expected to spend {spend} in the coming year", "未来一年客户预计消费{spend}"
)
TITLE_NO_SPEND = Text(
    "What an order is worth is not known: nobody has spent anything on a second day",
    "客单价未知：尚无客户在首购日之后有净消费",
)
TOTAL = Text(
    "All {customers} customers who ever bought, taken together, are expected to spend {spend} in"
    " the 365 days from {day} ({range}, 95% interval).",
    "买过的全部{customers}位客户，自{day}起的365天内预计合计消费{spend}（95%区间：{range}）。",
)
TOTAL_BARE = Text(
    "All {customers} customers who ever bought, taken together, are expected to spend {spend} in"
    " the 365 days from {day}.",
    "买过的全部{customers}位客户，自{day}起的365天内预计合计消费{spend}。",
)
ALIVE = Text(
    "About {alive} of them ({share}) are expected to be still active. {orders} purchase days are"
    " expected of all together{range}.",
    "其中约{alive}位（{share}）预计仍活跃。全体预计共产生{orders}个购买日{range}。",
)
LIFETIME = Text(
    "Over {years} years, at a margin of {margin}, they are worth {value} ({range}), discounted by"
    " {rate} a year.",
    "按{margin}毛利率、年折现率{rate}计，{years}年内的价值合计为{value}（{range}）。",
)
FAR = Text(
    "Of what they should bring over {years} years, {share} lies further ahead than the history is"
    " long: that part rests on the model alone.",
    "若看{years}年，{share}的预期价值位于比现有历史更远的未来，这部分仅以模型为依据。",
)
RANGE = Text(" ({low}–{high}, 95% interval)", "（95%区间：{low}–{high}）")
UNKNOWN_SOME = Text(
    "For {customers} customers the expected spend is unknown; they stand in a row of their own.",
    "另有{customers}位客户的预期消费额未知，表中单列一行。",
)
PICTURE = Text(
    "Share of the expected spend by tenth of the customers, highest first. All numbers are in the"
    " table.",
    "按预期消费额十等分的客户各自的占比，由高到低。全部数字见数据表。",
)
SOURCE = Text(
    "As of {as_of}: the {customers} customers who ever bought before that day; expected spend of"
    " the 365 days after it.",
    "截至{as_of}（不含当日）买过的{customers}位客户；此后365天的预期消费额。",
)
TENTHS = Text("Expected spend by tenth of the customers", "按预期消费额十等分")
TENTH = Text("Tenth", "十分组")
UNKNOWN_ROW = Text("unknown: {why}", "未知：{why}")
EXPECTED_ACTIVE = Text("Expected active", "预期存活客户数")
PURCHASE_DAYS = Text("Purchase days expected", "预期购买天数")
SPEND = Text("Expected spend", "预期消费额")
LEAST = Text("Lowest in it", "组内最低")
SHARE_OF_SPEND = Text("Share", "占比")
CUMULATIVE = Text("Cumulative", "累计占比")

ACTIVE_TITLE = Text(
    "{customers} customers bought {history}: {alive} of them are expected to be still active",
    "{customers}位客户{history}：预计其中{alive}仍活跃",
)
ACTIVE_LEAD = Text(
    "Each cell: the mean probability that a customer there is still active, and how many there are."
    " The longer the silence beside one's own rhythm, the less likely.",
    "每格为平均存活概率与客户数。沉默时间相对自身节奏越长，存活的可能越小。",
)
ACTIVE_PICTURE = Text(
    "Probability of being active by purchase days and days since the last. All numbers are in the"
    " table.",
    "按购买天数与距末次购买天数划分的存活概率。全部数字见数据表。",
)
WORTH_TITLE = Text(
    "{share} of the expected spend comes from {customers} customers who bought {history}",
    "预期消费额的{share}来自{customers}位{history}的客户",
)
WORTH_LEAD = Text(
    "Each cell: the expected spend of one customer there in the next 365 days, in {currency}, and"
    " how many there are.",
    "每格为未来365天的人均预期消费额（{currency}）与客户数。",
)
WORTH_PICTURE = Text(
    "Expected spend per customer by purchase days and days since the last. All numbers are in the"
    " table.",
    "按购买天数与距末次购买天数划分的人均预期消费额。全部数字见数据表。",
)
MATRIX = Text("Frequency by recency, as in the picture", "频次×近度（与图一致）")
OFTEN = Text("Purchase days", "购买天数")
SILENT = Text("Days since the last", "距末次购买天数")
ACTIVE = Text("P(alive)", "存活概率")
EACH = Text("Per customer", "人均")
HISTORY = Text("on {days} days, the last {silent}", "购买{days}天、末次在{silent}")
HISTORY_ONCE = Text("only once, {silent}", "只买过1次、时在{silent}")
DAYS_AGO = Text("{days} days ago", "{days}天前")
OVER_AGO = Text("over {days} days ago", "超过{days}天前")
WITHIN_AGO = Text("within {days} days", "{days}天内")

BY_SEGMENT = Text(
    "Most is expected of customers of {segment}: {spend} ({range}) in the coming year",
    "{segment}的客户预计贡献最多：未来一年{spend}（{range}）",
)
BY_SEGMENT_LEAD = Text(
    "Each dot is the expected spend of one segment, the line its 95% interval: what all its"
    " customers together will spend. Small segments lean on the whole base.",
    "每个点为一组客户的预期消费额，线段为其95%区间（该组客户合计）。小组向整体靠拢。",
)
BY_SEGMENT_PICTURE = Text(
    "Expected spend by segment with its 95% interval. All numbers are in the table.",
    "各组预期消费额及95%区间。全部数字见数据表。",
)
TOTALS = Text("Totals with their 95% intervals", "合计及95%区间")
TOTALS_BY_YEAR = Text(
    "Totals by year of the first purchase, with their 95% intervals", "按首购年份的合计及95%区间"
)
SEGMENT = Text("Segment", "分组")
YEAR = Text("First bought in", "首购年份")
LIFETIME_HEAD = Text("Lifetime value", "生命周期价值")

TRACKING_TITLE = Text(
    "Tested on the past: the model's orders were {model} off, the best plain rule's {rule}",
    "回测：订单总数模型误差{model}，最好的简单规则误差{rule}",
)
TRACKING_TITLE_RULE = Text(
    "Tested on the past, a plain rule came nearer: its orders were {rule} off, the model's {model}",
    "回测中简单规则更准：订单总数误差{rule}，模型误差{model}",
)
TRACKING_TITLE_ALONE = Text(
    "Tested on the past: the model's orders were {model} off", "回测：订单总数模型误差{model}"
)
RULES_WON = Text(
    "At {measures} measures a plain rule did better; each is named under the picture.",
    "在{measures}项衡量上简单规则更准，逐项列于图下。",
)
TRACKING_SUBJECT = Text("How well value was foretold in the past", "回测：预测有多准")
TRACKING_PICTURE = Text(
    "Repeat orders of each month, as they came and as the model expected them. All numbers are in"
    " the table.",
    "各月实际与预期的复购次数。全部数字见数据表。",
)
BACKTEST_SOURCE = Text(
    "Fitted to orders before {cut}; orders from then to {as_of} foretold, for the {customers}"
    " customers who had bought by the cut.",
    "以{cut}之前的订单拟合，预测自该日起至{as_of}（不含当日）；对象为切分日之前买过的{customers}位客户。",
)
CALIBRATION_TITLE = Text(
    "{inside} of {groups} tenths of customers bought as much as expected, within the interval",
    "{groups}个十分组中，{inside}个的实际购买落在预期区间内",
)
CALIBRATION_LEAD = Text(
    "Customers stand in tenths by the orders expected of them at the cut; the interval is that of"
    " the tenth's sum (95%).",
    "按切分日的预期订单将客户十等分；区间为该组合计的95%区间。",
)
CALIBRATION_PICTURE = Text(
    "What came in each tenth, against what was expected. All numbers are in the table.",
    "各十分组的实际与预期。全部数字见数据表。",
)
METHODS = Text("The model beside plain rules", "模型与简单规则对照")
MONTHS = Text("Orders by month", "逐月订单")
TENTHS_TESTED = Text("Tenths by expected orders", "按预期订单十等分")
FORECAST = Text("Forecast", "预测方式")
FORETOLD_ORDERS = Text("Orders foretold", "预测订单")
FORETOLD_SPEND = Text("Spend foretold", "预测消费额")
OFF = Text("Off by", "偏差")
ERROR = Text("RMSE per customer", "人均均方根误差")
EXPLAINED = Text("Differences explained", "解释的差异")
FOUND = Text("Top 20% found", "找出的前20%")
FROM = Text("Month from", "月份起始日")
PHASE = Text("Phase", "阶段")
CAME = Text("Came", "实际")
EXPECTED = Text("Expected", "预期")
LOW = Text("95% low", "95%下限")
HIGH = Text("95% high", "95%上限")
