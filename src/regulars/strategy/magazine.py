"""A magazine before and after renewal by card (001-3, 001-4).

The inputs that come with it are **illustrative**: put together so that they give what the article
states, not any publisher's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, TypeAlias

from regulars.strategy.breakeven import BreakEven, break_even
from regulars.strategy.comparison import Comparison, compare
from regulars.strategy.inputs import EXACT, ZERO, InputError, Number, exact
from regulars.strategy.strata import Strata, split
from regulars.strategy.table import LifetimeValueTable

Charged: TypeAlias = Literal["renewed", "expiring"]

CARD, LETTERS = "card", "letters"


@dataclass(frozen=True, kw_only=True)
class Magazine:
    """A publisher's subscribers, renewed by letters.

    Parameters
    ----------
    customers : new subscribers.
    first_price, renewal_price : money per subscription.
    list_rental : money per subscriber and year.
    own_share : subscription and list rental as a share of income; advertising is the rest.
    direct_cost_rate : share of income.
    acquisition_cost : money per new subscriber.
    retention : share who renew.
    renewal_cost : money per renewal.
    charged_on : ``renewed``, it is spent per subscriber who renewed; ``expiring``, per subscriber
        whose subscription ran out and who was written to.
    interest : a year, risk included.
    periods : years.
    currency : of all money.
    """

    customers: Number = 100_000
    first_price: Number = 20
    renewal_price: Number = 30
    list_rental: Number = 6
    own_share: Number = Decimal("0.25")
    direct_cost_rate: Number = Decimal("0.70")
    acquisition_cost: Number = 31
    retention: Number = Decimal("0.30")
    renewal_cost: Number = 8
    charged_on: Charged = "renewed"
    interest: Number = Decimal("0.16")
    periods: int = 3
    currency: str | None = None

    def table(
        self,
        *,
        retention: Number | None = None,
        renewal_cost: Number | None = None,
        fee: Number = 0,
        incentive: Number = 0,
    ) -> LifetimeValueTable:
        """The lifetime-value table of a cohort; left out, as the letters do it.

        Parameters
        ----------
        retention, renewal_cost : another way to renew.
        fee : money per renewal that was paid.
        incentive : money per new subscriber for agreeing to it.

        Raises
        ------
        InputError : an input that cannot be.
        """
        cost = exact(self.renewal_cost if renewal_cost is None else renewal_cost, "renewal_cost")
        if self.charged_on not in ("renewed", "expiring"):
            raise InputError("charged_on", f"{self.charged_on} is neither renewed nor expiring")
        per_expiry = self.charged_on == "expiring"
        paid = exact(fee, "fee") + (ZERO if per_expiry else cost)
        years = exact(self.periods, "periods")
        if years < 1:
            raise InputError("periods", f"{years} is under 1")
        later = int(years) - 1
        return LifetimeValueTable(
            customers=self.customers,
            retention=self.retention if retention is None else retention,
            aov=(self._income(self.first_price), *[self._income(self.renewal_price)] * later),
            direct_cost_rate=self.direct_cost_rate,
            acquisition_cost=exact(self.acquisition_cost, "acquisition_cost")
            + exact(incentive, "incentive"),
            marketing=(ZERO, *[paid] * later),
            renewal_cost=cost if per_expiry else 0,
            interest=self.interest,
            currency=self.currency,
        )

    def _income(self, price: Number) -> Decimal:
        own = exact(self.own_share, "own_share")
        if not 0 < own <= 1:
            raise InputError("own_share", f"{own} is not over 0 and up to 1")
        with localcontext(EXACT):
            return (exact(price, "price") + exact(self.list_rental, "list_rental")) / own


@dataclass(frozen=True, kw_only=True)
class Card:
    """Renewal by a charge to the reader's card, with notice before it and consent on record.

    Parameters
    ----------
    retention : share who stay. A raw gap between card and letter payers is no effect: who agrees
        to a card would have stayed longer anyway, so compare within contracts.
    renewal_cost : money per renewal, as the magazine charges it.
    fee_rate : of the renewal price, on renewals that were paid.
    incentive : money per reader who agrees.
    """

    retention: Number = Decimal("0.70")
    renewal_cost: Number = 1
    fee_rate: Number = Decimal("0.025")
    incentive: Number = 2


@dataclass(frozen=True)
class CardPlan:
    """Letters only, against a share of the readers on card.

    Parameters
    ----------
    letters, card : the two ways, each as if all readers renewed by it.
    after : the readers in two cohorts.
    """

    letters: LifetimeValueTable
    card: LifetimeValueTable
    after: Strata

    @property
    def change(self) -> Comparison:
        """After less before, line by line; its `total_gain` is ``ΔLTV·N_0``."""
        return compare(self.letters, self.after)

    @property
    def break_even_retention(self) -> BreakEven:
        """Retention on card, the same every year, at which a reader on card is worth no more."""
        return break_even(self.card, "retention", target=self.letters.value)


def card_plan(magazine: Magazine, card: Card, *, share: Number) -> CardPlan:
    """What renewal by card would change, with a share of the readers on it.

    Raises
    ------
    InputError : an input that cannot be.
    """
    letters = magazine.table()
    with localcontext(EXACT):
        fee = exact(card.fee_rate, "fee_rate") * exact(magazine.renewal_price, "renewal_price")
    by_card = magazine.table(
        retention=card.retention,
        renewal_cost=card.renewal_cost,
        fee=fee,
        incentive=card.incentive,
    )
    return CardPlan(letters, by_card, split(by_card, letters, share=share, names=(CARD, LETTERS)))


def by_contract(plans: Mapping[str, CardPlan]) -> Comparison:
    """Plans made contract by contract, as one: before, and after, over all readers.

    Raises
    ------
    InputError : no plan, or plans that are not alike.
    """
    before = Strata({name: plan.letters for name, plan in plans.items()})
    after = {
        f"{name} · {way}": table
        for name, plan in plans.items()
        for way, table in plan.after.parts.items()
    }
    return compare(before, Strata(after))
