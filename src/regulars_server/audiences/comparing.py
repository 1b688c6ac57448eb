"""Two conditions over one snapshot: who is in both, in one, in neither, and what chance expects."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.conditions import Condition, sql, write
from regulars.conditions.tree import All, Holds
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.measuring import answered


@dataclass(frozen=True)
class Overlap:
    """How two audiences lie: customers of each part. Who is unknown counts as not in."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def first(self) -> int:
        return self.both + self.only_first

    @property
    def second(self) -> int:
        return self.both + self.only_second

    @property
    def base(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def jaccard(self) -> float | None:
        """Share of both among those who are in either; None where nobody is."""
        either = self.both + self.only_first + self.only_second
        return self.both / either if either else None

    @property
    def expected(self) -> float | None:
        """Customers in both if being in one said nothing about being in the other."""
        return self.first * self.second / self.base if self.base else None


def compare(of: Catalogue, first: Condition, second: Condition) -> Overlap:
    """Count the four parts."""
    a, b = (sql(one, as_of=of.as_of) for one in (first, second))
    rows = answered(
        of,
        lambda read, _cell: (
            f"SELECT a, b, count(*) FROM (SELECT coalesce(({a}), FALSE) AS a,"
            f" coalesce(({b}), FALSE) AS b FROM {read}) GROUP BY a, b"
        ),
    )
    counts = {(row[0], row[1]): int(row[2]) for row in rows}
    return Overlap(
        both=counts.get((True, True), 0),
        only_first=counts.get((True, False), 0),
        only_second=counts.get((False, True), 0),
        neither=counts.get((False, False), 0),
    )


def parts_of(first: Condition, second: Condition) -> dict[str, str]:
    """The condition that selects each part, as text."""
    without = {one: Holds(one, negated=True) for one in (first, second)}
    pairs = {
        "both": (first, second),
        "only_first": (first, without[second]),
        "only_second": (second, without[first]),
        "neither": (without[first], without[second]),
    }
    return {name: write(_all(*pair)) for name, pair in pairs.items()}


def _all(*parts: Condition) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, All) else (part,)
    return flat[0] if len(flat) == 1 else All(tuple(flat))
