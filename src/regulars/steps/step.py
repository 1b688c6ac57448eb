"""A step, and the library in which steps are found by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


class Library(Mapping[str, Step]):
    """Steps by name. Two different steps of one name are an error, wherever they come from."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: dict[str, Step] = {}
        for step in steps:
            known = self._steps.setdefault(step.name, step)
            if known != step:
                raise ValueError(f"two different steps are called {step.name!r}")

    def __getitem__(self, name: str) -> Step:
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
