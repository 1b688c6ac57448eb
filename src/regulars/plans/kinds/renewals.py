"""A magazine before and after renewal by card, contract by contract (001-3, 001-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from regulars.declare import Language, Text
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.section import Section
from regulars.strategy import (
    Card,
    CardPlan,
    Comparison,
    InputError,
    Magazine,
    by_contract,
    card_plan,
)
from regulars.strategy.magazine import Charged

KIND = "renewals"
CHARGED: tuple[Charged, ...] = ("renewed", "expiring")
MAGAZINE = tuple(
    one.name
    for one in fields(Magazine)
    if one.name not in ("customers", "retention", "charged_on", "periods", "currency")
)
CARD = ("renewal_cost", "fee_rate", "incentive")
OF_CONTRACT = ("first_price", "renewal_price", "acquisition_cost", "renewal_cost")
MOST_YEARS = 60


@dataclass(frozen=True)
class Conditions:
    """What renewal by card must keep to: without consent and notice it may not be charged.

    Parameters
    ----------
    consent : how the reader's consent is given and recorded.
    notice_days : notice before a charge.
    cancel : the one step by which a reader stops it.
    retry_days : after a charge that was declined, when it is tried again.
    refund_days : how long a charge is paid back on request; None where it is not.
    """

    consent: Text
    notice_days: int
    cancel: Text
    retry_days: tuple[int, ...]
    refund_days: int | None


@dataclass(frozen=True)
class Contract:
    """Readers under one kind of contract.

    Parameters
    ----------
    title : for people.
    magazine, card : their inputs.
    share : of the readers who agree to the card.
    """

    title: Text
    magazine: Magazine
    card: Card
    share: Any

    @property
    def plan(self) -> CardPlan:
        """Letters against card."""
        return card_plan(self.magazine, self.card, share=self.share)


@dataclass(frozen=True, kw_only=True)
class RenewalsPlan:
    """Contracts by name, and what renewal by card keeps to."""

    header: Header
    contracts: Mapping[str, Contract]
    conditions: Conditions

    @property
    def change(self) -> Comparison:
        """After less before, over all contracts."""
        return by_contract({name: one.plan for name, one in self.contracts.items()})

    @property
    def gaps(self) -> tuple[Decimal, Decimal]:
        """How far card payers renew above the others: in the raw, and within contracts.

        The raw one compares everybody on card with everybody by letters; the other weighs the
        difference of each contract by its readers on card. Both in shares, 0.01 is a point.
        """
        on, off, raw_on, raw_off, within = (Decimal(0) for _ in range(5))
        for one in self.contracts.values():
            people, share = Decimal(one.magazine.customers), Decimal(one.share)
            card, letters = Decimal(one.card.retention), Decimal(one.magazine.retention)
            on, off = on + people * share, off + people * (1 - share)
            raw_on += people * share * card
            raw_off += people * (1 - share) * letters
            within += people * share * (card - letters)
        if not on or not off:
            return Decimal(0), Decimal(0)
        return raw_on / on - raw_off / off, within / on

    def charged(self, on: Charged) -> RenewalsPlan:
        """The same with the cost of a renewal per renewal, or per subscription that expires."""
        contracts = {
            name: replace(one, magazine=replace(one.magazine, charged_on=on))
            for name, one in self.contracts.items()
        }
        return replace(self, contracts=contracts)

    def answer(self, lang: Language = "en") -> Answer:
        """What renewal by card changes, and from which retention on it does."""
        from regulars.plans.kinds.renewals_answer import answer

        return answer(self, lang)


def read(section: Section, facts: Facts | None = None) -> RenewalsPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be; consent and notice are among those wanted.
    """
    header = read_header(section, KIND)
    given: dict[str, Any] = {name: _amount(section, name) for name in MAGAZINE}
    given["charged_on"] = section.choice("charged_on", CHARGED, "renewed")
    given["periods"] = section.whole("periods", 3, low=1)
    if given["periods"] > MOST_YEARS:
        raise section.error("periods", f"{given['periods']} is over {MOST_YEARS}")
    card = section.section("card")
    share = card.number("share")
    shared = {name: _amount(card, name) for name in CARD}
    conditions = _conditions(card)
    card.end()
    contracts = {
        name: _contract(name, one, given | {"currency": header.currency}, shared, share)
        for name, one in section.entries("contracts").items()
    }
    section.end()
    for name, contract in contracts.items():
        one = section.section("contracts").section(name)
        with _placed(one, card, section):
            _ = contract.plan.change
    return RenewalsPlan(header=header, contracts=contracts, conditions=conditions)


@contextmanager
def _placed(*sections: Section) -> Iterator[None]:
    """Errors stand where the contract says so, else with the card, else with the magazine."""
    try:
        yield
    except InputError as error:
        problem = str(error).partition(": ")[2]
        here = next((s for s in sections if error.field in s.node.nodes), sections[0])
        raise here.error(error.field, problem) from None


def _conditions(card: Section) -> Conditions:
    return Conditions(
        consent=card.words("consent"),
        notice_days=card.whole("notice_days", low=1),
        cancel=card.words("cancel"),
        retry_days=tuple(int(n) for n in card.list_of_numbers("retry_days", ())),
        refund_days=card.whole("refund_days", None),
    )


def _contract(
    name: str, section: Section, given: Mapping[str, Any], card: Mapping[str, Any], share: Any
) -> Contract:
    own = {key: _amount(section, key) for key in OF_CONTRACT if section.has(key)}
    found = Contract(
        title=section.words("title", Text(name, name)),
        magazine=Magazine(
            **{
                **given,
                **own,
                "customers": section.number("customers"),
                "retention": _rate(section, "retention"),
            }
        ),
        card=Card(retention=_rate(section, "card_retention"), **card),
        share=section.number("share", share),
    )
    section.end()
    return found


def _amount(section: Section, key: str) -> Any:
    value = section.number(key)
    if value < 0:
        raise section.error(key, f"{value} is under 0")
    return value


def _rate(section: Section, key: str) -> Any:
    value = section.number(key)
    if not 0 <= value <= 1:
        raise section.error(key, f"{value} is not between 0 and 1")
    return value
