"""Two scenarios line by line, and what the change is worth in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Protocol

from regulars.strategy.inputs import EXACT, InputError, Number, Series
from regulars.strategy.lines import Lines


class Scenario(Protocol):
    """What can be compared: one cohort, or several beside each other."""

    @property
    def customers(self) -> Number: ...
    @property
    def periods(self) -> int | None: ...
    @property
    def period_days(self) -> Number: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def lines(self) -> Lines: ...


@dataclass(frozen=True)
class Comparison:
    """What changes from one scenario to another."""

    before: Scenario
    after: Scenario

    def __post_init__(self) -> None:
        alike(self.before, self.after)

    @property
    def differences(self) -> Mapping[str, Series]:
        """After less before, by line that both have."""
        lines = [line for line in self.before.lines if line in self.after.lines]
        with localcontext(EXACT):
            found = {line: self._difference(line) for line in lines}
        return MappingProxyType(found)

    @property
    def changed_lines(self) -> tuple[str, ...]:
        """The lines that differ anywhere."""
        return tuple(line for line, values in self.differences.items() if any(values))

    @property
    def value_gain(self) -> Decimal:
        """Difference of lifetime value per customer acquired; money."""
        return self.differences["ltv"][-1]

    @property
    def total_gain(self) -> Decimal:
        """``ΔLTV·N_0`` on the customers acquired under the first scenario; money."""
        with localcontext(EXACT):
            return self.value_gain * Decimal(self.before.customers)

    @property
    def ahead_from(self) -> int | None:
        """The first period, from 1, from which on the second is worth more than the first to the
        end; None where it is not worth more in the end."""
        gains = self.differences["ltv"]
        behind = [period for period, gain in enumerate(gains, 1) if gain <= 0]
        first = behind[-1] + 1 if behind else 1
        return first if first <= len(gains) else None

    def _difference(self, line: str) -> Series:
        pairs = zip(self.before.lines[line], self.after.lines[line], strict=True)
        return tuple(after - before for before, after in pairs)


def compare(before: Scenario, after: Scenario) -> Comparison:
    """`after` less `before`.

    Raises
    ------
    InputError : they have other periods or other currencies, so that no line can be subtracted.
    """
    return Comparison(before, after)


def alike(one: Scenario, other: Scenario) -> None:
    """
    Raises
    ------
    InputError : the two cannot stand in one table.
    """
    if one.currency != other.currency:
        raise InputError("currency", f"{one.currency} beside {other.currency}")
    if one.periods != other.periods:
        raise InputError("periods", f"{one.periods} beside {other.periods}")
    if one.period_days != other.period_days:
        raise InputError("period_days", f"{one.period_days} beside {other.period_days}")
