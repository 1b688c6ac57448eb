"""A step, a derived table, and the library in which both are found by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.declare import Column
from regulars.errors import UnknownName


@dataclass(frozen=True, kw_only=True)
class Step:
    """A named SELECT.

    Attributes
    ----------
    name : the table name by which other steps read it.
    one_row : what one row is, e.g. "one customer on one day with an order or a refund".
    sql : a SELECT in our dialect (see `regulars.steps.dialect`).
    key : the columns that identify a row; a kept table is indexed by them where that helps.
    reused : read several times, or joined at customer grain: the engine keeps it as a temporary
        table for the length of the run instead of computing it again.
    """

    name: str
    one_row: str
    sql: str
    key: tuple[str, ...]
    reused: bool = False


Arrays = Mapping[str, Any]  # one NumPy array a column, all of one length
Apply = Callable[[Arrays, Mapping[str, Any]], Arrays]


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A table that no SELECT can say: what a pure function makes of another step's rows.

    Attributes
    ----------
    name, one_row, key : as of a `Step`; steps read it by that name. It is always kept.
    reads : the step whose rows the function takes.
    columns : what it gives, declared.
    apply : ``apply(arrays, values)``: one array a column in, one a declared column out; pure. A
        DATE is ``datetime64[D]``; a column with nulls is a masked array, and may be given as one.
    parameters : names of the values that the function takes.
    per_customer : the rows come in batches that hold whole customers, in the order of
        ``customer_key`` and then ``order_by``, on Spark wherever they lie. Otherwise they come all
        at once, and must be few: distinct histories, not customers.
    """

    name: str
    one_row: str
    key: tuple[str, ...]
    reads: str
    columns: tuple[Column, ...]
    apply: Apply
    parameters: tuple[str, ...] = ()
    per_customer: bool = False
    order_by: tuple[str, ...] = ()


Node = Step | Derived


class Library(Mapping[str, Node]):
    """Steps by name. Two different steps of one name are an error, wherever they come from."""

    def __init__(self, steps: Iterable[Node] = ()) -> None:
        self._steps: dict[str, Node] = {}
        for step in steps:
            known = self._steps.setdefault(step.name, step)
            if known != step:
                raise ValueError(f"two different steps are called {step.name!r}")

    def __getitem__(self, name: str) -> Node:
        try:
            return self._steps[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._steps, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UnknownName(f"there is no step {name!r}{hint}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._steps

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)
