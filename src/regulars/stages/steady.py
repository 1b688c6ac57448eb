"""What the same base would show if everybody bought steadily.

Given how many purchase days a steady (Poisson) buyer has, the repeat days lie anywhere between
the first and the as-of day with equal chance. So each history keeps its first purchase day and its
number of purchase days, the repeats are drawn anew, and the same replay is asked for the stage.
"""

from __future__ import annotations

import numpy as np

from regulars.stages.courses import courses
from regulars.stages.histories import SPAN, Flags, Floats, Histories, Integers, place
from regulars.stages.rules import FAR, STAGES, Rules

SEED = 20020508
MOST_DRAWS = 20  # of one history
ENOUGH = 1_000_000  # purchase days drawn in all
DENSE = 8


def steady_stages(
    *,
    repeats: Integers,
    days: Integers,
    base_gap: Floats,
    customers: Integers,
    last: int,
    rules: Rules,
) -> Floats:
    """Expected customers by stage (the order of ``STAGES``) on as-of day ``last``.

    Parameters
    ----------
    repeats, days : x and T of each distinct history; ``customers`` : how many have it.
    base_gap : the g that stands in where a customer has none of his own.
    last : the as-of day, which decides what day of the week the last Monday was.
    """
    order = np.lexsort((base_gap, days, repeats))  # drawn alike whatever order an engine gives
    x, T, n = repeats[order], days[order], customers[order]
    base = base_gap[order]
    draws = _draws(x, n)
    at = np.repeat(np.arange(len(x)), draws)
    random = np.random.default_rng(SEED)
    found = np.zeros(len(STAGES))
    for part in np.array_split(at, max(1, int((x[at] + 1).sum() // ENOUGH))):
        histories = _histories(random, x[part], T[part], base[part], last)
        spells = courses(histories, rules, first=last, last=last)
        weight = (n / draws)[part][spells.owner]
        found += np.bincount(spells.stage, weights=weight, minlength=len(STAGES) + 1)[1:]
    return found


def _draws(repeats: Integers, customers: Integers) -> Integers:
    """How often to draw each history: the more often, the smaller the base."""
    each = ENOUGH / max(1, int(((repeats + 1) * customers).sum()))
    draws: Integers = np.clip(np.ceil(customers * each), 1, MOST_DRAWS).astype(np.int64)
    return draws


def _histories(
    random: np.random.Generator, repeats: Integers, days: Integers, base: Floats, last: int
) -> Histories:
    owner = np.repeat(np.arange(len(repeats)), repeats)
    drawn = distinct_days(random, owner, repeats, days)
    first = last - days
    owner = np.concatenate([np.arange(len(repeats)), owner])
    day = np.concatenate([first, first[owner[len(repeats) :]] + drawn])
    order = np.argsort(place(owner, day))
    owner, day = owner[order], day[order]
    count = repeats + 1
    return Histories(
        customers=np.arange(len(repeats)),
        owner=owner,
        day=day,
        start=np.cumsum(count) - count,
        count=count,
        base_gap=base,
        known=np.full(len(repeats), FAR),
        refunded=np.full(len(repeats), FAR),
        ended=np.full(len(day), FAR),
        money_key=place(owner, day),
        money=np.arange(len(day) + 1),  # every purchase the same: spend falls as orders do
        visit_key=np.empty(0, dtype=np.int64),
    )


def distinct_days(
    random: np.random.Generator, owner: Integers, repeats: Integers, days: Integers
) -> Integers:
    """For each owner, ``repeats`` different days out of 1 … ``days`` − 1, any set as likely.

    Returned by owner and day. Sparse days are drawn, and drawn again where two fall together;
    dense ones are gone through day by day, each taken with the share of those still wanted in
    those still left.
    """
    free = days - 1
    dense = DENSE * repeats > free
    sparse = _redrawn(random, owner[~dense[owner]], free)
    return np.sort(np.concatenate([sparse, _day_by_day(random, dense, repeats, free)])) % SPAN + 1


def _redrawn(random: np.random.Generator, owner: Integers, free: Integers) -> Integers:
    """Different places below ``free`` for each entry of ``owner``, the owner in the high part."""
    found = np.unique(owner * SPAN + _below(random, free[owner]))
    wanted = np.bincount(owner, minlength=len(free))
    while len(found) < len(owner):
        lacking = wanted - np.bincount(found // SPAN, minlength=len(free))
        again = np.repeat(np.arange(len(free)), lacking)
        found = np.unique(np.concatenate([found, again * SPAN + _below(random, free[again])]))
    return found


def _below(random: np.random.Generator, limit: Integers) -> Integers:
    return np.floor(random.random(len(limit)) * limit).astype(np.int64)


def _day_by_day(
    random: np.random.Generator, dense: Flags, repeats: Integers, free: Integers
) -> Integers:
    owner = np.flatnonzero(dense)
    wanted, left = repeats[owner].copy(), free[owner].copy()
    found = [np.empty(0, dtype=np.int64)]
    while len(owner):
        taken = random.random(len(owner)) * left < wanted
        found.append(owner[taken] * SPAN + left[taken] - 1)
        wanted, left = wanted - taken, left - 1
        going = wanted > 0
        owner, wanted, left = owner[going], wanted[going], left[going]
    return np.concatenate(found)
