"""`value_calibration`: tenths of the customers by what was expected of them, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses import backtesting
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, flag, number
from regulars.analyses.value_words import MODEL_COLUMN
from regulars.declare import Text
from regulars.result import Note

TWO_ORDERS = Text(
    "Tenths of orders and tenths of spend hold different people: each is ordered by its own"
    " expectation.",
    "按订单与按消费额划分的十分组由不同的人组成：各按自己的预期排序。",
)
_NONE: dict[str, Any] = dict.fromkeys(
    ("customers", "predicted", "low", "high", "actual", "covered")
)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    told, notes = backtesting.read(question, plan, fetched)
    if not told:
        return Answer([], dict.fromkeys(("cut_day", "model")), tuple(notes))
    spends = told["tenths"]["spend"] or [_NONE] * len(told["tenths"]["orders"])
    rows = [
        {
            "tenth": place,
            "customers": orders["customers"],
            "predicted_orders": orders["predicted"],
            "predicted_orders_low": orders["low"],
            "predicted_orders_high": orders["high"],
            "actual_orders": orders["actual"],
            "orders_covered": orders["covered"],
            "predicted_spend_minor": spend["predicted"],
            "predicted_spend_low_minor": spend["low"],
            "predicted_spend_high_minor": spend["high"],
            "actual_spend_minor": spend["actual"],
            "spend_covered": spend["covered"],
        }
        for place, (orders, spend) in enumerate(
            zip(told["tenths"]["orders"], spends, strict=True), start=1
        )
    ]
    figures = {"cut_day": plan.values["cut"], "model": told["model"]}
    return Answer(rows, figures, (*notes, Note("two_orders", TWO_ORDERS)))


ANALYSIS = Analysis(
    name="value_calibration",
    title=Text("Backtest of value, by tenth", "价值回测：十分组校准"),
    question=Text(
        "Do customers of whom much was expected bring much, and as much as expected?",
        "预期高的客户，实际是否也高、且与预期相符？",
    ),
    rows=Text(
        "One tenth of the customers, the highest expected first; means per customer.",
        "客户的十分之一，预期最高者在前；数值为人均。",
    ),
    source="8-statistics, intervals on value",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=backtesting.PARAMETERS,
    columns=(
        count("tenth", "1 is the tenth of whom most was expected.", "1为预期最高的十分之一。"),
        count("customers", "Customers in it.", "该组客户数。"),
        number("predicted_orders", "Purchase days expected.", "预期购买天数。", "days"),
        number(
            "predicted_orders_low", "95% interval of the mean, low.", "均值95%区间下限。", "days"
        ),
        number("predicted_orders_high", "And high end.", "均值95%区间上限。", "days"),
        number("actual_orders", "Purchase days that came.", "实际购买天数。", "days"),
        flag("orders_covered", "What came lies in the interval.", "实际是否落在区间内。"),
        number("predicted_spend_minor", "Net spend expected.", "预期净消费额。", "minor"),
        number("predicted_spend_low_minor", "95% interval, low.", "其95%区间下限。", "minor"),
        number("predicted_spend_high_minor", "And high end.", "其95%区间上限。", "minor"),
        number("actual_spend_minor", "Net spend that came.", "实际净消费额。", "minor"),
        flag("spend_covered", "What came lies in the interval.", "实际是否落在区间内。"),
    ),
    figures=(
        day(
            "cut_day", "The day before which the model was fitted.", "切分日：模型以此前数据拟合。"
        ),
        MODEL_COLUMN,
    ),
    steps=backtesting.STEPS,
    plan=backtesting.plan_of(),
    finish=finish,
)
