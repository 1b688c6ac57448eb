"""Decline on bases where it is known who has slowed: ``python tests/reference/decline_simulation.py
docs/concepts/decline.md`` writes the table of its figures into that page.

Each run draws a base, estimates its regularity as the analysis does, names customers at q = .10
and counts how many of them have not slowed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regulars.statistics import regularity
from regulars.statistics.decline import Exposure, Purchasing, judge, mirror_share
from regulars.testing.slowing import SLOWED, Turn, Turned, turned

Q = 0.10
RUNS = 400
CUSTOMERS = 2000
DAYS = 547
REGULARITIES = (0.5, 1.0, 2.0)
BASES = {
    "steady": {},
    "10% slowed": {"slowed": 0.1},
    "10% slowed, 10% quickened": {"slowed": 0.1, "quickened": 0.1},
}
HEAD, FOOT = "<!-- simulated: begin -->", "<!-- simulated: end -->"


@dataclass(frozen=True)
class Run:
    """What one drawn base gave."""

    k: float
    tested: int
    named: int
    false_share: float
    found_share: float
    mirror: float
    slowed_share: float


def histories(base: Turned, *, days: int, recent_days: int) -> tuple[Purchasing, np.ndarray]:
    """Every customer's history, and all gaps."""
    n = len(base.group)
    first, last = np.full(n, days), np.zeros(n, dtype="int64")
    np.minimum.at(first, base.place, base.day)
    np.maximum.at(last, base.place, base.day)
    late = base.day >= days - recent_days
    recent = np.bincount(base.place[late], minlength=n) - (first >= days - recent_days)
    before = np.bincount(base.place, minlength=n) - 1 - recent
    gaps = np.diff(base.day)[np.diff(base.place) == 0]
    ones = np.ones(n, dtype="int64")
    return Purchasing(before, recent, last - first, days - first, ones), gaps


def estimated(history: Purchasing, gaps: np.ndarray) -> regularity.Regularity | None:
    gap, counts = np.unique(gaps, return_counts=True)
    return regularity.estimate(
        gap_days=gap, gap_counts=counts, repeats=history.repeats, span_days=history.last,
        counts=history.counts, whole_days=True,
    )  # fmt: skip


def run(turn: Turn, *, seed: int, customers: int = CUSTOMERS, days: int = DAYS) -> Run:
    base = turned(np.random.default_rng([seed, 20]), turn, customers=customers, days=days)
    history, gaps = histories(base, days=days, recent_days=turn.recent_days)
    found = estimated(history, gaps)
    assert found is not None
    exposure = Exposure.plain(days, recent_days=turn.recent_days)
    judged = judge(history, exposure, regularity=found.value, q=Q)
    truly = base.group == SLOWED
    named = int(judged.named.sum())
    quickened = int((judged.p_quickening <= judged.cut).sum())
    return Run(
        k=found.value,
        tested=int(judged.testable.sum()),
        named=named,
        false_share=float((judged.named & ~truly).sum() / max(1, named)),
        found_share=float((judged.named & truly).sum() / max(1, truly.sum())),
        mirror=mirror_share(slowed=named, quickened=quickened),
        slowed_share=0.0 if judged.groups is None else judged.groups.share,
    )


def runs_of(k: float, base: str, *, runs: int, customers: int = CUSTOMERS) -> list[Run]:
    turn = Turn(regularity=k, **BASES[base])
    return [run(turn, seed=seed, customers=customers) for seed in range(runs)]


def false_discovery_rate(runs: list[Run]) -> tuple[float, float]:
    """The mean of the runs, and its standard error."""
    shares = np.array([r.false_share for r in runs])
    return float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))


def table(runs: int = RUNS) -> Iterator[str]:
    yield (
        "| true k | base | estimated k | realised FDR (± 2 s.e.) | named a run | of the slowed,"
        " named | mirror | share slowed, estimated |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for k in REGULARITIES:
        for base in BASES:
            made = runs_of(k, base, runs=runs)
            rate, error = false_discovery_rate(made)
            mean = {
                name: float(np.mean([getattr(r, name) for r in made]))
                for name in ("k", "named", "found_share", "mirror", "slowed_share")
            }
            found = f"{mean['found_share']:.1%}" if BASES[base] else "–"
            yield (
                f"| {k:g} | {base} | {mean['k']:.2f} | {rate:.3f} ± {2 * error:.3f} |"
                f" {mean['named']:.1f} | {found} | {mean['mirror']:.2f} |"
                f" {mean['slowed_share']:.1%} |"
            )


def written(page: str, lines: Iterator[str]) -> str:
    """The page with the table between its marks."""
    start, end = page.index(HEAD) + len(HEAD), page.index(FOOT)
    return page[:start] + "\n" + "\n".join(lines) + "\n" + page[end:]


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(written(path.read_text(encoding="utf-8"), table()), encoding="utf-8")
