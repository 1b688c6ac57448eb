"""Rows sorted by customer and day, laid out for a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stages.rules import FAR

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A customer's place and a day in one sortable number, for days from -900 to the year 8600.
SPAN = 1 << 22
SHIFT = 1 << 20

# What a row is. MONEY is a refund, or a further order of a day that is marked already.
MONEY, SALE, KNOWN, ENDED, VISIT = range(5)


@dataclass(frozen=True)
class Histories:
    """Some customers' purchase days, sorted by customer and day, and what else is dated.

    Attributes
    ----------
    customers : one key a customer.
    owner : for each purchase day, the place of its customer; ``day`` since 1970-01-01.
    start, count : for each customer, the first of his purchase days and how many they are.
    base_gap : for each customer, the g that stands in for his own; NaN is unknown.
    known, refunded : for each customer, the first day on which a record knew him, and the first
        day with money but no purchase day on or before it; FAR is never.
    ended : for each purchase day, the first contract end on it or after it, before the next; FAR.
    money_key, money : running total of net spend over all rows, and where each stands.
    visit_key : where each visit stands, sorted.
    """

    customers: Integers
    owner: Integers
    day: Integers
    start: Integers
    count: Integers
    base_gap: Floats
    known: Integers
    refunded: Integers
    ended: Integers
    money_key: Integers
    money: Integers
    visit_key: Integers

    @property
    def key(self) -> Integers:
        """Where each purchase day stands: comparable with ``place(owner, day)``."""
        return place(self.owner, self.day)


def place(owner: Integers, day: Integers) -> Integers:
    return owner * SPAN + (day + SHIFT)


def lay_out(arrays: Mapping[str, Any]) -> Histories:
    """Histories from rows in the order of customer and day.

    Parameters
    ----------
    arrays : ``customer_key``, ``day`` (datetime64[D]), ``mark`` (MONEY, SALE, …: what the row is),
        ``spend_minor``, and ``base_gap_days`` (the same on all of a customer's rows; masked where
        it is unknown).
    """
    keys = np.asarray(arrays["customer_key"], dtype=np.int64)
    day = np.asarray(arrays["day"], dtype="datetime64[D]").astype(np.int64)
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    customers = keys[first]
    owner = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(keys)]))
    base_gap = np.ma.filled(np.ma.asarray(arrays["base_gap_days"], dtype=np.float64), np.nan)[first]
    mark = np.asarray(arrays["mark"])
    sale = np.flatnonzero(mark == SALE)
    where = place(owner, day)
    bought = where[sale]
    days = sale[np.r_[True, bought[1:] != bought[:-1]][: len(sale)]]
    count = np.bincount(owner[days], minlength=len(first)).astype(np.int64)
    start = np.cumsum(count) - count
    spend = np.asarray(arrays["spend_minor"], dtype=np.int64)
    first_bought = np.full(len(first), FAR, dtype=np.int64)
    first_bought[count > 0] = day[days][start[count > 0]]
    return Histories(
        customers=customers,
        owner=owner[days],
        day=day[days],
        start=start,
        count=count,
        base_gap=base_gap,
        known=_first_of(np.flatnonzero(mark == KNOWN), owner, day, len(first)),
        refunded=_first_of(
            np.flatnonzero((spend != 0) & (day < first_bought[owner])), owner, day, len(first)
        ),
        ended=_ends(where[mark == ENDED], where[days]),
        money_key=where,
        money=np.r_[0, np.cumsum(spend)],
        visit_key=where[mark == VISIT],
    )


def _first_of(rows: Integers, owner: Integers, day: Integers, customers: int) -> Integers:
    """The first of these rows of each customer, its day; FAR where there is none."""
    found = np.full(customers, FAR, dtype=np.int64)
    found[owner[rows[::-1]]] = day[rows[::-1]]
    return found


def _ends(ends: Integers, bought: Integers) -> Integers:
    """For each purchase day the first contract end on it or later, before the next one."""
    found = np.full(len(bought), FAR, dtype=np.int64)
    at = np.searchsorted(ends, bought)
    inside = np.flatnonzero(at < len(ends))
    end = ends[at[inside]]
    following = np.r_[bought[1:], np.iinfo(np.int64).max][inside]
    same = (end // SPAN == bought[inside] // SPAN) & (end < following)
    found[inside[same]] = end[same] % SPAN - SHIFT
    return found
