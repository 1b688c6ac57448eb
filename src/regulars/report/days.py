"""Days and half-open periods as each language writes them; shown with their last day included."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.declare import Language

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
Period = tuple[dt.date, dt.date]


def as_day(value: Any) -> dt.date | None:
    """A date from a date, an instant or ISO text; None from anything else."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def as_period(value: Any) -> Period | None:
    """Start and end (not included) from ``"FROM..TO"``, a pair, or an object with both."""
    if isinstance(value, str):
        value = value.split("..")
    elif hasattr(value, "start") and hasattr(value, "end"):
        value = (value.start, value.end)
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    start, end = as_day(value[0]), as_day(value[1])
    return (start, end) if start and end and start < end else None


def say_day(value: dt.date, lang: Language) -> str:
    """``2 July 2017``; ``2017年7月2日``."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def say_period(period: Period, lang: Language) -> str:
    """``1 January to 1 July 2017`` for the half-open 2017-01-01..2017-07-02."""
    start, last = period[0], period[1] - dt.timedelta(days=1)
    if start == last:
        return say_day(start, lang)
    if lang == "zh":
        end = say_day(last, lang)
        return f"{say_day(start, lang)}至{end[5:] if start.year == last.year else end}"
    first = say_day(start, lang)
    return f"{first[:-5] if start.year == last.year else first} to {say_day(last, lang)}"


def say_month(value: Any, lang: Language) -> str:
    """``July 2017``; ``2017年7月``; text that is no month stays as it is."""
    try:
        year, month = (int(part) for part in str(value)[:7].split("-"))
        name = MONTHS[month - 1]
    except (ValueError, IndexError):
        return str(value)
    return f"{year}年{month}月" if lang == "zh" else f"{name} {year}"
