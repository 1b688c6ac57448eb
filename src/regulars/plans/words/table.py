"""A lifetime-value table and its scenarios in words."""

from regulars.declare import Text

WORTH = Text(
    "A customer is worth {value} over {lasting}", "每位客户{lasting}的生命周期价值为{value}"
)
WORTH_BETWEEN = Text(
    "A customer is worth {value} over {lasting} ({low} to {high})",
    "每位客户{lasting}的生命周期价值为{value}（{low}至{high}）",
)
COSTS = Text(
    "A customer costs {value} more than they bring over {lasting}",
    "每位客户{lasting}累计亏损{value}",
)
ACQUISITION_LOSES = Text(
    "Acquiring does not earn: after the first {period} each customer stands at {value}.",
    "获客本身不赚钱：首{period}结束时，每位客户的净值为{value}。",
)
ACQUISITION_EARNS = Text(
    "Acquiring pays for itself: after the first {period} each customer stands at {value}.",
    "获客当期即可回本：首{period}结束时，每位客户的净值为{value}。",
)
FIRST_POSITIVE = Text(
    "The sum per customer turns positive in the {nth}.", "{nth}起，单客累计净值转为正。"
)
NEVER_POSITIVE = Text(
    "The sum does not turn positive within {lasting}.", "{lasting}内累计净值未能转为正。"
)
LEVERS = Text(
    "One more point of retention is worth {point} per customer ({points} in all); acquiring 1% "
    "cheaper is worth {percent} ({percents}).",
    "留存率提高1个百分点，单客价值增加{point}（合计{points}）；"
    "获客成本降低1%，单客价值增加{percent}（合计{percents}）。",
)
RATE = Text(
    "A point of retention is worth as much as acquiring {equal} cheaper.",
    "留存率提高1个百分点，相当于获客成本降低{equal}。",
)
CEILING = Text(
    "Acquisition may cost up to {ceiling} per customer before nothing is left.",
    "单客获客成本最高可达{ceiling}，超过即无盈余。",
)
BETWEEN = Text(
    "The inputs have errors: with those given, the value lies between {low} and {high} "
    "({level} interval).",
    "输入数据存在误差：按给定误差，价值介于{low}与{high}之间（{level}区间）。",
)
MAY_BE_NOTHING = Text(
    "That includes 0: on these inputs nobody can say whether customers pay.",
    "该区间包含0：凭现有数据无法判断客户是否盈利。",
)
NO_ERRORS = Text(
    "No errors of the inputs are given, so no interval can be: the value is as sure as they are.",
    "未给出输入数据的误差，因此无法给出区间：结果的可靠程度取决于输入数据。",
)
SAID = Text("{said}", "{said}")
OBSERVED = Text(
    "Retention was measured for {observed} of {all} steps; the rest is a model's.",
    "留存率有{observed}步来自实际数据，共{all}步，其余由模型推算。",
)
MEASURED = Text(
    "Retention was measured, and its error counts.", "留存率来自实际数据，其误差已计入。"
)

VALUE_TITLE = Text(
    "From {first} after the first {period} to {last} after the {nth}",
    "单客累计净值从首{period}的{first}到{nth}的{last}",
)
VALUE_TITLE_ONE = Text("{first} after the first {period}", "首{period}单客净值为{first}")
CURVE = Text(
    "Value per customer acquired, up to and with each period. All numbers are in the table.",
    "截至各期的单客累计价值。全部数字见数据表。",
)
CURVE_SOURCE = Text(
    "Per customer acquired, discounted; across: {periods}, the first that of the acquisition.",
    "按获客人数平均，已折现；横轴为期数，1为获客当期。",
)
CURVE_SOURCE_BAND = Text(
    "Per customer acquired, discounted; across: {periods}, the first that of the "
    "acquisition; band: {level} interval.",
    "按获客人数平均，已折现；横轴为期数，1为获客当期；色带为{level}区间。",
)
TABLE = Text("The table, line by line", "逐行明细")
LINE = Text("Line", "项目")
LOW = Text("Value, low", "价值下限")
HIGH = Text("Value, high", "价值上限")

