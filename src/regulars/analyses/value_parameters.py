"""What can be asked of value: the model, the margin, the segments, how far ahead."""

from __future__ import annotations

from regulars.analyses.parameters import AS_OF
from regulars.declare import Parameter, Text

MODELS = ("auto", "bg_nbd", "mbg_nbd", "pareto_nbd")
SEGMENTS = ("none", "year", "kind", "industry", "region", "source")
SECTION = "value"
"""Of regulars.toml: the defaults of the parameters that say how value is counted."""

MODEL = Parameter(
    name="model",
    section=SECTION,
    kind="choice",
    default="auto",
    choices=MODELS,
    meaning=Text(
        "Model of purchases; auto takes the one that best foretells a part of the history held"
        " back from it.",
        "购买模型；auto选用对留出期预测最准的一种。",
    ),
)
GRAIN = Parameter(
    name="grain",
    section=SECTION,
    kind="choice",
    default="day",
    choices=("day", "week"),
    meaning=Text(
        "To what times are rounded: by week there are far fewer distinct histories, for tens of"
        " millions of customers.",
        "时间取整的单位：按周取整可大幅减少不同购买历史的数量，适用于数千万客户。",
    ),
)
MARGIN = Parameter(
    name="margin",
    section=SECTION,
    kind="number",
    unit="share",
    minimum=0.0,
    maximum=1.0,
    meaning=Text(
        "Contribution as a share of spend; without it every lifetime value is unknown.",
        "贡献毛利占消费额的比例；不填则生命周期价值未知。",
    ),
)
YEARLY_RATE = Parameter(
    name="yearly_rate",
    section=SECTION,
    kind="number",
    default=0.10,
    unit="share",
    minimum=0.0,
    maximum=10.0,
    meaning=Text("Discount rate per year.", "年折现率。"),
)
LIFETIME_YEARS = Parameter(
    name="lifetime_years",
    section=SECTION,
    kind="number",
    default=10,
    minimum=1,
    maximum=50,
    meaning=Text("Where the lifetime is cut off, in years.", "生命周期的截止年数。"),
)
SEGMENT = Parameter(
    name="segment",
    section=SECTION,
    kind="choice",
    default="none",
    choices=SEGMENTS,
    meaning=Text(
        "Fit these apart, small ones leaning on the whole base: the year of the first purchase, or"
        " what is known of the customer. Values that fewer than 20 customers share are put together"
        " under (other).",
        "分组拟合，小组向整体靠拢：按首购年份（year）或客户属性；不足20位客户的取值并入 (other)。",
    ),
)
FIT = Parameter(
    name="fit",
    kind="text",
    meaning=Text(
        "A fit made before by `regulars value fit`, by its id, instead of a new one.",
        "使用此前`regulars value fit`保存的拟合（填其编号），而不重新拟合。",
    ),
)
INTERVALS = Parameter(
    name="intervals",
    section=SECTION,
    kind="flag",
    default=True,
    meaning=Text(
        "Predictive intervals for every customer; without them it is faster.",
        "为每位客户给出预测区间；不要则更快。",
    ),
)
PARAMETERS = (AS_OF, MODEL, MARGIN, YEARLY_RATE, LIFETIME_YEARS, SEGMENT, GRAIN, FIT)
