"""One customer's life, from their own days: stages as they followed, P(alive) as it went.

What an analysis says of everybody at one day, a page tells of one customer over all days. The rules
of the stages and the model of value are the same.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

POINTS = 160
Mark = tuple[dt.date, int, int]


def spells(
    marks: Sequence[Mark], *, as_of: dt.date, base_gap_days: float | None
) -> list[dict[str, Any]]:
    """Stages of one customer by the usual rules: ``since, until, stage, reason``, in order.

    Parameters
    ----------
    marks : day before the as-of day, what happened (a mark of `regulars.stages.histories`), and net
        spend in minor units.
    as_of : facts before this day count; the last stage lasts until it.
    base_gap_days : the usual gap of the base, for customers without one of their own.
    """
    import numpy as np

    from regulars.stages.replay import replay
    from regulars.stages.rules import REASONS, STAGES, Rules

    if not marks:
        return []
    days, kinds, money = zip(*sorted(marks), strict=True)
    base = np.full(len(days), np.nan if base_gap_days is None else base_gap_days)
    told = replay(
        {
            "customer_key": np.ones(len(days), dtype=np.int64),
            "day": np.array(days, dtype="datetime64[D]"),
            "mark": np.array(kinds, dtype=np.int64),
            "spend_minor": np.array(money, dtype=np.int64),
            "base_gap_days": np.ma.masked_invalid(base),
        },
        {
            **{name: f.default for name, f in Rules.__dataclass_fields__.items()},
            "history_from": days[0],
            "as_of": as_of,
        },
    )
    found = [
        {
            "since": _day(told["since_day"], number) or days[0],
            "until": _day(told["until_day"], number) or as_of,
            "stage": STAGES[int(told["stage"][number]) - 1],
            "reason": REASONS[int(told["reason"][number]) - 1],
        }
        for number in range(len(told["stage"]))
    ]
    return sorted(found, key=lambda one: one["since"])


def _day(column: Any, number: int) -> dt.date | None:
    import numpy as np

    if np.ma.getmaskarray(column)[number]:
        return None
    found: dt.date = np.ma.getdata(column)[number].astype("datetime64[D]").astype(object)
    return found


def alive(
    fitted: Mapping[str, Any], purchases: Sequence[dt.date], *, as_of: dt.date
) -> list[dict[str, Any]]:
    """``day, p_alive``: P(alive | x, t_x, T) on days from the first purchase to the as-of day.

    Each day knows the purchases until then alone; the parameters are those of the fit throughout.

    Parameters
    ----------
    fitted : as a snapshot's manifest tells it, see `regulars.value.Fitted`.
    purchases : days, in order, each once.
    """
    import numpy as np

    before = [day for day in purchases if day < as_of]
    model, unit_days = _model(json.dumps(fitted, sort_keys=True))
    if model is None or not before:
        return []
    first, span = before[0], (as_of - before[0]).days
    own = np.array([(day - first).days for day in before])
    steps = {round(span * n / POINTS) for n in range(1, POINTS + 1)}
    # On each purchase and just before it: there the probability jumps.
    ages = sorted({*steps, *map(int, own), *(int(age) - 1 for age in own)})
    at = np.array([age for age in ages if 0 < age <= span], dtype=float)
    counted = np.searchsorted(own, at, side="right")
    x, t_x = (counted - 1).astype(float), own[counted - 1].astype(float)
    shares = np.clip(model.p_alive(x, t_x / unit_days, at / unit_days), 0.0, 1.0)
    return [
        {"day": first + dt.timedelta(days=int(age)), "p_alive": float(share)}
        for age, share in zip(at, shares, strict=True)
        if np.isfinite(share)
    ]


@lru_cache(maxsize=8)
def _model(fitted: str) -> tuple[Any, float]:
    """The purchase model of the whole base and its unit in days; none of what is no fit."""
    from regulars.value import Fitted

    try:
        found = Fitted.of(fitted)
    except ValueError:
        return None, 1.0
    return found.purchase_of("").model, found.unit_days
