"""Two answers to one question: equal, or a difference that a person can read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

RELATIVE = 1e-9
ABSOLUTE = 1e-9
SHOWN = 12


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """The rows of a Result, an Answer, a frame, or rows as they are."""
    if hasattr(answer, "to_dict"):  # a pandas frame
        return list(answer.to_dict("records"))
    rows: Iterable[Row] = answer.rows if hasattr(answer, "rows") else answer
    return [dict(row) for row in rows]


def same_value(
    one: Any, other: Any, *, within: float | None = None, relative: float = RELATIVE
) -> bool:
    """Integers, texts, days and flags exactly; floats within ``relative`` of their size, or
    ``within``."""
    one, other = _plain(one), _plain(other)
    if one is None or other is None:
        return one is None and other is None
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        if within is not None:
            return abs(one - other) <= within
        if isinstance(one, int) and isinstance(other, int):
            return one == other
        return math.isclose(one, other, rel_tol=relative, abs_tol=ABSOLUTE)
    return type(one) is type(other) and bool(one == other)


def _plain(value: Any) -> Any:
    if value is None:
        return None
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time(0) else value
    if str(value) in ("<NA>", "NaT"):
        return None
    return value


def assert_same_answer(
    result: Any,
    reference: Any,
    *,
    keys: Sequence[str],
    columns: Sequence[str] | None = None,
    within: Mapping[str, float] | None = None,
    relative: float = RELATIVE,
    ordered: bool = False,
) -> None:
    """Fail, in words, unless both have the same rows.

    Parameters
    ----------
    result, reference : a Result, an Answer, a pandas frame, or a sequence of mappings.
    keys : columns that name a row; they must be unique in both.
    columns : what to compare; by default every column of the reference (columns that only the
        result has are not looked at).
    within : absolute tolerance by column; all else as in `same_value`.
    relative : of floats to their size; larger only where both rest on a search for an optimum,
        which ends at another digit on another machine.
    ordered : the rows must also come in the same order.
    """
    found, wanted = rows_of(result), rows_of(reference)
    by_key, wanted_by_key = _by_key(found, keys, "result"), _by_key(wanted, keys, "reference")
    problems = [
        *_listed("not in the result", [k for k in wanted_by_key if k not in by_key]),
        *_listed("only in the result", [k for k in by_key if k not in wanted_by_key]),
    ]
    names = list(columns if columns is not None else wanted[0] if wanted else [])
    absent = [n for n in names if found and n not in found[0]]
    problems += _listed("columns not in the result", absent)
    for name in (n for n in names if n not in absent and n not in keys):
        tolerance = (within or {}).get(name)
        wrong = [
            f"{_said(key)}: {by_key[key][name]!r}, reference {row[name]!r}"
            for key, row in wanted_by_key.items()
            if key in by_key
            and not same_value(by_key[key][name], row[name], within=tolerance, relative=relative)
        ]
        problems += _listed(f"{name} differs in {len(wrong)} of {len(wanted)} rows", wrong)
    if ordered and not problems and list(by_key) != list(wanted_by_key):
        problems.append("the rows come in another order")
    if problems:
        raise AssertionError("\n".join(["the answers differ:", *problems]))


def assert_same_figures(
    result: Any,
    reference: Any,
    *,
    names: Sequence[str] | None = None,
    within: Mapping[str, float] | None = None,
    relative: float = RELATIVE,
) -> None:
    """Fail unless the figures of both agree; by default all scalar figures of the reference."""
    found: Mapping[str, Any] = getattr(result, "figures", result)
    wanted: Mapping[str, Any] = getattr(reference, "figures", reference)
    chosen = names or [n for n, v in wanted.items() if not isinstance(v, list | dict)]
    wrong = [
        f"{name}: {found.get(name, 'absent')!r}, reference {wanted[name]!r}"
        for name in chosen
        if name not in found
        or not same_value(
            found[name], wanted[name], within=(within or {}).get(name), relative=relative
        )
    ]
    if wrong:
        raise AssertionError("\n".join(["the figures differ:", *wrong]))


def _by_key(
    rows: list[dict[str, Any]], keys: Sequence[str], name: str
) -> dict[tuple[Any, ...], dict[str, Any]]:
    table = {tuple(_plain(row[key]) for key in keys): row for row in rows}
    if len(table) != len(rows):
        raise AssertionError(f"{', '.join(keys)} do not name one row of the {name}")
    return table


def _said(key: Any) -> str:
    return ", ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _listed(title: str, items: Sequence[Any]) -> list[str]:
    if not items:
        return []
    shown = [f"    {_said(item)}" for item in items[:SHOWN]]
    more = [f"    … and {len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return [f"  {title}:", *shown, *more]
