"""The seam to a workspace's own facts: what a plan's file may ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from regulars.errors import RegularsError
from regulars.plans.places import PlanError
from regulars.plans.section import Section

if TYPE_CHECKING:
    from regulars.result import Result
    from regulars.strategy import RetentionCurve


class Facts(Protocol):
    """A workspace at hand. Opened when a file asks, and not before."""

    @property
    def currency(self) -> str:
        """ISO 4217, of all its money."""

    @property
    def minor_per_major(self) -> int:
        """Minor units in one unit of it."""

    def retention(self, asked: Mapping[str, Any]) -> RetentionCurve:
        """Given ``{"from": "orders", …}`` as it stands in the file, the rates and their covariance.

        The curve may say more, and is listened to: `period_days`, the length of a period,
        `words(lang)`, in sentences how the rates were obtained, and as
        `regulars.analyses.measured.MeasuredRetention` what else the facts tell of a table.
        """

    def show(self, analysis: str, asked: Mapping[str, Any]) -> Result:
        """The answer of a named analysis with these parameters."""


def at_hand(facts: Facts | None, inner: Section, what: str) -> Facts:
    """
    Raises
    ------
    PlanError : there is no workspace to ask.
    """
    if facts is None:
        origin = inner.text("from")
        problem = f"{what} from {origin} is read from a workspace, and none is at hand"
        raise inner.error("from", problem)
    return facts


def same_currency(facts: Facts, inner: Section, currency: str) -> None:
    """
    Raises
    ------
    PlanError : the facts' money is another than the file's.
    """
    if facts.currency != currency:
        problem = f"the facts are in {facts.currency}, the plan in {currency}"
        raise inner.error("from", problem)


def asked_of(
    facts: Facts | None, section: Section, analysis: str, *, currency: str, what: str
) -> Result:
    """The answer to ``{from: facts, …}``: what else the mapping holds is the analysis' own.

    Raises
    ------
    PlanError : no workspace, another currency, or the analysis refuses, in its words.
    """
    parameters = {name: value for name, value in section.everything().items() if name != "from"}
    section.choice("from", ("facts",))
    there = at_hand(facts, section, what)
    try:
        same_currency(there, section, currency)
        return there.show(analysis, parameters)
    except PlanError:
        raise
    except (RegularsError, ValueError) as error:
        raise PlanError(section.place, str(error)) from error
