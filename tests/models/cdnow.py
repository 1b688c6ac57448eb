"""The tenth of CDNOW's customers that the papers fit, from the purchases shipped with Regulars."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from regulars.datasets.cdnow.data import purchases

SAMPLE = Path(__file__).parents[1] / "reference" / "published" / "cdnow_sample.csv"
CUT, END = date(1997, 9, 30), date(1998, 6, 30)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Weeks from the first purchase day; purchase days, not purchases; spends in dollars."""

    x: Floats
    t_x: Floats
    T: Floats
    after: Floats
    spend: Floats


def sampled() -> list[int]:
    with SAMPLE.open(encoding="ascii", newline="") as file:
        return [int(row["master_id"]) for row in csv.DictReader(file)]


@cache
def sample() -> Sample:
    """Histories at 30 September 1997, and the repeat days of the 39 weeks after."""
    spent: dict[int, dict[date, float]] = {customer: {} for customer in sampled()}
    for row in purchases():
        days = spent.get(int(row["customer_id"]))
        if days is not None:
            day = date.fromisoformat(row["date"])
            days[day] = days.get(day, 0.0) + float(row["dollar_value"])
    rows = []
    for days in spent.values():
        first = min(days)
        repeats = [day for day in days if first < day <= CUT]
        rows.append(
            (
                len(repeats),
                (max(repeats, default=first) - first).days / 7,
                (CUT - first).days / 7,
                sum(CUT < day <= END for day in days),
                np.mean([days[day] for day in repeats]) if repeats else np.nan,
            )
        )
    return Sample(*np.array(rows, dtype=float).T)
