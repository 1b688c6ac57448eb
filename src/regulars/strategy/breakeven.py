"""How far an input may go before a plan is worth no more than something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Literal, TypeAlias

from regulars.strategy.inputs import EXACT, ONE, ZERO, Field, Number, exact
from regulars.strategy.moving import field_of, value_moved
from regulars.strategy.table import LifetimeValueTable

Outcome: TypeAlias = Literal["found", "always_over", "always_under", "no_effect"]

GRID = 64
"""Stretches of a rate's range in which a crossing is looked for."""

DOUBLINGS = range(-10, 31)
"""An amount is looked for between nothing and a thousand million times what it is."""

CLOSE = Decimal("1e-15")


@dataclass(frozen=True)
class BreakEven:
    """Where lifetime value meets the target.

    Parameters
    ----------
    field, period : the input, and its period from 1 (None: one value for every period).
    target : money per customer acquired.
    outcome : ``found``; else why there is none: value is ``always_over`` or ``always_under`` the
        target wherever the input may be, or the input has ``no_effect``.
    values : every crossing, lowest first. Retention may have two: keeping customers who cost more
        than they bring.
    present : the input now, where it is one value.
    """

    field: str
    period: int | None
    target: Decimal
    outcome: Outcome
    values: tuple[Decimal, ...]
    present: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The crossing nearest to the present input, else the lowest; None where none is."""
        if not self.values or self.present is None:
            return self.values[0] if self.values else None
        present = self.present
        return min(self.values, key=lambda one: (one - present).copy_abs())


def break_even(
    table: LifetimeValueTable, field: str, *, target: Number = 0, period: int | None = None
) -> BreakEven:
    """The input at which lifetime value per customer acquired meets `target`.

    Parameters
    ----------
    field : the input; all else stays.
    target : money per customer: 0, or what another plan is worth (``other.value``).
    period : one period of it, from 1; left out, one value for every period.

    Raises
    ------
    InputError : no such input or period.
    """
    declared = field_of(table, field, period)
    goal = exact(target, "target")

    inputs = table.inputs

    def over(value: Decimal) -> Decimal:
        return value_moved(inputs, declared, lambda _: value, period=period) - goal

    present = _present(table, field, period)
    with localcontext(EXACT):
        points = _points(declared, present)
        heights = [over(point) for point in points]
        values = _crossings(over, points, heights)
    outcome = _outcome(values, heights)
    return BreakEven(field, period, goal, outcome, values, present)


def _present(table: LifetimeValueTable, field: str, period: int | None) -> Decimal | None:
    value = table.inputs[field]
    if not isinstance(value, tuple):
        return Decimal(value)
    if period is not None:
        return Decimal(value[period - 1])
    return Decimal(value[0]) if len(set(value)) == 1 else None


def _points(field: Field, present: Decimal | None) -> list[Decimal]:
    if field.high is not None:
        step = (field.high - field.low) / GRID
        return [field.low + step * at for at in range(GRID)] + [field.high]
    scale = present if present else ONE
    return [ZERO, *(scale * 2**power for power in map(Decimal, DOUBLINGS))]


def _crossings(
    over: Callable[[Decimal], Decimal], points: Sequence[Decimal], heights: Sequence[Decimal]
) -> tuple[Decimal, ...]:
    if not any(heights):
        return ()
    found = [point for point, height in zip(points, heights, strict=True) if height == 0]
    for (low, at_low), (high, at_high) in pairwise(zip(points, heights, strict=True)):
        if at_low * at_high < 0:
            found.append(_between(over, (low, at_low), (high, at_high)))
    return tuple(sorted(found))


Point: TypeAlias = tuple[Decimal, Decimal]


def _between(over: Callable[[Decimal], Decimal], low: Point, high: Point) -> Decimal:
    """The crossing between two points, within `CLOSE`: by chords, every third step by halves.

    A chord finds at once what is straight, as most inputs are. An end that stays counts for half
    (the Illinois rule), so that both ends close in; each trial keeps a little off the ends, so that
    one beside the crossing traps it.
    """
    close = CLOSE * max(ONE, high[0])
    stayed = 0
    step = 0
    while high[0] - low[0] > close:
        step += 1
        at = (low[0] + high[0]) / 2 if step % 3 == 0 else _chord(low, high, off=close / 2)
        height = over(at)
        if height == 0:
            return at
        if (height > 0) == (high[1] > 0):
            high = (at, height)
            low = (low[0], low[1] / 2) if stayed < 0 else low
            stayed = -1
        else:
            low = (at, height)
            high = (high[0], high[1] / 2) if stayed > 0 else high
            stayed = 1
    return (low[0] + high[0]) / 2


def _chord(low: Point, high: Point, *, off: Decimal) -> Decimal:
    at = (low[0] * high[1] - high[0] * low[1]) / (high[1] - low[1])
    return min(max(at, low[0] + off), high[0] - off)


def _outcome(values: tuple[Decimal, ...], heights: Sequence[Decimal]) -> Outcome:
    if len(set(heights)) == 1:
        return "no_effect"
    if values:
        return "found"
    return "always_over" if heights[0] > 0 else "always_under"
