"""One input of a table moved, within what it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from regulars.strategy.inputs import FIELDS, Field, InputError, Series
from regulars.strategy.lines import calculate
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
    return table.changed(**{field.name: values_moved(table.inputs, field, rule, period=period)})


def value_moved(
    inputs: Mapping[str, Any], field: Field, rule: Rule, *, period: int | None = None
) -> Decimal:
    """Lifetime value with one input moved as `moved` does, from inputs that were read already.

    A search asks for hundreds: reading every other input anew would take most of its time.
    """
    new = values_moved(inputs, field, rule, period=period)
    return calculate({**inputs, field.name: new})["ltv"][-1]


def values_moved(
    inputs: Mapping[str, Any], field: Field, rule: Rule, *, period: int | None = None
) -> Series | Decimal:
    """The values of one input, moved and kept within its range."""
    value = inputs[field.name]

    def within(one: Decimal) -> Decimal:
        new = max(rule(one), field.low)
        return new if field.high is None else min(new, field.high)

    if not isinstance(value, tuple):
        return within(value)
    return tuple(within(one) if period in (None, at) else one for at, one in enumerate(value, 1))
