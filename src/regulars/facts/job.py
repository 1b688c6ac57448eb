"""An import under way: what was asked for, and what its steps have found so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.facts import delta
from regulars.facts.casting import Money
from regulars.facts.mapping import ColumnMapping
from regulars.facts.merging import Stamp
from regulars.facts.reading import Progress, Source
from regulars.facts.reasons import WARNINGS
from regulars.facts.rejects import StagedFile
from regulars.facts.versions import FactsVersion
from regulars.facts.watching import Watch
from regulars.result import Note

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be imported, and how."""

    table: str
    files: Sequence[Any]
    source: str
    mapping: ColumnMapping | None
    recorded_at: dt.datetime
    reject_limit: float = 0.05
    void: bool = False
    again: bool = False
    progress: Progress | None = None


@dataclass
class Import:
    """An import under way; the steps below fill it in turn.

    ``stream`` names the stream and the batch of rows that are landed and are no file; what such a
    row leaves empty it says nothing of.
    """

    facts: Path
    current: FactsVersion
    money: Money
    zone: str
    request: Request
    con: DuckDBPyConnection
    work: Path
    import_id: str = ""
    stream: tuple[str, int] | None = None
    sources: list[Source] = field(default_factory=list)
    staged: list[StagedFile] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    also: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    next_key: int = 1
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.con, self.request.progress)

    @property
    def seq(self) -> int:
        return self.current.import_seq + 1

    @property
    def stamp(self) -> Stamp:
        return Stamp(
            import_id=self.import_id, import_seq=self.seq, recorded_at=self.recorded_at,
            stream=self.stream,
        )  # fmt: skip

    @property
    def recorded_at(self) -> str:
        at = self.request.recorded_at
        if at.tzinfo is not None:
            at = at.astimezone(dt.UTC).replace(tzinfo=None)
        return at.isoformat(sep=" ", timespec="microseconds")

    def files(self, table: str) -> tuple[str, ...]:
        """The files of a table as it was before this import."""
        version = self.current.tables.get(table)
        return delta.files(self.facts / table, version) if version is not None else ()

    def warn(self, code: str, **values: Any) -> None:
        self.warnings.append(Note(code, WARNINGS[code], values))
