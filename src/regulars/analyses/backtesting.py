"""The backtest of value, as steps: customers at a day past, what they did after, the verdict."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from regulars.analyses.analysis import Ask, Plan, Rows
from regulars.analyses.columns import text
from regulars.analyses.parameters import AS_OF
from regulars.analyses.staleness import stale
from regulars.analyses.value_parameters import MODELS, SECTION
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Derived, Node, Step
from regulars.steps.compose import Target

LONGEST_DAYS = 365
MOST_CUSTOMERS = 2_000_000
FEW = 100
"""Repeat purchases before or after the cut under which a backtest is called rough."""

HOLDOUT_DAYS = Parameter(
    name="holdout_days",
    kind="integer",
    unit="days",
    minimum=1,
    maximum=3650,
    meaning=Text(
        "Days before the as-of day that are foretold and compared; left out, a third of the"
        " history, at most 365.",
        "统计日之前用于预测与对照的天数；不填则取历史的三分之一，最多365天。",
    ),
)
MODEL = Parameter(
    name="model",
    section=SECTION,
    kind="choice",
    default="auto",
    choices=MODELS,
    meaning=Text(
        "The purchase model; auto takes the one that best foretells the end of the part it is"
        " fitted to.",
        "购买模型；auto 选取最能预测拟合期末段的模型。",
    ),
)
PARAMETERS = (AS_OF, HOLDOUT_DAYS, MODEL)

FIRSTS = Step(
    name="backtest_firsts",
    one_row="one customer with a purchase day",
    key=("customer_key",),
    sql="""
        select customer_key, min(day) as first_day
        from purchases
        where purchase_days > 0
        group by customer_key
    """,
)

COUNTED = Step(
    name="backtest_counted",
    one_row="the whole base: who had bought by the cut, who came later",
    key=(),
    sql="""
        select
            cast(coalesce(sum(case when first_day < $cut then 1 else 0 end), 0) as bigint)
                as customers,
            cast(coalesce(sum(case when first_day >= $cut then 1 else 0 end), 0) as bigint)
                as later_customers
        from backtest_firsts
    """,
)

# Above the limit every so many-th key: multiplied by a number coprime to 1000, neighbours part.
CHOSEN = Step(
    name="backtest_chosen",
    one_row="one customer who had bought by the cut; of very many, a sample by key",
    key=("customer_key",),
    reused=True,
    sql="""
        select f.customer_key, f.first_day
        from backtest_firsts as f
        cross join backtest_counted as c
        where f.first_day < $cut
            and (c.customers <= $most_customers
                or ((abs(f.customer_key) % 1000) * 617) % 1000
                    < floor(cast(1000 * $most_customers as double) / nullif(c.customers, 0)))
    """,
)

CUSTOMERS = Step(
    name="backtest_customers",
    one_row="one customer who had bought by the cut: before an earlier cut, before the cut, after",
    key=("customer_key",),
    sql="""
        select
            f.customer_key,
            cast(date_diff('day', f.first_day, $cut) as bigint) as t,
            cast(date_diff('day', f.first_day, $earlier_cut) as bigint) as earlier_t,
            cast(sum(case when p.day < $cut then p.purchase_days else 0 end) as bigint) as x,
            cast(max(case when p.day < $cut and p.purchase_days > 0
                then date_diff('day', f.first_day, p.day) else 0 end) as bigint) as t_x,
            cast(sum(case when p.day < $cut then p.spend_minor else 0 end) as bigint)
                as spend_minor,
            cast(sum(case when p.day >= $recent_from and p.day < $cut
                then p.purchase_days else 0 end) as bigint) as recent_orders,
            cast(sum(case when p.day >= $recent_from and p.day < $cut
                then p.spend_minor else 0 end) as bigint) as recent_spend_minor,
            cast(sum(case when p.day >= $cut then p.purchase_days else 0 end) as bigint)
                as after_orders,
            cast(sum(case when p.day >= $cut then p.spend_minor else 0 end) as bigint)
                as after_spend_minor,
            cast(sum(case when p.day < $earlier_cut then p.purchase_days else 0 end) as bigint)
                as earlier_x,
            cast(max(case when p.day < $earlier_cut and p.purchase_days > 0
                then date_diff('day', f.first_day, p.day) else 0 end) as bigint) as earlier_t_x,
            cast(sum(case when p.day >= $earlier_cut and p.day < $cut
                then p.purchase_days else 0 end) as bigint) as between_orders,
            cast(sum(case when p.day >= $earlier_cut and p.day < $cut
                then p.spend_minor else 0 end) as bigint) as between_spend_minor
        from backtest_chosen as f
        left join purchases as p on p.customer_key = f.customer_key and p.day > f.first_day
        group by f.customer_key, f.first_day
    """,
)

DAYS = Step(
    name="backtest_days",
    one_row="one day with a repeat purchase of a customer who had bought by the cut",
    key=("day",),
    sql="""
        select p.day, cast(sum(p.purchase_days) as bigint) as orders
        from purchases as p
        inner join backtest_chosen as f on f.customer_key = p.customer_key
        where p.day > f.first_day and p.purchase_days > 0
        group by p.day
    """,
)


def found(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The backtest of the rows of `backtest_customers`, as one JSON text."""
    from regulars.value.backtest import NothingToTest, backtest

    now, earlier = pasts(arrays, values)
    try:
        made = backtest(now, earlier, model=values["model"])
    except NothingToTest as error:
        told: dict[str, Any] = {"unknown": error.code}
    else:
        told = _told(made, values)
    return {"found": np.array([json.dumps(_plain(told))], dtype=object)}


