"""What the same base would show if everybody bought steadily.

Given how many purchase days a steady (Poisson) buyer has, the repeat days lie anywhere between
the first and the as-of day with equal chance. So each history keeps its first purchase day and its
number of purchase days, the repeats are drawn anew, and the same replay is asked for the stage.
"""

from __future__ import annotations

import numpy as np

from regulars.stages.courses import courses
from regulars.stages.histories import Floats, Histories, Integers, place
from regulars.stages.rules import FAR, STAGES, Rules

SEED = 20020508
MOST_DRAWS = 20  # of one history
ENOUGH = 1_000_000  # purchase days drawn in all


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
    x, T, base, n = (v[order] for v in (repeats, days, base_gap, customers))
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
    """How often to draw each history: rare ones about as often as it takes to be sure of the sum."""
    each = ENOUGH / max(1, int(((repeats + 1) * customers).sum()))
    return np.clip(np.ceil(customers * each), 1, MOST_DRAWS).astype(np.int64)


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

    Days that were drawn twice are drawn again; an owner with most days bought has the days without
    a purchase drawn instead.
    """
    free = days - 1
    full = 2 * repeats > free
    wanted = np.where(full, free - repeats, repeats)
    drawn = _without_repetition(random, np.repeat(np.arange(len(repeats)), wanted), free)
    if not full.any():
        return drawn % SPAN_OF_DAYS + 1
    kept = drawn[~full[drawn // SPAN_OF_DAYS]]
    every = np.concatenate(
        [k * SPAN_OF_DAYS + np.arange(free[k]) for k in np.flatnonzero(full)] or [drawn[:0]]
    )
    bought = np.sort(np.concatenate([kept, every[~np.isin(every, drawn)]]))
    return bought % SPAN_OF_DAYS + 1


SPAN_OF_DAYS = 1 << 22


def _without_repetition(
    random: np.random.Generator, owner: Integers, free: Integers
) -> Integers:
    """Different places below ``free`` for each owner, with the owner in the high part; sorted."""
    base = owner * SPAN_OF_DAYS
    found = np.unique(base + _below(random, free[owner]))
    while len(found) < len(owner):
        have = np.bincount(found // SPAN_OF_DAYS, minlength=len(free))
        lacking = np.repeat(
            np.arange(len(free)), np.bincount(owner, minlength=len(free)) - have
        )
        more = lacking * SPAN_OF_DAYS + _below(random, free[lacking])
        found = np.unique(np.concatenate([found, more]))
    return found


def _below(random: np.random.Generator, limit: Integers) -> Integers:
    return np.floor(random.random(len(limit)) * limit).astype(np.int64)
