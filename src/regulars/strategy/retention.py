"""What points of retention are worth (002-2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from regulars.strategy.inputs import EXACT, ONE, InputError, Number, exact


@dataclass(frozen=True)
class RetentionEconomics:
    """Value of a customer before and after, as a multiple of a period's margin.

    Parameters
    ----------
    points : change of retention in points: 5 is .80 → .85. Not "5%".
    later_before, later_after : ``r/(1+i−r)``, the margins still to come.
    whole_before, whole_after : ``(1+i)/(1+i−r)``, the first margin included.
    cost_ratio : acquisition cost over retention spend per customer retained; None where not given.
    """

    points: Decimal
    later_before: Decimal
    later_after: Decimal
    whole_before: Decimal
    whole_after: Decimal
    cost_ratio: Decimal | None

    @property
    def later_uplift(self) -> Decimal | None:
        """Share that the margins still to come grow by; None where nobody stayed before."""
        if not self.later_before:
            return None
        with localcontext(EXACT):
            return self.later_after / self.later_before - 1

    @property
    def whole_uplift(self) -> Decimal:
        """Share that a customer's value grows by, the first margin included."""
        with localcontext(EXACT):
            return self.whole_after / self.whole_before - 1


def retention_economics(
    *,
    retention: Number,
    change: Number,
    interest: Number,
    acquisition_cost: Number | None = None,
    retention_spend: Number | None = None,
) -> RetentionEconomics:
    """The uplift both without and with the first margin: a claim of "+25%" depends on which.

    Parameters
    ----------
    retention : r, share who stay each period.
    change : added to r; 0.05 is 5 points.
    interest : i per period.
    acquisition_cost : money per customer acquired.
    retention_spend : money per customer retained.

    Raises
    ------
    InputError : a rate out of range, or a value that never ends (r = 1 without interest).

    Examples
    --------
    >>> from regulars.strategy import retention_economics
    >>> found = retention_economics(retention=0.80, change=0.05, interest=0.10)
    >>> f"{found.later_uplift:+.1%}, {found.whole_uplift:+.1%}"
    '+27.5%, +20.0%'
    """
    r, delta = exact(retention, "retention"), exact(change, "change")
    i = exact(interest, "interest")
    if not 0 <= i <= 1:
        raise InputError("interest", f"{i} is not between 0 and 1")
    with localcontext(EXACT):
        before, after = _multiple(r, i, "retention"), _multiple(r + delta, i, "change")
        return RetentionEconomics(
            delta * 100, r * before, (r + delta) * after, (1 + i) * before, (1 + i) * after,
            _ratio(acquisition_cost, retention_spend),
        )  # fmt: skip


def _multiple(r: Decimal, i: Decimal, field: str) -> Decimal:
    if not 0 <= r <= 1:
        raise InputError(field, f"retention would be {r}, which is not between 0 and 1")
    if ONE + i == r:
        raise InputError(field, "nobody ever leaves and nothing is discounted: value has no end")
    return ONE / (ONE + i - r)


def _ratio(acquisition_cost: Number | None, retention_spend: Number | None) -> Decimal | None:
    if acquisition_cost is None or retention_spend is None:
        return None
    spend = exact(retention_spend, "retention_spend")
    cost = exact(acquisition_cost, "acquisition_cost")
    if cost < 0:
        raise InputError("acquisition_cost", f"{cost} is under 0")
    if spend <= 0:
        raise InputError("retention_spend", f"{spend} is not over 0")
    return cost / spend
