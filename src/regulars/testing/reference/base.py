"""Shared by all references: days as numbers, live rows, resolved customers, one row per day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Facts = Mapping[str, pd.DataFrame]
Day = dt.date | str

EPOCH = dt.date(1970, 1, 1)


def day_number(day: Day) -> int:
    """Days since 1970-01-01."""
    if isinstance(day, str):
        day = dt.date.fromisoformat(day)
    return (day - EPOCH).days


def day_of(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(number))


def day_numbers(column: pd.Series) -> pd.Series:
    """A column of days (dates, timestamps or ISO text, nothing missing) as day numbers."""
    days = pd.to_datetime(column).to_numpy().astype("datetime64[D]").astype("int64")
    return pd.Series(days, index=column.index)


@dataclass(frozen=True)
class Period:
    """A half-open period of days, ``start`` ≤ day < ``end``, as day numbers."""

    start: int
    end: int

    @classmethod
    def of(cls, value: Period | str | tuple[Day, Day]) -> Period:
        if isinstance(value, Period):
            return value
        first, last = value.split("..") if isinstance(value, str) else value
        return cls(day_number(first), day_number(last))

    @property
    def length(self) -> int:
        return self.end - self.start

    def shifted(self, days: int) -> Period:
        return Period(self.start + days, self.end + days)


@dataclass(frozen=True)
class Answer:
    """Rows and figures of one analysis, in the order and with the names of its declaration."""

    frame: pd.DataFrame
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, Any]]:
        names = list(self.frame.columns)
        lists = [[plain_value(v) for v in self.frame[name]] for name in names]
        return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


def plain_value(value: Any) -> Any:
    """A Python value: None for what is missing, int, float, bool, text or date."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


def survivors(facts: Facts) -> pd.Series:
    """The surviving key of each merged key (index: merged key)."""
    identities = facts.get("identities")
    if identities is None or "merged_into" not in identities:
        return pd.Series(dtype="int64")
    merged = identities.loc[identities["merged_into"].notna(), ["customer_key", "merged_into"]]
    return merged.astype("int64").groupby("customer_key")["merged_into"].max()


def resolved(keys: pd.Series, facts: Facts) -> pd.Series:
    """Each key replaced by its surviving key."""
    mapped = keys.map(survivors(facts))
    return mapped.where(mapped.notna(), keys).astype("int64")


def live(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["status"] == "live"] if "status" in table else table


def live_orders(facts: Facts, as_of: int) -> pd.DataFrame:
    """Live rows before the as-of day: order_id, customer_key, day (number), kind, amount_minor.

    Rows without a customer are left out.
    """
    orders = live(facts["orders"])
    orders = orders[orders["customer_key"].notna()]
    frame = pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "customer_key": resolved(orders["customer_key"].astype("int64"), facts),
            "day": day_numbers(orders["day"]),
            "kind": orders["kind"],
            "amount_minor": orders["amount_minor"].astype("int64"),
        }
    )
    return frame[frame["day"] < as_of]


def customer_days(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day, sorted so: orders (sales on the day), spend_minor (net)."""
    marked = orders.assign(orders=(orders["kind"] == "sale").astype("int64"))
    return (
        marked.groupby(["customer_key", "day"], as_index=False)
        .agg(orders=("orders", "sum"), spend_minor=("amount_minor", "sum"))
        .sort_values(["customer_key", "day"], ignore_index=True)
    )


def days_before(facts: Facts, as_of: int) -> pd.DataFrame:
    return customer_days(live_orders(facts, as_of))


def within(days: pd.DataFrame, period: Period) -> pd.DataFrame:
    return days[(days["day"] >= period.start) & (days["day"] < period.end)]


def totals(days: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Per customer with a row in the period: purchase_days, orders, spend_minor, last_day.

    ``last_day`` is that of the last purchase, -1 for a customer with refunds only.
    """
    inside = within(days, period)
    bought = inside["orders"] > 0
    marked = inside.assign(
        purchase_days=bought.astype("int64"), last_day=inside["day"].where(bought, -1)
    )
    return marked.groupby("customer_key").agg(
        purchase_days=("purchase_days", "sum"),
        orders=("orders", "sum"),
        spend_minor=("spend_minor", "sum"),
        last_day=("last_day", "max"),
    )


def first_purchase(days: pd.DataFrame) -> pd.Series:
    """The first purchase day of every customer who has one (index: customer_key)."""
    return days[days["orders"] > 0].groupby("customer_key")["day"].min()


def share(part: float, whole: float) -> float | None:
    return None if whole == 0 else float(part) / float(whole)


def external_ids(keys: pd.Series, facts: Facts) -> pd.Series:
    """The smallest outside id of each surviving key itself, None where there is none."""
    identities = facts.get("identities")
    if identities is None or "external_id" not in identities:
        return pd.Series([None] * len(keys), index=keys.index, dtype="object")
    own = identities[identities["merged_into"].isna()]
    names = own.groupby("customer_key")["external_id"].min()
    return keys.map(names).astype("object")