def pasts(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Any, Any]:
    """The customers at the cut, and those of them who had bought by the earlier cut."""
    from regulars.value.past import Past

    names = sorted({*_NOW.values(), *_EARLIER.values()})
    columns = [np.ma.getdata(arrays[name]).astype(float) for name in names]
    # Engines give rows in any order, and keys follow the order of import: by their figures, so that
    # sums of floats do not differ in the last digit.
    order = np.lexsort(columns)
    whole = {name: column[order] for name, column in zip(names, columns, strict=True)}
    taken: dict[str, Any] = {name: whole[column] for name, column in _NOW.items()}
    now = Past(**taken, horizon=float((values["as_of"] - values["cut"]).days))
    old = {name: column[whole["earlier_t"] > 0] for name, column in whole.items()}
    taken = {name: old[column] for name, column in _EARLIER.items()}
    days = float((values["cut"] - values["earlier_cut"]).days)
    earlier = Past(**taken, horizon=max(days, 1.0))
    return now, earlier


_NOW = {
    "x": "x",
    "t_x": "t_x",
    "T": "t",
    "spend": "spend_minor",
    "recent_orders": "recent_orders",
    "recent_spend": "recent_spend_minor",
    "after_orders": "after_orders",
    "after_spend": "after_spend_minor",
}
_EARLIER = {
    "x": "earlier_x",
    "t_x": "earlier_t_x",
    "T": "earlier_t",
    "after_orders": "between_orders",
    "after_spend": "between_spend_minor",
}


