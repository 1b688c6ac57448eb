"""Retention as a plan's file gives it: rates, counts of its own, or "from" facts elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from regulars.declare import Language
from regulars.errors import RegularsError
from regulars.plans.document import Entries
from regulars.plans.facts import Facts, at_hand, same_currency
from regulars.plans.places import PlanError
from regulars.plans.section import Section
from regulars.strategy import RetentionCurve, contract_retention


@dataclass(frozen=True)
class Retention:
    """Rates for a table; `curve` where they were measured and have errors.

    Parameters
    ----------
    rates : one decimal, or one a period.
    curve : what they were measured as; None for rates that were simply given.
    origin : ``given``, ``counts``, or what ``from`` says.
    inputs : further inputs of a table that the same facts tell, where the file wants them.
    missing : inputs that those facts cannot tell; the file has to give them.
    """

    rates: Any
    curve: RetentionCurve | None = None
    origin: str = "given"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def period_days(self) -> Decimal | None:
        """Length of the period that was measured; None where the curve does not say."""
        days = getattr(self.curve, "period_days", None)
        return None if days is None else Decimal(str(days))

    def words(self, lang: Language) -> tuple[str, ...]:
        """How the rates were obtained, in sentences; empty where the curve does not say."""
        say = getattr(self.curve, "words", None)
        return tuple(say(lang)) if say is not None else ()


def read_retention(section: Section, facts: Facts | None, *, currency: str) -> Retention:
    """The key `retention` of a section; or `data`, which tells more than retention.

    Raises
    ------
    PlanError : it is missing or cannot be, or facts are wanted where there are none to ask.
    """
    if section.has("data"):
        return _told(section, facts, currency)
    if not section.has("retention") or not isinstance(section.node.nodes["retention"], Entries):
        return Retention(section.numbers("retention"))
    inner = section.section("retention")
    if inner.has("from"):
        return _from_facts(inner, facts, "retention")
    renewed, due = inner.list_of_numbers("renewed"), inner.list_of_numbers("due")
    inner.end()
    with inner.placed():
        curve = contract_retention([float(n) for n in renewed], [float(n) for n in due])
    # As exact as the counts are: 27 of 45 is six tenths, not its binary neighbour.
    rates = tuple(kept / of for kept, of in zip(renewed, due, strict=True))
    return Retention(rates, curve, "counts")


def _told(section: Section, facts: Facts | None, currency: str) -> Retention:
    """Everything that the facts tell of a table; the file's own keys go before it."""
    if section.has("retention"):
        raise section.error("retention", "data tells it already: leave out one of the two")
    inner = section.section("data")
    found = _from_facts(inner, facts, "a table")
    tell = getattr(found.curve, "table_inputs", None)
    if tell is None or facts is None:
        raise inner.error("from", "these facts tell rates alone: give them as retention")
    same_currency(facts, inner, currency)
    told = {name: value for name, value in tell().items() if name != "retention"}
    return replace(found, inputs=told, missing=getattr(found.curve, "missing", ()))


def _from_facts(inner: Section, facts: Facts | None, what: str) -> Retention:
    asked = inner.everything()
    origin = inner.text("from")
    there = at_hand(facts, inner, what)
    try:
        curve = there.retention(asked)
    except PlanError:
        raise
    except (RegularsError, ValueError) as error:
        raise PlanError(inner.place, str(error)) from error
    if not len(curve.rates):
        raise PlanError(inner.place, f"no period of {origin} is complete: there is no rate yet")
    return Retention(tuple(float(rate) for rate in curve.rates), curve, origin)