TORNADO_TITLE = Text("{field} moves the value most", "{field}对价值影响最大")
NOTHING_MOVES = Text("No input moves the value", "没有输入项影响价值")
STEP = Text(
    "Each input alone is moved: rates by one point, amounts by 1% of themselves.",
    "逐项单独变动：比率变动1个百分点，金额变动自身的1%。",
)
CUT = Text(
    "Where a move ends at the bound of what the input may be, the bar is shorter than it would be.",
    "若变动超出输入项的取值范围，则止于边界，条形因此较短。",
)
TORNADO = Text(
    "Value per customer with each input lower and higher. All numbers are in the table.",
    "各输入项降低或升高时的单客价值。全部数字见数据表。",
)
SWINGS = Text("Value with each input lower and higher", "输入项变动后的价值")
INPUT = Text("Input", "输入项")
MOVED_BY = Text("Moved by", "变动幅度")
IF_LOWER, IF_HIGHER = Text("If lower", "降低后"), Text("If higher", "升高后")
POINTS = Text("{n} point", "{n}个百分点")
INPUTS_TITLE = Text("What was put in", "输入数据")
INPUTS = Text("Inputs", "输入项")

# Scenarios against the table.
GAINS = Text(
    "“{plan}” is worth {value} more per customer: {total} in all",
    "“{plan}”使单客价值增加{value}，合计{total}",
)
LOSES = Text(
    "No scenario earns more: the best, “{plan}”, is worth {value} less per customer, {total} in "
    "all",
    "没有方案更优：其中最好的“{plan}”使单客价值减少{value}，合计{total}",
)
SAME = Text("“{plan}” changes nothing in value", "“{plan}”不改变客户价值")
NOW_AND_THEN = Text(
    "A customer is worth {before} as things are, and {after} then.",
    "每位客户目前的价值为{before}，之后为{after}。",
)
PLANNED = Text(
    "What a scenario sets is an assumption until it is tried against a control group; the gain has "
    "no interval.",
    "方案中设定的数值在经对照组检验之前只是假设，因此增益没有区间。",
)
OTHERS = Text("Of {n} scenarios it is the best.", "在{n}个方案中，该方案最优。")
NOW = Text("as things are", "现状")
PLANS_TITLE = Text(
    "{best} against {now}: what a customer is worth, and when",
    "单客价值：最优方案{best}，现状{now}",
)
PLANS = Text("Scenarios, the best first", "方案（由优到劣）")
PLAN = Text("Scenario", "方案")
GAIN = Text("Gain per customer", "单客增益")
TOTAL_GAIN = Text("Gain in all", "合计增益")
PAYS_FROM = Text("Sum positive from", "累计转正")
VALUE = Text("Lifetime value", "生命周期价值")
CHANGE_TITLE = Text(
    "“{plan}”: {line} changes most, by {value}", "“{plan}”：变化最大的是{line}，变动{value}"
)
CHANGE_NONE = Text("“{plan}” changes no line", "“{plan}”没有改变任何项目")
CHANGED = Text("Lines that change: {lines}.", "发生变化的项目：{lines}。")
PAIRS = Text(
    "Each line as things are and in the scenario, all periods together. All numbers are in the "
    "table.",
    "各项目现状与方案的对比（各期合计）。全部数字见数据表。",
)
PAIRS_SOURCE = Text("Money of all periods together, not discounted.", "各期金额合计，未折现。")
DIFFERENCES = Text("Scenario less present, {period} by {period}", "方案减现状，逐期差额")
BEFORE, AFTER = Text("Now", "现状"), Text("Then", "方案")
DIFFERENCE = Text("Difference", "差额")
TOTAL = Text("In all", "合计")
NEVER = Text("never", "未转正")
