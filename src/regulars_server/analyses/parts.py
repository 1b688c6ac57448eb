"""Part of an answer's rows: those that have these values, in this order. It knows no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EITHER = "|"
NUMBER = "file_row_number"  # the answer's own order


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which rows of a Parquet file, in which order.

    Attributes
    ----------
    keep : column to value as a text; the empty text keeps what is unknown.
    coded : columns of codes and whole numbers, of which several may be named: ``up|down``.
    sort : a column, with ``-`` before it the largest first; the answer's own order where empty.
    """

    table: Path
    keep: Mapping[str, str] = field(default_factory=dict)
    coded: frozenset[str] = frozenset()
    sort: str = ""

    @property
    def whole(self) -> bool:
        """Whether these are all rows in their own order."""
        return not self.keep and not self.sort

    def count(self, con: DuckDBPyConnection) -> int:
        found = con.execute(f"SELECT count(*) {self._source}", self._values).fetchone()
        return int(found[0]) if found else 0

    def select(
        self, names: Sequence[str], *, after: int, most: int | None
    ) -> tuple[str, list[Any]]:
        """The statement that gives so many rows of these columns, with its values."""
        limit = "" if most is None else f" LIMIT {int(most)} OFFSET {int(after)}"
        listed = ", ".join(map(quoted, names))
        return f"SELECT {listed} {self._source} ORDER BY {self._order}{limit}", self._values

    @property
    def _source(self) -> str:
        file = f"FROM read_parquet(?, {NUMBER}=true)"
        tests = [self._test(name, value) for name, value in self.keep.items()]
        return f"{file} WHERE {' AND '.join(tests)}" if tests else file

    def _test(self, name: str, value: str) -> str:
        if not value:
            return f"{quoted(name)} IS NULL"
        text = f"CAST({quoted(name)} AS VARCHAR)"
        if name in self.coded:
            return f"list_contains(string_split(?, '{EITHER}'), {text})"
        return f"{text} = ?"

    @property
    def _values(self) -> list[Any]:
        return [str(self.table), *(value for value in self.keep.values() if value)]

    @property
    def _order(self) -> str:
        if not self.sort:
            return NUMBER
        way = "DESC" if self.sort.startswith("-") else "ASC"
        return f"{quoted(self.sort.removeprefix('-'))} {way} NULLS LAST, {NUMBER}"


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
