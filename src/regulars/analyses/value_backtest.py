"""`value_backtest`: how well value was foretold, beside rules that need no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.analyses import backtesting, verdicts
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, money, number, share, text
from regulars.analyses.value_words import MODEL_COLUMN, MODEL_NAMES
from regulars.declare import Text
from regulars.result import Note
from regulars.steps.compose import Target

CHOSEN = Text(
    "{model} was chosen: of the three models it gave the highest chance to what customers did in"
    " the last {days} days before the cut.",
    "选用{model}：三种模型中，它赋予客户在切分日前最后{days}天实际行为的概率最高。",
)
BY_DEFAULT = Text(
    "{model} was taken: too few purchases to choose between the models by holding some back.",
    "采用{model}：购买太少，无法以留出部分来选择模型。",
)
COVERED = Text(
    "Of the customers, {orders} bought as often as their 80% interval says; {tenths} of {groups}"
    " tenths and {months} of {all_months} months came within the 95% interval of their sum.",
    "有{orders}的客户购买次数落在其80%区间内；{groups}个十分组中有{tenths}个、"
    "{all_months}个月中有{months}个落在合计的95%区间内。",
)
NO_EARLIER = Text(
    "The part before the cut is too short to tune rules on: only the last period stands beside the"
    " model.",
    "切分日之前太短，无法调校规则：只有“上一期照旧”可与模型对照。",
)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    told, notes = backtesting.read(question, plan, fetched)
    if not told:
        return Answer([], {figure.name: None for figure in FIGURES}, tuple(notes))
    months = [
        row
        for row in backtesting.months(told, plan, fetched["backtest_days"])
        if row["phase"] == "after"
    ]
    actual = told["actual"]
    judged = [_against(row, actual) for row in told["methods"]]
    inside = [row["low"] <= row["actual"] <= row["high"] for row in months]
    figures = {
        "cut_day": plan.values["cut"],
        "model": told["model"],
        "customers": told["customers"],
        "actual_orders": int(actual["orders"]),
        "actual_spend_minor": int(actual["spend"]),
        "rule_months": told["months"],
        "orders_covered": told["coverage"]["orders"],
        "spend_covered": told["coverage"]["spend"],
        "tenths_orders_covered": _part(told["tenths"]["orders"]),
        "tenths_spend_covered": _part(told["tenths"]["spend"]),
        "months_covered": sum(inside) / len(inside),
    }
    notes += _chosen(told)
    notes += verdicts.words(judged, actual=actual["orders"], months=told["months"])
    if len(judged) < 1 + len(verdicts.RULES):
        notes.append(Note("no_earlier", NO_EARLIER))
    said = {
        "orders": f"{figures['orders_covered']:.0%}",
        "tenths": sum(tenth["covered"] for tenth in told["tenths"]["orders"]),
        "groups": len(told["tenths"]["orders"]),
        "months": sum(inside),
        "all_months": len(inside),
    }
    notes.append(Note("covered", COVERED, said))
    return Answer([_shown(row) for row in judged], figures, tuple(notes))


def _against(row: Mapping[str, Any], actual: Mapping[str, float]) -> dict[str, Any]:
    """The row with how far off its totals are, as shares of what came."""
    off = {}
    for what in ("orders", "spend"):
        known = row[what] is not None and actual[what] > 0
        off[f"{what}_off"] = row[what] / actual[what] - 1 if known else None
    return {**row, **off}


def _part(tenths: Sequence[Mapping[str, Any]]) -> float | None:
    return sum(tenth["covered"] for tenth in tenths) / len(tenths) if tenths else None


def _chosen(told: Mapping[str, Any]) -> list[Note]:
    choice = told["choice"]
    if choice is None:
        return []
    said = {"model": MODEL_NAMES[told["model"]], "days": round(choice["days"] or 0)}
    if choice["held_out"]:
        return [Note("chosen", CHOSEN, said)]
    return [Note("by_default", BY_DEFAULT, said)]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    def cents(value: float | None) -> int | None:
        return None if value is None else int(value + 0.5)

    return {
        "forecast": row["forecast"],
        "predicted_orders": row["orders"],
        "predicted_orders_low": row.get("orders_low"),
        "predicted_orders_high": row.get("orders_high"),
        "orders_off": row["orders_off"],
        "orders_mae": row["orders_mae"],
        "orders_rmse": row["orders_rmse"],
        "orders_explained": row["orders_explained"],
        "predicted_spend_minor": cents(row["spend"]),
        "predicted_spend_low_minor": cents(row.get("spend_low")),
        "predicted_spend_high_minor": cents(row.get("spend_high")),
        "spend_off": row["spend_off"],
        "spend_mae_minor": row["spend_mae"],
        "spend_rmse_minor": row["spend_rmse"],
        "top_found": row["top_found"],
    }


FIGURES = (
    day("cut_day", "The day before which the model was fitted.", "切分日：模型以此前数据拟合。"),
    MODEL_COLUMN,
    count("customers", "Customers who had bought by the cut.", "切分日之前买过的客户数。"),
    count("actual_orders", "Purchase days that came.", "实际购买天数。", "days"),
    money("actual_spend_minor", "Net spend that came.", "实际净消费额。"),
    count(
        "rule_months",
        "N of “bought within N months”, tuned before the cut.",
        "“近N个月买过”中的N，以切分日之前的数据调校。",
    ),
    share(
        "orders_covered",
        "Customers whose orders lie in their own 80% interval; at least 80% are to be expected, as"
        " orders are whole.",
        "订单数落在各自80%区间内的客户比例；因订单为整数，应不低于80%。",
    ),
    share(
        "spend_covered",
        "Customers whose spend lies in their own 80% interval.",
        "消费额落在各自80%区间内的客户比例。",
    ),
    share(
        "tenths_orders_covered",
        "Tenths whose orders lie in the 95% interval of the sum.",
        "订单合计落在95%区间内的十分组比例。",
    ),
    share(
        "tenths_spend_covered",
        "Tenths whose spend lies in the 95% interval of the sum.",
        "消费合计落在95%区间内的十分组比例。",
    ),
    share(
        "months_covered",
        "Months after the cut whose orders lie in the 95% interval of the sum.",
        "切分日之后，订单合计落在95%区间内的月份比例。",
    ),
)

ANALYSIS = Analysis(
    name="value_backtest",
    title=Text("Backtest of value", "价值回测"),
    question=Text(
        "Had we foretold value at a day past, how near would we have come, and would a plain rule"
        " have done as well?",
        "如果当时就预测，会有多准？简单规则是否一样好？",
    ),
    rows=Text(
        "The model, then each plain rule: totals, errors per customer, the best customers found.",
        "先是模型，再是各简单规则：合计、人均误差、找出的高价值客户。",
    ),
    source="8-statistics, intervals on value; 7-model-references",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=backtesting.PARAMETERS,
    columns=(
        text(
            "forecast",
            "The model; the last period again; who bought within N months comes as often as such"
            " customers did, others not at all; the mean of the cell of recency and frequency.",
            "模型（model）；上一期照旧（last_period）；近N个月买过者按同类均值、其余为零"
            "（bought_within）；所属近度×频次分群的均值（segment_mean）。",
            choices=("model", "last_period", "bought_within", "segment_mean"),
        ),
        number("predicted_orders", "Purchase days foretold.", "预测购买天数。", "days"),
        number("predicted_orders_low", "95% interval, low.", "其95%区间下限。", "days"),
        number("predicted_orders_high", "And high end.", "其95%区间上限。", "days"),
        share("orders_off", "Foretold over what came, less 1.", "预测除以实际，减一。"),
        number("orders_mae", "Mean absolute error per customer.", "人均绝对误差。", "days"),
        number("orders_rmse", "Root mean squared error.", "均方根误差。", "days"),
        share(
            "orders_explained",
            "Differences between customers that are explained; below 0 where one mean for all"
            " would have been nearer.",
            "解释的客户间差异比例；小于0表示不如给所有人同一均值。",
        ),
        money("predicted_spend_minor", "Net spend foretold.", "预测净消费额。"),
        money("predicted_spend_low_minor", "95% interval, low.", "其95%区间下限。"),
        money("predicted_spend_high_minor", "And high end.", "其95%区间上限。"),
        share("spend_off", "Foretold over what came, less 1.", "预测除以实际，减一。"),
        number("spend_mae_minor", "Mean absolute error per customer.", "人均绝对误差。", "minor"),
        number("spend_rmse_minor", "Root mean squared error.", "均方根误差。", "minor"),
        share(
            "top_found",
            "Share of the top 20% by spend that came, who are in the top 20% foretold.",
            "实际消费最高的20%中，被预测进前20%的比例。",
        ),
    ),
    figures=FIGURES,
    steps=backtesting.STEPS,
    plan=backtesting.plan_of(Target("backtest_days")),
    finish=finish,
)
