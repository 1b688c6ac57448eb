"""Cohorts beside each other: each with its own rates, never an averaged one (001-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from regulars.strategy.comparison import alike
from regulars.strategy.inputs import EXACT, ONE, ZERO, InputError, Number, Series, exact
from regulars.strategy.lines import SUMMED, Lines
from regulars.strategy.table import LifetimeValueTable


@dataclass(frozen=True)
class Strata:
    """Several cohorts as one: their lines add, value is over all customers acquired.

    An average of their retention rates would say something else: who stays is no longer a mix as
    at the start.

    Parameters
    ----------
    parts : tables by name, each with its own customers.

    Raises
    ------
    InputError : none, or tables of other periods or currencies.
    """

    parts: Mapping[str, LifetimeValueTable]

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError("parts", "none is given")
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))
        for one, other in pairwise(self.parts.values()):
            alike(one, other)

    @property
    def customers(self) -> Decimal:
        """N_0 of all together."""
        return sum((Decimal(part.customers) for part in self.parts.values()), ZERO)

    @property
    def periods(self) -> int | None:
        """How many; the same in all."""
        return self._first.periods

    @property
    def period_days(self) -> Number:
        """Length of a period; the same in all."""
        return self._first.period_days

    @property
    def currency(self) -> str | None:
        """Of all money; the same in all."""
        return self._first.currency

    @cached_property
    def lines(self) -> Lines:
        """The lines that add, and value per customer acquired."""
        tables = list(self.parts.values())
        with localcontext(EXACT):
            found: dict[str, Series] = {
                line: tuple(
                    sum(values, ZERO) for values in zip(*(t[line] for t in tables), strict=True)
                )
                for line in SUMMED
            }
            found["ltv"] = tuple(sum_ / self.customers for sum_ in found["cumulative"])
        return MappingProxyType(found)

    def __getitem__(self, line: str) -> Series:
        return self.lines[line]

    @property
    def ltv(self) -> Series:
        """Lifetime value per customer acquired, up to and with each period; money."""
        return self.lines["ltv"]

    @property
    def value(self) -> Decimal:
        """Lifetime value per customer acquired over all periods; money."""
        return self.ltv[-1]

    @property
    def _first(self) -> LifetimeValueTable:
        return next(iter(self.parts.values()))


def split(
    one: LifetimeValueTable, other: LifetimeValueTable, *, share: Number, names: tuple[str, str]
) -> Strata:
    """Share s of the first's customers under `one`, the rest under `other`.

    Parameters
    ----------
    share : s, between 0 and 1; at an end only one cohort is left.
    names : what the two are called.

    Raises
    ------
    InputError : a share out of range, or tables that are not alike.
    """
    s = exact(share, "share")
    if not 0 <= s <= 1:
        raise InputError("share", f"{s} is not between 0 and 1")
    total = Decimal(one.customers)
    parts = zip(names, (one, other), (s, ONE - s), strict=True)
    return Strata({n: t.changed(customers=total * part) for n, t, part in parts if part})
