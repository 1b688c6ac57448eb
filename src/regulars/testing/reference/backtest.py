"""`value_backtest`, `value_tracking`, `value_calibration`: customer by customer, from the orders.

The purchase and spend models are the library's (they have tests of their own against published
figures); whose orders count, the cuts, the plain rules and every comparison are worked out anew.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from regulars.models import PURCHASE_MODELS, GammaGamma
from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    day_number,
    day_of,
    days_before,
)

Floats = npt.NDArray[np.float64]

MONTH = 365 / 12


class _Test:
    """The customers at the cut, the fit, and what it expects of each."""

    def __init__(
        self, facts: Facts, *, as_of: Day, holdout_days: int | None = None, model: str = "bg_nbd"
    ) -> None:
        end = day_number(as_of)
        days = days_before(facts, end)
        sold = days[days["orders"] > 0]
        start = int(sold["day"].min())
        self.horizon = holdout_days or max(1, min((end - start) // 3, 365))
        self.cut = end - self.horizon
        self.earlier_cut = self.cut - min((self.cut - start) // 3, 365)
        first = sold.groupby("customer_key")["day"].min()
        self.first = first[first < self.cut].sort_index()
        mine = days[days["customer_key"].isin(self.first.index)].copy()
        mine["first"] = mine["customer_key"].map(self.first)
        self.rows = mine[mine["day"] > mine["first"]]
        self.model = PURCHASE_MODELS[model]
        self.table = self._table(self.cut)
        self.after = self._sums(self.cut, end)
        self._fit()

    def _sums(self, begin: int, end: int) -> pd.DataFrame:
        """Repeat purchase days and net spend between two days."""
        part = self.rows[(self.rows["day"] >= begin) & (self.rows["day"] < end)]
        by = part.groupby("customer_key")
        frame = pd.DataFrame(
            {
                "orders": part[part["orders"] > 0].groupby("customer_key")["day"].nunique(),
                "spend": by["spend_minor"].sum(),
            }
        )
        return frame.reindex(self.first.index).fillna(0.0).astype(float)

    def _table(self, cut: int) -> pd.DataFrame:
        """x, t_x, T and spend at a cut, of those who had bought by then."""
        first = self.first[self.first < cut]
        sums = self._sums(0, cut).loc[first.index]
        bought = self.rows[(self.rows["day"] < cut) & (self.rows["orders"] > 0)]
        last = bought.groupby("customer_key")["day"].max().reindex(first.index).fillna(first)
        return pd.DataFrame(
            {"x": sums["orders"], "t_x": last - first, "T": cut - first, "spend": sums["spend"]}
        ).astype(float)

    def _fit(self) -> None:
        table = self.table
        same = table.groupby(["x", "t_x", "T"]).size().reset_index(name="n")
        self.fit = self.model.fit(same["x"], same["t_x"], same["T"], same["n"]).model
        history = (table["x"], table["t_x"], table["T"])
        self.orders = self.fit.expected_orders(*history, self.horizon)
        told = table[(table["x"] > 0) & (table["spend"] > 0)]
        means = pd.DataFrame({"x": told["x"], "mean": told["spend"] / told["x"]})
        spends = means.groupby(["x", "mean"]).size().reset_index(name="n")
        law = GammaGamma.fit(spends["x"], spends["mean"], spends["n"]).model
        # p(γ + x·m)/(px + q − 1); where refunds took all, as of somebody new
        spent, orders = table["spend"], table["x"]
        each = law.p * (law.gamma + spent) / (law.p * orders + law.q - 1)
        each = each.where((orders > 0) & (spent > 0), law.p * law.gamma / (law.q - 1))
        self.spend = self.orders * each.to_numpy()

    def rules(self) -> dict[str, tuple[Floats, Floats]]:
        """Orders and spend that each plain rule expects of every customer."""
        recent = self._sums(self.cut - self.horizon, self.cut)
        scale = (self.horizon / self.table["T"].clip(upper=self.horizon)).to_numpy()
        found = {
            "last_period": (
                recent["orders"].to_numpy() * scale,
                recent["spend"].to_numpy() * scale,
            )
        }
        old = self._table(self.earlier_cut)
        if old.empty:
            return found
        came = self._sums(self.earlier_cut, self.cut).loc[old.index]
        longer = self.horizon / (self.cut - self.earlier_cut)
        self.months = self._months(old, came)
        was, is_ = (t["T"] - t["t_x"] <= self.months * MONTH for t in (old, self.table))
        found["bought_within"] = tuple(  # type: ignore[assignment]
            np.where(is_, came.loc[was, what].mean() * longer, 0.0) for what in ("orders", "spend")
        )
        cells = came.groupby(_cells(old)).mean()
        mine = cells.reindex(_cells(self.table))
        found["segment_mean"] = tuple(
            mine[what].fillna(came[what].mean()).to_numpy() * longer for what in ("orders", "spend")
        )
        return found

    @staticmethod
    def _months(old: pd.DataFrame, came: pd.DataFrame) -> int:
        best: tuple[float, int] | None = None
        for months in range(1, 25):
            active = old["T"] - old["t_x"] <= months * MONTH
            if not active.any():
                continue
            said = active * came.loc[active, "orders"].mean()
            error = round(float(((came["orders"] - said) ** 2).mean()), 12)
            if best is None or error < best[0]:
                best = (error, months)
        assert best is not None
        return best[1]


def _cells(table: pd.DataFrame) -> pd.Series:
    """Fifths of recency and of frequency; ties share one."""
    silence = table["T"] - table["t_x"]
    late = (5 * _lower(-silence)) // len(table)
    often = (5 * _lower(table["x"])) // len(table)
    return late.astype(int).astype(str) + "/" + often.astype(int).astype(str)


def _lower(values: pd.Series) -> pd.Series:
    """How many are strictly lower."""
    return values.rank(method="min") - 1


def _top(predicted: Floats, actual: Floats) -> float | None:
    """Share of the best fifth found, by counting every pair at the edges apart."""
    room = int(np.ceil(0.2 * len(actual)))

    def chances(values: Floats) -> Floats:
        edge = sorted(values, reverse=True)[room - 1]
        above, level = int((values > edge).sum()), int((values == edge).sum())
        return np.array([1.0 if v > edge else (room - above) / level * (v == edge) for v in values])

    best = np.where(actual > 0, chances(np.where(actual > 0, actual, -1e300)), 0.0)
    return float((best * chances(predicted)).sum() / best.sum()) if best.sum() else None


def value_backtest(facts: Facts, **parameters: Any) -> Answer:
    """A row for the model and each rule, without the intervals."""
    test = _Test(facts, **parameters)
    actual_orders, actual_spend = (test.after[n].to_numpy() for n in ("orders", "spend"))
    rows = []
    for name, (orders, spend) in {"model": (test.orders, test.spend), **test.rules()}.items():
        off, spend_off = orders - actual_orders, spend - actual_spend
        spread = ((actual_orders - actual_orders.mean()) ** 2).sum()
        rows.append(
            {
                "forecast": name,
                "predicted_orders": float(orders.sum()),
                "orders_off": float(orders.sum() / actual_orders.sum() - 1),
                "orders_mae": float(np.abs(off).mean()),
                "orders_rmse": float((off**2).mean() ** 0.5),
                "orders_explained": float(1 - (off**2).sum() / spread),
                "predicted_spend_minor": int(np.floor(spend.sum() + 0.5)),
                "spend_off": float(spend.sum() / actual_spend.sum() - 1),
                "spend_mae_minor": float(np.abs(spend_off).mean()),
                "spend_rmse_minor": float((spend_off**2).mean() ** 0.5),
                "top_found": _top(spend, actual_spend),
            }
        )
    low, high = test.fit.order_quantiles(
        test.table["x"], test.table["t_x"], test.table["T"], test.horizon, (0.1, 0.9)
    )
    figures = {
        "cut_day": day_of(test.cut),
        "model": test.model.name,
        "customers": len(test.table),
        "actual_orders": int(actual_orders.sum()),
        "actual_spend_minor": int(actual_spend.sum()),
        "rule_months": getattr(test, "months", None),
        "orders_covered": float(((actual_orders >= low) & (actual_orders <= high)).mean()),
    }
    return Answer(pd.DataFrame(rows), figures)


def value_calibration(facts: Facts, **parameters: Any) -> Answer:
    """A row a tenth, without the intervals."""
    test = _Test(facts, **parameters)
    frame = pd.DataFrame(
        {
            "orders": test.orders,
            "spend": test.spend,
            "actual_orders": test.after["orders"].to_numpy(),
            "actual_spend": test.after["spend"].to_numpy(),
            "key": test.table.index,
        }
    )
    for what in ("orders", "spend"):  # alike in what was expected: alike in what came
        frame[f"actual_{what}"] = frame.groupby(what)[f"actual_{what}"].transform("mean")
    rows = []
    for tenth in range(min(10, len(frame))):
        row: dict[str, Any] = {"tenth": tenth + 1}
        for what, unit in (("orders", ""), ("spend", "_minor")):
            ranked = frame.sort_values([what, "key"], ascending=[False, True])
            groups = min(10, len(frame))
            part = ranked[np.arange(len(ranked)) * groups // len(ranked) == tenth]
            row["customers"] = len(part)
            row[f"predicted_{what}{unit}"] = float(part[what].mean())
            row[f"actual_{what}{unit}"] = float(part[f"actual_{what}"].mean())
        rows.append(row)
    return Answer(pd.DataFrame(rows), {"cut_day": day_of(test.cut), "model": test.model.name})


def value_tracking(facts: Facts, **parameters: Any) -> Answer:
    """A row a month, without the intervals."""
    test = _Test(facts, **parameters)
    cut, end = day_of(test.cut), day_of(test.cut + test.horizon)
    start = day_of(int(test.first.min()))
    rows = _months_after(test, cut, end)
    back = cut
    month = 0
    while back > start:
        month -= 1
        begin = max((pd.Timestamp(cut) + pd.DateOffset(months=month)).date(), start)
        rows.insert(0, _month(test, month + 1, begin, back))
        back = begin
    for phase in ("before", "after"):
        came, wanted = 0, 0.0
        for row in (r for r in rows if r["phase"] == phase):
            came, wanted = came + row["actual_orders"], wanted + row["expected_orders"]
            row["actual_cumulative"], row["expected_cumulative"] = came, wanted
    figures = {"cut_day": cut, "model": test.model.name}
    return Answer(pd.DataFrame(rows), figures)


def _months_after(test: _Test, cut: dt.date, end: dt.date) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    at = cut
    while at < end:
        after = (pd.Timestamp(cut) + pd.DateOffset(months=len(rows) + 1)).date()
        rows.append(_month(test, len(rows) + 1, at, min(after, end)))
        at = min(after, end)
    return rows


def _month(test: _Test, number: int, begin: dt.date, end: dt.date) -> dict[str, Any]:
    low, high = day_number(begin), day_number(end)
    bought = test.rows[(test.rows["orders"] > 0) & test.rows["day"].between(low, high - 1)]
    if low < test.cut:
        expected = 0.0
        for day, customers in test.first.value_counts().items():
            if day < high:
                since, until = max(low - day, 0), high - day
                of_new = test.fit.expected_orders_of_new(until, since)
                expected += customers * of_new
    else:
        table = test.table
        expected = float(
            test.fit.expected_orders(
                table["x"], table["t_x"], table["T"], high - test.cut, low - test.cut
            ).sum()
        )
    return {
        "month": number,
        "phase": "before" if low < test.cut else "after",
        "from_day": begin,
        "to_day": end,
        "actual_orders": len(bought.drop_duplicates(["customer_key", "day"])),
        "expected_orders": expected,
    }
