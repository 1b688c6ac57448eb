"""What a term moved beyond the same term of the preceding pair, with an interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Excess:
    """One term of one tier: now, in the preceding pair, the difference and its interval."""

    tier: str
    term: str
    amount_minor: int
    usual_minor: int
    excess_minor: int
    low_minor: float
    high_minor: float

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def merged_terms(people: pd.DataFrame, terms: set[str]) -> pd.DataFrame:
    """first_time and returned as "new" when the cells know only that, and the other way round."""
    if "new" not in terms:  # nobody bought in the look-back: then nobody can have returned
        return people.assign(term=people["term"].replace({"new": "first_time"}))
    merged = people["term"].replace({"first_time": "new", "returned": "new"})
    return people.assign(term=merged)


def contributions(
    now: pd.DataFrame, then: pd.DataFrame, cells: list[tuple[str, str]]
) -> npt.NDArray[np.float64]:
    """Customers × cells: what each adds to each excess; rows sum to the excess by column."""
    everybody = now.index.union(then.index)
    table = np.zeros((len(everybody), len(cells)))
    column = {cell: i for i, cell in enumerate(cells)}
    for people, sign in ((now, 1.0), (then, -1.0)):
        places = everybody.get_indexer(people.index)
        columns = [column[cell] for cell in zip(people["tier"], people["term"], strict=True)]
        table[places, columns] += sign * people["change_minor"].to_numpy(dtype="float64")
    return table


def excess_over(
    now: pd.DataFrame,
    then: pd.DataFrame,
    *,
    cells: list[tuple[str, str]],
    resamples: int = 2000,
    seed: int = 1,
) -> list[Excess]:
    """Each cell's excess with an interval of 1 − 0.05/cells, by resampling customers.

    ``resamples=0`` takes the normal approximation, √Σ(c − c̄)².
    """
    terms = {term for _, term in cells}
    now, then = merged_terms(now, terms), merged_terms(then, terms)
    table = contributions(now, then, cells)
    level = 0.05 / len(cells)
    low, high = _interval(table, level=level, resamples=resamples, seed=seed)
    found = []
    for i, (tier, term) in enumerate(cells):
        amount = _sum(now, tier, term)
        usual = _sum(then, tier, term)
        found.append(
            Excess(tier, term, amount, usual, amount - usual, float(low[i]), float(high[i]))
        )
    return found


def _sum(people: pd.DataFrame, tier: str, term: str) -> int:
    chosen = (people["tier"] == tier) & (people["term"] == term)
    return int(people.loc[chosen, "change_minor"].sum())


def _interval(
    table: npt.NDArray[np.float64], *, level: float, resamples: int, seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    total, n = table.sum(axis=0), len(table)
    if resamples == 0:
        spread = np.sqrt(((table - table.mean(axis=0)) ** 2).sum(axis=0))
        reach = float(stats.norm.isf(level / 2)) * spread
        return total - reach, total + reach
    random = np.random.default_rng(seed)
    drawn = np.empty((resamples, table.shape[1]))
    for i in range(resamples):
        times = np.bincount(random.integers(0, n, n), minlength=n)
        drawn[i] = times @ table
    low, high = np.quantile(drawn, [level / 2, 1 - level / 2], axis=0)
    return low, high
