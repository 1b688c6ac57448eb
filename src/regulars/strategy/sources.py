"""Where customers come from, ranked by what is left of them (001-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from regulars.strategy.inputs import EXACT, InputError, Number, exact


@dataclass(frozen=True)
class Source:
    """One vehicle: an insert, a campus, a community.

    Parameters
    ----------
    name : its code.
    cost : money spent on it.
    buyers : customers it brought.
    ltv : lifetime value per buyer **before** acquisition; money.
    contacts : people it reached; None where not known.
    """

    name: str
    cost: Number
    buyers: int
    ltv: Number
    contacts: int | None = None


@dataclass(frozen=True)
class RankedSource:
    """A source and what it leaves.

    Parameters
    ----------
    name : its code.
    buyers : customers it brought.
    conversion : buyers over contacts; None where contacts are not known.
    cost_per_buyer : money; None where it brought nobody.
    net_per_buyer : ``LTV − cost per buyer``; None where it brought nobody.
    net : of all its buyers, less its cost; money.
    """

    name: str
    buyers: int
    conversion: Decimal | None
    cost_per_buyer: Decimal | None
    net_per_buyer: Decimal | None
    net: Decimal


def rank_sources(sources: Iterable[Source]) -> tuple[RankedSource, ...]:
    """Highest net value per buyer first; sources that brought nobody last, the dearest at the end.

    Raises
    ------
    InputError : negative cost or counts, more buyers than contacts.
    """
    found = [_ranked(source) for source in sources]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.net_per_buyer is None,
                -(one.net_per_buyer or 0),
                -one.net,
                one.name,
            ),
        )
    )


def _ranked(source: Source) -> RankedSource:
    cost, ltv = exact(source.cost, "cost"), exact(source.ltv, "ltv")
    if cost < 0:
        raise InputError("cost", f"{source.name}: {cost} is under 0")
    if source.buyers < 0:
        raise InputError("buyers", f"{source.name}: {source.buyers} is under 0")
    contacts = source.contacts
    if contacts is not None and contacts < max(source.buyers, 1):
        raise InputError("contacts", f"{source.name}: {source.buyers} buyers of {contacts}")
    with localcontext(EXACT):
        buyers = Decimal(source.buyers)
        each = cost / buyers if buyers else None
        return RankedSource(
            name=source.name,
            buyers=source.buyers,
            conversion=None if contacts is None else buyers / contacts,
            cost_per_buyer=each,
            net_per_buyer=None if each is None else ltv - each,
            net=buyers * ltv - cost,
        )
