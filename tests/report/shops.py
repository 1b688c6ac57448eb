"""Answers as the named analyses give them: a grocery, a shrinking shop and an empty one.

The numbers are made up but hang together: terms sum to the change, rows of the matrix to their
group, shares to one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from regulars.declare import Text
from regulars.report import ReportContext
from regulars.report.write import ANALYSES
from regulars.result import Note, Result
from report import decliners, modelled, stages, valued
from report.answered import result

GROUPS = ("A", "B", "C", "D", "E")
TERMS = ("lost", "first_time", "returned", "up", "down")
CAUSES = ("price", "frequency", "basket", "discounts")


def wilson(count: int, of: int) -> tuple[float, float]:
    z, p = 1.96, count / of
    centre = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (p * (1 - p) / of + z * z / (4 * of * of)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def migration_rows(matrix: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    rows = []
    for origin, counts in matrix.items():
        whole = sum(counts)
        for target, count in zip(GROUPS, counts, strict=True):
            low, high = wilson(count, whole) if whole else (None, None)
            rows.append(
                {
                    "from_group": origin,
                    "to_group": target,
                    "customers": count,
                    "share": count / whole if whole else None,
                    "share_low": low,
                    "share_high": high,
                }
            )
    return rows


def groups_rows(
    customers: Sequence[int], revenue: Sequence[int], days: Sequence[int]
) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "customers": c,
            "customer_share": c / sum(customers),
            "revenue_minor": r,
            "revenue_share": r / sum(revenue),
            "purchase_days": d,
            "aov_minor": r / d if d else None,
        }
        for group, c, r, d in zip(GROUPS, customers, revenue, days, strict=True)
    ]


def rate(matrix: Mapping[str, Sequence[int]], name: str, start: str, end: str) -> dict[str, Any]:
    counts = matrix[start]
    moved, of = counts[GROUPS.index(end)], sum(counts)
    low, high = wilson(moved, of)
    return {name: moved / of, f"{name}_low": low, f"{name}_high": high}


def bridge_rows(terms: Mapping[tuple[str, str], tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {"tier": tier, "term": term, "customers": customers, "amount_minor": amount}
        for (tier, term), (customers, amount) in terms.items()
    ]


def retained(*, period: str, as_of: dt.date, over: bool = False) -> Result:
    """Three rates seen, three more by a curve; `over`, one is over 1."""
    rates = (0.412, 1.034 if over else 0.803, 0.871, 0.893, 0.911, 0.925)
    rows = [
        {
            "period": y,
            "customers": 2400 - 700 * y if y < 3 else 0,
            "retention": rate,
            "retention_low": rate - 0.01 * (y + 1),
            "retention_high": rate + 0.012 * (y + 1),
            "rate_from": "seen" if y < 3 else "extrapolated",
        }
        for y, rate in enumerate(rates)
    ]
    asked = {"period": period, "as_of": as_of}
    days = {"month": 30, "quarter": 91}[period]
    return result("retention", rows, figures={"period_days": days}, parameters=asked)


def renewed() -> Result:
    """Four renewals, the last two by a curve."""
    left = (0.62, 0.48, 0.41, 0.36)
    whole = {"plan": "all", "auto_renew": "all"}
    rates = {"renewal_rate": 0.678, "renewal_rate_low": 0.64, "renewal_rate_high": 0.71}
    rows: list[dict[str, Any]] = [{**whole, "tenure": 0, "due": 900, "renewed": 610, **rates}]
    for tenure, share in enumerate(left, start=1):
        seen = tenure < 3
        rows.append(
            {
                **whole,
                "tenure": tenure,
                "due": 600 // tenure if seen else 0,
                "renewed": 400 // tenure if seen else 0,
                "renewal_rate": 0.66 if seen else None,
                "survival": share,
                "survival_low": share - 0.02 * tenure,
                "survival_high": share + 0.02 * tenure,
                "rate_from": "seen" if seen else "extrapolated",
            }
        )
    return result("renewals", rows, figures={"due": 900})


def cohort_rows(
    sizes: Mapping[str, int], shares: Sequence[float], *, periods: int
) -> list[dict[str, Any]]:
    """Monthly cohorts, each one period shorter than the one before; the last is half done."""
    rows: list[dict[str, Any]] = []
    sums: dict[int, list[int]] = {}
    for i, (cohort, size) in enumerate(sizes.items()):
        for period in range(periods - i):
            last = period == periods - i - 1
            counted = size // 3 if last else size
            tilt = 1 - 0.012 * i
            active = size if period == 0 else round(counted * shares[period] * tilt)
            active = counted if period == 0 else active
            rows.append(
                {
                    "cohort": cohort,
                    "period": period,
                    "customers": counted,
                    "active": active,
                    "active_share": active / counted if counted else None,
                    "retention": None if last else shares[period + 1] / shares[period],
                    "repeat_rate": None if last else 0.55 + 0.01 * (period % 4),
                    "spend_minor": active * 4210,
                    "complete": not last,
                }
            )
            entry = sums.setdefault(period, [0, 0])
            entry[0] += counted
            entry[1] += active
    whole = [
        {
            "cohort": "all",
            "period": period,
            "customers": counted,
            "active": active,
            "active_share": active / counted if counted else None,
            "retention": None if period == periods - 1 else shares[period + 1] / shares[period],
            "repeat_rate": None if period == periods - 1 else 0.58,
            "spend_minor": active * 4210,
            "complete": False,
        }
        for period, (counted, active) in sums.items()
    ]
    return [*whole, *rows]


def concentration_rows(customers: int, total: int, shares: Sequence[float]) -> list[dict[str, Any]]:
    rows = []
    for percent, share in zip((1, 5, 10, 20, 50), shares, strict=False):
        held = -(-customers * percent // 100)
        rows.append((f"top {percent}%", held, round(total * share)))
    for percent, share in zip((50, 80, 95), shares[5:], strict=True):
        rows.append((f"customers for {percent}%", round(customers * share), total * percent // 100))
    return [
        {
            "question": question,
            "customers": held,
            "customers_share": held / customers,
            "amount_minor": amount,
            "amount_share": amount / total,
        }
        for question, held, amount in rows
    ]


def segment_rows(scale: int, spend: int) -> list[dict[str, Any]]:
    cells = []
    for r in range(1, 6):
        for f in range(1, 6):
            for m in range(1, 6):
                near = 6 - abs(r - f) - abs(f - m)
                if near > 1:
                    cells.append((r, f, m, near * scale, near * spend * (r + 2 * f + 4 * m)))
    whole = sum(c[4] for c in cells)
    return [
        {
            "r_score": r,
            "f_score": f,
            "m_score": m,
            "cell": f"{r}{f}{m}",
            "customers": customers,
            "spend_minor": amount,
            "spend_share": amount / whole,
        }
        for r, f, m, customers, amount in cells
    ]


def trend_rows(months: Sequence[str], base: Sequence[int], step: Sequence[int]) -> list[Any]:
    rows = []
    for i, month in enumerate(months):
        held = [
            b + i * s + (i * 7 + k * 11) % 9
            for k, (b, s) in enumerate(zip(base, step, strict=True))
        ]
        revenue = [0, held[1] * 900, held[2] * 2600, held[3] * 5200, held[4] * 14100]
        rows += [
            {
                "month": month,
                "group": group,
                "customers": customers,
                "revenue_minor": amount,
                "revenue_share": amount / sum(revenue),
            }
            for group, customers, amount in zip(GROUPS, held, revenue, strict=True)
        ]
    return rows


PAIR = {"before": "2017-01-01..2017-07-02", "after": "2017-07-02..2017-12-31"}
NO_PROSPECTS = Note(
    "no_prospects",
    Text(
        "No prospects imported: group A holds lapsed customers only, and the rate from never"
        " ordered to B is unknown.",
        "未导入潜在客户：A 组仅含沉睡客户，潜在客户转入 B 组的比率未知。",
    ),
)
FIRST_SEEN = Note(
    "first_seen",
    Text(
        "{share:.0%} of first orders fall in the first tenth of the history: these cohorts are"
        " first seen then, not acquired then.",
        "{share:.0%} 的首单落在历史的前十分之一：这些群组是“首次出现”，并非当时获得的新客。",
    ),
    {"share": 0.831},
)
NOTHING_BEFORE = Note(
    "nothing_before",
    Text(
        "No history precedes the earlier period, so first-time and returned customers cannot be"
        " told apart: they are 'new'.",
        "前期之前没有历史，无法区分首购与回归客户，合并为“新增”。",
    ),
)


def grocery() -> dict[str, Result]:
    """A year of 2,469 households in USD: revenue rises, and no earlier pair to compare with."""
    matrix = {
        "A": (9, 14, 11, 6, 5),
        "B": (31, 88, 21, 60, 24),
        "C": (40, 30, 96, 14, 47),
        "D": (12, 31, 8, 655, 121),
        "E": (15, 10, 42, 133, 918),
        "arrived": (0, 6, 9, 4, 9),
    }
    counts = [sum(row[i] for row in matrix.values()) for i in range(5)]
    revenue = [0, 2_214_318, 9_866_127, 61_204_550, 165_201_866]
    terms = {
        ("core", "lost"): (2, -291_884),
        ("core", "new"): (5, 642_013),
        ("core", "up"): (288, 41_804_291),
        ("core", "down"): (226, -24_416_120),
        ("rest", "lost"): (96, -2_011_475),
        ("rest", "new"): (61, 2_407_990),
        ("rest", "up"): (893, 18_223_048),
        ("rest", "down"): (898, -16_204_887),
    }
    change = sum(amount for _, amount in terms.values())
    after = sum(revenue)
    sizes = {
        "2017-01": 1641, "2017-02": 412, "2017-03": 168, "2017-04": 81, "2017-05": 52,
        "2017-06": 38, "2017-07": 24, "2017-08": 17, "2017-09": 14, "2017-10": 11, "2017-11": 6,
    }  # fmt: skip
    shares = [1, 0.81, 0.79, 0.8, 0.78, 0.79, 0.77, 0.78, 0.76, 0.77, 0.75, 0.76, 0.75]
    window = {"window_days": 182, "as_of": dt.date(2017, 12, 31)}
    answers = [
        result(
            "groups",
            groups_rows(counts, revenue, (0, 402, 611, 21_650, 29_918)),
            figures={
                "value_threshold_minor": 2914.5,
                "frequency_threshold": 2.0,
                "window_days": 182,
                "from_day": dt.date(2017, 7, 2),
                "to_day": dt.date(2017, 12, 31),
                "customers_total": sum(counts),
                "revenue_total_minor": after,
                "never_ordered": None,
                "lapsed": counts[0],
            },
            parameters={**window, "frequency_unit": "days", "swap_cd": False},
            notes=(NO_PROSPECTS,),
        ),
        result(
            "migration",
            migration_rows(matrix),
            figures={
                "value_threshold_minor": 2871.0,
                "a_to_b_rate": None,
                "a_to_b_rate_low": None,
                "a_to_b_rate_high": None,
                **rate(matrix, "b_to_e_rate", "B", "E"),
                **rate(matrix, "e_stay_rate", "E", "E"),
                "bhapkar_statistic": 21.3,
                "bhapkar_df": 4,
                "bhapkar_p": 0.00028,
            },
            parameters=PAIR,
            notes=(NO_PROSPECTS,),
        ),
        result(
            "groups_trend",
            trend_rows(
                [f"2017-{m:02d}" for m in range(6, 13)],
                (60, 190, 180, 820, 1050),
                (6, -2, 2, 4, 12),
            ),
            parameters=window,
        ),
        result(
            "bridge",
            bridge_rows(terms),
            figures={
                "revenue_before_minor": after - change,
                "revenue_after_minor": after,
                "change_minor": change,
                "change_share": change / (after - change),
                "core_customers": 521,
                "verdict": "not compared",
                "verdict_tier": "rest",
                "verdict_term": "down",
                "verdict_amount_minor": -16_204_887,
                "verdict_low_minor": None,
                "verdict_high_minor": None,
                "excess": [],
            },
            parameters=PAIR,
            notes=(NOTHING_BEFORE,),
        ),
        result(
            "causes",
            [
                {"tier": tier, "cause": cause, "customers": n, "amount_minor": amount}
                for tier, n, amounts in (
                    ("core", 514, (-1_204_411, 16_811_207, 2_610_530, -829_155)),
                    ("rest", 1791, (-902_016, 3_004_118, 512_004, -595_945)),
                )
                for cause, amount in zip(CAUSES, amounts, strict=True)
            ],
            parameters=PAIR,
        ),
        result(
            "cohorts",
            cohort_rows(sizes, shares, periods=12),
            figures={"first_seen": True, "first_tenth_share": 0.831},
            parameters={"period": "month", "as_of": dt.date(2018, 1, 1)},
            notes=(FIRST_SEEN,),
        ),
        retained(period="quarter", as_of=dt.date(2018, 1, 1)),
        renewed(),
        result(
            "concentration",
            concentration_rows(
                2469, 465_100_212, (0.071, 0.221, 0.352, 0.541, 0.856, 0.174, 0.422, 0.699)
            ),
            figures={
                "customers_total": 2469,
                "amount_total_minor": 465_100_212,
                "top_20_share": 0.541,
                "customers_for_80": 1042,
                "customers_for_80_share": 0.422,
                "gini": 0.5213,
            },
            parameters={"window_days": 365, "as_of": dt.date(2018, 1, 1)},
        ),
        result(
            "segments",
            segment_rows(7, 21_000),
            parameters={
                "window_days": 365,
                "as_of": dt.date(2018, 1, 1),
                "method": "independent",
            },
        ),
        decliners.of_grocery(),
        *stages.of_grocery(),
        *modelled.of_grocery(),
        result(
            "quality",
            [
                {"check": "orders", "rows": 155_848, "share": None},
                {"check": "refunds", "rows": 0, "share": 0.0},
                {"check": "zero_amount_orders", "rows": 1204, "share": 0.00773},
                {"check": "void_orders", "rows": 0, "share": 0.0},
                {"check": "one_time_customers", "rows": 41, "share": 0.0166},
                {"check": "days_without_orders", "rows": 1, "share": 0.00274},
                {"check": "orders_without_lines", "rows": 0, "share": 0.0},
                {"check": "lines_without_orders", "rows": 0, "share": 0.0},
            ],
            parameters={"as_of": dt.date(2018, 1, 1)},
        ),
        *valued.valued(),
    ]
    return {answer.name: answer for answer in answers}


def grocery_context() -> ReportContext:
    return ReportContext(
        workspace="Complete Journey",
        currency="USD",
        exponent=2,
        zone="America/New_York",
        as_of=dt.date(2018, 1, 1),
        facts_version=3,
        program_version="0.1.0",
        data_notice=(
            Text(
                "Complete Journey grocery data: 2,469 households, one year. The README of the "
                "Python package calls the data simulated; its R twin presents the households as "
                "real.",
                "Complete Journey杂货零售数据：2,469户家庭，为期一年。Python包的说明称数据为模拟，"
                "其R语言版本则称家庭为真实。",
            ),
        ),
    )


def shrinking() -> dict[str, Result]:
    """A shop in CNY whose revenue falls; the comparison names the core's smaller spending."""
    matrix = {
        "A": (61_204, 2_410, 980, 611, 402),
        "B": (9_811, 14_230, 1_904, 2_311, 870),
        "C": (7_204, 1_410, 9_877, 402, 1_511),
        "D": (2_918, 3_300, 304, 8_120, 1_033),
        "E": (2_190, 611, 2_404, 1_820, 7_713),
        "arrived": (0, 8_904, 4_411, 1_204, 690),
    }
    counts = [sum(row[i] for row in matrix.values()) for i in range(5)]
    revenue = [0, 184_220_100, 612_804_400, 402_118_050, 1_688_402_900]
    terms = {
        ("core", "lost"): (1_204, -188_411_200),
        ("core", "first_time"): (402, 61_204_100),
        ("core", "returned"): (188, 22_014_000),
        ("core", "up"): (3_011, 204_811_300),
        ("core", "down"): (4_870, -512_044_900),
        ("rest", "lost"): (20_919, -241_800_400),
        ("rest", "first_time"): (14_807, 160_233_000),
        ("rest", "returned"): (4_215, 51_020_600),
        ("rest", "up"): (11_204, 188_404_200),
        ("rest", "down"): (15_630, -231_009_700),
    }
    change = sum(amount for _, amount in terms.values())
    after = sum(revenue)
    excess = [
        {
            "tier": tier,
            "term": term,
            "amount_minor": amount,
            "usual_minor": round(amount * 0.9),
            "excess_minor": amount - round(amount * 0.9),
            "low_minor": amount - round(amount * 0.9) - 30_000_000,
            "high_minor": amount - round(amount * 0.9) + 30_000_000,
        }
        for (tier, term), (_, amount) in terms.items()
    ]
    for row in excess:
        if (row["tier"], row["term"]) == ("core", "down"):
            row |= {
                "usual_minor": -331_004_000,
                "excess_minor": -181_040_900,
                "low_minor": -224_500_000,
                "high_minor": -137_200_000,
            }
    pair = {"before": "2025-01-01..2025-07-01", "after": "2025-07-01..2025-12-29"}
    sizes = {
        f"{y}-{m:02d}": 5_200 - 140 * i
        for i, (y, m) in enumerate(
            [(2024, m) for m in range(7, 13)] + [(2025, m) for m in range(1, 13)]
        )
    }
    shares = [1, *(0.24 / (1 + 0.11 * p) for p in range(1, 20))]
    window = {"window_days": 181, "as_of": dt.date(2025, 12, 29)}
    answers = [
        result(
            "groups",
            groups_rows(counts, revenue, (0, 31_204, 16_880, 44_018, 52_011)),
            figures={
                "value_threshold_minor": 15_800.0,
                "frequency_threshold": 2.0,
                "window_days": 181,
                "from_day": dt.date(2025, 7, 1),
                "to_day": dt.date(2025, 12, 29),
                "customers_total": sum(counts),
                "revenue_total_minor": after,
                "never_ordered": 41_877,
                "lapsed": counts[0] - 41_877,
            },
            parameters=window,
        ),
        result(
            "migration",
            migration_rows(matrix),
            figures={
                "value_threshold_minor": 15_800.0,
                **rate(matrix, "a_to_b_rate", "A", "B"),
                **rate(matrix, "b_to_e_rate", "B", "E"),
                **rate(matrix, "e_stay_rate", "E", "E"),
                "bhapkar_statistic": 1911.0,
                "bhapkar_df": 4,
                "bhapkar_p": 0.0,
            },
            parameters=pair,
        ),
        result(
            "groups_trend",
            trend_rows(
                [f"2025-{m:02d}" for m in range(1, 13)],
                (60_000, 29_000, 21_000, 16_000, 18_000),
                (2_000, 160, -90, -120, -520),
            ),
            parameters=window,
        ),
        result(
            "bridge",
            bridge_rows(terms),
            figures={
                "revenue_before_minor": after - change,
                "revenue_after_minor": after,
                "change_minor": change,
                "change_share": change / (after - change),
                "core_customers": 9_675,
                "verdict": "compared",
                "verdict_tier": "core",
                "verdict_term": "down",
                "verdict_amount_minor": -181_040_900,
                "verdict_low_minor": -224_500_000,
                "verdict_high_minor": -137_200_000,
                "excess": excess,
            },
            parameters=pair,
        ),
        result(
            "causes",
            [
                {"tier": tier, "cause": cause, "customers": n, "amount_minor": amount}
                for tier, n, amounts in (
                    ("core", 7_881, (None, -241_800_500, -51_204_100, -14_229_000)),
                    ("rest", 26_834, (None, -61_204_000, 30_011_500, -11_413_000)),
                )
                for cause, amount in zip(CAUSES, amounts, strict=True)
            ],
            parameters=pair,
        ),
        result(
            "cohorts",
            cohort_rows(sizes, shares, periods=18),
            figures={"first_seen": False, "first_tenth_share": 0.14},
            parameters={"period": "month", "as_of": dt.date(2025, 12, 29)},
        ),
        retained(period="month", as_of=dt.date(2025, 12, 29), over=True),
        result("renewals", [], figures={"due": 0}, notes=(NO_ORDERS,)),
        result(
            "concentration",
            concentration_rows(
                61_800, after, (0.162, 0.391, 0.532, 0.702, 0.921, 0.089, 0.284, 0.571)
            ),
            figures={
                "customers_total": 61_800,
                "amount_total_minor": after,
                "top_20_share": 0.702,
                "customers_for_80": 17_551,
                "customers_for_80_share": 0.284,
                "gini": 0.6812,
            },
            parameters=window,
        ),
        result("segments", segment_rows(190, 310_000), parameters={**window, "method": "nested"}),
        decliners.of_shrinking(),
        *stages.of_shrinking(),
        *modelled.of_shrinking(),
        result(
            "quality",
            [
                {"check": "orders", "rows": 188_240, "share": None},
                {"check": "refunds", "rows": 4_112, "share": 0.0218},
                {"check": "one_time_customers", "rows": 28_804, "share": 0.466},
                {"check": "orders_without_lines", "rows": None, "share": None},
                {"check": "lines_without_orders", "rows": None, "share": None},
            ],
            parameters={"as_of": dt.date(2025, 12, 29)},
            notes=(
                Note(
                    "not_imported",
                    Text("Unknown: no {table} imported.", "未知：尚未导入 {table}。"),
                    {"table": "order_lines"},
                ),
            ),
        ),
        *valued.valued(margin=None, rule_won=True, unknown=3),
    ]
    return {answer.name: answer for answer in answers}


