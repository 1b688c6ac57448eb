"""What a fit and its totals say, in sentences; and the figures that every answer of value has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses.columns import count, number, share, text
from regulars.declare import Column, Text
from regulars.result import Note

MODEL_NAMES = {"bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "pareto_nbd": "Pareto/NBD"}

FAILED = Text("Nothing could be fitted: {why}.", "无法拟合：{why}。")
CHOSEN = Text(
    "{model} was taken: shown only what came before the last {days:.0f} days, it foretold best what"
    " each customer then did. In all it expected {expected:,.0f} purchase days; {actual:,.0f} came"
    " ({others}).",
    "选用{model}：只看最近{days:.0f}天之前的购买，它对每位客户这{days:.0f}天的预测最准。"
    "合计预期{expected:,.0f}个购买日，实际{actual:,.0f}个（{others}）。",
)
OTHER = Text("{model} {expected:,.0f}", "{model}为{expected:,.0f}")
NOT_HELD_OUT = Text(
    "Too few repeat purchases to hold some back and compare models: MBG/NBD was taken.",
    "复购太少，无法留出一部分来比较模型，因此采用MBG/NBD。",
)
ALIVE_BY_RULE = Text(
    "Under BG/NBD a customer who never came back counts as active, P = 1, however long ago the only"
    " purchase was. MBG/NBD and Pareto/NBD let such customers go.",
    "在BG/NBD模型下，只购买过一次的客户无论多久未来，存活概率都为1；MBG/NBD与Pareto/NBD则不然。",
)
WEAK = Text(
    "The data determine the parameters weakly (loosest: {together}); the intervals of the totals"
    " show what that means.",
    "数据对参数的约束较弱（最松的方向：{together}）；合计的区间已反映这一点。",
)
RIDGE = Text(
    "The parameters are on a flat ridge: {together} move together and the data do not tell them"
    " apart. Totals near the length of the history are still determined, far ones are not.",
    "参数落在平坦的“山脊”上：{together}同步变动，数据无法区分。"
    "与历史长度相当的合计仍可靠，更远的则不可靠。",
)
BOUNDARY = Text(
    "The best fit lies at the end of the range of {ends}: the data fit a simpler law than this"
    " model's, or are too few.",
    "最优拟合位于{ends}取值范围的边界：数据符合更简单的规律，或数据太少。",
)
NOT_FOUND = Text(
    "No best fit was found; do not rely on these figures.", "未找到最优拟合，请勿采用这些数字。"
)
FLAT_SPEND = Text(
    "Spends are alike or too few for a model of them: every purchase day is taken at"
    " {amount:,.2f}.",
    "消费额几乎相同或太少，无法建模：每个购买日一律按{amount:,.2f}计。",
)
NO_SPEND = Text(
    "Nobody has spent anything after a first purchase day: what an order is worth is unknown.",
    "没有客户在首购日之后有净消费，客单价未知。",
)
NO_MARGIN = Text(
    "No margin given, so lifetime values are unknown; the expected spend stands in their place.",
    "未给毛利率，生命周期价值未知；请以预期消费额代替。",
)
BEYOND = Text(
    "{share:.0%} of the lifetime value lies further ahead than the history is long: it rests on the"
    " model alone.",
    "生命周期价值中有{share:.0%}位于比历史长度更远的未来，仅以模型为依据。",
)
LEAST_BEYOND = 0.005
STATUS = {"weakly": WEAK, "ridge": RIDGE, "boundary": BOUNDARY, "not_found": NOT_FOUND}


def told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the fit told, from the rows of `value_told`."""
    return dict(json.loads(rows[0]["told"])) if rows else {"failed": "no history"}


_SUMS = (
    ("orders", "expected_orders_365d", Text(
        "Expected purchase days in the next 365 days.", "未来365天的预期购买天数。"), "days"),
    ("spend", "expected_spend_365d_minor", Text(
        "Expected spend in the next 365 days.", "未来365天的预期消费额。"), "minor"),
    ("value_year", "clv_365d_minor", Text(
        "Discounted contribution expected in the next 365 days.",
        "未来365天的预期贡献毛利（折现）。"), "minor"),
    ("value_lifetime", "clv_lifetime_minor", Text(
        "Discounted contribution expected up to the lifetime horizon.",
        "至生命周期截止的预期贡献毛利（折现）。"), "minor"),
)  # fmt: skip


def _ends(name: str) -> tuple[str, str, str]:
    stem, minor = (name.removesuffix("_minor"), "_minor") if name.endswith("_minor") else (name, "")
    return name, f"{stem}_low{minor}", f"{stem}_high{minor}"


