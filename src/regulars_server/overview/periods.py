"""Which days the overview is about: read from an address, written back to one (pure).

Days of a form are inclusive, as people say them; periods of the library end before their last day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from regulars.report.days import Period

USUAL = "usual"
DAYS = "days"
PRESETS = (USUAL, "month", "quarter", "quarter_year", "year")
FIELDS = ("after_from", "after_to", "before_from", "before_to", "as_of")
# The library compares groups over equally long periods only; quarters are not.
EQUAL = frozenset({"migration", "migration_customers"})


class WrongDays(ValueError):
    """Days that cannot be meant; ``field`` and ``code`` say which and why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was asked for: a preset by its name, or days.

    Attributes
    ----------
    preset : one of `PRESETS`, or `DAYS`.
    as_of : facts before the start of this day count; None: as the library has it.
    before, after : half-open periods to compare; None: as the library has it.
    """

    preset: str = USUAL
    as_of: dt.date | None = None
    before: Period | None = None
    after: Period | None = None

    @property
    def settled(self) -> bool:
        """Whether the days are known; a preset is counted back from the last order."""
        return self.preset in (USUAL, DAYS)

    @property
    def query(self) -> dict[str, str]:
        """The address's part that asks for this again; a preset moves on with the facts."""
        if self.preset != DAYS:
            return {} if self.preset == USUAL else {"period": self.preset}
        return self.exact

    @property
    def exact(self) -> dict[str, str]:
        """The address's part for these very days, whatever facts come."""
        said: dict[str, dt.date | None] = {"as_of": self.as_of}
        for name, period in (("before", self.before), ("after", self.after)):
            if period is not None:
                said[f"{name}_from"], said[f"{name}_to"] = period[0], period[1] - dt.timedelta(1)
        return {name: day.isoformat() for name, day in said.items() if day is not None}

    @property
    def address(self) -> str:
        """`query` as it stands behind the question mark, with it; empty for the usual."""
        return f"?{urlencode(self.query)}" if self.query else ""

    def parameters(self, analysis: str, declared: frozenset[str]) -> dict[str, str]:
        """What an analysis that declares these parameters is asked with."""
        before = self.before
        if before and self.after and analysis in EQUAL:
            before = (before[1] - (self.after[1] - self.after[0]), before[1])
        said = {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "before": f"{before[0]}..{before[1]}" if before else None,
            "after": f"{self.after[0]}..{self.after[1]}" if self.after else None,
        }
        return {name: text for name, text in said.items() if text and name in declared}


def read(given: Mapping[str, str]) -> Chosen:
    """What an address asks for.

    Raises
    ------
    WrongDays : no day, a period that ends before it begins, an earlier one without a later one,
        or one that overlaps it.
    """
    days = {name: _day(name, given[name]) for name in FIELDS if given.get(name, "").strip()}
    if days:
        return _checked(days)
    preset = given.get("period", USUAL)
    if preset not in PRESETS:
        raise WrongDays("period", "unknown")
    return Chosen(preset=preset)


def _day(name: str, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise WrongDays(name, "no_day") from None
    if not 1900 <= day.year <= 9000:
        raise WrongDays(name, "no_day")
    return day


def _checked(days: Mapping[str, dt.date]) -> Chosen:
    after, before = (_period(days, name) for name in ("after", "before"))
    as_of = days.get("as_of")
    if before and not after:
        raise WrongDays("after_from", "missing")
    if before and after and before[1] > after[0]:
        raise WrongDays("before_to", "overlaps")
    if as_of and after and as_of < after[1]:
        raise WrongDays("as_of", "too_early")
    if after and as_of is None:
        # One day for the whole page: what came after the later period is not of it.
        as_of = after[1]
    return Chosen(preset=DAYS, as_of=as_of, before=before, after=after)


def _period(days: Mapping[str, dt.date], name: str) -> Period | None:
    start, last = days.get(f"{name}_from"), days.get(f"{name}_to")
    if start is None and last is None:
        return None
    if start is None or last is None:
        raise WrongDays(f"{name}_{'from' if start is None else 'to'}", "missing")
    if last < start:
        raise WrongDays(f"{name}_to", "ends_first")
    return start, last + dt.timedelta(days=1)


def settled(chosen: Chosen, *, end: dt.date) -> Chosen:
    """A preset with its days, counted back from the end of the facts (its day not included)."""
    if chosen.settled:
        return chosen
    month = end.replace(day=1)
    quarter = _month(month, -((month.month - 1) % 3))
    after, before = {
        "month": ((_month(month, -1), month), (_month(month, -2), _month(month, -1))),
        "quarter": ((_month(quarter, -3), quarter), (_month(quarter, -6), _month(quarter, -3))),
        "quarter_year": (
            (_month(quarter, -3), quarter),
            (_month(quarter, -15), _month(quarter, -12)),
        ),
        "year": ((_month(month, -12), month), (_month(month, -24), _month(month, -12))),
    }[chosen.preset]
    return Chosen(preset=chosen.preset, as_of=after[1], before=before, after=after)


def _month(first: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months from this one."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)
