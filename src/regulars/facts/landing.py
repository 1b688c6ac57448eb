"""Rows that are no file: a batch of a stream, brought into several tables by one publication.

Whoever sends keeps the rows, in batches with rising numbers, until `Landing.upto` says that they
are in. The facts version names the last batch of each stream, and so does the Delta transaction of
every table that the batch wrote to. A batch is in as a whole or not at all, and never twice:
a sender that was killed asks `upto` first.

```python
with lake.landing("inbox") as landing:
    if landing.upto < 7:
        landing.begin(7, recorded_at=now)
        refused = landing.add("orders", rows, source="shop")
        version = landing.publish()
```
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, ParameterError
from regulars.facts.casting import Money
from regulars.facts.importing import take_in
from regulars.facts.job import Import, Request
from regulars.facts.mapping import ColumnMapping
from regulars.facts.merging import Outcome
from regulars.facts.tables import fact_table
from regulars.facts.versions import FactsVersion, publish

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The rows of a stream as texts, by the fields that a file of the table may carry.
Row = Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that was not taken: its place among those given, the field, the code of the reason.

    The codes are those of `regulars.facts.reasons.REASONS`.
    """

    table: str
    row: int
    column: str
    code: str


class Landing:
    """The writer's lock over one stream: what was added becomes the facts when it is published."""

    def __init__(
        self,
        *,
        facts: Path,
        before: FactsVersion,
        money: Money,
        zone: str,
        stream: str,
        work: Path,
        connect: Callable[[], AbstractContextManager[DuckDBPyConnection]],
    ) -> None:
        self.stream = stream
        self.written: dict[str, int] = {}
        self._facts, self._money, self._zone, self._work = facts, money, zone, work
        self._before = self._current = before
        self._connect = connect
        self._batch = 0
        self._recorded_at: dt.datetime | None = None

    @property
    def upto(self) -> int:
        """The number of the stream's last batch that is in the facts; 0 before the first."""
        return self._before.landed.get(self.stream, 0)

    def begin(self, batch: int, *, recorded_at: dt.datetime) -> None:
        """Say which batch of the stream it is, and the instant by the caller's clock.

        Raises
        ------
        FactsError : a batch of this number, or of a higher one, is in already.
        """
        if batch <= self.upto:
            raise FactsError(f"Batch {batch} of {self.stream} is in the facts already.")
        self._batch, self._recorded_at = batch, recorded_at

    def add(self, table: str, rows: Sequence[Row], *, source: str) -> list[Refused]:
        """Bring rows into a table; nobody reads them before `publish`.

        Parameters
        ----------
        table : a declared fact table.
        rows : texts by field, as a file would carry them; a later row of a key wins.
        source : the system whose ids name the customers, where ``customer_source`` does not.

        Returns
        -------
        The rows that were not taken. There is no limit: the others are.

        Raises
        ------
        ParameterError : the table or a field is unknown, or Regulars keeps the table itself.
        """
        if fact_table(table).own:
            raise ParameterError(f"{table} is kept by Regulars itself.")
        recorded_at = self._begun()
        if not rows:
            return []
        names = list(dict.fromkeys(name for row in rows for name in row))
        mapping = ColumnMapping(table=table, source=source, columns={n: n for n in names})
        mapping.check_words()
        request = Request(
            table=table, files=[_frame(rows, names)], source=source, mapping=mapping,
            recorded_at=recorded_at,
        )  # fmt: skip
        with self._connect() as con:
            job = Import(
                facts=self._facts, current=self._current, money=self._money, zone=self._zone,
                request=request, con=con, work=self._work,
                stream=(self.stream, self._batch),
            )  # fmt: skip
            outcome = take_in(job)
            self._current = replace(
                self._current,
                tables={**self._current.tables, **job.versions},
                next_customer_key=job.next_key,
            )
            for name, count in {table: outcome.written, **job.also}.items():
                self.written[name] = self.written.get(name, 0) + count
            return _refused(job, outcome)

    def publish(self) -> int:
        """Make what was added the facts, at once and for good; returns the facts version."""
        number = self._before.number + 1
        at = self._begun().astimezone(dt.UTC).replace(tzinfo=None)
        publish(
            self._facts / "versions",
            replace(
                self._current,
                number=number,
                import_seq=self._before.import_seq + 1,
                import_id=f"{self.stream}-{self._batch}",
                operation="landing",
                recorded_at=at.isoformat(sep=" ", timespec="microseconds"),
                landed={**self._before.landed, self.stream: self._batch},
            ),
        )
        return number

    def _begun(self) -> dt.datetime:
        if self._recorded_at is None:
            raise RuntimeError("begin() says first which batch this is")
        return self._recorded_at


def _frame(rows: Sequence[Row], names: Sequence[str]) -> Any:
    from arro3.core import Array, DataType, Table

    text = DataType.string()
    return Table.from_pydict({n: Array([row.get(n) for row in rows], type=text) for n in names})


def _refused(job: Import, outcome: Outcome) -> list[Refused]:
    table = job.request.table
    found = job.con.execute("SELECT line - 1, column_name, code FROM rejects").fetchall()
    if outcome.nothing_to_void:
        same = " AND ".join(f"i.{name} = m.{name}" for name in fact_table(table).key)
        found += job.con.execute(
            f"SELECT i.ordinal, '', 'nothing_to_void' FROM incoming i JOIN merged_{table} m "
            f"ON {same} WHERE m.outcome = 'nothing_to_void'"
        ).fetchall()
    return [
        Refused(table=table, row=int(row), column=column, code=code)
        for row, column, code in sorted(found)
    ]
