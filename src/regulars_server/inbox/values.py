"""Values of a message read, or `Fault` with the field that is wrong (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from regulars_server.inbox.faults import Fault

LONGEST_TEXT = 200
EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_AMOUNT = re.compile(r"[-+]?\d{1,12}(\.\d{1,18})?", re.ASCII)
_LARGEST = Decimal(10) ** 12


def first(given: Mapping[str, Any], *names: str) -> tuple[str, Any]:
    """The first of these names that holds anything, with its value; else the first and None."""
    for name in names:
        if given.get(name) not in (None, ""):
            return name, given[name]
    return names[0], None


def text(value: Any, field: str, *, longest: int = LONGEST_TEXT) -> str:
    """A text, or a number as one; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Fault(field, "not_text")
    said = str(value).strip()
    if len(said) > longest:
        raise Fault(field, "too_long")
    return said


def required(value: Any, field: str) -> str:
    """The same; empty is a fault."""
    said = text(value, field)
    if not said:
        raise Fault(field, "missing")
    return said


def amount(value: Any, field: str) -> Decimal | None:
    """An amount of money in major units, exactly as it was written."""
    if value is None or value == "":
        return None
    said = value.strip() if isinstance(value, str) else value
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise Fault(field, "not_an_amount")
    if isinstance(said, int) and abs(said) >= _LARGEST:
        raise Fault(field, "not_an_amount")
    written = f"{Decimal(repr(said)):f}" if isinstance(said, float) else str(said)
    if not _AMOUNT.fullmatch(written):
        raise Fault(field, "not_an_amount")
    return Decimal(written)


def whole(value: Any, field: str) -> int | None:
    """A whole number of up to twelve digits."""
    try:
        found = amount(value, field)
    except Fault:
        raise Fault(field, "not_a_whole_number") from None
    if found is not None and found != found.to_integral_value():
        raise Fault(field, "not_a_whole_number")
    return None if found is None else int(found)


def day(value: Any, field: str) -> str | None:
    """A day as ISO 8601, cut from an instant where one is given."""
    said = text(value, field)
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        raise Fault(field, "not_a_day") from None


def instant(value: Any, field: str) -> dt.datetime | None:
    """An instant: ISO 8601 with its zone, or seconds or milliseconds since 1970."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Fault(field, "not_a_time")
    try:
        found = _of_epoch(value) if not isinstance(value, str) else _of_text(value.strip(), field)
        found = found.astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Fault(field, "not_a_time") from None
    if found < EARLIEST:
        raise Fault(field, "not_a_time")
    return found


def _of_epoch(value: float) -> dt.datetime:
    seconds = value / 1000 if abs(value) >= 10**11 else value
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _of_text(said: str, field: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(said)
    if found.tzinfo is None:
        # Which zone a machine meant is anybody's guess, and a day's figures hang on it.
        raise Fault(field, "no_zone")
    return found
