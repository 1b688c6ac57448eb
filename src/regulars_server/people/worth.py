"""Why a customer's value is high or low: frequency, recency and spend against the base (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Place = Literal["high", "middle", "low"]
VALUES = ("clv_365d_minor", "expected_spend_365d_minor")
# Column, and whether more of it makes a customer worth more.
DRIVERS = (
    ("purchase_days", True),
    ("recency_days", False),
    ("spend_per_purchase_day_minor", True),
)


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One of the three: what it is, that of the middle customer, and which way it pulls."""

    name: str
    value: float
    middle: float
    place: Place
    raises: bool | None


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a customer is worth within a year, and why.

    Attributes
    ----------
    column : the measure: margin where one is set, else spend; empty where neither is known.
    value, low, high : it, with the interval of the spend where that is the measure.
    place : in the upper or lower quarter of the base, or between.
    drivers : what is known of frequency, recency and spend.
    unknown : the code of why there is no value.
    """

    column: str
    value: float | None
    low: float | None
    high: float | None
    place: Place | None
    drivers: Sequence[Driver]
    unknown: str | None


def worth(values: Mapping[str, Any], base: Mapping[str, Sequence[float | None]]) -> Worth:
    """From a customer's row of a snapshot, and the quarters of the base.

    Parameters
    ----------
    base : lower quarter, middle and upper quarter of everybody, by column.
    """
    column = next((name for name in VALUES if values.get(name) is not None), "")
    value = values.get(column) if column else None
    bare = column == "expected_spend_365d_minor"
    return Worth(
        column=column,
        value=value,
        low=values.get("expected_spend_365d_low_minor") if bare else None,
        high=values.get("expected_spend_365d_high_minor") if bare else None,
        place=place(value, base.get(column, ())),
        drivers=[one for name, more in DRIVERS if (one := _driver(name, more, values, base))],
        unknown=None if column else values.get("value_unknown"),
    )


def place(value: Any, quarters: Sequence[float | None]) -> Place | None:
    """In which part of the base a value lies; None where either is unknown.

    Where a quarter of the base has the same value, being at it is nothing special.
    """
    if value is None or len(quarters) != 3 or any(one is None for one in quarters):
        return None
    low, _middle, high = (float(one) for one in quarters if one is not None)
    if value > high or (value == high and high > low and value > _middle):
        return "high"
    if value < low or (value == low and low < high and value < _middle):
        return "low"
    return "middle"


def _driver(
    name: str, more: bool, values: Mapping[str, Any], base: Mapping[str, Sequence[float | None]]
) -> Driver | None:
    quarters = base.get(name, ())
    where = place(values.get(name), quarters)
    if where is None:
        return None
    raises = None if where == "middle" else (where == "high") == more
    return Driver(
        name=name, value=values[name], middle=float(quarters[1] or 0), place=where, raises=raises
    )
