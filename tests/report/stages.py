"""Made-up answers of `lifecycle` and `lifecycle_trend`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from regulars.declare import Text
from regulars.result import Note, Result
from report.answered import result

BY_CHANCE = Note(
    "by_chance",
    Text(
        "Steady buyers lapse in this count too: read each count beside the column steady.",
        "稳定购买者也会被计入衰退：请对照“若稳定”一列阅读。",
    ),
)
Counts = Mapping[str, tuple[int, float, int]]


def _now(counts: Counts, *, as_of: dt.date, figures: Mapping[str, float | None]) -> Result:
    """Stage → customers, customers if steady, net spend."""
    whole, spent = (sum(entry[i] for entry in counts.values()) for i in (0, 2))
    rows = [
        {
            "stage": stage,
            "customers": customers,
            "share": customers / whole,
            "steady_customers": steady,
            "steady_share": steady / whole,
            "revenue_minor": spend,
            "revenue_share": spend / spent,
        }
        for stage, (customers, steady, spend) in counts.items()
    ]
    return result(
        "lifecycle",
        rows,
        figures={"customers_total": whole, **figures},
        parameters={"as_of": as_of, "window_days": 365, "scheme": "gaps"},
        notes=(BY_CHANCE,),
    )


def _months(months: Sequence[str], counts: Mapping[str, tuple[int, int]], as_of: dt.date) -> Result:
    """Stage → customers in the first month, and by how many more each month."""
    rows = []
    for i, month in enumerate(months):
        held = {stage: start + i * step for stage, (start, step) in counts.items()}
        rows += [
            {
                "month": month,
                "stage": stage,
                "customers": customers,
                "share": customers / sum(held.values()),
            }
            for stage, customers in held.items()
        ]
    return result("lifecycle_trend", rows, parameters={"as_of": as_of, "months": len(months)})


def of_grocery() -> list[Result]:
    """Few lapse, and hardly more than steady buying would show; no prospects."""
    as_of = dt.date(2018, 1, 1)
    counts = {
        "acquisition": (0, 0.0, 0),
        "growth": (6, 5.45, 101_220),
        "mature": (1_741, 1_868.3, 397_664_771),
        "decline": (271, 290.7, 31_804_113),
        "lost": (281, 156.65, 9_204_551),
        "returned": (170, 147.9, 26_325_557),
        "unknown": (0, 0.0, 0),
    }
    figures = {
        "activation_rate": None,
        "second_purchase_rate": 0.9579,
        "decline_recovery_rate": 0.6214,
        "win_back_rate": 0.8874,
    }
    months = [f"2017-{month:02d}" for month in range(1, 13)]
    trend = {
        "acquisition": (0, 0),
        "growth": (360, -30),
        "mature": (1_310, 38),
        "decline": (290, -2),
        "lost": (40, 21),
        "returned": (2, 14),
        "unknown": (0, 0),
    }
    return [
        _now(counts, as_of=as_of, figures=figures),
        _months(months, trend, as_of),
    ]


def of_shrinking() -> list[Result]:
    """Most are gone; prospects are known, and so are customers of whom nothing can be said."""
    as_of = dt.date(2025, 12, 29)
    counts = {
        "acquisition": (41_877, 41_877.0, 0),
        "growth": (22_410, 23_011.4, 180_220_400),
        "mature": (20_118, 31_872.9, 1_801_404_900),
        "decline": (18_204, 9_204.2, 402_011_800),
        "lost": (94_611, 88_140.1, 61_204_000),
        "returned": (6_120, 9_301.55, 442_704_350),
        "unknown": (1_204, 1_204.0, 0),
    }
    figures = {
        "activation_rate": 0.211,
        "second_purchase_rate": 0.184,
        "decline_recovery_rate": 0.092,
        "win_back_rate": 0.061,
    }
    months = [f"2025-{month:02d}" for month in range(1, 12)]
    trend = {
        "acquisition": (30_200, 1_050),
        "growth": (24_100, -160),
        "mature": (32_400, -1_110),
        "decline": (9_100, 820),
        "lost": (61_000, 3_050),
        "returned": (8_100, -180),
        "unknown": (900, 28),
    }
    return [
        _now(counts, as_of=as_of, figures=figures),
        _months(months, trend, as_of),
    ]
