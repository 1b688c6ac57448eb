"""Retention as a plan's file gives it: rates, counts of its own, or "from" facts elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from regulars.declare import Language
from regulars.errors import RegularsError
from regulars.plans.document import Entries
from regulars.plans.places import PlanError
from regulars.plans.section import Section
from regulars.strategy import RetentionCurve, contract_retention

RetentionSource: TypeAlias = Callable[[Mapping[str, Any]], RetentionCurve]
"""Given ``{"from": "orders", …}`` as it stands in the file, the rates and their covariance.

The curve may say more, and is listened to: `period_days`, the length of a period, and
`words(lang)`, in sentences how the rates were obtained.
"""


@dataclass(frozen=True)
class Retention:
    """Rates for a table; `curve` where they were measured and have errors.

    Parameters
    ----------
    rates : one decimal, or one a period.
    curve : what they were measured as; None for rates that were simply given.
    origin : ``given``, ``counts``, or what ``from`` says.
    """

    rates: Any
    curve: RetentionCurve | None = None
    origin: str = "given"

    @property
    def period_days(self) -> Decimal | None:
        """Length of the period that was measured; None where the curve does not say."""
        days = getattr(self.curve, "period_days", None)
        return None if days is None else Decimal(str(days))

    def words(self, lang: Language) -> tuple[str, ...]:
        """How the rates were obtained, in sentences; empty where the curve does not say."""
        say = getattr(self.curve, "words", None)
        return tuple(say(lang)) if say is not None else ()


def read_retention(section: Section, source: RetentionSource | None) -> Retention:
    """The key `retention` of a section.

    Raises
    ------
    PlanError : it is missing or cannot be, or facts are wanted where there are none to ask.
    """
    if not section.has("retention") or not isinstance(section.node.nodes["retention"], Entries):
        return Retention(section.numbers("retention"))
    inner = section.section("retention")
    if inner.has("from"):
        return _from_facts(section, inner, source)
    renewed, due = inner.list_of_numbers("renewed"), inner.list_of_numbers("due")
    inner.end()
    with inner.placed():
        curve = contract_retention([float(n) for n in renewed], [float(n) for n in due])
    # As exact as the counts are: 27 of 45 is six tenths, not its binary neighbour.
    rates = tuple(kept / of for kept, of in zip(renewed, due, strict=True))
    return Retention(rates, curve, "counts")


def _from_facts(section: Section, inner: Section, source: RetentionSource | None) -> Retention:
    asked = section.plain("retention")
    origin = inner.text("from")
    if source is None:
        problem = f"retention from {origin} is read from a workspace, and none is at hand"
        raise inner.error("from", problem)
    try:
        curve = source(asked)
    except PlanError:
        raise
    except (RegularsError, ValueError) as error:
        raise PlanError(inner.place, str(error)) from error
    if not len(curve.rates):
        raise PlanError(inner.place, f"no period of {origin} is complete: there is no rate yet")
    return Retention(tuple(float(rate) for rate in curve.rates), curve, origin)
