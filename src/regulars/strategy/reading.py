"""Inputs as people give them, brought to one decimal a period."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from regulars.strategy.inputs import FIELDS, ZERO, Field, InputError, Series, exact, series

MOST_DECIMALS = 20


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """The table's inputs, checked: tuples as long as the table, or one decimal.

    Raises
    ------
    InputError : the first input that cannot be.
    """
    found: dict[str, Any] = dict(given)
    found["customers"] = _over_zero(given["customers"], "customers")
    found["period_days"] = _over_zero(given["period_days"], "period_days")
    found["returning"] = bool(given["returning"])
    decimals = found["discount_decimals"] = _whole(
        given["discount_decimals"], "discount_decimals", low=0
    )
    if decimals is not None and decimals > MOST_DECIMALS:
        raise InputError("discount_decimals", f"{decimals} is over {MOST_DECIMALS}")
    values = {name: _values(field, given[name]) for name, field in FIELDS.items()}
    factors = given["discount_factors"]
    if factors is not None:
        factors = series(factors, "discount_factors")
        if not isinstance(factors, tuple):
            raise InputError("discount_factors", "one a period, not one for all")
        values["discount_factors"] = factors
    periods = _periods(_whole(given["periods"], "periods", low=1), values)
    for name, value in values.items():
        found[name] = _spread(name, value, periods)
        _check(name, found[name], returning=found["returning"])
    found["discount_factors"] = found["discount_factors"] if factors is not None else None
    found["periods"] = periods
    return found


def stretched(inputs: Mapping[str, Any], periods: Any) -> dict[str, Any]:
    """The inputs for another number of periods: cut, or what is the same in every period goes on.

    What differs from period to period is not made longer: only its owner knows how it goes on.
    """
    wanted = _whole(periods, "periods", low=1)
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        if wanted is None or not isinstance(value, tuple):
            continue
        if wanted <= len(value):
            found[name] = value[:wanted]
        elif name in FIELDS and len(set(value)) == 1:
            found[name] = value[0]
    return found


def known(names: Iterable[str], fields: Iterable[str]) -> None:
    """
    Raises
    ------
    InputError : one of them is no input; the nearest is suggested.
    """
    choices = sorted(fields)
    for name in names:
        if name not in choices:
            near = difflib.get_close_matches(name, choices, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InputError(name, f"no such input{hint}")


def allowed(name: str, *, returning: bool) -> Field:
    """The range of an input; retention has no upper end where customers may come back."""
    field = FIELDS[name]
    if name == "retention" and returning:
        return Field(name, high=None, rate=True)
    return field


def _values(field: Field, value: Any) -> Series | Decimal:
    if field.per_period:
        return series(value, field.name)
    if isinstance(value, Iterable) and not isinstance(value, str):
        raise InputError(field.name, "one number, not one a period")
    return exact(value, field.name)


def _periods(given: int | None, values: Mapping[str, Series | Decimal]) -> int:
    lengths = {name: len(v) for name, v in values.items() if isinstance(v, tuple)}
    if given is not None:
        return given
    # Retention may or may not tell its last period, so it cannot say how many there are.
    others = [length for name, length in lengths.items() if name != "retention"]
    if not others:
        raise InputError("periods", "say how many: no input is given period by period")
    return max(others)


def _spread(name: str, value: Series | Decimal, periods: int) -> Series | Decimal:
    if not isinstance(value, tuple):
        per_period = name in FIELDS and FIELDS[name].per_period
        return (value,) * periods if per_period else value
    if name == "retention" and len(value) == periods - 1:
        # Nothing follows the last period: its rate moves no line.
        return (*value, value[-1] if value else ZERO)
    if len(value) != periods:
        raise InputError(name, f"{len(value)} values for {periods} periods")
    return value


def _check(name: str, value: Series | Decimal, *, returning: bool) -> None:
    if name == "discount_factors":
        field = Field(name)
    else:
        field = allowed(name, returning=returning)
    if not isinstance(value, tuple):
        field.check(value)
        return
    for period, one in enumerate(value, 1):
        field.check(one, period)
        if name == "discount_factors" and one == 0:
            raise InputError(name, "0 divides nothing", period=period)


def _over_zero(value: Any, name: str) -> Decimal:
    found = exact(value, name)
    if found <= 0:
        raise InputError(name, f"{found} is not over 0")
    return found


def _whole(value: Any, name: str, *, low: int) -> int | None:
    if value is None:
        return None
    found = exact(value, name)
    if found != found.to_integral_value() or found < low:
        raise InputError(name, f"{found} is no whole number from {low}")
    return int(found)