def _columns() -> Iterator[Column]:
    yield count("customers", "Customers who ever bought.", "买过的客户数。")
    yield number(
        "alive", "Customers expected to be active: the sum of P(alive).",
        "预期仍存活的客户数（存活概率之和）。", "customers",
    )  # fmt: skip
    for _, name, meaning, unit in _SUMS:
        value, low, high = _ends(name)
        yield number(value, meaning.en, meaning.zh, unit)  # type: ignore[arg-type]
        yield number(
            low,
            "Lower end of its 95% interval.",
            "其95%区间下限。",
            unit,  # type: ignore[arg-type]
        )
        yield number(
            high,
            "Upper end of its 95% interval.",
            "其95%区间上限。",
            unit,  # type: ignore[arg-type]
        )
    yield share(
        "beyond_history",
        "Share of the lifetime value that lies further ahead than the history is long.",
        "生命周期价值中位于比历史长度更远的未来的比例。",
    )


TOTAL_COLUMNS = tuple(_columns())
MODEL_COLUMN = text(
    "model", "Model of purchases.", "购买模型。", choices=("bg_nbd", "mbg_nbd", "pareto_nbd")
)


def total_row(total: Mapping[str, Any]) -> dict[str, Any]:
    """One total as told, by column."""
    row = {
        "customers": round(total["customers"]),
        "alive": total["alive"],
        "beyond_history": total["beyond"],
    }
    for figure, name, _, _ in _SUMS:
        value, low, high = _ends(name)
        found = total[figure]
        row |= {value: found["value"], low: found["low"], high: found["high"]}
    return row


def figures(found: Mapping[str, Any]) -> dict[str, Any]:
    """The whole base's totals; unknown where nothing was fitted."""
    if "failed" in found:
        return {"model": None} | {column.name: None for column in TOTAL_COLUMNS}
    return {"model": found["fitted"]["model"]} | total_row(found["totals"][0])


def notes(found: Mapping[str, Any], *, minor_per_major: int) -> tuple[Note, ...]:
    """What must be said of a fit."""
    if "failed" in found:
        return (Note("not_fitted", FAILED, {"why": found["failed"]}),)
    return (
        *_of_choice(found),
        *_of_fit(found["fitted"]),
        *_of_spend(found["fitted"]["spend"], minor_per_major),
        *_of_terms(found),
    )


def _of_choice(found: Mapping[str, Any]) -> Iterator[Note]:
    choice = found["choice"]
    if choice is None:
        return
    if not choice["held_out"]:
        yield Note("not_held_out", NOT_HELD_OUT)
        return
    model = choice["model"]
    others = [name for name in choice["expected"] if name != model]
    rest = {
        lang: ("; " if lang == "en" else "；").join(
            OTHER.fill(lang, model=MODEL_NAMES[name], expected=choice["expected"][name])
            for name in others
        )
        for lang in ("en", "zh")
    }
    words = Text(
        CHOSEN.en.replace("{others}", rest["en"]), CHOSEN.zh.replace("{others}", rest["zh"])
    )
    yield Note(
        "model_chosen",
        words,
        {
            "model": MODEL_NAMES[model],
            "days": choice["days"],
            "expected": choice["expected"][model],
            "actual": choice["actual"],
        },
    )


def _of_fit(fitted: Mapping[str, Any]) -> Iterator[Note]:
    if fitted["model"] == "bg_nbd":
        yield Note("alive_by_rule", ALIVE_BY_RULE)
    how = fitted["purchases"]["whole"]["determination"]
    if how["status"] in STATUS:
        said = {"together": ", ".join(how["direction"]), "ends": ", ".join(how["at_bound"])}
        yield Note(f"fit_{how['status']}", STATUS[how["status"]], said)


def _of_spend(law: Mapping[str, Any], minor_per_major: int) -> Iterator[Note]:
    if law["how"] == "unknown":
        yield Note("no_spend", NO_SPEND)
    elif law["how"] == "constant":
        yield Note("flat_spend", FLAT_SPEND, {"amount": law["amount"] / minor_per_major})


def _of_terms(found: Mapping[str, Any]) -> Iterator[Note]:
    beyond = found["totals"][0]["beyond"]
    if found["terms"]["margin"] is None:
        yield Note("no_margin", NO_MARGIN)
    elif beyond is not None and beyond >= LEAST_BEYOND:
        yield Note("beyond_history", BEYOND, {"share": beyond})
