"""The lifetime-value table after A. M. Hughes: a cohort from its acquisition on (001-11, 003-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from regulars.strategy import reading
from regulars.strategy.inputs import Number, PerPeriod, Series
from regulars.strategy.lines import Lines, calculate


@dataclass(frozen=True, kw_only=True)
class LifetimeValueTable:
    """What a cohort of customers brings, period by period; calculated in exact decimals.

    The first period is that of the acquisition, not a calendar year. An input is one number for
    every period or one number a period; a float means its shortest decimal.

    ``kept_y = N_{y−1}·r_{y−1}``, ``N_y = kept_y·(1 + ρ_y)``, ``Rev_y = N_y·orders_y·AOV_y``,
    ``D_y = (1 + i·rf)^((y·period_days + delay)/365)``, ``LTV_y = Σ NPV / N_0``: always over the
    customers acquired, whereas the costs of a period fall on the customers of that period.

    Parameters
    ----------
    customers : N_0, acquired.
    retention : r_y, share of the customers of a period who are here in the next. The last period's
        may be given or left out; it moves nothing.
    aov : average order value, money.
    orders : per customer and period.
    referral_rate : ρ_y, customers brought by each customer who was kept (or acquired).
    direct_cost_rate : c_y, share of revenue.
    acquisition_cost : A, money per customer acquired; the referred cost their incentive instead.
    marketing, programme, database : money per customer and period.
    renewal_cost : money per customer **up for renewal**, i.e. on ``N_{y−1}``, renewed or not. What
        is paid per customer *renewed* is `marketing`.
    referral_incentive : money per customer referred.
    interest, risk_factor : i a year, and rf that multiplies it.
    payment_delay_days : d.
    discount_decimals : the factors are rounded so (half up) before they divide, as Hughes prints
        them (2); left out, exact.
    discount_factors : one a period, given; then interest, risk, delay and rounding are not used.
    periods : how many; left out, as many as the inputs have.
    period_days : length of a period; rates and costs are per period, interest is per year.
    returning : the rates are of a cohort without contract, where who skipped a period may come
        back, so that more than all may be here in the next: retention over 1 is then accepted.
    currency : of all money, a code; tables in different currencies are not compared.

    Raises
    ------
    InputError : a rate out of its range, a negative price or cost, a missing period, N_0 of 0;
        it names the field.

    Examples
    --------
    >>> from regulars.strategy import LifetimeValueTable
    >>> plan = LifetimeValueTable(
    ...     customers=100_000, retention=(0.6, 0.7), orders=(1.8, 2.5, 3), aov=(90, 95, 100),
    ...     direct_cost_rate=(0.7, 0.65, 0.65), acquisition_cost=55, marketing=(0, 20, 20),
    ...     interest=0.08, risk_factor=2, discount_decimals=2,
    ... )
    >>> [f"{value:.2f}" for value in plan.ltv]
    ['-6.40', '26.25', '52.70']
    >>> plan.first_profitable
    2
    """

    customers: Number
    retention: PerPeriod
    aov: PerPeriod
    orders: PerPeriod = 1
    referral_rate: PerPeriod = 0
    direct_cost_rate: PerPeriod = 0
    acquisition_cost: Number = 0
    marketing: PerPeriod = 0
    programme: PerPeriod = 0
    database: PerPeriod = 0
    renewal_cost: PerPeriod = 0
    referral_incentive: PerPeriod = 0
    interest: Number = 0
    risk_factor: Number = 1
    payment_delay_days: Number = 0
    discount_decimals: int | None = None
    discount_factors: Iterable[Number] | None = None
    periods: int | None = None
    period_days: Number = 365
    returning: bool = False
    currency: str | None = None

    def __post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in reading.read(given).items():
            object.__setattr__(self, name, value)

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Every input as it was understood: one decimal a period, or one."""
        return MappingProxyType({field.name: getattr(self, field.name) for field in fields(self)})

    @cached_property
    def lines(self) -> Lines:
        """Every line of the table, one decimal a period, in the order of the page."""
        return calculate(self.inputs)

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
    def first_profitable(self) -> int | None:
        """The first period, from 1, whose cumulative value is over 0; None where none is."""
        return next((y for y, sum_ in enumerate(self["cumulative"], 1) if sum_ > 0), None)

    def changed(self, **changes: Any) -> Self:
        """The same table with other inputs: a scenario.

        With other `periods` the inputs are cut, or those that are the same in every period go on.

        Raises
        ------
        InputError : a value that cannot be, or no such input.
        """
        reading.known(changes, {field.name for field in fields(self)})
        if "periods" in changes:
            changes = reading.stretched(self.inputs, changes["periods"]) | changes
        return replace(self, **changes)
