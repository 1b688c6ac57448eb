"""One input of a table moved, within what it may be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from regulars.strategy.inputs import FIELDS, Field, InputError, Series
from regulars.strategy.reading import allowed, known
from regulars.strategy.table import LifetimeValueTable

Rule: TypeAlias = Callable[[Decimal], Decimal]


def field_of(table: LifetimeValueTable, name: str, period: int | None = None) -> Field:
    """What the input may be in this table.

    Raises
    ------
    InputError : no such input, or it has no such period.
    """
    known([name], FIELDS)
    field = allowed(name, returning=table.returning)
    if period is not None:
        if not field.per_period:
            raise InputError(name, "has one value, not one a period")
        if not 1 <= period <= len(table.lines["ltv"]):
            raise InputError(name, "the table has no such period", period=period)
    return field


def moved(
    table: LifetimeValueTable, field: Field, rule: Rule, *, period: int | None = None
) -> LifetimeValueTable:
    """The table with one input moved in one period or in all, kept within its range."""
    value = table.inputs[field.name]

    def within(one: Decimal) -> Decimal:
        new = max(rule(one), field.low)
        return new if field.high is None else min(new, field.high)

    if not isinstance(value, tuple):
        return table.changed(**{field.name: within(value)})
    new: Series = tuple(
        within(one) if period in (None, at) else one for at, one in enumerate(value, 1)
    )
    return table.changed(**{field.name: new})
