"""Made-up answers on value: one shop with two years of first purchases, one without any fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses import find
from regulars.declare import Text
from regulars.result import Note, Result
from report.answered import result

CHOSEN = Note("model_chosen", Text("BG/NBD was taken.", "选用BG/NBD。"))
ALIVE_BY_RULE = Note("alive_by_rule", Text("One-time buyers stay active.", "一次客户计为活跃。"))
NO_MARGIN = Note("no_margin", Text("No margin given.", "未给毛利率。"))
NOT_FITTED = Note("not_fitted", Text("Nothing could be fitted: too few.", "无法拟合：太少。"))
MODEL_WON = Note("model_won", Text("The model did better at orders.", "模型在订单上更准。"))
TENTHS = (0.412, 0.21, 0.13, 0.09, 0.06, 0.04, 0.025, 0.018, 0.01, 0.005)


def _totals(customers: int, spend: int, *, margin: float | None) -> dict[str, Any]:
    value = None if margin is None else spend * margin
    row: dict[str, Any] = {"customers": customers, "alive": customers * 0.83}
    for name, figure in (
        ("expected_orders_365d", customers * 9.5),
        ("expected_spend_365d{}_minor", spend),
        ("clv_365d{}_minor", value),
        ("clv_lifetime{}_minor", None if value is None else value * 4),
    ):
        for end, factor in (("", 1.0), ("_low", 0.96), ("_high", 1.04)):
            key = name.format(end) if "{}" in name else name + end
            row[key] = None if figure is None else figure * factor
    return {**row, "beyond_history": 0.61}


def _matrix(customers: int) -> Iterator[dict[str, Any]]:
    often = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 9), (10, None))
    silent = ((0, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
    for i, (fewest, most) in enumerate(often):
        for j, (first, last) in enumerate(silent):
            if (i, j) == (5, 5):
                continue
            held = max(customers // (9 + 7 * i + 3 * j), 1)
            each = 2_000 * 3**i / 2**j
            yield {
                "purchase_days_from": fewest,
                "purchase_days_to": most,
                "recency_days_from": first,
                "recency_days_to": last,
                "customers": held,
                "p_alive": 0.99 / (1 + i * j / 4),
                "expected_spend_per_customer_minor": each,
                "expected_spend_365d_minor": each * held,
            }


def _months() -> Iterator[dict[str, Any]]:
    for i in range(12):
        after = i >= 8
        yield {
            "month": i - 7 if after else i - 8,
            "phase": "after" if after else "before",
            "from_day": dt.date(2017, 1 + i, 1),
            "to_day": dt.date(2017 + i // 11, 1 + (i + 1) % 12, 1),
            "complete": True,
            "actual_orders": 900 + 37 * i,
            "expected_orders": 930.0 + 31 * i,
            "expected_low": 890.0 + 31 * i if after else None,
            "expected_high": 970.0 + 31 * i if after else None,
        }


def _tested(*, rule_won: bool) -> Iterator[Result]:
    offs = {"model": -0.052, "last_period": 0.17, "bought_within": 0.031 if rule_won else -0.11}
    figures: dict[str, Any] = {
        "cut_day": dt.date(2017, 9, 1), "model": "bg_nbd", "customers": 2469,
    }  # fmt: skip
    yield result(
        "value_backtest",
        [
            {
                "forecast": forecast,
                "predicted_orders": 5000 * (1 + off),
                "orders_off": off,
                "orders_rmse": 1.2 + abs(off),
                "orders_explained": 0.5 - abs(off),
                "predicted_spend_minor": 9_000_000,
                "spend_off": off * 1.3,
                "top_found": 0.61,
            }
            for forecast, off in offs.items()
        ],
        figures=figures,
        notes=(MODEL_WON,),
    )
    yield result("value_tracking", list(_months()), figures=figures)
    yield result(
        "value_calibration",
        [
            {
                "tenth": tenth,
                "customers": 247,
                "predicted_orders": 30 / tenth,
                "predicted_orders_low": 27 / tenth,
                "predicted_orders_high": 33 / tenth,
                "actual_orders": (31 if tenth != 4 else 55) / tenth,
                "orders_covered": tenth != 4,
            }
            for tenth in range(1, 11)
        ],
        figures=figures,
    )


def valued(*, margin: float | None = 0.3, rule_won: bool = False, unknown: int = 0) -> list[Result]:
    """2,469 customers who first bought in one of two years."""
    spend = 445_976_700
    totals = _totals(2469, spend, margin=margin)
    parts = {"2016": (1800, 0.7), "2017": (669, 0.3)}
    asked: Mapping[str, Any] = {
        "as_of": dt.date(2018, 1, 1),
        "segment": "year",
        "margin": margin,
        "yearly_rate": 0.1,
        "lifetime_years": 10,
    }
    notes = (CHOSEN, ALIVE_BY_RULE, *(() if margin else (NO_MARGIN,)))
    tenths = [
        {
            "tenth": place,
            "customers": 247 - (place == 10),
            "alive": 247 * (1.05 - place / 20),
            "expected_orders_365d": 30_000.0 / place,
            "expected_spend_365d_minor": spend * share,
            "least_spend_365d_minor": spend * share / 400,
            "spend_share": share,
            "cumulative_share": sum(TENTHS[:place]),
        }
        for place, share in enumerate(TENTHS, start=1)
    ]
    if unknown:
        tenths.append({"customers": unknown, "alive": 1.5, "value_unknown": "no_spend"})
    figures = {
        **totals,
        "model": "bg_nbd",
        "top_tenth_share": TENTHS[0],
        "top_fifth_share": sum(TENTHS[:2]),
        "value_unknown_customers": unknown,
    }
    return [
        result(
            "value_totals",
            [
                {"segment": "(all)", **totals},
                *(
                    {"segment": name, **_totals(n, round(spend * share), margin=margin)}
                    for name, (n, share) in parts.items()
                ),
            ],
            figures=totals,
            parameters=asked,
            notes=notes,
        ),
        result("value_distribution", tenths, figures=figures, parameters=asked, notes=notes),
        result("value_fit", [], figures={"model": "bg_nbd"}, parameters=asked, notes=notes),
        result("value_matrix", list(_matrix(2469)), figures=totals, parameters=asked, notes=notes),
        *_tested(rule_won=rule_won),
    ]


def not_fitted() -> list[Result]:
    """Answers of a shop in which nothing could be fitted."""
    return [
        result(
            name,
            [],
            figures={figure.name: None for figure in find(name).figures},
            parameters={"as_of": dt.date(2025, 12, 29), "segment": "year"},
            notes=(NOT_FITTED,),
        )
        for name in (
            "value_totals", "value_distribution", "value_matrix", "value_fit",
            "value_backtest", "value_tracking", "value_calibration",
        )
    ]  # fmt: skip
