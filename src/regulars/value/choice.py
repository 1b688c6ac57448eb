"""Which purchase model: the one that foretells a part of the history held back from it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models import PURCHASE_MODELS, Histories, PurchaseModel
from regulars.value.base import Floats

WITHOUT_HOLDOUT = "mbg_nbd"
"""Where nothing can be held back: it lets one-time buyers go, which BG/NBD does not."""

FEWEST = 100
"""Repeat purchases that there must be before and after the cut for a choice to mean anything."""

MOST_ORDERS = 500


@dataclass(frozen=True, eq=False)
class Holdout:
    """Histories as of a cut, and what came after.

    Attributes
    ----------
    given : the histories at the cut, in units of ``unit_days``.
    after : purchase days from the cut to the as-of day; horizon : that span, in units of time.
    """

    given: Histories
    after: Floats
    horizon: float
    unit_days: float = 1.0


@dataclass(frozen=True)
class Choice:
    """The model chosen, and how each did.

    Attributes
    ----------
    model : its name; held_out : whether a holdout decided.
    log_score : per model, the mean log chance it gave to what each customer then did.
    expected : per model, purchase days expected in the holdout; actual : those that came.
    """

    model: str
    held_out: bool
    log_score: Mapping[str, float]
    expected: Mapping[str, float]
    actual: float | None = None
    days: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


def choose(held: Holdout | None) -> Choice:
    """The model with the best log score of the holdout; MBG/NBD where there is too little."""
    if held is None or not _enough(held):
        return Choice(WITHOUT_HOLDOUT, False, {}, {})
    scores, expected = {}, {}
    for name, kind in PURCHASE_MODELS.items():
        # Pooled histories are near enough to tell models apart.
        model = kind.fit_histories(held.given.coarse(), unit_days=held.unit_days).model
        scores[name] = log_score(model, held)
        expected[name] = float(held.given.weight @ model.orders(held.given, held.horizon))
    best = max(scores, key=lambda name: scores[name])
    actual = float(held.given.weight @ held.after)
    return Choice(best, True, scores, expected, actual, held.horizon * held.unit_days)


def _enough(held: Holdout) -> bool:
    before = float(held.given.weight @ held.given.x)
    return before >= FEWEST and float(held.given.weight @ held.after) >= FEWEST


def log_score(model: PurchaseModel, held: Holdout) -> float:
    """Mean over customers of ln P(N = n), n the purchase days that came."""
    alive, pairs = model.alive(held.given), held.given.by_x_T
    after = np.minimum(held.after, MOST_ORDERS).astype(np.int64)
    rows = np.argsort(after, kind="stable")
    edges = np.searchsorted(after[rows], np.arange(after.max(initial=0) + 2))
    chance = np.empty(len(after))
    law = model.exceeding_if_alive(pairs.x, pairs.time, held.horizon)
    more = np.ones(len(pairs.x))
    for k, (begin, end) in enumerate(itertools.pairwise(edges.tolist())):
        fewer, more = more, next(law)
        these = rows[begin:end]
        place = pairs.place[these]
        if k == 0:
            chance[these] = 1 - alive[these] * more[place]
        else:
            chance[these] = alive[these] * (fewer[place] - more[place])
    weight = held.given.weight
    return float(weight @ np.log(np.maximum(chance, 1e-300)) / weight.sum())
