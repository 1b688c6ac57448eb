"""What each input is worth: the tornado, and the levers of 003-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from regulars.strategy.inputs import EXACT, FIELDS, ZERO, Field, InputError, Number, exact
from regulars.strategy.moving import field_of, moved, value_moved
from regulars.strategy.table import LifetimeValueTable


@dataclass(frozen=True)
class Swing:
    """Lifetime value with one input lower and with it higher.

    Parameters
    ----------
    field, period : the input, and its period from 1 (None: all periods together).
    step : by how much it was moved: points of a rate (0.01 is a point), else a share of itself.
    low, high : value per customer acquired with the input lower and higher; money.
    cut : one of the two moves ended at the bound of what the input may be.
    """

    field: str
    period: int | None
    step: Decimal
    low: Decimal
    high: Decimal
    cut: bool

    @property
    def width(self) -> Decimal:
        """Distance of the two values; money."""
        return EXACT.subtract(self.high, self.low).copy_abs()


def sensitivity(
    table: LifetimeValueTable,
    *,
    points: Number = 0.01,
    share: Number = 0.01,
    by_period: bool = False,
    fields: Iterable[str] = tuple(FIELDS),
) -> tuple[Swing, ...]:
    """Lifetime value when each input moves alone, the widest first: a tornado.

    Parameters
    ----------
    points : how far rates move, both ways: retention, referral, direct cost, interest.
    share : how far amounts move, as a share of themselves.
    by_period : each period alone; else all periods of an input together.
    fields : which inputs.

    Returns
    -------
    Inputs that move nothing (an amount of 0, the last period's retention) are left out.

    Raises
    ------
    InputError : no such input, or a step that is not over 0.
    """
    steps = {"points": exact(points, "points"), "share": exact(share, "share")}
    for name, step in steps.items():
        if step <= 0:
            raise InputError(name, f"{step} is not over 0")
    moves = [
        (field, period)
        for field in (field_of(table, name) for name in fields)
        for period in _periods(table, field, by_period=by_period)
    ]
    with localcontext(EXACT):
        found = [
            _swing(table, field, steps["points" if field.rate else "share"], period)
            for field, period in moves
        ]
    return tuple(sorted((s for s in found if s.width), key=lambda swing: -swing.width))


@dataclass(frozen=True)
class Levers:
    """What the acquisition did, and what a little more of each would do (003-1).

    Parameters
    ----------
    acquisition_result : value per customer after the first period; money, a loss below 0.
    first_profitable : the first period with a positive sum, from 1; None where none is.
    retention_point : gain per customer from one more point of retention in every period; money.
    acquisition_percent : gain per customer from acquiring 1% cheaper; money.
    """

    acquisition_result: Decimal
    first_profitable: int | None
    retention_point: Decimal
    acquisition_percent: Decimal


def levers(table: LifetimeValueTable) -> Levers:
    """The statements of 003-1 as figures."""
    point, percent = Decimal("0.01"), Decimal("0.99")
    with localcontext(EXACT):
        kept = moved(table, field_of(table, "retention"), lambda r: r + point)
        cheaper = moved(table, field_of(table, "acquisition_cost"), lambda cost: cost * percent)
        return Levers(
            table.ltv[0],
            table.first_profitable,
            kept.value - table.value,
            cheaper.value - table.value,
        )


def _periods(table: LifetimeValueTable, field: Field, *, by_period: bool) -> Iterable[int | None]:
    if by_period and field.per_period:
        return range(1, len(table.ltv) + 1)
    return (None,)


def _swing(table: LifetimeValueTable, field: Field, step: Decimal, period: int | None) -> Swing:
    inputs = table.inputs

    def by(way: int) -> Decimal:
        if field.rate:
            return value_moved(inputs, field, lambda value: value + way * step, period=period)
        return value_moved(inputs, field, lambda value: value * (1 + way * step), period=period)

    lower, higher = by(-1), by(1)
    cut = field.rate and any(
        value - step < field.low or (field.high is not None and value + step > field.high)
        for value in _values(table, field, period)
    )
    return Swing(field.name, period, step, lower, higher, cut)


def _values(table: LifetimeValueTable, field: Field, period: int | None) -> tuple[Decimal, ...]:
    value = table.inputs[field.name]
    if not isinstance(value, tuple):
        return (value if isinstance(value, Decimal) else ZERO,)
    return value if period is None else (value[period - 1],)