def shrinking_context() -> ReportContext:
    return ReportContext(
        workspace="青禾食品",
        currency="CNY",
        exponent=2,
        zone="Asia/Shanghai",
        as_of=dt.date(2025, 12, 29),
        facts_version=41,
        program_version="0.1.0",
    )


NO_ORDERS = Note(
    "no_orders", Text("Unknown: no live order in the facts.", "未知：事实中没有有效订单。")
)
FIGURES = {
    "groups": (
        "value_threshold_minor frequency_threshold window_days from_day to_day customers_total "
        "revenue_total_minor never_ordered lapsed"
    ),
    "migration": "value_threshold_minor a_to_b_rate b_to_e_rate e_stay_rate bhapkar_p",
    "bridge": "revenue_before_minor revenue_after_minor change_minor change_share verdict",
    "cohorts": "first_seen first_tenth_share",
    "concentration": "customers_total top_20_share customers_for_80 gini",
}


def empty() -> dict[str, Result]:
    """Nothing imported: no rows, every figure unknown. `causes` and the trend were not answered."""
    return {
        name: result(
            name,
            [],
            figures=dict.fromkeys(FIGURES.get(name, "").split()),
            notes=(NO_ORDERS,),
        )
        for name in ANALYSES
        if name not in ("causes", "groups_trend", "lifecycle_trend")
    }


def empty_context() -> ReportContext:
    return ReportContext(workspace="New shop", currency="JPY", exponent=0)
