"""From an engine's rows to its rows: the replay in batches that a processor's cache can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from regulars.stages.courses import Spells, courses
from regulars.stages.histories import Flags, Histories, Integers, lay_out
from regulars.stages.rules import FAR, NO_STAGE, Rules

ROWS = 200_000  # measured: a quarter of it or five times as much costs a third more a row
RULES = tuple(Rules.__dataclass_fields__)


def replay(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Spells of whole customers, one row each.

    Parameters
    ----------
    arrays : as `lay_out` takes them.
    values : the fields of `Rules`; ``history_from`` and ``as_of``, the first and last as-of day.

    Returns
    -------
    ``customer_key``; ``since_day`` (masked where it lies before the replay and is not known);
    ``until_day`` (masked while the spell lasts); ``opening`` (it held on the first day); the codes
    ``came_from``, ``stage``, ``reason``; ``gap_days``; and on a lasting spell ``last_day``,
    ``next_stage`` and ``next_day``, masked where there is none.
    """
    rules = Rules(**{name: values[name] for name in RULES})
    first, last = (_number(values[name]) for name in ("history_from", "as_of"))
    parts = []
    for begin, end in _batches(np.asarray(arrays["customer_key"])):
        histories = lay_out({name: column[begin:end] for name, column in arrays.items()})
        parts.append(_rows(histories, courses(histories, rules, first=first, last=last)))
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(parts: list[Any]) -> Any:
    """One column; masked where one of the parts is."""
    values = np.concatenate([np.ma.getdata(part) for part in parts])
    return np.ma.array(values, mask=np.concatenate([np.ma.getmaskarray(part) for part in parts]))


def _batches(keys: Integers) -> Iterator[tuple[int, int]]:
    """Bounds of batches that hold whole customers; one empty batch where there are no rows."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    begin = 0
    while begin < len(keys):
        at = int(np.searchsorted(starts, begin + ROWS))
        end = int(starts[at]) if at < len(starts) else len(keys)
        yield begin, end
        begin = end
    if not len(keys):
        yield 0, 0


def _number(day: Any) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _rows(histories: Histories, spells: Spells) -> dict[str, Any]:
    return {
        "customer_key": histories.customers[spells.owner],
        "since_day": _days(spells.day, ~spells.exact),
        "until_day": _days(spells.until, spells.until == FAR),
        "opening": spells.opening,
        "came_from": spells.came_from,
        "stage": spells.stage,
        "reason": spells.reason,
        "gap_days": np.ma.masked_invalid(spells.gap),
        "last_day": _days(spells.last_day, spells.last_day == -FAR),
        "next_stage": np.ma.masked_equal(spells.next_stage, NO_STAGE),
        "next_day": _days(spells.next_day, spells.next_day == FAR),
    }


def _days(days: Integers, missing: Flags) -> Any:
    return np.ma.array(np.where(missing, 0, days).astype("datetime64[D]"), mask=missing)
