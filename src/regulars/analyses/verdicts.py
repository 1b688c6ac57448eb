"""Who won a backtest, in words: the model, or a rule that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from regulars.declare import Text
from regulars.result import Note

Row = Mapping[str, Any]

RULES = {
    "last_period": Text("“the last period again”", "“上一期照旧”"),
    "bought_within": Text(
        "“who bought within {months} comes again”", "“近{months}个月买过者会再来”"
    ),
    "segment_mean": Text("“the mean of his segment”", "“取所属分群的均值”"),
}
# What is compared: its words, and from a row how far off it was (smaller is better).
MEASURES: Mapping[str, tuple[Text, Callable[[Row], float | None]]] = {
    "orders_total": (
        Text("the total of orders", "订单总数"),
        lambda row: None if row["orders_off"] is None else abs(row["orders_off"]),
    ),
    "spend_total": (
        Text("the total of spend", "消费总额"),
        lambda row: None if row["spend_off"] is None else abs(row["spend_off"]),
    ),
    "orders_mae": (
        Text("each customer's orders (mean absolute error)", "每位客户的订单数（平均绝对误差）"),
        lambda row: row["orders_mae"],
    ),
    "orders_rmse": (
        Text("each customer's orders (mean squared error)", "每位客户的订单数（均方误差）"),
        lambda row: row["orders_rmse"],
    ),
    "spend_mae": (
        Text("each customer's spend (mean absolute error)", "每位客户的消费额（平均绝对误差）"),
        lambda row: row["spend_mae"],
    ),
    "spend_rmse": (
        Text("each customer's spend (mean squared error)", "每位客户的消费额（均方误差）"),
        lambda row: row["spend_rmse"],
    ),
    "top": (
        Text("finding the top 20%", "找出最高的20%"),
        lambda row: None if row["top_found"] is None else 1 - row["top_found"],
    ),
}
ABSOLUTE = Text(
    " The absolute error favours whoever foretells nothing for most customers.",
    "（多数客户一次不买时，平均绝对误差偏向“预测为零”的规则。）",
)
RULE_WON = Text(
    "A plain rule did better at {what}: {rule} was off by {rule_off}, the model by {model_off}.",
    "在{what}上，简单规则更准：{rule}的误差为{rule_off}，模型为{model_off}。",
)
RULE_FOUND = Text(
    "A plain rule did better at {what}: {rule} found {rule_off} of them, the model {model_off}.",
    "在{what}上，简单规则更好：{rule}找出其中{rule_off}，模型找出{model_off}。",
)
RULE_LESS = Text(
    "A plain rule did better at {what}: the error of {rule} was {less} smaller than the model's.",
    "在{what}上，简单规则更准：{rule}的误差比模型小{less}。",
)
MODEL_WON = Text(
    "The model did better than every plain rule at {what}.",
    "模型优于所有简单规则之处：{what}。",
)
EXPLAINS = Text(
    "Of the differences between customers in orders, the model explains {model}, the best plain"
    " rule {rule}.",
    "客户之间订单数的差异，模型解释了{model}，最好的简单规则解释了{rule}。",
)
TOTALS = Text(
    "In all, the model expected {expected:,} orders ({low:,} to {high:,}); {actual:,} came.",
    "合计：模型预期{expected:,}单（{low:,}至{high:,}），实际{actual:,}单。",
)


def words(rows: Sequence[Row], *, actual: float, months: int | None) -> list[Note]:
    """Sentences: the total, who won at what, how much of the differences is explained."""
    model, rules = rows[0], rows[1:]
    said = {
        "expected": round(model["orders"]),
        "low": round(model["orders_low"]),
        "high": round(model["orders_high"]),
        "actual": round(actual),
    }
    notes = [Note("total", TOTALS, said)]
    if said["expected"] == said["actual"] == 0:  # nothing told forecasts apart
        return notes
    won = []
    for code, (name, off) in MEASURES.items():
        own, best = off(model), _best(rules, off)
        if own is None or best is None:
            continue
        if best[0] < own:
            notes.append(_lost(code, name, own=own, best=best, months=months))
        elif best[0] > own:
            won.append(name)
    if won:
        what = Text(", ".join(t.en for t in won), "、".join(t.zh for t in won))
        notes.insert(1, Note("model_won", _filled(MODEL_WON, what=what)))
    return notes + _explained(model, rules)


def _best(rules: Sequence[Row], off: Callable[[Row], float | None]) -> tuple[float, str] | None:
    found = [(value, str(row["forecast"])) for row in rules if (value := off(row)) is not None]
    return min(found, default=None)


def _lost(
    code: str, name: Text, *, own: float, best: tuple[float, str], months: int | None
) -> Note:
    rule = RULES[best[1]]
    if months is not None:
        rule = _filled(rule, months=_months(months))
    if code.endswith("_total"):
        text = _filled(
            RULE_WON, what=name, rule=rule, rule_off=_share(best[0]), model_off=_share(own)
        )
    elif code == "top":
        text = _filled(
            RULE_FOUND,
            what=name,
            rule=rule,
            rule_off=_share(1 - best[0]),
            model_off=_share(1 - own),
        )
    else:
        text = _filled(RULE_LESS, what=name, rule=rule, less=_share(1 - best[0] / own))
        if code.endswith("_mae") and best[1] == "bought_within":
            text = Text(text.en + ABSOLUTE.en, text.zh + ABSOLUTE.zh)
    return Note(f"rule_won_{code}", text)


def _explained(model: Row, rules: Sequence[Row]) -> list[Note]:
    known = [row["orders_explained"] for row in rules if row["orders_explained"] is not None]
    if model["orders_explained"] is None or not known:
        return []
    own, best = max(model["orders_explained"], 0.0), max(*known, 0.0)
    return [Note("explains", _filled(EXPLAINS, model=_share(own), rule=_share(best)))]


def _months(count: int) -> Text:
    return Text("1 month" if count == 1 else f"{count} months", str(count))


def _share(value: float) -> Text:
    text = f"{value:.1%}" if value < 0.1 else f"{value:.0%}"
    return Text(text, text)


def _filled(text: Text, **parts: Text) -> Text:
    return Text(
        text.en.format(**{name: part.en for name, part in parts.items()}),
        text.zh.format(**{name: part.zh for name, part in parts.items()}),
    )