def _told(made: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    past, cut = made.past, values["cut"]
    first = cut - dt.timedelta(days=int(past.T.max()))
    before, after = stretches(first, cut, values["as_of"])
    tracked = made.after([float((day - cut).days) for day in after])
    return {
        "customers": len(past),
        "repeats": float(past.x.sum()),
        "model": made.fitted.model,
        "status": made.fit.determination.status,
        "choice": None if made.choice is None else made.choice.to_dict(),
        "actual": {
            "orders": float(past.after_orders.sum()),
            "spend": float(past.after_spend.sum()),
        },
        "methods": made.methods,
        "months": next((r.months for r in made.rules if r.name == "bought_within"), None),
        "coverage": made.coverage,
        "tenths": {what: made.tenths(what) for what in ("orders", "spend")},
        "before": made.before([float((day - cut).days) for day in before]).tolist(),
        "after": {name: column.tolist() for name, column in vars(tracked).items()},
        "first": first.isoformat(),
    }


def _plain(value: Any) -> Any:
    """What is not a number is left unknown."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


FOUND = Derived(
    name="backtest_found",
    one_row="the backtest",
    key=(),
    reads="backtest_customers",
    columns=(text("found", "The backtest as JSON.", "以JSON表示的回测结果。"),),
    apply=found,
    parameters=("as_of", "cut", "earlier_cut", "model"),
)

STEPS: tuple[Node, ...] = (FIRSTS, COUNTED, CHOSEN, CUSTOMERS, DAYS, FOUND)


def stretches(first: dt.date, cut: dt.date, as_of: dt.date) -> tuple[list[dt.date], list[dt.date]]:
    """Edges of months counted from the cut, back to the first day and on to the as-of day."""
    before, after = [cut], [cut]
    while before[0] > first:
        before.insert(0, max(first, _months_from(cut, -len(before))))
    while after[-1] < as_of:
        after.append(min(as_of, _months_from(cut, len(after))))
    return before, after


def _months_from(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


NOT_AS_LONG = Text(
    "Unknown: the history covers {history} days; {days} of them to be foretold leave nothing to"
    " fit to.",
    "未知：历史仅{history}天，预测期占去{days}天后没有可供拟合的部分。",
)
COMPARED = Text(
    "Fitted to what {customers:,} customers did before {cut}, compared with what they did in the"
    " {days} days from then on.",
    "以{customers:,}位客户在{cut}之前的购买拟合，与其后{days}天的实际对照。",
)
LATER = Text(
    "{later:,} customers who first bought after the cut are not in it.",
    "切分日之后才首购的{later:,}位客户不在其中。",
)
NOBODY = Text(
    "Unknown: nobody had bought by {cut}.",
    "未知：{cut}之前无人购买。",
)
NO_REPEATS = Text(
    "Unknown: nobody had bought a second time by {cut}: there is nothing to fit.",
    "未知：{cut}之前没有任何复购，无从拟合。",
)
NOTHING_AFTER = Text(
    "Nobody bought in the {days} days after the cut: shares of what came are unknown.",
    "切分日之后{days}天内无人购买：相对于实际的比例未知。",
)
ROUGH = Text(
    "Only {before:,} repeat purchases before the cut and {after:,} after it: read this as rough.",
    "切分日之前仅有{before:,}次复购、之后{after:,}次：结果仅供粗略参考。",
)
UNKNOWN = {"history_short": NOT_AS_LONG, "nobody": NOBODY, "no_repeats": NO_REPEATS}
SAMPLED = Text(
    "Counted on a sample of {sample:,} of {customers:,} customers, drawn by key.",
    "按键抽取{customers:,}位客户中的{sample:,}位计算。",
)
UNSURE = {
    "weakly": Text(
        "These purchases determine the model's parameters weakly; its expectations suffer less.",
        "这些购买对模型参数的约束较弱，但对预期的影响较小。",
    ),
    "ridge": Text(
        "The model's parameters move together on a flat ridge: they themselves are not determined,"
        " what they foretell nearly is.",
        "模型参数沿平坦的脊线同时变动：参数本身无法确定，其预测则大致可以确定。",
    ),
    "boundary": Text(
        "The likelihood rises to the end of the parameters' range: customers here hardly differ in"
        " one of the things that the model tells apart. Intervals of sums are wider than need be.",
        "似然一直升到参数范围的尽头：在模型所区分的某一方面，这里的客户几乎没有差别。合计的区间因此偏宽。",
    ),
    "not_found": Text(
        "No optimum was found: do not use these expectations.",
        "未找到最优解：请勿使用这些预期。",
    ),
}
NO_SPEND = Text(
    "Unknown: nobody spent anything after his first day and before the cut, so that spend cannot be"
    " foretold.",
    "未知：切分日之前无人在首日之后有消费，无法预测消费额。",
)


def plan_of(*targets: Target) -> Any:
    """The plan of a backtest that shows these tables beside the verdict."""

    def plan(question: Ask) -> Plan:
        as_of, first = question["as_of"], question.span.first_day
        assert first is not None  # the runner answers where there is no order
        history = (as_of - first).days
        days = question["holdout_days"] or max(1, min(history // 3, LONGEST_DAYS))
        cut = as_of - dt.timedelta(days=days)
        fitted_days = max((cut - first).days, 0)
        values = {
            "as_of": as_of,
            "cut": cut,
            "recent_from": cut - dt.timedelta(days=days),
            "earlier_cut": cut - dt.timedelta(days=min(fitted_days // 3, LONGEST_DAYS)),
            "model": question["model"],
            "most_customers": MOST_CUSTOMERS,
        }
        used = {"holdout_days": days}
        shown = (Target("backtest_found"), Target("backtest_counted"), *targets)
        return Plan(shown, values, used, stale(question))

    return plan


def read(
    question: Ask, plan: Plan, fetched: Mapping[str, Rows]
) -> tuple[dict[str, Any], list[Note]]:
    """The verdict, and what must be said of every backtest; empty where there is none."""
    (row,), (counted,) = fetched["backtest_found"], fetched["backtest_counted"]
    told = json.loads(row["found"])
    cut, first = plan.values["cut"], question.span.first_day
    said = {"cut": cut, "days": plan.used["holdout_days"], **counted}
    if "unknown" in told:
        assert first is not None
        said["history"] = (plan.values["as_of"] - first).days
        code = "history_short" if cut <= first else told["unknown"]
        return {}, [Note(code, UNKNOWN[code], said)]
    actual = told["actual"]["orders"]
    said |= {"later": counted["later_customers"], "sample": told["customers"]}
    said |= {"before": int(told["repeats"]), "after": int(actual)}
    status = told["status"]
    notes = (
        ("compared", COMPARED, True),
        ("later", LATER, said["later"] > 0),
        ("sampled", SAMPLED, told["customers"] < counted["customers"]),
        ("rough", ROUGH, min(told["repeats"], actual) < FEW),
        ("nothing_after", NOTHING_AFTER, actual == 0),
        ("no_spend", NO_SPEND, told["methods"][0]["spend"] is None),
        (f"fit_{status}", UNSURE.get(status, ROUGH), status in UNSURE),
    )
    return told, [Note(code, words, said) for code, words, true in notes if true]


def months(told: Mapping[str, Any], plan: Plan, days: Rows) -> list[dict[str, Any]]:
    """What came month by month beside what was expected, before the cut and after it."""
    as_of, cut = plan.values["as_of"], plan.values["cut"]
    before, after = stretches(dt.date.fromisoformat(told["first"]), cut, as_of)
    came = {row["day"]: row["orders"] for row in days}
    rows = _phase("before", before, came, {"expected": told["before"]})
    rows += _phase("after", after, came, told["after"])
    return [row | {"month": i - len(before) + 1} for i, row in enumerate(rows, start=1)]


def _phase(
    phase: str,
    edges: Sequence[dt.date],
    came: Mapping[dt.date, int],
    expected: Mapping[str, Sequence[float]],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    so_far, total = 0, 0.0
    for i, (begin, end) in enumerate(itertools.pairwise(edges)):
        actual = sum(orders for day, orders in came.items() if begin <= day < end)
        so_far, total = so_far + actual, total + expected["expected"][i]
        row: dict[str, Any] = {name: column[i] for name, column in expected.items()}
        row |= {"phase": phase, "from_day": begin, "to_day": end, "actual": actual}
        row |= {"complete": _months_from(begin, 1) <= end}
        rows.append(row | {"cumulative_actual": so_far, "cumulative": total})
    return rows
