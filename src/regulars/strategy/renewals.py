"""Readers who lapse to rejoin at a discount, and how many renewal letters pay (001-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from regulars.strategy.inputs import EXACT, InputError, Number, exact


@dataclass(frozen=True)
class Leak:
    """What "new" subscribers who are old ones hide and cost.

    Parameters
    ----------
    reported, true : share renewed as reported, and with those who came back as new.
    cost : price given away and acquisition paid for them; money.
    """

    reported: Decimal
    true: Decimal
    cost: Decimal


def leak(
    *,
    expired: int,
    renewed: int,
    rejoined: int,
    renewal_price: Number,
    promotion_price: Number,
    acquisition_cost: Number,
) -> Leak:
    """``n·(renewal price − promotion price) + n·acquisition cost``, n rejoined as new.

    Raises
    ------
    InputError : counts that cannot be, negative money.
    """
    if expired <= 0:
        raise InputError("expired", f"{expired} is not over 0")
    for name, count in (("renewed", renewed), ("rejoined", rejoined)):
        if count < 0 or renewed + rejoined > expired:
            raise InputError(name, f"{count} of {expired} expired")
    renewal, promotion, acquisition = (
        _money(value, name)
        for name, value in (
            ("renewal_price", renewal_price),
            ("promotion_price", promotion_price),
            ("acquisition_cost", acquisition_cost),
        )
    )
    with localcontext(EXACT):
        n, due = Decimal(rejoined), Decimal(expired)
        return Leak(
            reported=renewed / due,
            true=(renewed + n) / due,
            cost=n * (renewal - promotion) + n * acquisition,
        )


@dataclass(frozen=True)
class Letter:
    """One step of a renewal series.

    Parameters
    ----------
    number : from 1.
    worth : ``p·margin`` per letter sent, before its cost; money.
    cost : money per letter.
    sent : share of all readers due who still get it.
    pays : it and every letter before it bring at least what they cost.
    """

    number: int
    worth: Decimal
    cost: Decimal
    sent: Decimal
    pays: bool


@dataclass(frozen=True)
class LetterSeries:
    """A renewal series, and where to stop it."""

    letters: tuple[Letter, ...]

    @property
    def stop_after(self) -> int:
        """The last letter before the first that brings less than it costs; 0 sends none."""
        return sum(letter.pays for letter in self.letters)

    @property
    def profit(self) -> Decimal:
        """Per reader due, when stopped there; money."""
        with localcontext(EXACT):
            gains = (x.sent * (x.worth - x.cost) for x in self.letters if x.pays)
            return sum(gains, Decimal(0))


def letter_series(
    *, response: Sequence[Number], cost: Number | Sequence[Number], margin: Number
) -> LetterSeries:
    """Letters one after another, each to those who have not renewed yet.

    Parameters
    ----------
    response : shape (k,), share who renew on each letter **because of it**, of those still due.
        Who would have renewed anyway is no response: measure it against readers left alone.
    cost : money per letter, one for all or one each.
    margin : money per renewal.

    Raises
    ------
    InputError : a share out of range, negative cost or margin.
    """
    worth_of, k = _money(margin, "margin"), len(response)
    one_cost = not isinstance(cost, Sequence)
    costs = [cost] * k if one_cost else list(cost)  # type: ignore[arg-type]
    if len(costs) != k:
        raise InputError("cost", f"{len(costs)} costs for {k} letters")
    letters: list[Letter] = []
    due, pays = Decimal(1), True
    with localcontext(EXACT):
        for number, (share, spent) in enumerate(zip(response, costs, strict=True), 1):
            p = exact(share, "response", period=number)
            if not 0 <= p <= 1:
                raise InputError("response", f"{p} is not between 0 and 1", period=number)
            price = _money(spent, "cost")
            pays = pays and p * worth_of >= price
            letters.append(Letter(number, p * worth_of, price, due, pays))
            due *= 1 - p
    return LetterSeries(tuple(letters))


def _money(value: object, name: str) -> Decimal:
    found = exact(value, name)
    if found < 0:
        raise InputError(name, f"{found} is under 0")
    return found
