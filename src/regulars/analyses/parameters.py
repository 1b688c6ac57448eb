"""Reading parameters: the same words from Python, the command line and the API."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.declare import Parameter, Text
from regulars.errors import ParameterError

AS_OF = Parameter(
    name="as_of",
    kind="day",
    meaning=Text(
        "Facts before the start of this day count; left out, the day after the last order.",
        "此日零点之前的事实计入；不填则取最后一笔订单的次日。",
    ),
)
WINDOW_DAYS = Parameter(
    name="window_days",
    kind="integer",
    default=365,
    unit="days",
    minimum=1,
    maximum=36_500,
    meaning=Text("Length of the window that ends at the as-of day.", "截至统计日的时间窗长度。"),
)


@dataclass(frozen=True)
class Period:
    """Half-open days: `start` counts, `end` does not."""

    start: dt.date
    end: dt.date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def shifted(self, days: int) -> Period:
        step = dt.timedelta(days=days)
        return Period(self.start + step, self.end + step)

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"


def read(declared: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every declared parameter with its value: given, or the default.

    Raises
    ------
    ParameterError : unknown name, wrong type, out of range, or a required one is missing.
    """
    by_name = {p.name: p for p in declared}
    for name in given:
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(by_name)}"
            raise ParameterError(f"there is no parameter {name}{hint}")
    values = {}
    for parameter in declared:
        value = given.get(parameter.name)
        if value is None:
            if parameter.required:
                raise ParameterError(f"{parameter.name} is required")
            values[parameter.name] = parameter.default
        else:
            values[parameter.name] = _value(parameter, value)
    return values


def _value(parameter: Parameter, value: Any) -> Any:
    readers: dict[str, Callable[[Any], Any]] = {
        "day": read_day,
        "period": read_period,
        "integer": _integer,
        "number": _number,
        "flag": _flag,
        "text": str,
        "choice": str,
    }
    try:
        result = readers[parameter.kind](value)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{parameter.name}: {error}") from None
    if parameter.choices and result not in parameter.choices:
        raise ParameterError(
            f"{parameter.name} is one of {', '.join(parameter.choices)}, not {result!r}"
        )
    if parameter.minimum is not None and result < parameter.minimum:
        raise ParameterError(f"{parameter.name} is at least {parameter.minimum:g}, not {result}")
    if parameter.maximum is not None and result > parameter.maximum:
        raise ParameterError(f"{parameter.name} is at most {parameter.maximum:g}, not {result}")
    return result


def read_day(value: Any) -> dt.date:
    """A day from a date, a datetime or ISO text ``2026-11-22``."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"{value!r} is not a day; write it as 2026-11-22") from None


def read_period(value: Any) -> Period:
    """A half-open period from a `Period`, a pair of days, or text ``2026-01-01..2026-07-01``."""
    if isinstance(value, Period):
        period = value
    elif isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        period = Period(read_day(value[0]), read_day(value[1]))
    else:
        start, dots, end = str(value).partition("..")
        if not dots:
            raise ValueError(
                f"{value!r} is not a period; write it as FROM..TO, e.g. 2026-01-01..2026-07-01"
                " (the last day does not count)"
            )
        period = Period(read_day(start), read_day(end))
    if period.days <= 0:
        raise ValueError(f"{period} ends before it starts")
    return period


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(f"{value!r} is not a whole number")
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a whole number") from None


def _number(value: Any) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a number") from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number")
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "yes", "1", "on"}:
        return True
    if str(value).lower() in {"false", "no", "0", "off"}:
        return False
    raise ValueError(f"{value!r} is neither true nor false")
