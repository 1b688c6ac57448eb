"""The customers that a condition selects: a page of them, and who stands beside one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.conditions import Condition, sql
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.engine import quoted
from regulars_server.audiences.measuring import answered
from regulars_server.people.models import ErasedKey
from regulars_server.snapshots.queries import KEY

DEEPEST = 100_000
"""No page of the console begins after so many; the API and exports go through all."""


@dataclass(frozen=True)
class Beside:
    """Where one customer stands among the selected; keys are None at the ends."""

    previous: int | None
    next: int | None
    place: int
    size: int


def _order(of: Catalogue) -> str:
    return f"{quoted(of.order)} DESC NULLS LAST, {KEY}" if of.order else KEY


def page(
    of: Catalogue, condition: Condition, names: Sequence[str], *, after: int, most: int
) -> list[tuple[Any, ...]]:
    """Key and columns of so many customers, those of greatest value first; the erased left out."""
    ok, listed = sql(condition, as_of=of.as_of), "".join(f", {quoted(name)}" for name in names)
    return answered(
        of,
        lambda read, _cell: (
            f"SELECT {KEY}{listed} FROM {read} WHERE ({ok})"
            f" AND {KEY} NOT IN (SELECT unnest(?::BIGINT[]))"
            f" ORDER BY {_order(of)} LIMIT ? OFFSET ?"
        ),
        [erased(), most, min(after, DEEPEST)],
    )


def by_key(
    of: Catalogue, condition: Condition, names: Sequence[str], *, after: int, most: int
) -> list[tuple[Any, ...]]:
    """The same in the order of their keys, those after a key: for who reads all, page by page."""
    ok, listed = sql(condition, as_of=of.as_of), "".join(f", {quoted(name)}" for name in names)
    return answered(
        of,
        lambda read, _cell: (
            f"SELECT {KEY}{listed} FROM {read} WHERE {KEY} > ? AND ({ok})"
            f" AND {KEY} NOT IN (SELECT unnest(?::BIGINT[])) ORDER BY {KEY} LIMIT ?"
        ),
        [after, erased(), most],
    )


def beside(of: Catalogue, condition: Condition, customer_key: int) -> Beside | None:
    """Who stands before and after a customer in the order of `page`; None where they are not in."""
    ok = sql(condition, as_of=of.as_of)
    worth = f"coalesce({quoted(of.order)}::DOUBLE, '-infinity'::DOUBLE)" if of.order else "0"
    before = "(m.w > me.w OR (m.w = me.w AND m.k < me.k))"
    behind = "(m.w < me.w OR (m.w = me.w AND m.k > me.k))"
    rows = answered(
        of,
        lambda read, _cell: (
            f"WITH m AS MATERIALIZED (SELECT {KEY} AS k, {worth} AS w FROM {read} WHERE ({ok})"
            f" AND {KEY} NOT IN (SELECT unnest(?::BIGINT[]))), "
            "me AS (SELECT k, w FROM m WHERE k = ?) "
            "SELECT (SELECT count(*) FROM m), "
            f"(SELECT count(*) FROM m, me WHERE {before}), "
            f"(SELECT m.k FROM m, me WHERE {before} ORDER BY m.w, m.k DESC LIMIT 1), "
            f"(SELECT m.k FROM m, me WHERE {behind} ORDER BY m.w DESC, m.k LIMIT 1) FROM me"
        ),
        [erased(), customer_key],
    )
    if not rows:
        return None
    size, place, previous, following = rows[0]
    return Beside(previous, following, place + 1, size)


def erased() -> list[int]:
    """The keys that stand for nobody any more."""
    return list(ErasedKey.objects.values_list("pk", flat=True))
