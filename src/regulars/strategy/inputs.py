"""What a lifetime-value table is calculated from: read as exact decimals, errors name the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Any, TypeAlias

Number: TypeAlias = Decimal | float
"""A number as people write it. A float means its shortest decimal: 0.6 is six tenths."""

PerPeriod: TypeAlias = Number | Iterable[Number]
"""One number for every period, or one number a period."""

Series: TypeAlias = tuple[Decimal, ...]

EXACT = Context(prec=34)
"""Every calculation's own context: the caller's decimal settings change no table."""

ZERO = Decimal(0)
ONE = Decimal(1)


class InputError(ValueError):
    """An input cannot be; `field` is its name, `period` the place in it, from 1 (None: all)."""

    def __init__(self, field: str, problem: str, *, period: int | None = None) -> None:
        where = field if period is None else f"{field}, period {period}"
        super().__init__(f"{where}: {problem}")
        self.field = field
        self.period = period


@dataclass(frozen=True)
class Field:
    """What one input may be.

    Parameters
    ----------
    name : as the table's argument is called.
    low, high : the range, ends included; `high` None has no end.
    rate : a share, moved by points; else an amount, moved by a share of itself.
    per_period : one value a period; else one for the table.
    """

    name: str
    low: Decimal = ZERO
    high: Decimal | None = None
    rate: bool = False
    per_period: bool = True

    def check(self, value: Decimal, period: int | None = None) -> None:
        """
        Raises
        ------
        InputError : out of range.
        """
        if value < self.low:
            raise InputError(self.name, f"{value} is under {self.low}", period=period)
        if self.high is not None and value > self.high:
            percent = f"; {value}% is written {value / 100}" if self.rate else ""
            raise InputError(self.name, f"{value} is over {self.high}{percent}", period=period)


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("retention", high=ONE, rate=True),
        Field("referral_rate", high=ONE, rate=True),
        Field("orders"),
        Field("aov"),
        # Goods may cost more than they bring; ten times more is a percentage typed as it is said.
        Field("direct_cost_rate", high=Decimal(10), rate=True),
        Field("acquisition_cost", per_period=False),
        Field("marketing"),
        Field("programme"),
        Field("database"),
        Field("renewal_cost"),
        Field("referral_incentive"),
        Field("interest", high=ONE, rate=True, per_period=False),
        Field("risk_factor", per_period=False),
        Field("payment_delay_days", per_period=False),
    )
}
"""Every input that a scenario can move, in the order of the table's lines."""


def exact(value: Any, field: str, *, period: int | None = None) -> Decimal:
    """The number as an exact decimal.

    Raises
    ------
    InputError : no number, or not finite.
    """
    if value is None or isinstance(value, bool | str):
        raise InputError(field, "missing" if value is None else "not a number", period=period)
    try:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise InputError(field, "not a number", period=period) from None
    if not found.is_finite():
        raise InputError(field, "not a finite number", period=period)
    return found


def series(value: Any, field: str) -> Series | Decimal:
    """A number as it is, many as a tuple.

    Raises
    ------
    InputError : no numbers.
    """
    if isinstance(value, Decimal):  # what most tables of a search are made of
        return exact(value, field)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(exact(one, field, period=at) for at, one in enumerate(value, 1))
    return exact(value, field)
