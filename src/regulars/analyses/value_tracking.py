"""`value_tracking`: orders month by month, as they came and as the model expects them."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import backtesting
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, flag, number, text
from regulars.analyses.value_words import MODEL_COLUMN
from regulars.declare import Text
from regulars.result import Note
from regulars.steps.compose import Target

PHASE = text(
    "phase",
    "What the model was fitted to (before), or what it foretold (after).",
    "用于拟合（before）或作为预测（after）。",
    choices=("before", "after"),
)
BEFORE_CUT = Text(
    "Before the cut the model knows the days of the first purchases only; after it, each customer's"
    " history at the cut. Intervals hold after the cut.",
    "切分日之前，模型只知道首购日期；之后则依据每位客户在切分日的历史。区间仅适用于切分日之后。",
)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    told, notes = backtesting.read(question, plan, fetched)
    if not told:
        return Answer([], dict.fromkeys(("cut_day", "model")), tuple(notes))
    rows = [
        {
            "month": row["month"],
            "phase": row["phase"],
            "from_day": row["from_day"],
            "to_day": row["to_day"],
            "complete": row["complete"],
            "actual_orders": row["actual"],
            "expected_orders": row["expected"],
            "expected_low": row.get("low"),
            "expected_high": row.get("high"),
            "actual_cumulative": row["cumulative_actual"],
            "expected_cumulative": row["cumulative"],
            "expected_cumulative_low": row.get("cumulative_low"),
            "expected_cumulative_high": row.get("cumulative_high"),
        }
        for row in backtesting.months(told, plan, fetched["backtest_days"])
    ]
    figures = {"cut_day": plan.values["cut"], "model": told["model"]}
    return Answer(rows, figures, (*notes, Note("before_cut", BEFORE_CUT)))


ANALYSIS = Analysis(
    name="value_tracking",
    title=Text("Backtest of value, month by month", "价值回测：逐月跟踪"),
    question=Text(
        "How many repeat orders came each month, and how many did the model expect?",
        "每个月实际有多少次复购，模型预期多少？",
    ),
    rows=Text("One month, counted from the cut.", "一个月，自切分日起计。"),
    source="8-statistics, intervals on value",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=backtesting.PARAMETERS,
    columns=(
        count(
            "month",
            "Months from the cut; 1 is the first after it.",
            "距切分日的月序，1为其后首月。",
        ),
        PHASE,
        day("from_day", "First day.", "首日。"),
        day("to_day", "The day after the last.", "末日之次日。"),
        flag("complete", "A whole month.", "是否为完整的一个月。"),
        count("actual_orders", "Repeat purchase days that came.", "实际复购天数。", "days"),
        number("expected_orders", "Repeat purchase days expected.", "预期复购天数。", "days"),
        number("expected_low", "95% interval of the sum, low end.", "合计的95%区间下限。", "days"),
        number(
            "expected_high", "95% interval of the sum, high end.", "合计的95%区间上限。", "days"
        ),
        count(
            "actual_cumulative",
            "Came since the start of the phase.",
            "自本阶段开始的实际累计。",
            "days",
        ),
        number(
            "expected_cumulative",
            "Expected since the start of the phase.",
            "自本阶段开始的预期累计。",
            "days",
        ),
        number("expected_cumulative_low", "95% interval, low end.", "其95%区间下限。", "days"),
        number("expected_cumulative_high", "95% interval, high end.", "其95%区间上限。", "days"),
    ),
    figures=(
        day(
            "cut_day", "The day before which the model was fitted.", "切分日：模型以此前数据拟合。"
        ),
        MODEL_COLUMN,
    ),
    steps=backtesting.STEPS,
    plan=backtesting.plan_of(Target("backtest_days")),
    finish=finish,
)
